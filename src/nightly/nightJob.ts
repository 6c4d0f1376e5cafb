import { randomUUID } from "node:crypto";
import { insisting } from "../jobs/attempt.js";
import { Fault } from "../model/issue.js";
import { isEnded, JOB_PRIORITIES } from "../model/job.js";
import type { Job, NewJob } from "../store/jobStore.js";
import type { Night, NightLease } from "../store/nightStore.js";
import type { Schedule } from "./config.js";
import type { NightInputs } from "./inputs.js";
import { LeaseLost } from "./keeper.js";
import type { NightParts } from "./nightParts.js";
import { dueText, stopAt } from "./nightTimes.js";

/** The job that plans a night. */

/** What a night's job says of it, in its request. */
export interface NightOfJob {
  readonly schedule: string;
  readonly due: string;
  readonly revision: number;
  /** Whether the latest end left less time than the options allow. */
  readonly shortened: boolean;
  /** What people call the orders and the channels. */
  readonly from: { readonly orders: string; readonly channels: string };
}

interface NightRequest {
  readonly options: { readonly timeLimit: number };
  readonly night: NightOfJob;
}

/** Seconds of the search where the schedule names none. */
export const DEFAULT_TIME_LIMIT = 60;
/** Seconds of a search for which there is no time left: a plan late is more than none. */
const LEAST_TIME_LIMIT = 1;
const LOOK_MS = 400;

/**
 * Makes the job of a night, or finds one that plans the same. It may be called again where its answer was lost on its way.
 *
 * @param before revisions of the night before this one
 * @throws LeaseLost where another process has taken the night
 */
export async function jobOf(
  lease: NightLease,
  schedule: Schedule,
  inputs: NightInputs,
  before: readonly Night[],
  { store, queue, clock, tracing }: NightParts,
): Promise<string> {
  const { sha256: inputsSha256 } = inputs;
  const known = await store.jobs.getAll(
    before.flatMap(({ job, inputsSha256: sha }) => (job !== null && sha === inputsSha256 ? [job] : [])),
  );
  const same = known.find(({ state }) => state === "done" || !isEnded(state));
  const span = tracing.begin(`night ${schedule.id}`, null);
  span.end();
  const { traceparent } = span;
  const job = same ?? newJob(lease.night, schedule, inputs, traceparent, clock.now());
  return store.database.transaction(async (within) => {
    const night = await store.nights.lock(within, lease);
    if (night === null) throw new LeaseLost("the night was taken by another process");
    // An answer that was lost on its way may have been a yes.
    if (night.job !== null) return night.job;
    if (same === undefined) {
      await store.jobs.create(within, job as NewJob);
      await queue.send(within, job);
    }
    await store.nights.planned(within, lease, { job: job.id, inputsSha256, traceparent });
    return job.id;
  });
}

function newJob(
  night: Night,
  schedule: Schedule,
  { orders, channels }: NightInputs,
  traceparent: string,
  now: number,
): NewJob {
  const { timeLimit: wanted = DEFAULT_TIME_LIMIT } = schedule.options;
  const left = (stopAt(schedule, night, now) - now) / 1_000;
  const timeLimit = Math.max(LEAST_TIME_LIMIT, Math.min(wanted, left));
  const about: NightOfJob = {
    schedule: schedule.id,
    due: dueText(schedule, night),
    revision: night.revision,
    shortened: timeLimit < wanted,
    from: { orders: orders.from, channels: channels.from },
  };
  return {
    id: randomUUID(),
    kind: "plan",
    size: "large",
    priority: JOB_PRIORITIES.night,
    request: { options: { ...schedule.options, timeLimit }, channels: channels.version, night: about },
    createdBy: null,
    traceparent,
    inputs: [
      { name: `channels.${channels.format}`, blob: channels.blob.id },
      { name: `orders.${orders.format}`, blob: orders.blob.id },
    ],
  };
}

export function nightOf(job: Job): NightOfJob {
  return (job.request as NightRequest).night;
}

/**
 * Waits for a job to end. Where its time gets short while it waits it goes before all others, and when its time is up it is to end
 * with the best that it has.
 *
 * @param until milliseconds since 1970
 * @throws Fault where there is no such job any more
 */
export async function ended(id: string, until: number, parts: NightParts, signal: AbortSignal): Promise<Job> {
  const { store, clock, onProgress } = parts;
  for (;;) {
    const job = await insisting(() => store.jobs.get(id), signal);
    if (job === null)
      throw new Fault("NIGHT_WITHOUT_JOB", "the job of the night was thrown away before it was delivered");
    if (isEnded(job.state)) return job;
    if (job.progress !== null) onProgress?.(job.progress);
    const now = clock.now();
    const { timeLimit } = (job.request as NightRequest).options;
    if (job.state === "queued" && now >= until - timeLimit * 1_000)
      await insisting(() => raise(id, parts), signal);
    if (job.stop === null && now >= until) await insisting(() => store.jobs.hurry(id), signal);
    await clock.wait(LOOK_MS, signal);
  }
}

/** From now on what a job waits for is taken from its search. */
async function raise(id: string, { store, queue }: NightParts): Promise<void> {
  await store.database.transaction(async (within) => {
    const job = await store.jobs.raise(within, id, JOB_PRIORITIES.urgent);
    if (job !== null) await queue.send(within, job);
  });
}
