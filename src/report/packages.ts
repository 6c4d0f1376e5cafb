import type { Channel, Contract } from "../model/contract.js";
import type { PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import { type Micros, parseInstant } from "../model/time.js";

/** Packages as the page draws them: figures instead of text, times since the plan's time zero. */
export interface DrawnPackage {
  readonly row: PackageRow;
  readonly sequence: number;
  readonly orders: number;
  /** orders / maxOrders of the channel; null where it has no such limit. */
  readonly fill: number | null;
  readonly times: PackageTimes | null;
}

export interface PackageTimes {
  readonly start: Micros;
  /** When it leaves its lane: its finish less the channel's time to a result. */
  readonly leave: Micros;
  readonly finish: Micros;
}

/** A channel of the plan with its terms and packages, in submission sequence. */
export interface DrawnChannel {
  readonly figures: PlanFile["channels"][number];
  /** Null where the contract has no such channel: then the page goes without what only the contract knows. */
  readonly terms: Channel | null;
  readonly packages: readonly DrawnPackage[];
  readonly finish: Micros | null;
}

/** Joins the plan's channels with the contract's terms and the packages file's rows, in the plan's order. */
export function drawnChannels(
  plan: PlanFile,
  contract: Contract,
  rows: readonly PackageRow[],
): readonly DrawnChannel[] {
  const terms = new Map(contract.channels.map((channel) => [channel.id, channel]));
  const byChannel = new Map<string, PackageRow[]>();
  for (const row of rows) {
    const list = byChannel.get(row.channel);
    if (list === undefined) byChannel.set(row.channel, [row]);
    else list.push(row);
  }
  return plan.channels.map((figures) => {
    const channel = terms.get(figures.id) ?? null;
    const packages = (byChannel.get(figures.id) ?? []).map((row) => drawn(row, channel, contract.planAt));
    packages.sort((a, b) => a.sequence - b.sequence);
    return { figures, terms: channel, packages, finish: since(figures.finishAt ?? "", contract.planAt) };
  });
}

function drawn(row: PackageRow, channel: Channel | null, planAt: Micros | null): DrawnPackage {
  const orders = Number(row.orders);
  const limit = channel?.package.maxOrders ?? Infinity;
  const start = since(row.startsAt, planAt);
  const finish = since(row.finishesAt, planAt);
  return {
    row,
    sequence: Number(row.sequence),
    orders,
    fill: Number.isFinite(limit) ? orders / limit : null,
    times:
      start === null || finish === null
        ? null
        : { start, leave: Math.max(start, finish - (channel?.queue.result ?? 0)), finish },
  };
}

function since(text: string, planAt: Micros | null): Micros | null {
  const at = planAt === null || text === "" ? null : parseInstant(text);
  return at === null || planAt === null ? null : at - planAt;
}
