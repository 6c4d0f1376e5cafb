import { formatCost } from "../model/money.js";
import type { AssignmentColumns, AssignmentRows } from "../model/planFolder.js";
import { ExactSums } from "./exact.js";
import { type Instance, Uniqueness } from "./instance.js";
import { LimitRow } from "./limits.js";
import { channelSeparations, type PackageTable } from "./packages.js";
import type { ViolationList } from "./violations.js";

/** What the rows of assignments add up to. */
export interface Assigned {
  /** `[row]` the order's row in the order table, or -1 where the row counts for nothing. */
  readonly order: Int32Array;
  /** `[row]` */
  readonly channel: Int32Array;
  /** `[row]` index into the package table, or -1 on single channels. */
  readonly package: Int32Array;
  /** `[order]` 1 where some row or the unrouted list has it. */
  readonly seen: Uint8Array;
  readonly routed: number;
  /** `[place in the limit row]`, quotas not yet summed. */
  readonly orders: Float64Array;
  readonly amount: ExactSums;
  /** `[channel]` */
  readonly charges: ExactSums;
}

/** Names an order in a message. */
export type OrderName = (order: number) => string;

/**
 * Walks the assignments: each order, its channel, its package and, where the rows state one, its charge. Fills the
 * packages.
 */
export function readAssignments(
  instance: Instance,
  rows: AssignmentRows & Partial<Pick<AssignmentColumns, "charge">>,
  packages: PackageTable,
  nameOf: OrderName,
  violations: ViolationList,
): Assigned {
  const { contract, orders: table, coverage } = instance;
  const { channels } = contract;
  const ruleAt = new LimitRow(contract, coverage).ruleAt;
  const places = ruleAt + coverage.rules.length;
  const result: Assigned & { routed: number } = {
    order: new Int32Array(rows.count).fill(-1),
    channel: new Int32Array(rows.count).fill(-1),
    package: new Int32Array(rows.count).fill(-1),
    seen: new Uint8Array(table.count),
    routed: 0,
    orders: new Float64Array(places),
    amount: new ExactSums(places),
    charges: new ExactSums(channels.length),
  };
  const channelIndex = new Map(channels.map((channel, c) => [channel.id, c]));
  const channelOf = rows.channelNames.map((name) => channelIndex.get(name) ?? -1);
  const packageIndex = new Map(packages.rows.map((row, p) => [row.package, p]));
  const packageOf = rows.packageNames.map((name) => (name === "" ? -1 : (packageIndex.get(name) ?? -1)));
  const batch = channels.map((channel) => channel.mode === "batch");
  const separations = channelSeparations(instance);
  const unique = channels.map((channel) => new Uniqueness(instance, channel.package.uniqueBy));
  /** `[channel]` packages × values + value, of orders that no other of the package may be equal to. */
  const held = channels.map(() => new Set<number>());
  const lastPlace = new Int32Array(channels.length).fill(-1);

  const onLine = (row: number) => (rows.line === undefined ? {} : { line: rows.line[row]! });

  for (let row = 0; row < rows.count; row++) {
    const order = rows.order[row]!;
    if (order < 0) {
      const id = rows.unknownOrders[-1 - order]!;
      violations.add(
        "UNKNOWN_ORDER",
        "assignment.order",
        { ...onLine(row), value: id },
        () => `Assignments name an unknown order ${id}.`,
      );
      continue;
    }
    if (result.seen[order] === 1) {
      violations.add(
        "ORDER_TWICE",
        "assignment.order",
        { order, ...onLine(row) },
        () => `Order ${nameOf(order)} is assigned twice.`,
      );
      continue;
    }
    result.seen[order] = 1;
    const c = channelOf[rows.channel[row]!]!;
    if (c < 0) {
      const name = rows.channelNames[rows.channel[row]!]!;
      violations.add(
        "UNKNOWN_CHANNEL",
        "assignment.channel",
        { order, channel: name, ...onLine(row), value: name },
        () => `Order ${nameOf(order)} is on an unknown channel ${name}.`,
      );
      continue;
    }
    const id = channels[c]!.id;
    const rule = coverage.ruleOf(order, c);
    if (rule < 0) {
      const allowed = table.profiles[table.profile[order]!]!.channels;
      const permitted = allowed === null || allowed.includes(c);
      violations.add(
        permitted ? "NOT_COVERED" : "CHANNEL_NOT_PERMITTED",
        permitted ? "channel.coverage" : "order.channels",
        { order, channel: id, ...inPackage(rows.packageNames[rows.package[row]!]!), ...onLine(row) },
        () =>
          `Order ${nameOf(order)} is on ${id}, which ${permitted ? "does not cover it" : "it may not use"}.`,
      );
      continue;
    }
    const amount = table.amount[order]!;
    const charge = instance.charges.charge(rule, amount);
    if (rows.charge !== undefined && charge !== rows.charge[row])
      violations.add(
        "CHARGE",
        "assignment.charge",
        { order, channel: id },
        () =>
          `Order ${nameOf(order)} on ${id} is charged ${formatCost(charge, contract.exponent)}, not what the row says.`,
      );
    result.routed++;
    result.order[row] = order;
    result.channel[row] = c;
    result.orders[c]!++;
    result.amount.add(c, amount);
    result.orders[ruleAt + rule]!++;
    result.amount.add(ruleAt + rule, amount);
    result.charges.add(c, charge);

    const p = packageOf[rows.package[row]!]!;
    if (!batch[c]!) {
      const name = rows.packageNames[rows.package[row]!]!;
      if (name !== "")
        violations.add(
          "SINGLE_IN_PACKAGE",
          "assignment.package",
          { order, channel: id, package: name },
          () => `Order ${nameOf(order)} is on ${id}, which takes single orders, but in package ${name}.`,
        );
      continue;
    }
    if (p < 0 || packages.channel[p] !== c) {
      const name = rows.packageNames[rows.package[row]!]!;
      violations.add(
        "ASSIGNMENT_PACKAGE",
        "assignment.package",
        { order, channel: id, package: name },
        () => `Order ${nameOf(order)} is on ${id} in package "${name}", which is no package of that channel.`,
      );
      continue;
    }
    result.package[row] = p;
    packages.orders[p]!++;
    packages.amount.add(p, amount);
    packages.charges.add(p, charge);
    packages.weight.add(p, instance.weight(order));
    const dueBy = instance.dueBy(order);
    if (dueBy < packages.dueBy[p]!) packages.dueBy[p] = dueBy;
    const key = separations[c]!.key(order);
    if (packages.key[p] === -1) packages.key[p] = key;
    else if (packages.key[p] !== key)
      violations.add(
        "PACKAGE_MIXED",
        "package.separateBy",
        { order, channel: id, package: packages.rows[p]!.package },
        () =>
          `Order ${nameOf(order)} differs in ${channels[c]!.package.separateBy.join(" or ")} from package ` +
          `${packages.rows[p]!.package} that it travels in.`,
      );
    const value = unique[c]!.valueOf(order);
    if (value >= 0) {
      const place = p * unique[c]!.values + value;
      if (held[c]!.has(place))
        violations.add(
          "PACKAGE_NOT_UNIQUE",
          "package.uniqueBy",
          { order, channel: id, package: packages.rows[p]!.package },
          () =>
            `Order ${nameOf(order)} has the ${channels[c]!.package.uniqueBy.join(" and ")} of another order of ` +
            `package ${packages.rows[p]!.package}.`,
        );
      held[c]!.add(place);
    }
    if (packages.place[p]! < lastPlace[c]!)
      violations.add(
        "ASSIGNMENT_SEQUENCE",
        "assignment.sequence",
        { order, channel: id, package: packages.rows[p]!.package },
        () => `Order ${nameOf(order)} is listed after orders of later packages of ${id}.`,
      );
    else lastPlace[c] = packages.place[p]!;
  }
  return result;
}

/** Where an order travels, as far as a row says. */
function inPackage(name: string): { readonly package?: string } {
  return name === "" ? {} : { package: name };
}

/** No order that no channel could take even alone may be on one, whatever limit it breaks there. */
export function checkRejectedStayOut(
  { contract }: Instance,
  leastCharge: Float64Array,
  assigned: Assigned,
  packages: PackageTable,
  nameOf: OrderName,
  violations: ViolationList,
): void {
  assigned.order.forEach((order, row) => {
    if (order < 0 || leastCharge[order] !== Infinity) return;
    const { id } = contract.channels[assigned.channel[row]!]!;
    violations.add(
      "REJECTED_ASSIGNED",
      "order.rejected",
      { order, channel: id, ...inPackage(packages.rows[assigned.package[row]!]?.package ?? "") },
      () => `Order ${nameOf(order)} is on ${id}, but no channel could take it even alone: it is rejected.`,
    );
  });
}

/** What the plan holds at every place of the limit row. */
export interface Used {
  readonly orders: Float64Array;
  readonly amount: readonly bigint[];
  readonly packages: Float64Array;
}

/** Sums the plan up by channel, rule and quota. */
export function usedLimits(
  { contract }: Instance,
  row: LimitRow,
  assigned: Assigned,
  packages: PackageTable,
): Used {
  const count = row.limits.length;
  const orders = new Float64Array(count);
  const onPackages = new Float64Array(count);
  const amount = Array.from(row.limits, () => 0n);
  for (let place = 0; place < row.quotaAt; place++) {
    orders[place] = assigned.orders[place]!;
    amount[place] = assigned.amount.total(place);
  }
  contract.channels.forEach((_, c) => {
    onPackages[c] = packages.inSequence[c]!.length;
    for (const place of row.quotasOf[c]!) {
      orders[place]! += orders[c]!;
      amount[place]! += amount[c]!;
      onPackages[place]! += onPackages[c]!;
    }
  });
  return { orders, amount, packages: onPackages };
}

/** Limits of channels, rules and quotas over the whole plan. */
export function checkUsedLimits(
  { contract, coverage }: Instance,
  row: LimitRow,
  used: Used,
  violations: ViolationList,
): void {
  row.limits.forEach((limits, place) => {
    const quota = contract.quotas[place - row.quotaAt];
    const rule = place - row.ruleAt;
    const c = quota === undefined && rule >= 0 ? coverage.channelOfRule[rule]! : place;
    const id = contract.channels[c]?.id;
    const kind = quota !== undefined ? "quota" : rule >= 0 ? "rule" : "channel";
    const first = coverage.channelOfRule.indexOf(c);
    const name =
      quota !== undefined
        ? `Quota ${quota.id}`
        : rule >= 0
          ? `Rule ${rule - first + 1} of ${id}`
          : `Channel ${id}`;
    const broken = (code: string, field: string, has: number | bigint, most: number) =>
      violations.add(
        code,
        `${kind}.${field}`,
        quota === undefined ? { channel: id! } : {},
        () => `${name} has ${has}, at most ${most} may be: ${field}.`,
      );
    const { maxOrders, maxAmount } = limits;
    const maxPackages = row.maxPackages[place]!;
    if (used.orders[place]! > maxOrders) broken("LIMIT_ORDERS", "maxOrders", used.orders[place]!, maxOrders);
    if (maxAmount !== Infinity && used.amount[place]! > BigInt(maxAmount))
      broken("LIMIT_AMOUNT", "maxAmount", used.amount[place]!, maxAmount);
    if (used.packages[place]! > maxPackages)
      broken("LIMIT_PACKAGES", "maxPackages", used.packages[place]!, maxPackages);
  });
}
