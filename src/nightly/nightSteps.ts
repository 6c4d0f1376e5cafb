import { insisting } from "../jobs/attempt.js";
import { InputError } from "../model/issue.js";
import type { Problem } from "../model/problem.js";
import { localOf } from "../model/zone.js";
import { Unavailable } from "../store/database.js";
import type { JobFile } from "../store/jobStore.js";
import type { Night, NightEnding, NightLease } from "../store/nightStore.js";
import { CHANNELS_NAMES } from "./channels.js";
import type { Schedule } from "./config.js";
import type { Delivered, Delivery, NightHead } from "./delivered.js";
import { deliver } from "./delivery.js";
import { AwayElsewhere, SlowElsewhere } from "./elsewhere.js";
import { collectInputs } from "./inputs.js";
import type { NightKeeper } from "./keeper.js";
import { ended, jobOf, nightOf } from "./nightJob.js";
import type { NightParts } from "./nightParts.js";
import { dueText, latestEndOf, stopAt } from "./nightTimes.js";
import { type NightResult, renamed } from "./nightTold.js";

/** A night that is being worked on. */
export interface NightWork {
  readonly lease: NightLease;
  readonly schedule: Schedule;
  readonly parts: NightParts;
  readonly keeper: NightKeeper;
}

/** How the steps of a night came out. */
export type StepsEnd =
  | NightEnding
  /** The revision before was made of the same, and has been delivered. */
  | { readonly state: "unchanged"; readonly revision: number; readonly result: NightResult };

/** How long a database that does not answer is tried to be delivered to. */
const DELIVERY_MS = 3_600_000;
const AGAIN_MS = 5_000;

/**
 * Waits for the orders of a night, has them planned and delivers the plan, as far as that was not done before.
 *
 * @throws InputError where there is nothing to plan, or no place for the plan
 * @throws LeaseLost where another process has taken the night
 */
export async function planned(work: NightWork): Promise<StepsEnd> {
  const { lease, schedule, parts } = work;
  const { signal } = work.keeper;
  const { store } = parts;
  const { night } = lease;
  if (night.job !== null) return delivered(work, night, night.job);
  const inputs = await insisting(() => collectInputs(schedule, night, parts, signal), signal);
  const before = (await insisting(() => store.nights.revisions(schedule.id, night.due), signal)).filter(
    ({ revision }) => revision < night.revision,
  );
  const [last] = before;
  if (last?.state === "done" && last.inputsSha256 === inputs.sha256 && last.job !== null) {
    const again = await insisting(() => store.jobs.get(last.job!), signal);
    // Without its job it cannot be delivered once more. It was told of: another plan of the same is not to be.
    const { result } = again === null ? last : await delivered(work, last, last.job);
    return { state: "unchanged", revision: last.revision, result: result as NightResult };
  }
  const job = await insisting(() => jobOf(lease, schedule, inputs, before, parts), signal);
  signal.throwIfAborted();
  return delivered(work, night, job);
}

/** Waits for the plan of a night and delivers it. @param night this one, or a revision before that is the same */
async function delivered(work: NightWork, night: Night, id: string): Promise<NightEnding> {
  const { schedule, parts } = work;
  const { store, clock } = parts;
  const { signal } = work.keeper;
  parts.nudge(id);
  const job = await ended(id, stopAt(schedule, night, clock.now()), parts, signal);
  const about = nightOf(job);
  if (job.state !== "done")
    return {
      state: "failed",
      complete: null,
      problem: renamed(job.problem as Problem | null, about),
      result: null,
    };
  const { stoppedBy } = job.result as { stoppedBy: string };
  const head: NightHead = {
    schemaVersion: 1,
    schedule: schedule.id,
    due: dueText(schedule, night),
    revision: night.revision,
    job: id,
    complete: !(stoppedBy === "interrupt" || (stoppedBy === "time" && about.shortened)),
    stoppedBy,
    late: clock.now() > latestEndOf(schedule, night.due.getTime()),
  };
  const files = await insisting(() => deliveredFiles(id, parts), signal);
  const due = localOf(night.due.getTime(), schedule.timeZone);
  const { to } = await patiently(work, { head, files, blobs: store.blobs, due });
  const result: NightResult = { head, to, summary: job.result! };
  return { state: "done", complete: head.complete, problem: null, result };
}

/** The plan, and the channels that it was made with, their dates moved: whoever verifies it needs them. */
async function deliveredFiles(job: string, { store }: NightParts): Promise<JobFile[]> {
  const [outputs, inputs] = await Promise.all([
    store.jobs.files(job, "output"),
    store.jobs.files(job, "input"),
  ]);
  return [...outputs, ...inputs.filter(({ name }) => CHANNELS_NAMES.includes(name))];
}

/** Delivers, and tries again while a database does not answer: for a while where it is another, and as long as it takes where it is ours. */
async function patiently(
  { schedule, parts, keeper }: NightWork,
  plan: Omit<Delivery, "mustBeOurs" | "signal">,
): Promise<Delivered> {
  const { clock, log } = parts;
  const { signal } = keeper;
  const until = clock.now() + DELIVERY_MS;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await deliver(schedule.destination, { ...plan, mustBeOurs: () => keeper.mustBeOurs(), signal });
    } catch (error) {
      if (error instanceof AwayElsewhere && clock.now() > until) throw unavailable(error);
      if (!(error instanceof AwayElsewhere || error instanceof Unavailable)) throw error;
      log.warn({ reason: error.message }, "the night's plan cannot be delivered yet");
      await clock.wait(AGAIN_MS, signal);
    }
  }
}

function unavailable(away: AwayElsewhere): InputError {
  return new InputError([
    {
      code: "DESTINATION_UNAVAILABLE",
      path: "destination",
      message: `${away instanceof SlowElsewhere ? "takes too long" : "does not answer"}: ${away.message}`,
      hint: "When it does, run the night by hand: the plan is there.",
    },
  ]);
}
