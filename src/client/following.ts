import { CancelledError, ProblemError } from "./errors.js";
import type { JobEvent } from "./events.js";
import { isPassing, sleep } from "./retries.js";
import type { CallOptions } from "./transport.js";
import type { Job, Plan, ProgressEvent } from "./types.js";

export interface WaitOptions extends CallOptions {
  /** Seconds between two looks, for where something on the way keeps events back; default: follow events. */
  readonly poll?: number;
  /** Told how far it is; not when polling. */
  readonly onProgress?: (progress: ProgressEvent) => void;
}

/** A job of whatever kind, as its resource shows it. */
type Followed = Plan | Job;

/** The resource of a job that is done. */
export type Done<Resource extends Followed> = Resource & { readonly state: "done" } & (Resource extends Plan
    ? { readonly plan: NonNullable<Plan["plan"]> }
    : unknown);

/** The resource of a job, which can be waited for. */
export type Pending<Resource extends Followed> = Resource & {
  /**
   * Waits until the job is done, whatever becomes of the connection meanwhile.
   *
   * @throws ProblemError where it failed
   * @throws CancelledError where it was cancelled
   * @throws UnreachableError where the service is away for longer than this client tries again: wait again
   */
  wait(options?: WaitOptions): Promise<Done<Resource>>;
};

interface Source<Resource extends Followed> {
  readonly get: (options: CallOptions) => Promise<Resource>;
  readonly events: (options: CallOptions) => AsyncIterable<JobEvent>;
}

/** Adds `wait` to a resource, out of sight of whoever writes or compares it. */
export function pending<Resource extends Followed>(
  resource: Resource,
  source: Source<Resource>,
): Pending<Resource> {
  return Object.defineProperty(resource, "wait", {
    value: async (options: WaitOptions = {}) =>
      doneOf(isEnded(resource) ? resource : await ended(source, options)),
  }) as Pending<Resource>;
}

async function ended<Resource extends Followed>(
  source: Source<Resource>,
  { poll, onProgress = () => {}, ...call }: WaitOptions,
): Promise<Resource> {
  for (;;) {
    try {
      if (poll === undefined)
        for await (const event of source.events(call)) if (event.event === "progress") onProgress(event);
    } catch (error) {
      // The stream broke off: how far the job is, is seen below, where the service is there at all, and then it is followed again.
      if (!isPassing(error)) throw error;
    }
    const resource = await source.get(call);
    if (isEnded(resource)) return resource;
    await sleep(poll ?? 1, call.signal);
  }
}

function isEnded({ state }: Followed): boolean {
  return state !== "queued" && state !== "running";
}

function doneOf<Resource extends Followed>(resource: Resource): Done<Resource> {
  const { state, problem, id } = resource;
  if (state === "failed") throw new ProblemError({ ...problem!, job: id });
  if (state !== "done") throw new CancelledError(id);
  return resource as unknown as Done<Resource>;
}
