import type { Problem } from "../model/problem.js";
import { formatInstant, MICROS_PER_SECOND } from "../model/time.js";
import { offsetAt } from "../model/zone.js";
import type { Schedule } from "../nightly/config.js";
import type { NightResult } from "../nightly/nightTold.js";
import { type ListedNight, nightLines } from "../report/nights.js";
import type { Night } from "../store/nightStore.js";
import { inStore, mustExist } from "./reach.js";
import type { PlaceFlags } from "./serviceOptions.js";
import { colorsFor, describeTerminal } from "./terminal.js";

/** `nightly --list`. */

export interface NightsFlags extends PlaceFlags {
  readonly limit: number;
  readonly json?: true;
}

/**
 * Prints what became of the nights of schedules, newest first.
 *
 * @throws InputError where there are no data, or another process uses them
 */
export async function printNights(schedules: readonly Schedule[], flags: NightsFlags): Promise<void> {
  mustExist(flags, "nights", "Name the place that `packwright nightly` runs with: --data or --database-url.");
  const ids = schedules.map(({ id }) => id);
  const found = await inStore(
    flags,
    (store) => store.nights.list(ids, flags.limit),
    "Stop the process that runs by schedules for it: one alone can use the folder.",
  );
  const nights = found.map((night) => listed(night, schedules.find(({ id }) => id === night.schedule)!));
  const terminal = describeTerminal(process.stdout);
  const lines = flags.json
    ? [JSON.stringify({ nights })]
    : nightLines(nights, { colors: colorsFor(terminal), width: terminal.width });
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!flags.json && nights.length === flags.limit)
    process.stderr.write(`There may be more: these are the newest ${flags.limit}, see --limit.\n`);
}

function listed(night: Night, { timeZone }: Schedule): ListedNight {
  const { schedule, revision, state, byHand, complete, job } = night;
  const result = night.result as NightResult | null;
  const at = (moment: Date) => {
    const seconds = Math.floor(moment.getTime() / 1_000);
    return formatInstant(seconds * MICROS_PER_SECOND, offsetAt(seconds * 1_000, timeZone));
  };
  return {
    schedule,
    due: at(night.due),
    revision,
    state,
    byHand,
    complete,
    late: result?.head.late ?? null,
    endedAt: night.finishedAt === null ? null : at(night.finishedAt),
    deliveredTo: result?.to ?? null,
    job,
    problem: night.problem as Problem | null,
  };
}
