import type { Logger } from "../jobs/logger.js";
import type { Workplace } from "../jobs/workplace.js";
import { systemClock } from "./clock.js";
import type { NightParts } from "./nightParts.js";

/** What nights are worked on with, at a workplace that has begun to work. */
export async function nightParts(
  workplace: Workplace,
  keepSeconds: number,
  log: Logger,
): Promise<NightParts> {
  const { store, queue, tracing, nudge } = workplace;
  // Whoever had a night before is gone.
  if (!store.isShared) await store.nights.releaseAll();
  return { store, queue, tracing, nudge, clock: systemClock, keepSeconds, log };
}
