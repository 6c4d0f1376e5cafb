import { Channels } from "./channels.js";
import type { Pending } from "./following.js";
import { Jobs } from "./jobs.js";
import { Keys } from "./keys.js";
import { OrderSets } from "./orderSets.js";
import { Plans } from "./plans.js";
import { type Streaming, type SubmitOptions, submission } from "./submitting.js";
import { type CallOptions, type ClientOptions, Transport } from "./transport.js";
import type {
  BreakEvenRequest,
  Coverage,
  EvaluateRequest,
  FrontierRequest,
  Health,
  Job,
  VerifyRequest,
  WhatIfRequest,
} from "./types.js";

export interface CoverageOptions extends CallOptions {
  /** Default the newest. */
  readonly version?: number;
  /** Only this bank; default all that rules name. */
  readonly bank?: string;
  /** Instant with an offset; default now. */
  readonly at?: string;
}

/**
 * A packwright service, every route of it a method. Calls may run at the same time; there is nothing to close.
 *
 * Every method throws {@link ProblemError} where the service refuses, {@link UnreachableError} where it is not to be reached, and
 * the reason of a signal that was given.
 */
export class Client {
  readonly plans: Plans;
  readonly orderSets: OrderSets;
  readonly channels: Channels;
  readonly jobs: Jobs;
  readonly keys: Keys;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.plans = new Plans(this.#transport);
    this.orderSets = new OrderSets(this.#transport);
    this.channels = new Channels(this.#transport);
    this.jobs = new Jobs(this.#transport);
    this.keys = new Keys(this.#transport);
  }

  /** What scenarios would cost: `what-if.json` among the files of the job. */
  whatIf(request: Streaming<WhatIfRequest>, options?: SubmitOptions): Promise<Pending<Job>> {
    return this.#job("/v1/what-if", request, options);
  }

  /** At which values of a number the plan changes: `break-even.json`. */
  breakEven(request: Streaming<BreakEvenRequest>, options?: SubmitOptions): Promise<Pending<Job>> {
    return this.#job("/v1/break-even", request, options);
  }

  /** What an earlier finish or fewer packages would cost: `frontier.json`. */
  frontier(request: Streaming<FrontierRequest>, options?: SubmitOptions): Promise<Pending<Job>> {
    return this.#job("/v1/frontier", request, options);
  }

  /** What somebody else's assignments cost, and which rules they break: `evaluation.json`. */
  evaluate(request: Streaming<EvaluateRequest>, options?: SubmitOptions): Promise<Pending<Job>> {
    return this.#job("/v1/evaluate", request, options);
  }

  /** Works a plan out again from its inputs alone: `verification.json`. */
  verify(request: Streaming<VerifyRequest>, options?: SubmitOptions): Promise<Pending<Job>> {
    return this.#job("/v1/verify", request, options);
  }

  /** Which banks a stored contract serves at a moment, by which channels, within which limits and until when. */
  coverage(channels: string, { version, bank, at, ...options }: CoverageOptions = {}): Promise<Coverage> {
    const query = { channels, version, bank, at };
    return this.#transport.json({ ...options, method: "GET", path: "/v1/coverage", query });
  }

  /** Whether the process is alive. */
  health(options: CallOptions = {}): Promise<Health> {
    return this.#transport.json({ ...options, method: "GET", path: "/healthz" });
  }

  /** Whether it can do its work. */
  ready(options: CallOptions = {}): Promise<Health> {
    return this.#transport.json({ ...options, method: "GET", path: "/readyz" });
  }

  /** Figures in the form of Prometheus. */
  metrics(options: CallOptions = {}): Promise<string> {
    return this.#transport.text({ ...options, method: "GET", path: "/metrics", accept: "text/plain" });
  }

  async #job(path: string, request: object, options?: SubmitOptions): Promise<Pending<Job>> {
    return this.jobs.pending(await this.#transport.json(submission(path, request, options)));
  }
}
