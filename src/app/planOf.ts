import type { Contract } from "../model/contract.js";
import type { ChannelLoad, Plan } from "../model/plan.js";
import type { GivenPlan } from "../model/planFolder.js";

/**
 * The plan that tables hold, those of a plan folder or others.
 *
 * @returns null where they hold none: unknown orders, channels or packages, or packages that do not count 1, 2, …
 */
export function planOf(contract: Contract, { packages, assignments }: GivenPlan): Plan | null {
  const indexOf = new Map(contract.channels.map(({ id }, c) => [id, c]));
  const packageOf = new Map(packages.map((row, p) => [row.package, p]));
  const counts = contract.channels.map(
    (_, c) => packages.filter((row) => indexOf.get(row.channel) === c).length,
  );
  const places = packages.map(({ sequence, channel }) => {
    const c = indexOf.get(channel);
    const place = Number(sequence) - 1;
    return c !== undefined && Number.isInteger(place) && place >= 0 && place < counts[c]! ? place : -1;
  });
  const channelOf = assignments.channelNames.map((name) => indexOf.get(name) ?? -1);
  const namedPackage = assignments.packageNames.map((name) => packageOf.get(name) ?? -1);
  const members = contract.channels.map((): number[] => []);
  /** `[channel][member]` place of its package. */
  const inPlace = contract.channels.map((): number[] => []);
  for (let row = 0; row < assignments.count; row++) {
    const order = assignments.order[row]!;
    const c = channelOf[assignments.channel[row]!]!;
    if (order < 0 || c < 0) return null;
    const p = namedPackage[assignments.package[row]!]!;
    const isBatch = contract.channels[c]!.mode === "batch";
    if (isBatch && (p < 0 || indexOf.get(packages[p]!.channel) !== c || places[p]! < 0)) return null;
    members[c]!.push(order);
    inPlace[c]!.push(isBatch ? places[p]! : 0);
  }
  if (contract.channels.some(({ mode }, c) => mode === "single" && counts[c]! > 0)) return null;
  const loads = members.map((orders, c) => loadOf(orders, inPlace[c]!, counts[c]!));
  return loads.some((load) => load.packageSizes.includes(0)) ? null : { loads };
}

/** Puts orders into the sequence of their packages; within one they stay as they come. */
function loadOf(orders: readonly number[], places: readonly number[], packages: number): ChannelLoad {
  if (packages === 0) return { orders: Int32Array.from(orders), packageSizes: new Int32Array(0) };
  const packageSizes = new Int32Array(packages);
  for (const place of places) packageSizes[place]!++;
  const next = new Int32Array(packages);
  for (let p = 1; p < packages; p++) next[p] = next[p - 1]! + packageSizes[p - 1]!;
  const sorted = new Int32Array(orders.length);
  orders.forEach((order, i) => {
    sorted[next[places[i]!]!++] = order;
  });
  return { orders: sorted, packageSizes };
}
