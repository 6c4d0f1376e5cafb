import type { Contract } from "../model/contract.js";
import { InputError } from "../model/issue.js";
import { tooManyScaled } from "../model/orderVolume.js";
import type { PlanFile } from "../model/planFile.js";
import { orAborted } from "./orAborted.js";
import {
  type AnswerOptions,
  checkOptions,
  type SimulationOptions,
  type SimulationQuestion,
} from "./planOptions.js";
import type { SimulationAnswer } from "./simulationAnswer.js";
import { SimulationAnswerer } from "./simulationAnswerer.js";
import { readBase, type SimulationBase } from "./simulationBase.js";
import { contractAsked } from "./simulationQuestion.js";

/** Changes of a contract, answered in a moment. */
export interface Simulation {
  /** The contract as it is. */
  readonly contract: Contract;
  /** The base plan, as `plan.json` has it. */
  readonly base: PlanFile;
  /**
   * Answers a question; those that come while another one is being answered wait for their turn.
   *
   * @throws InputError with every problem of the question or the options
   * @throws the signal's reason as soon as that is given; the next question is answered as if this one had never been asked
   * @throws Fault where a plan fails its own check, which must not happen
   */
  answer(question: SimulationQuestion, options?: AnswerOptions): Promise<SimulationAnswer>;
  /** Ends threads and lets go of the orders; what is being answered is given up. */
  close(): Promise<void>;
}

/**
 * Begins with a plan of the contract as it is, made or read, and gets the threads ready.
 *
 * @throws InputError with every problem of the options, or else of the input
 */
export async function openSimulation(options: SimulationOptions): Promise<Simulation> {
  checkOptions("simulation", options);
  const simulation = new PromptSimulation(await readBase(options), options);
  try {
    await simulation.warmUp();
    return simulation;
  } catch (error) {
    await simulation.close();
    throw error;
  }
}

const DEFAULT_WITHIN_MS = 900;
/** Times the base plan's gap at which the search for an answer ends. */
const NEARLY_AS_CLOSE = 2;
/** Questions asked while opening, until threads run compiled code, and how long that may take. */
const WARM_UPS = 8;
const WARM_UP_MS = 6_000;
const WARM_UP_EACH_MS = 1_000;
/** Questions asked after that, for how long the end of an answer takes. */
const PRACTICE = 3;

class PromptSimulation implements Simulation {
  readonly #base: SimulationBase;
  readonly #answerer: SimulationAnswerer;
  readonly #gap: number;
  readonly #maxOrders: number | undefined;
  readonly #ended = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(base: SimulationBase, options: SimulationOptions) {
    this.#base = base;
    this.#answerer = new SimulationAnswerer(base, options);
    this.#maxOrders = options.maxOrders;
    this.#gap = Math.max(options.gap ?? 0, NEARLY_AS_CLOSE * (base.contents.planFile.gap ?? 0));
  }

  get contract(): Contract {
    return this.#base.problem.contract;
  }

  get base(): PlanFile {
    return this.#base.contents.planFile;
  }

  /** Asks what it would cost to do without each channel, one after the other: much is planned anew then. */
  async warmUp(): Promise<void> {
    const answerer = this.#answerer;
    const { signal } = this.#ended;
    await answerer.post();
    const ask = (contract: Contract, gap: number) =>
      answerer.answer({ contract, volume: null }, { within: WARM_UP_EACH_MS, gap, name: 0, signal });
    const until = performance.now() + WARM_UP_MS;
    for (let i = 0; i < WARM_UPS && performance.now() < until; i++) await ask(without(this.contract, i), 0);
    // Nothing is to depend on these, nor on how long threads took that were not warm yet.
    answerer.forgetPlans();
    answerer.forgetTimes();
    for (let i = 0; i < PRACTICE; i++) await ask(this.contract, this.#gap);
    answerer.forgetPlans();
  }

  async answer(question: SimulationQuestion, options: AnswerOptions = {}): Promise<SimulationAnswer> {
    checkOptions("answer", options);
    const { within = DEFAULT_WITHIN_MS, gap = this.#gap, name = 0 } = options;
    const signal = AbortSignal.any([this.#ended.signal, ...(options.signal ? [options.signal] : [])]);
    signal.throwIfAborted();
    const asked = await contractAsked(this.#base, question);
    const { count } = this.#base.store.table;
    const tooMany = asked.volume && tooManyScaled(count, asked.volume, this.#maxOrders);
    if (tooMany !== null) throw new InputError([tooMany]);
    const before = this.#turn;
    const answered = (async () => {
      await before;
      signal.throwIfAborted();
      return this.#answerer.answer(asked, { within, gap, name, signal });
    })();
    this.#turn = answered.catch(() => {});
    return orAborted(answered, signal);
  }

  async close(): Promise<void> {
    this.#ended.abort(new Error("The simulation has been closed."));
    await this.#turn;
    await this.#answerer.close();
    await this.#base.store.close();
  }
}

/** A contract that gives one of its channels no orders. */
function without(contract: Contract, index: number): Contract {
  const closed = index % contract.channels.length;
  return {
    ...contract,
    channels: contract.channels.map((channel, c) =>
      c === closed ? { ...channel, limits: { ...channel.limits, maxOrders: 0 } } : channel,
    ),
  };
}
