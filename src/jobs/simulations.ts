import type { ChildProcess } from "node:child_process";
import { orAborted } from "../app/orAborted.js";
import type { SimulationAnswer } from "../app/simulationAnswer.js";
import { Fault, InputError } from "../model/issue.js";
import type { Store } from "../store/index.js";
import type { NamedBlob } from "../store/jobStore.js";
import { forkChild } from "./forkChild.js";
import { QueryRefused } from "./queries.js";
import { residentBytes } from "./residentBytes.js";
import type { FromSimulator, SimulatorOutcome, ToSimulator } from "./simulator.js";
import { makeWorkFolder, type WorkFolder } from "./workFolder.js";

/** Plans that are open, or being opened, at a time. */
export const MOST_OPEN = 3;
/** Fewer are, while their process holds more than this. */
const LARGE_BYTES = 1.5 * 2 ** 30;
/** Orders that a plan may have, and a question about it: beyond it no answer comes in a moment, and much memory goes. */
export const MOST_ORDERS = 200_000;
/** No plan takes that long to be opened unless something is wrong with it. */
const LONGEST_OPENING_MS = 120_000;
/** A plan that nobody has asked about for so long is closed. */
const IDLE_MS = 15 * 60_000;
/** Questions that wait or are being answered, over all plans. */
const WAITING = 32;
/** How often a question is asked that had no part in the end of its process. */
const TRIES = 4;

/** A question about a plan: a scenario without an id. */
export interface PlanQuestion {
  readonly changes?: readonly object[] | undefined;
  readonly orders?: object | undefined;
}

export interface SimulationTerms {
  readonly name: number;
  readonly within?: number | undefined;
  readonly gap?: number | undefined;
  readonly signal: AbortSignal;
}

export interface SimulationsOptions {
  /** Of each plan; default as many as there are processors, up to a few. */
  readonly threads?: number;
  /** Channels and orders that questions may ask about; default any number, and {@link MOST_ORDERS}. */
  readonly maxChannels?: number;
  readonly maxOrders?: number;
  /** Milliseconds in which a plan must be open; default two minutes. */
  readonly openingMs?: number;
}

/**
 * The process ended before it answered. The only question that it was answering then is the cause, of several each is a suspect;
 * those that waited for their turn are bystanders.
 */
class ProcessDied extends Fault {
  constructor(
    how: string,
    readonly part: "cause" | "suspect" | "bystander",
  ) {
    super("WORKER_DIED", `The process of simulations ended (${how}).`);
  }
}

/** What the process has been asked for, and has not answered yet. */
interface Asked {
  readonly plan: string;
  /** Whether it has reached the process: what has not is none of the reasons why that ended. */
  isTaken: boolean;
  readonly settle: (outcome: SimulatorOutcome) => void;
  readonly fail: (error: Error) => void;
}

interface OpenPlan {
  /** Its folder, once it can be asked about. */
  readonly opened: Promise<WorkFolder>;
  /** Whether it is being opened still: that goes on when whoever asked has gone. */
  isOpening: boolean;
  usedAt: number;
  /** Questions that wait or are being answered. */
  asked: number;
}

/**
 * Answers changes of plans' contracts in a moment, in a process of its own that keeps the last few plans open. The process is
 * there only as long as somebody asks.
 */
export class Simulations {
  readonly #store: Store;
  readonly #tmp: string;
  readonly #options: SimulationsOptions;
  readonly #plans = new Map<string, OpenPlan>();
  /** By number, in the order in which the process was asked. */
  readonly #waiting = new Map<number, Asked>();
  readonly #closing = new AbortController();
  readonly #idle: NodeJS.Timeout;
  #child: ChildProcess | null = null;
  #next = 0;
  #asked = 0;
  /** The last question that is asked again although it may have ended a process. */
  #suspect: Promise<unknown> = Promise.resolve();

  /** @param tmp existing folder for what questions are about */
  constructor(store: Store, tmp: string, options: SimulationsOptions = {}) {
    this.#store = store;
    this.#tmp = tmp;
    this.#options = options;
    this.#idle = setInterval(() => this.#closeIdle(), IDLE_MS / 4).unref();
  }

  /**
   * @param plan its id
   * @param files its inputs, and the plan itself below `plan/`
   * @param within milliseconds that an answer may take, once it is its turn
   * @param gap at which the search for it ends
   * @param name moved orders to name, at most
   * @param signal gives the question up
   * @throws InputError with every problem of the question
   * @throws QueryRefused where too many questions wait, as many other plans as can be open are being asked about, or the plan
   *   takes too long to be opened, or no more is answered here
   * @throws Fault where it may have ended the process
   * @throws the signal's reason
   */
  async ask(
    plan: string,
    files: () => Promise<readonly NamedBlob[]>,
    question: PlanQuestion,
    terms: SimulationTerms,
  ): Promise<SimulationAnswer> {
    this.#closing.signal.throwIfAborted();
    if (this.#asked >= WAITING) throw new QueryRefused("Too many questions wait already.");
    this.#asked++;
    try {
      return await this.#askAgain(() => this.#askOnce(plan, files, question, terms), terms.signal);
    } finally {
      this.#asked--;
    }
  }

  /** Nothing is kept, so that a question may be asked twice; but one that ends its process is not to end the next one, too. */
  async #askAgain<Answer>(once: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    let ask = once;
    for (let tries = 1; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ProcessDied) || tries === TRIES || signal.aborted) throw error;
        if (error.part === "cause" || (error.part === "suspect" && ask !== once)) throw error;
        // Never two suspects at a time, so that none takes another one along again.
        if (error.part === "suspect") ask = () => orAborted(this.#afterSuspects(once), signal);
      }
    }
  }

  #afterSuspects<Answer>(once: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#suspect.then(once);
    this.#suspect = answer.catch(() => {});
    return answer;
  }

  async #askOnce(
    plan: string,
    files: () => Promise<readonly NamedBlob[]>,
    question: PlanQuestion,
    terms: SimulationTerms,
  ): Promise<SimulationAnswer> {
    const open = this.#open(plan, files);
    open.asked++;
    try {
      await orAborted(open.opened, terms.signal);
      // It may have ended just after it told that the plan is open.
      if (this.#plans.get(plan) !== open) throw new ProcessDied("between two questions", "bystander");
      return await this.#question(plan, question, terms);
    } finally {
      open.asked--;
      open.usedAt = performance.now();
    }
  }

  /** Answers nothing more, and returns when its process has ended and nothing is being opened. */
  async close(): Promise<void> {
    this.#closing.abort(new QueryRefused("The service is ending."));
    clearInterval(this.#idle);
    const forgotten = [...this.#plans.keys()].map((id) => this.#forget(id));
    const child = this.#child;
    if (child !== null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    await Promise.all(forgotten);
  }

  #open(id: string, files: () => Promise<readonly NamedBlob[]>): OpenPlan {
    const there = this.#plans.get(id);
    if (there !== undefined) return there;
    this.#makeRoom();
    const opened = this.#opened(id, files);
    const plan = { opened, isOpening: true, usedAt: performance.now(), asked: 0 };
    this.#plans.set(id, plan);
    opened
      .finally(() => {
        plan.isOpening = false;
      })
      // Whoever asked is told; the next one tries again.
      .catch(() => {
        if (this.#plans.get(id) === plan) this.#shut(id);
      });
    return plan;
  }

  async #opened(id: string, files: () => Promise<readonly NamedBlob[]>): Promise<WorkFolder> {
    const { signal } = this.#closing;
    const inputs = await orAborted(files(), signal);
    const folder = await makeWorkFolder(this.#store, this.#tmp, inputs, signal);
    const { threads, maxChannels, maxOrders = MOST_ORDERS, openingMs = LONGEST_OPENING_MS } = this.#options;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#end(id);
    }, openingMs);
    try {
      await this.#request(id, (number) => ({
        type: "open",
        number,
        plan: id,
        dir: folder.path,
        threads,
        maxChannels,
        maxOrders: Math.min(maxOrders, MOST_ORDERS),
      }));
      return folder;
    } catch (error) {
      await folder.release();
      throw isLate ? new QueryRefused("The plan takes too long to be opened.") : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Closes plans that have not been asked about for the longest time, where there are too many or they hold too much.
   *
   * @throws QueryRefused where those that are being asked about leave no room
   */
  #makeRoom(): void {
    const isLarge = this.#child?.pid !== undefined && residentBytes(this.#child.pid) > LARGE_BYTES;
    const most = isLarge ? 0 : MOST_OPEN - 1;
    const idle = [...this.#plans].filter(([, plan]) => isIdle(plan));
    idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [id] of idle.slice(0, Math.max(0, this.#plans.size - most))) this.#shut(id);
    if (this.#plans.size > most)
      throw new QueryRefused("As many plans as can be open at a time are being asked about.");
  }

  #closeIdle(): void {
    const before = performance.now() - IDLE_MS;
    for (const [id, plan] of this.#plans) if (isIdle(plan) && plan.usedAt < before) this.#shut(id);
  }

  #shut(id: string): void {
    this.#tell({ type: "close", plan: id });
    void this.#forget(id);
    // What a process has held it seldom gives back: without plans it goes as a whole.
    if (this.#plans.size > 0 || this.#waiting.size > 0) return;
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  async #forget(id: string): Promise<void> {
    const plan = this.#plans.get(id);
    this.#plans.delete(id);
    // One that could not be opened has left nothing.
    await plan?.opened.then((folder) => folder.release()).catch(() => {});
  }

  async #question(
    plan: string,
    question: PlanQuestion,
    { signal, ...terms }: SimulationTerms,
  ): Promise<SimulationAnswer> {
    let asked = -1;
    const giveUp = () => this.#tell({ type: "giveUp", number: asked });
    signal.addEventListener("abort", giveUp);
    try {
      return (await this.#request(plan, (number) => {
        asked = number;
        return { type: "ask", number, plan, question, ...terms };
      })) as SimulationAnswer;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  async #request(plan: string, message: (number: number) => ToSimulator): Promise<object> {
    // Nobody would end a process that began now.
    this.#closing.signal.throwIfAborted();
    const number = this.#next++;
    const outcome = await new Promise<SimulatorOutcome>((settle, fail) => {
      this.#waiting.set(number, { plan, isTaken: false, settle, fail });
      this.#child ??= this.#start();
      this.#tell(message(number));
    });
    if (outcome.ok) return outcome.answer;
    if ("issues" in outcome) throw new InputError(outcome.issues, outcome.total);
    if ("givenUp" in outcome) throw new QueryRefused("The question has been given up.");
    throw new Fault(outcome.fault.code, outcome.fault.message);
  }

  #tell(message: ToSimulator): void {
    // A process that is just dying takes no message; its end is told by itself.
    this.#child?.send(message, () => {});
  }

  #start(): ChildProcess {
    return forkChild<FromSimulator>(
      "simulatorMain",
      ({ number, outcome }) => {
        const asked = this.#waiting.get(number);
        if (asked === undefined) return;
        asked.isTaken = true;
        if (outcome === undefined) return;
        asked.settle(outcome);
        this.#waiting.delete(number);
      },
      (child, how) => this.#lost(child, how),
    );
  }

  /** Ends the process for a plan, which is why. */
  #end(plan: string): void {
    const child = this.#child;
    if (child === null) return;
    this.#lost(child, "SIGKILL", plan);
    child.kill("SIGKILL");
  }

  /** @param cause plan whose first question is why; not known where there is none */
  #lost(child: ChildProcess, how: string, cause?: string): void {
    // One that was ended for want of plans had nothing to answer.
    if (this.#child !== child) return;
    this.#child = null;
    const { aborted, reason } = this.#closing.signal;
    // Each plan answers one question after the other.
    const first = new Map<string, Asked>();
    for (const asked of this.#waiting.values())
      if ((asked.isTaken || asked.plan === cause) && !first.has(asked.plan)) first.set(asked.plan, asked);
    const partOf = (asked: Asked) => {
      if (first.get(asked.plan) !== asked) return "bystander";
      if (cause !== undefined) return asked.plan === cause ? "cause" : "bystander";
      return first.size === 1 ? "cause" : "suspect";
    };
    for (const asked of this.#waiting.values())
      asked.fail(aborted ? reason : new ProcessDied(how, partOf(asked)));
    this.#waiting.clear();
    for (const id of [...this.#plans.keys()]) void this.#forget(id);
  }
}

function isIdle({ asked, isOpening }: OpenPlan): boolean {
  return asked === 0 && !isOpening;
}
