/** What the service works out, one kind of job each. */
export const JOB_KINDS = ["plan", "what-if", "break-even", "frontier", "evaluate", "verify"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** `queued` and `running` come to an end as one of the others. */
export const JOB_STATES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Jobs of few orders have a worker kept free for them. */
export const JOB_SIZES = ["small", "large"] as const;
export type JobSize = (typeof JOB_SIZES)[number];

/** Of jobs that wait the higher ones go first: those of requests last, before them nights, before all nights whose latest end is near. */
export const JOB_PRIORITIES = { request: 0, night: 1, urgent: 2 } as const;

/** How a running job is ended early: with the best that it has, or with nothing. */
export type JobStop = "keep" | "discard";

export function isEnded(state: JobState): boolean {
  return state !== "queued" && state !== "running";
}
