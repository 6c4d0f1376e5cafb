import { setTimeout } from "node:timers/promises";
import { inBody } from "../model/bodyPlace.js";
import { inputProblem, type Problem, problem } from "../model/problem.js";
import { Unavailable } from "../store/database.js";
import type { Store } from "../store/index.js";
import type { Ending, Lease } from "../store/jobStore.js";
import type { Runner, RunnerEnd } from "./runner.js";
import type { Task } from "./task.js";
import { makeWorkFolder } from "./workFolder.js";

export interface AttemptOptions {
  readonly store: Store;
  readonly runner: Runner;
  /** Folder for what a task reads and writes. */
  readonly tmp: string;
  readonly threads: number;
  /** Seconds without news after which another worker may take the job. */
  readonly leaseSeconds: number;
  /** Told of progress as it is made. */
  readonly onProgress: (progress: object) => void;
  /** Told of what went wrong with a lease; it is tried again. */
  readonly onTrouble: (error: Error) => void;
  /** Aborted where this worker shall give its jobs back. */
  readonly giveBack: AbortSignal;
}

/** What became of an attempt at a job. */
export type AttemptEnd =
  /** Perhaps with what is for the log alone. */
  | (Ending & { readonly how?: string })
  /** Its process died with it. */
  | { readonly state: "died"; readonly how: string }
  /** It is to be done by somebody else. */
  | { readonly state: "givenBack" }
  /** Somebody else has it already. */
  | { readonly state: "lost" };

/** How often a lease is renewed, progress told and a wish to stop heard. */
const BEAT_MS = 400;
/** A task that has told nothing for so much longer than it may search is held for one that hangs. */
const SILENT_SECONDS = 900;

/**
 * Works on a job while its lease is renewed beside.
 *
 * @throws Fault where its files are not what they must be
 * @throws Unavailable where the database does not answer and the job shall be given back
 * @throws Error where this machine cannot do it: its disk is full, say
 */
export async function attempt(lease: Lease, options: AttemptOptions): Promise<AttemptEnd> {
  const { store, runner, tmp, threads, onProgress, onTrouble, giveBack } = options;
  const keeper = new LeaseKeeper(lease, options);
  try {
    if (lease.job.stop === "discard") return { state: "cancelled" };
    const { unwanted } = keeper;
    const ended = AbortSignal.any([unwanted, giveBack]);
    const folder = await insisting(
      async () => makeWorkFolder(store, tmp, await store.jobs.files(lease.job.id, "input"), ended),
      ended,
    );
    try {
      const { kind, request } = lease.job;
      const { options: asked = {} } = request as { options?: Task["options"] };
      const task: Task = { kind, dir: folder.path, options: asked, threads };
      const tell = (progress: object) => {
        keeper.tell(progress);
        onProgress(progress);
      };
      const end = await keeper.during(() => runner.run(task, tell));
      if (keeper.verdict !== null) return { state: keeper.verdict };
      if (keeper.hangs) return { state: "died", how: "it told nothing for too long" };
      if (!end.ok) return endingOf(end, placesOf(lease));
      // Where others shall go on, what is done already is kept nevertheless.
      const outputs = await insisting(() => folder.keep(end.files, unwanted), ended);
      if (keeper.isUnwanted) return { state: "cancelled" };
      return { state: "done", result: end.summary, outputs };
    } finally {
      // What came of the task counts, not what is left lying about.
      await folder.release().catch(onTrouble);
    }
  } catch (error) {
    // It was copying when it was told.
    if (keeper.verdict !== null && isGivenUp(error)) return { state: keeper.verdict };
    throw error;
  } finally {
    keeper.close();
  }
}

/** Of files that came with the request. */
type Places = Parameters<typeof inBody>[1];

function placesOf({ job }: Lease): Places {
  const { places = {} } = job.request as { readonly places?: Places };
  return places;
}

function endingOf(end: Extract<RunnerEnd, { ok: false }>, places: Places): AttemptEnd {
  if ("died" in end) return { state: "died", how: end.died };
  if ("stopped" in end) return { state: "cancelled" };
  if (hasNoRoom(end)) return { state: "died", how: "there was no room left where it worked" };
  return {
    state: "failed",
    problem: problemOf(end, places),
    ...("fault" in end ? { how: end.fault.message } : {}),
  };
}

/** A disk that is full is no matter of the input, and may be otherwise in a moment or elsewhere. The database of tables has only words for it. */
function hasNoRoom(end: Extract<RunnerEnd, { ok: false }>): boolean {
  if ("issues" in end) return end.issues.some(({ code }) => code === "DISK_FULL");
  return (
    "fault" in end &&
    /\bENOSPC\b|\bEDQUOT\b|No space left on device|Disk quota exceeded/.test(end.fault.message)
  );
}

function problemOf(
  end: Exclude<Extract<RunnerEnd, { ok: false }>, { died: string } | { stopped: true }>,
  places: Places,
): Problem {
  if ("issues" in end)
    return inputProblem(
      end.issues.map((issue) => inBody(issue, places)),
      end.total,
    );
  // What it says of itself may name files or statements of ours: that is for the log.
  return problem(500, end.fault.code, "A fault of ours: nothing came of it.");
}

function isGivenUp(error: unknown): boolean {
  return (error as Error).name === "AbortError" || error instanceof Unavailable;
}

/**
 * Tries again while the database does not answer.
 *
 * @param giveUp aborted where it shall not be waited for any longer
 */
export async function insisting<T>(work: () => Promise<T>, giveUp: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable) || giveUp.aborted) throw error;
      await setTimeout(1_000, null, { signal: giveUp }).catch(() => {});
    }
  }
}

/** Renews a lease until it is closed, and ends the runner where the job is not ours any more or not wanted. */
class LeaseKeeper {
  readonly #lease: Lease;
  readonly #options: AttemptOptions;
  #progress: object | null = null;
  #timer: NodeJS.Timeout;
  #closed = false;
  #running = false;
  #stopping = false;
  /** When the task told something last, as performance.now() has it. */
  #heard = 0;
  readonly #silentMs: number;
  readonly #unwanted = new AbortController();
  /** Why the work was ended; null where it was not. */
  verdict: "cancelled" | "givenBack" | "lost" | null = null;
  /** Whether the runner was ended because nothing was heard of it. */
  hangs = false;

  constructor(lease: Lease, options: AttemptOptions) {
    this.#lease = lease;
    this.#options = options;
    const { options: asked } = lease.job.request as { options?: { timeLimit?: number } };
    this.#silentMs = (SILENT_SECONDS + (asked?.timeLimit ?? 0)) * 1_000;
    this.#timer = globalThis.setTimeout(() => void this.#beat(), BEAT_MS);
    options.giveBack.addEventListener("abort", this.#giveBack);
    if (options.giveBack.aborted) this.#giveBack();
  }

  /** Aborted where nobody wants what comes of it here. */
  get unwanted(): AbortSignal {
    return this.#unwanted.signal;
  }

  get isUnwanted(): boolean {
    return this.verdict === "cancelled";
  }

  tell(progress: object): void {
    this.#progress = progress;
    this.#heard = performance.now();
  }

  /** Runs the task, unless it is not wanted any more. */
  async during(run: () => Promise<RunnerEnd>): Promise<RunnerEnd> {
    if (this.verdict !== null) return { ok: false, stopped: true };
    this.#running = true;
    this.#heard = performance.now();
    const end = run();
    if (this.#lease.job.stop === "keep") this.#options.runner.stop();
    try {
      return await end;
    } finally {
      this.#running = false;
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#options.giveBack.removeEventListener("abort", this.#giveBack);
  }

  async #beat(): Promise<void> {
    const { store, leaseSeconds, runner, onTrouble } = this.#options;
    const progress = this.#progress;
    this.#progress = null;
    try {
      const renewed = await store.jobs.renew(this.#lease, leaseSeconds, progress);
      if (this.#closed) return;
      if (renewed === null) this.#end("lost");
      else if (renewed.stop === "discard") this.#end("cancelled");
      else if (renewed.stop === "keep" && this.#running && !this.#stopping) {
        this.#stopping = true;
        runner.stop();
      }
    } catch (error) {
      // A database that does not answer gives the job to nobody else either: work goes on until it does.
      this.#progress ??= progress;
      onTrouble(error as Error);
    }
    if (this.#running && performance.now() - this.#heard > this.#silentMs) {
      this.hangs = true;
      runner.kill();
    }
    if (!this.#closed) this.#timer = globalThis.setTimeout(() => void this.#beat(), BEAT_MS);
  }

  readonly #giveBack = () => this.#end("givenBack");

  #end(verdict: NonNullable<LeaseKeeper["verdict"]>): void {
    this.verdict ??= verdict;
    if (this.verdict !== "givenBack") this.#unwanted.abort();
    if (this.#running) this.#options.runner.kill();
  }
}
