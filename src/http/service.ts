import type { Queries } from "../jobs/queries.js";
import type { JobQueue } from "../jobs/queue.js";
import type { Simulations } from "../jobs/simulations.js";
import type { Tracing } from "../jobs/tracing.js";
import type { Store } from "../store/index.js";
import type { JobWatch } from "./jobWatch.js";
import type { Limits } from "./limits.js";
import type { Metrics } from "./metrics.js";

/** What requests are served with. */
export interface Service {
  readonly store: Store;
  readonly queue: JobQueue;
  /** Questions that are answered at once, outside of jobs. */
  readonly queries: Queries;
  /** Changes of contracts that are answered in a moment. */
  readonly simulations: Simulations;
  readonly watch: JobWatch;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Tells workers of this process that there is a new job. */
  readonly nudge: () => void;
  /** How long ended jobs are kept. */
  readonly keepSeconds: number;
  /** Hosts that may be told by webhook; each also for what is below it where it begins with a dot. */
  readonly webhookHosts: readonly string[];
  /** Whether callers need a key. */
  readonly needsKeys: boolean;
}
