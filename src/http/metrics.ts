import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { residentBytes } from "../jobs/residentBytes.js";
import type { JobKind } from "../model/job.js";
import type { JobStore } from "../store/jobStore.js";

/** A job that ended may be seen so much later: its end bears the time at which its transaction began. */
const OVERLAP_SECONDS = 30;

/** What is counted, in the form that Prometheus reads. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: "packwright_http_request_seconds",
    help: "Time from a request to the end of its answer",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60],
    registers: [this.#registry],
  });
  readonly #accepted = new Counter({
    name: "packwright_jobs_accepted_total",
    help: "Jobs that were accepted",
    labelNames: ["kind"],
    registers: [this.#registry],
  });
  readonly #ended = new Counter({
    name: "packwright_jobs_ended_total",
    help: "Attempts at jobs, by how they ended",
    labelNames: ["kind", "state"],
    registers: [this.#registry],
  });
  readonly #solves = new Counter({
    name: "packwright_solves_total",
    help: "Plans made, by what made them and how good they are known to be",
    labelNames: ["engine", "status"],
    registers: [this.#registry],
  });
  readonly #gap = new Histogram({
    name: "packwright_plan_gap",
    help: "How far from the optimum plans can be",
    buckets: [0, 0.0001, 0.001, 0.01, 0.05, 0.2, 1],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "packwright_job_seconds",
    help: "Time that a worker took for a job",
    labelNames: ["kind"],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
    registers: [this.#registry],
  });

  readonly #jobs: Pick<JobStore, "waiting" | "plansMade">;
  readonly #startedAt = performance.now();
  #lookedAt = this.#startedAt;
  /** Plans that the last look found. */
  #counted: ReadonlySet<string> = new Set();

  constructor(jobs: Pick<JobStore, "waiting" | "plansMade">) {
    this.#jobs = jobs;
    const waiting = new Gauge({
      name: "packwright_jobs",
      help: "Jobs that wait or run, on all workers",
      labelNames: ["state", "size"],
      registers: [this.#registry],
      async collect() {
        this.reset();
        for (const state of ["queued", "running"])
          for (const size of ["small", "large"]) this.set({ state, size }, 0);
        for (const { state, size, jobs: count } of await jobs.waiting()) this.set({ state, size }, count);
      },
    });
    const memory = new Gauge({
      name: "packwright_resident_bytes",
      help: "Memory in use by this process, without its runners",
      registers: [this.#registry],
      collect() {
        this.set(residentBytes(process.pid));
      },
    });
    void waiting;
    void memory;
  }

  requested(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  accepted(kind: JobKind): void {
    this.#accepted.inc({ kind });
  }

  ended(kind: JobKind, state: string, seconds: number): void {
    this.#ended.inc({ kind, state });
    this.#seconds.observe({ kind }, seconds);
  }

  /**
   * Counts plans that were made since the last look, by whatever worker: they are all in the database, and workers elsewhere
   * answer nobody.
   */
  async #countSolves(): Promise<void> {
    const now = performance.now();
    const seconds = (now - this.#lookedAt) / 1_000;
    const plans = await this.#jobs.plansMade(seconds + OVERLAP_SECONDS);
    this.#lookedAt = now;
    const counted = this.#counted;
    this.#counted = new Set(plans.map(({ id }) => id));
    for (const { id, engine, status, gap, secondsAgo } of plans) {
      if (counted.has(id) || secondsAgo > (now - this.#startedAt) / 1_000) continue;
      this.#solves.inc({ engine, status });
      if (gap !== null) this.#gap.observe(gap);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await this.#countSolves();
    return this.#registry.metrics();
  }
}
