import type { DeferReason } from "../model/plan.js";
import type { Micros } from "../model/time.js";
import type { Assigned, Used } from "./assignments.js";
import { mayBeLonger } from "./growth.js";
import { type Instance, type Separation, Uniqueness } from "./instance.js";
import { type LimitRow, Room } from "./limits.js";
import type { PackageTable } from "./packages.js";
import { Lanes, packageTakes, singleLeaves } from "./queue.js";
import { aloneLeaves, type Survey } from "./survey.js";

/** The finished plan, as far as it decides where there is room. */
export interface FinishedPlan {
  readonly row: LimitRow;
  readonly used: Used;
  readonly assigned: Assigned;
  readonly packages: PackageTable;
}

/** Says why an order that some channel could take is on none (docs/deferral.md). */
export function deferReasons(
  instance: Instance,
  { takes }: Survey,
  plan: FinishedPlan,
): (order: number) => DeferReason {
  const { contract, coverage } = instance;
  const room = new Room(plan.row);
  plan.row.limits.forEach((_, place) => {
    room.use(place, plan.used.orders[place]!, plan.used.amount[place]!, plan.used.packages[place]!);
  });
  const spaces: (ChannelSpace | undefined)[] = contract.channels.map(() => undefined);
  return (order) => {
    let belowMinimum = false;
    for (let c = 0; c < contract.channels.length; c++) {
      if (!takes.has(order, c)) continue;
      const amount = instance.amount(order);
      if (!room.fits(c, coverage.ruleOf(order, c), amount)) continue;
      const space = spaces[c] ?? spaceOf(instance, plan, room, c);
      spaces[c] = space;
      const dueBy = instance.dueBy(order);
      // Without a due time Infinity is late all the same: it stands for a closed end.
      if (space.endFinishes !== Infinity && space.endFinishes <= dueBy) {
        if (!space.belowMinimum) return "DEARER_THAN_PENALTY";
        belowMinimum = true;
      }
      if (space.packageFits(order, amount, dueBy)) return "DEARER_THAN_PENALTY";
    }
    return belowMinimum ? "PACKAGE_MINIMUM" : "CAPACITY_EXHAUSTED";
  };
}

/** Room in a channel's queue and packages, limits over the whole plan aside. */
interface ChannelSpace {
  /** When an order at the end of the queue (in a package of its own, if any) finishes; Infinity where none may be. */
  readonly endFinishes: Micros;
  /** Whether such a package would be smaller than the channel takes. */
  readonly belowMinimum: boolean;
  /** Whether a package has room for the order. */
  packageFits(order: number, amount: number, dueBy: Micros): boolean;
}

function spaceOf(
  instance: Instance,
  { assigned, packages }: FinishedPlan,
  room: Room,
  c: number,
): ChannelSpace {
  const channel = instance.contract.channels[c]!;
  const { queue, mode } = channel;
  const finishOf = (leaves: Micros) => (leaves <= queue.cutOff ? leaves + queue.result : Infinity);
  if (mode === "single") {
    const leaves = singleLeaves(queue, assigned.orders[c]!);
    return { endFinishes: finishOf(leaves), belowMinimum: false, packageFits: () => false };
  }
  const sequence = packages.inSequence[c]!;
  const lanes = new Lanes(queue, sequence.length + 1);
  for (const p of sequence) lanes.hold(lanes.next + packageTakes(queue, packages.orders[p]!));
  const leaves = lanes.next + (aloneLeaves(channel) - queue.start);
  // Most plans leave room at the end, and then nobody asks for more.
  let open: OpenPackages | undefined;
  return {
    endFinishes: room.packageFits(c) ? finishOf(leaves) : Infinity,
    belowMinimum: channel.package.minOrders > 1,
    packageFits: (order, amount, dueBy) => {
      open ??= openPackages(instance, { assigned, packages }, c);
      return open.fits(order, amount, dueBy);
    },
  };
}

/** The packages that may grow by an order. */
function openPackages(
  instance: Instance,
  { assigned, packages }: Pick<FinishedPlan, "assigned" | "packages">,
  c: number,
): OpenPackages {
  const { queue, package: terms } = instance.contract.channels[c]!;
  const sequence = packages.inSequence[c]!;
  const submitted = Array.from(sequence, (p) => ({
    orders: packages.orders[p]!,
    leaveBy: Math.min(queue.cutOff, packages.dueBy[p]! - queue.result),
    asked: packages.orders[p]! < terms.maxOrders,
  }));
  const mayGrow = mayBeLonger(queue, submitted);
  const open: OpenPackage[] = [];
  sequence.forEach((p, i) => {
    if (!submitted[i]!.asked || !mayGrow[i]!) return;
    const amountLeft =
      terms.maxAmount === Infinity ? Infinity : Number(BigInt(terms.maxAmount) - packages.amount.total(p));
    const finishes = packages.leaves[p]! + queue.perOrder + queue.result;
    open.push({ package: p, key: packages.key[p]!, amountLeft, finishes });
  });
  const unique = new Uniqueness(instance, terms.uniqueBy);
  const holding = new Map<number, Set<number>>();
  if (terms.uniqueBy.length > 0)
    assigned.order.forEach((order, row) => {
      const value = order >= 0 && assigned.channel[row] === c ? unique.valueOf(order) : -1;
      if (value < 0) return;
      const those = holding.get(value) ?? new Set();
      those.add(assigned.package[row]!);
      holding.set(value, those);
    });
  const separation = instance.separation(terms.separateBy);
  return new OpenPackages(separation, open, (order) => holding.get(unique.valueOf(order)));
}

interface OpenPackage {
  readonly package: number;
  readonly key: number;
  readonly amountLeft: number;
  /** When it finishes, being one order longer. */
  readonly finishes: Micros;
}

/** Packages with a place left, by key: soonest first, each with the most amount left in it or any before it. */
class OpenPackages {
  readonly #separation: Separation;
  readonly #byKey = new Map<number, { finishes: Micros; amountLeft: number }[]>();

  readonly #open: readonly OpenPackage[];
  readonly #closedTo: (order: number) => ReadonlySet<number> | undefined;

  /** @param closedTo packages that an order may not join for an order in them, where there are such */
  constructor(
    separation: Separation,
    open: readonly OpenPackage[],
    closedTo: (order: number) => ReadonlySet<number> | undefined,
  ) {
    this.#separation = separation;
    this.#open = open;
    this.#closedTo = closedTo;
    for (const { key, finishes, amountLeft } of [...open].sort((a, b) => a.finishes - b.finishes)) {
      const list = this.#byKey.get(key);
      if (list === undefined) this.#byKey.set(key, [{ finishes, amountLeft }]);
      else list.push({ finishes, amountLeft: Math.max(amountLeft, list.at(-1)!.amountLeft) });
    }
  }

  fits(order: number, amount: number, dueBy: Micros): boolean {
    const own = this.#separation.key(order);
    const closed = this.#closedTo(order);
    if (closed !== undefined)
      return this.#open.some(
        ({ package: p, key, amountLeft, finishes }) =>
          key === own && !closed.has(p) && amountLeft >= amount && finishes <= dueBy,
      );
    const list = this.#byKey.get(own);
    if (list === undefined) return false;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.finishes <= dueBy) low = middle + 1;
      else high = middle;
    }
    return low > 0 && list[low - 1]!.amountLeft >= amount;
  }
}
