import type { GivenPackage } from "../model/planFolder.js";
import { ExactSums } from "./exact.js";
import type { Instance, Separation } from "./instance.js";
import type { ViolationList } from "./violations.js";

/** The packages of a plan as columns; row i is the i-th row of the packages file. */
export interface PackageTable {
  readonly rows: readonly GivenPackage[];
  /** `[package]` its batch channel, or -1 where the row names none. */
  readonly channel: Int32Array;
  /** `[channel]` its packages in submission sequence. */
  readonly inSequence: readonly Int32Array[];
  /** `[package]` place in that sequence, from 0. */
  readonly place: Int32Array;
  readonly orders: Int32Array;
  readonly amount: ExactSums;
  readonly charges: ExactSums;
  /** Delay weights, in millionths. */
  readonly weight: ExactSums;
  /** `[package]` key of its `separateBy` values; -1 while it has no order. */
  readonly key: Int32Array;
  /** `[package]` earliest `dueBy` of its orders. */
  readonly dueBy: Float64Array;
  /** `[package]` when it takes its lane, leaves it, and when its orders finish. */
  readonly starts: Float64Array;
  readonly leaves: Float64Array;
  readonly finishes: Float64Array;
}

/** Reads the packages file: ids, channels and the sequence; the packages are still empty. */
export function readPackages(
  instance: Instance,
  rows: readonly GivenPackage[],
  violations: ViolationList,
): PackageTable {
  const { channels } = instance.contract;
  const indexOf = new Map(channels.map((channel, c) => [channel.id, c]));
  const seen = new Set<string>();
  const of: number[][] = channels.map(() => []);
  const channel = Int32Array.from(rows, (row, p) => {
    const where = { package: row.package, channel: row.channel };
    if (row.package === "")
      violations.add("PACKAGE_WITHOUT_ID", "package.id", where, () => `Row ${p + 1} of packages has no id.`);
    else if (seen.has(row.package))
      violations.add("PACKAGE_TWICE", "package.id", where, () => `Package ${row.package} is listed twice.`);
    seen.add(row.package);
    const c = indexOf.get(row.channel);
    if (c === undefined || channels[c]!.mode !== "batch") {
      const what = c === undefined ? "an unknown channel" : "a channel that takes single orders";
      violations.add(
        "PACKAGE_CHANNEL",
        "package.channel",
        where,
        () => `Package ${row.package} is on ${row.channel}, ${what}.`,
      );
      return -1;
    }
    of[c]!.push(p);
    return c;
  });
  const place = new Int32Array(rows.length);
  const inSequence = of.map((list) => {
    const sequence = (p: number) =>
      /^[1-9]\d*$/.test(rows[p]!.sequence) ? Number(rows[p]!.sequence) : Infinity;
    const sorted = Int32Array.from(list).sort((a, b) =>
      sequence(a) < sequence(b) ? -1 : sequence(a) > sequence(b) ? 1 : a - b,
    );
    sorted.forEach((p, i) => {
      place[p] = i;
      if (sequence(p) === i + 1) return;
      const { package: id, channel: on, sequence: stated } = rows[p]!;
      violations.add(
        "PACKAGE_SEQUENCE",
        "package.sequence",
        { package: id, channel: on },
        () => `Package ${id} has sequence ${stated}; the packages of ${on} count from 1 without a gap.`,
      );
    });
    return sorted;
  });
  return {
    rows,
    channel,
    inSequence,
    place,
    orders: new Int32Array(rows.length),
    amount: new ExactSums(rows.length),
    charges: new ExactSums(rows.length),
    weight: new ExactSums(rows.length),
    key: new Int32Array(rows.length).fill(-1),
    dueBy: new Float64Array(rows.length).fill(Infinity),
    starts: new Float64Array(rows.length),
    leaves: new Float64Array(rows.length),
    finishes: new Float64Array(rows.length),
  };
}

/** `[channel]` which orders may share one of its packages. */
export function channelSeparations(instance: Instance): readonly Separation[] {
  return instance.contract.channels.map((channel) => instance.separation(channel.package.separateBy));
}

/** Limits of each single package. */
export function checkPackageLimits(
  { contract }: Instance,
  packages: PackageTable,
  violations: ViolationList,
): void {
  packages.rows.forEach(({ package: id }, p) => {
    const channel = contract.channels[packages.channel[p]!];
    if (channel === undefined) return;
    const { minOrders, maxOrders, maxAmount } = channel.package;
    const orders = packages.orders[p]!;
    const broken = (code: string, field: string, message: string) =>
      violations.add(code, `package.${field}`, { package: id, channel: channel.id }, () => message);
    if (orders === 0) broken("PACKAGE_EMPTY", "orders", `Package ${id} has no orders.`);
    else if (orders < minOrders)
      broken(
        "PACKAGE_MIN_ORDERS",
        "minOrders",
        `Package ${id} has ${orders} orders, at least ${minOrders} are due.`,
      );
    if (orders > maxOrders)
      broken(
        "PACKAGE_MAX_ORDERS",
        "maxOrders",
        `Package ${id} has ${orders} orders, at most ${maxOrders} may travel.`,
      );
    const amount = packages.amount.total(p);
    if (maxAmount !== Infinity && amount > BigInt(maxAmount))
      broken(
        "PACKAGE_MAX_AMOUNT",
        "maxAmount",
        `Package ${id} holds ${amount} minor units, at most ${maxAmount} may travel.`,
      );
  });
}
