import { insisting } from "../jobs/attempt.js";
import type { NightEnding, NightLease } from "../store/nightStore.js";
import type { Schedule } from "./config.js";
import { LeaseLost, NightKeeper } from "./keeper.js";
import type { NightParts } from "./nightParts.js";
import { type NightWork, planned, type StepsEnd } from "./nightSteps.js";
import { caughtUpUntil, enteredUntil } from "./nightTimes.js";
import { missedProblem, problemOf, toldOf } from "./nightTold.js";

/** How a night came out. */
export type NightEnd =
  | (NightEnding & { readonly revision: number })
  | Extract<StepsEnd, { state: "unchanged" }>;

/**
 * Works on a night until it is over: waits for its orders, has them planned, delivers the plan and tells of it. All that was done is
 * kept step by step, so that another process can go on from there.
 *
 * @param stopping given where it is to be left for others
 * @returns null where it was left to others, or others have taken it
 */
export async function workNight(
  lease: NightLease,
  schedule: Schedule,
  parts: NightParts,
  stopping: AbortSignal,
): Promise<NightEnd | null> {
  const { nights } = parts.store;
  const keeper = new NightKeeper(lease, nights, stopping);
  const work: NightWork = { lease, schedule, parts, keeper };
  try {
    const end = await endOf(work);
    if (end.state === "unchanged") {
      await insisting(() => nights.drop(lease), stopping);
      return end;
    }
    const isOurs = await insisting(() => settle(work, end), stopping);
    return isOurs ? { ...end, revision: lease.night.revision } : null;
  } catch (error) {
    if (!keeper.signal.aborted && !(error instanceof LeaseLost)) throw error;
    if (stopping.aborted) await nights.release(lease);
    return null;
  } finally {
    keeper.close();
  }
}

async function endOf(work: NightWork): Promise<StepsEnd> {
  const { lease, schedule, parts, keeper } = work;
  const { night } = lease;
  try {
    if (
      night.state === "waiting" &&
      !night.byHand &&
      parts.clock.now() > caughtUpUntil(schedule, night.due.getTime())
    )
      return { state: "missed", complete: null, problem: missedProblem(schedule), result: null };
    return await planned(work);
  } catch (error) {
    if (keeper.signal.aborted || error instanceof LeaseLost) throw error;
    return { state: "failed", complete: null, problem: problemOf(error, schedule, parts), result: null };
  }
}

/** Writes down how a night came out, and that somebody is to be told. @returns whether the night was ours */
async function settle(
  { lease, schedule, parts: { store, keepSeconds } }: NightWork,
  ending: NightEnding,
): Promise<boolean> {
  const keeping = {
    seconds: keepSeconds,
    atLeastUntil: new Date(enteredUntil(schedule, lease.night.due.getTime())),
  };
  return store.database.transaction(async (within) => {
    const night = await store.nights.end(within, lease, ending, keeping);
    // An answer that was lost on its way may have been a yes.
    if (night === null) return store.nights.hasEnded(within, lease);
    const { job, traceparent } = night;
    if (schedule.webhook !== null)
      await store.webhooks.create(within, {
        event: `night.${ending.state === "done" ? "ready" : ending.state}`,
        url: schedule.webhook,
        job,
        traceparent,
        content: toldOf(night, schedule, ending),
      });
    return true;
  });
}
