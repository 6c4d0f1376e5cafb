import { EventEmitter, once } from "node:events";
import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { Fault } from "../model/issue.js";
import type { JobSize } from "../model/job.js";
import { problem } from "../model/problem.js";
import { isAway, type Queryable, Unavailable } from "../store/database.js";
import type { Store } from "../store/index.js";
import type { Job, Lease } from "../store/jobStore.js";
import { type AttemptEnd, type AttemptOptions, attempt, insisting } from "./attempt.js";
import { Loops } from "./loop.js";
import { PhaseSpans } from "./phaseSpans.js";
import type { JobQueue } from "./queue.js";
import { Runner } from "./runner.js";
import type { Tracing } from "./tracing.js";

export interface WorkerOptions {
  readonly store: Store;
  readonly queue: JobQueue;
  /** What this worker is called in logs. */
  readonly name: string;
  /** Existing folder for what tasks read and write. */
  readonly tmp: string;
  /** Jobs of any size at a time; default one for every two processors. */
  readonly slots?: number;
  /** More jobs at a time, of small ones only; default as many. */
  readonly smallSlots?: number;
  /** Threads of a job; small ones have one. Default the processors shared out among the slots. */
  readonly threads?: number;
  /** Whether it takes those jobs alone that it is told of by id; default false. */
  readonly onlyNamed?: boolean;
  /** How long ended jobs are kept. */
  readonly keepSeconds: number;
  readonly tracing: Tracing;
  readonly log: WorkerLog;
}

/** What is worth telling. Never an order, never an amount. */
export interface WorkerLog {
  began(job: Job, attempt: number): void;
  ended(job: Job, end: AttemptEnd["state"], ms: number, detail?: string): void;
  retaken(job: Job): void;
  trouble(what: string, error: Error): void;
}

/** Seconds without news after which a job is taken from its worker. Retaking looks every {@link RETAKE_MS}. */
const LEASE_SECONDS = 8;
const RETAKE_MS = 3_000;
const TIDY_MS = 600_000;
/** How often an idle slot looks whether there is something to do, unless it is told. */
const LOOK_MS = 500;
/** Workers that were lost with a job, and runners that died of it, before it is given up. */
const LOSSES = 20;
const CRASHES = 3;

/** Takes jobs from the queue and has them worked out, each in a runner of its own. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #slots: readonly Slot[];
  readonly #news = new EventEmitter();
  /** How often there was news: what came while a slot was looking is not waited for. */
  #newsCount = 0;
  /** Jobs that it was told of by id. */
  readonly #named = new Set<string>();
  /** Jobs that this worker works on. */
  readonly #own = new Set<string>();
  readonly #loops = new Loops();
  readonly #givingBack = new AbortController();

  constructor(options: WorkerOptions) {
    this.#options = options;
    const processors = availableParallelism();
    const {
      slots = Math.max(1, Math.floor(processors / 2)),
      smallSlots = Math.max(1, Math.floor(processors / 2)),
    } = options;
    const { threads = Math.max(1, Math.floor(processors / slots)) } = options;
    this.#slots = [
      ...Array.from({ length: slots }, () => new Slot(["large", "small"], threads)),
      ...Array.from({ length: smallSlots }, () => new Slot(["small"], 1)),
    ];
    this.#news.setMaxListeners(this.#slots.length + 1);
  }

  /** Begins to take jobs. */
  start(): void {
    for (const { runner } of this.#slots) runner.warm();
    // Where nobody else may use the data, whoever had a job is gone.
    const begun = this.#options.store.isShared ? Promise.resolve() : this.#retakeOnce(null);
    for (const slot of this.#slots)
      this.#loops.repeat(async () => {
        await begun;
        if (!this.#loops.signal.aborted) await this.#serve(slot);
      });
    this.#loops.repeat(() => this.#retake());
    this.#loops.repeat(() => this.#tidy());
  }

  /** Says that there is a job to do. @param id which */
  nudge(id?: string): void {
    if (id !== undefined) this.#named.add(id);
    this.#newsCount++;
    this.#news.emit("job");
  }

  /**
   * Takes no more jobs, and ends when those that run have ended; what is not done in time is given back to the queue.
   *
   * @param seconds at most
   */
  async stop(seconds: number): Promise<void> {
    const late = globalThis.setTimeout(() => this.#givingBack.abort(), seconds * 1_000);
    await this.#loops.stop();
    clearTimeout(late);
    await Promise.all(this.#slots.map(({ runner }) => runner.close()));
  }

  async #serve(slot: Slot): Promise<void> {
    const news = this.#newsCount;
    const lease = await this.#take(slot);
    if (lease !== null) await this.#work(lease, slot);
    else if (news === this.#newsCount) await this.#wait();
  }

  async #take({ sizes }: Slot): Promise<Lease | null> {
    const { store, queue, name, log, onlyNamed } = this.#options;
    const claim = (within: Queryable, id: string) => store.jobs.claim(within, id, name, LEASE_SECONDS);
    try {
      // Its entry in the queue is thrown away in its turn, as that of any job that does not wait any more.
      if (onlyNamed)
        for (const id of this.#named) {
          const lease = await claim(store.database, id);
          if (lease !== null) return lease;
        }
      else
        for (const size of sizes) {
          const lease = await queue.take(size, claim);
          if (lease !== null) return lease;
        }
    } catch (error) {
      log.trouble("taking a job", error as Error);
      await this.#loops.pause(1_000);
    }
    return null;
  }

  async #wait(): Promise<void> {
    const waited = new AbortController();
    const signal = AbortSignal.any([waited.signal, this.#loops.signal]);
    await Promise.race([once(this.#news, "job", { signal }), setTimeout(LOOK_MS, null, { signal })]).catch(
      () => {},
    );
    waited.abort();
  }

  async #work(lease: Lease, { runner, threads }: Slot): Promise<void> {
    const { log, tracing } = this.#options;
    const { job } = lease;
    const started = performance.now();
    const span = tracing.begin(`job ${job.kind}`, job.traceparent, {
      "job.id": job.id,
      "job.attempt": job.attempt,
    });
    const phases = new PhaseSpans(tracing, span.traceparent);
    log.began(job, job.attempt);
    this.#own.add(job.id);
    const giveBack = this.#givingBack.signal;
    const end = await this.#attempt(lease, runner, {
      threads: job.size === "small" ? 1 : threads,
      giveBack,
      onProgress: (progress) => phases.heed(progress),
    });
    phases.end(end.state === "done" ? (end.result as { timings?: Record<string, number> }).timings : {});
    let state: AttemptEnd["state"] = "lost";
    try {
      state = await insisting(() => this.#settle(lease, end), giveBack);
    } catch (error) {
      // Its lease runs out, and somebody takes it again.
      log.trouble(`ending job ${job.id}`, error as Error);
    }
    this.#own.delete(job.id);
    span.set({ "job.state": state });
    span.end();
    log.ended(job, state, performance.now() - started, "how" in end ? end.how : undefined);
    // What one job could not do, the next one could not either, perhaps.
    if (end.state === "died") await this.#loops.pause(1_000);
  }

  async #attempt(
    lease: Lease,
    runner: Runner,
    options: Pick<AttemptOptions, "threads" | "giveBack" | "onProgress">,
  ): Promise<AttemptEnd> {
    const { store, tmp, log } = this.#options;
    const { id } = lease.job;
    try {
      return await attempt(lease, {
        ...options,
        store,
        runner,
        tmp,
        leaseSeconds: LEASE_SECONDS,
        onTrouble: (error) => log.trouble(`renewing the lease of job ${id}`, error),
      });
    } catch (error) {
      if (!isAway(error)) log.trouble(`job ${id}`, error as Error);
      if (error instanceof Unavailable) return { state: "givenBack" };
      if (!(error instanceof Fault)) return { state: "died", how: "what is around it failed" };
      return { state: "failed", problem: problem(500, error.code, "A fault of ours: there is no plan.") };
    }
  }

  /** @returns what became of the attempt after all */
  async #settle(lease: Lease, end: AttemptEnd): Promise<AttemptEnd["state"]> {
    const { store, queue, keepSeconds } = this.#options;
    switch (end.state) {
      case "lost":
        return "lost";
      case "done":
      case "failed":
      case "cancelled":
        return (await store.jobs.end(lease, end, keepSeconds)) ? end.state : "lost";
      case "givenBack":
      case "died": {
        const crash = end.state === "died" ? { most: CRASHES, problem: diedProblem() } : null;
        await store.database.transaction(async (within) => {
          const state = await store.jobs.giveBack(within, lease, crash, keepSeconds);
          if (state === "queued") await queue.send(within, lease.job, true);
        });
        return end.state;
      }
    }
  }

  /** Throws away what need not be kept any longer. */
  async #tidy(): Promise<void> {
    const { store, log } = this.#options;
    const { signal } = this.#loops;
    try {
      await store.jobs.expire(signal);
      await store.idempotency.expire(signal);
      await store.nights.expire(signal);
      await store.webhooks.expire(signal);
      await store.orderSets.expire(signal);
      await store.blobs.sweep(signal);
    } catch (error) {
      // What is left of it is there for whoever comes next.
      if (!signal.aborted) log.trouble("tidying up", error as Error);
    }
    await this.#loops.pause(TIDY_MS);
  }

  async #retake(): Promise<void> {
    await this.#retakeOnce(LEASE_SECONDS);
    await this.#loops.pause(RETAKE_MS);
  }

  /** @param wait see {@link Retaking} */
  async #retakeOnce(wait: number | null): Promise<void> {
    const { store, queue, keepSeconds, log } = this.#options;
    try {
      const retaken = await store.database.transaction(async (within) => {
        const jobs = await store.jobs.retake(within, {
          own: [...this.#own],
          losses: LOSSES,
          problem: lostProblem(),
          keepSeconds,
          wait,
        });
        for (const job of jobs) if (job.state === "queued") await queue.send(within, job, true);
        return jobs;
      });
      for (const job of retaken) log.retaken(job);
      if (retaken.length > 0) this.nudge();
    } catch (error) {
      log.trouble("retaking jobs", error as Error);
    }
  }
}

/** A place for one job at a time. */
class Slot {
  readonly runner = new Runner();

  constructor(
    /** Of the jobs that it takes, those that it prefers first. */
    readonly sizes: readonly JobSize[],
    readonly threads: number,
  ) {}
}

function lostProblem() {
  return problem(500, "WORKER_LOST", "Every worker that took this job was lost with it.", {
    detail: `That was ${LOSSES} times.`,
  });
}

function diedProblem() {
  return problem(500, "WORKER_DIED", "The process that worked this out died of it.", {
    detail: `It was tried ${CRASHES} times. Maybe there is too little memory for so many orders.`,
  });
}
