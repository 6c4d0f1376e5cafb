import { offsetMinutes, parseInstant } from "../../../src/model/time.js";
import { assignLanes, type TimedPackage, timed, waitingSpans } from "../../../src/report/lanes.js";
import { type TimeAxis, timeAxis } from "../../../src/report/timeAxis.js";
import type { PackageRow, PlanFile, Terms } from "../api/types.js";
import { type Changes, valueUnder } from "../state/changes.js";

/** What the picture of packages over time shows of a channel; all times in microseconds since time zero. */
export interface Band {
  readonly id: string;
  readonly mode: "batch" | "single";
  readonly orders: number;
  readonly start: number;
  /** Infinity where there is none. */
  readonly cutOff: number;
  readonly finish: number;
  /** `[lane][package]`; empty of single channels. */
  readonly lanes: readonly (readonly TimedPackage[])[];
  readonly waiting: readonly { readonly from: number; readonly to: number }[];
  readonly packages: number;
}

export interface QueuePicture {
  readonly axis: TimeAxis;
  readonly bands: readonly Band[];
  /** Time zero, microseconds since 1970. */
  readonly zero: number;
  /** Minutes of the offset that moments are told in. */
  readonly offset: number;
}

/** The picture of a plan under a changed contract; null where there are no times. */
export function queuePicture(
  plan: PlanFile,
  rows: readonly PackageRow[],
  { planAt, numbers }: Terms,
  changes: Changes,
): QueuePicture | null {
  if (planAt === null) return null;
  const zero = parseInstant(planAt)!;
  const values = new Map(numbers.map(({ path, value }) => [path, value]));
  const bands = plan.channels
    .filter(({ orders, finishAt }) => orders > 0 && finishAt !== null)
    .map((channel) =>
      bandOf(channel, rows, zero, (field) => {
        const path = `channels.${channel.id}.${field}`;
        return valueUnder(changes, path, values.get(path) ?? null);
      }),
    );
  if (bands.length === 0) return null;
  const last = Math.max(...bands.map(({ finish }) => finish));
  // Cut-offs are part of the picture as long as they do not squeeze the rest.
  const near = bands.map(({ cutOff }) => cutOff).filter((cutOff) => cutOff <= 1.6 * last);
  const offset = offsetMinutes(planAt) ?? 0;
  return { axis: timeAxis(Math.max(last, ...near), zero, offset), bands, zero, offset };
}

function bandOf(
  { id, mode, orders, finishAt }: PlanFile["channels"][number],
  rows: readonly PackageRow[],
  zero: number,
  term: (field: string) => string | null,
): Band {
  const seconds = (field: string) => Number(term(field) ?? "0") * 1e6;
  const instant = (field: string, absent: number) => {
    const text = term(field);
    return text === null ? absent : parseInstant(text)! - zero;
  };
  const result = seconds("queue.resultSeconds");
  const start = Math.max(0, instant("queue.opensAt", 0)) + seconds("queue.backlogSeconds");
  const most = Number(term("package.maxOrders") ?? Infinity);
  const packages = timed(
    rows
      .filter(({ channel }) => channel === id)
      .map((row) => {
        const begins = parseInstant(row.startsAt)! - zero;
        const finish = parseInstant(row.finishesAt)! - zero;
        const count = Number(row.orders);
        return {
          row,
          sequence: Number(row.sequence),
          orders: count,
          fill: Number.isFinite(most) ? count / most : null,
          times: { start: begins, leave: Math.max(begins, finish - result), finish },
        };
      })
      .sort((a, b) => a.sequence - b.sequence),
  );
  const finish = parseInstant(finishAt!)! - zero;
  const cutOff = instant("queue.cutOff", Infinity);
  const lanes = assignLanes(packages, {
    start,
    cutOff,
    perPackage: 0,
    perOrder: 0,
    lanes: Number(term("queue.lanes") ?? "1"),
    result,
  });
  const waiting =
    mode === "single"
      ? result > 0
        ? [{ from: Math.max(start, finish - result), to: finish }]
        : []
      : waitingSpans(packages);
  return { id, mode, orders, start, cutOff, finish, lanes, waiting, packages: packages.length };
}
