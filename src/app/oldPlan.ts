import type { OrderStore } from "../io/orderStore.js";
import { readPlanFolder } from "../io/planReader.js";
import { readSentPackages, type SentPackage } from "../io/sentReader.js";
import type { Contract } from "../model/contract.js";
import { Fault, InputError, type Issue, IssueList, quoteValue, suggest } from "../model/issue.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { GivenPlan, PlanFolder } from "../model/planFolder.js";
import type { Checker } from "../workers/checker.js";
import { namesInSequence } from "./packageNames.js";
import { planOf } from "./planOf.js";
import { allProblems } from "./together.js";
import { withIds } from "./withIds.js";

/** A plan that was made for other inputs, as far as the inputs at hand know its orders and channels. */
export interface OldPlan {
  readonly plan: PlanFile;
  /** `[order]` index of the channel that it was on; {@link NOWHERE}, {@link GONE_CHANNEL} or {@link NEW}. */
  readonly channelOf: Int32Array;
  /** Orders of the plan that the inputs at hand have not. */
  readonly gone: number;
  /** Packages that were sent: their orders, on channels of today, in sequence. They keep every rule. */
  readonly sent: Plan;
  /** `[channel]` their names, in sequence. */
  readonly sentNames: readonly (readonly string[])[];
  /** All others, by channels of today. Their orders may break any rule. */
  readonly rest: Plan;
}

/** The order was on no channel. */
export const NOWHERE = -1;
/** It was on a channel that there is no more. */
export const GONE_CHANNEL = -2;
/** The old plan does not know it. */
export const NEW = -3;

/** Whether an order was routed. */
export function wasRouted(channel: number): boolean {
  return channel >= 0 || channel === GONE_CHANNEL;
}

interface Inputs {
  readonly contract: Contract;
  readonly store: OrderStore;
  readonly checker: Checker;
}

/**
 * Reads a plan folder of other inputs, and which of its packages were sent.
 *
 * @param sentFile CSV with their names; none were sent without it
 * @throws InputError where the folder cannot be read, is of another currency, or has no such packages
 * @throws InputError where what was sent breaks a rule of the inputs at hand
 */
export async function readOldPlan(
  folder: string,
  sentFile: string | undefined,
  inputs: Inputs,
): Promise<OldPlan> {
  const { contract, store } = inputs;
  const [old, listed] = await allProblems([
    readPlanFolder(folder, store),
    sentFile === undefined ? Promise.resolve([]) : readSentPackages(sentFile),
  ]);
  if (old.plan.currency !== contract.currency)
    throw new InputError([
      {
        code: "OTHER_CURRENCY",
        file: folder,
        message: `is a plan in ${old.plan.currency}, but the channels are in ${contract.currency}`,
        hint: "Name the plan that was made for these orders.",
      },
    ]);
  const isSent = sentNames(old, listed, sentFile ?? "");
  const given = givenSent(old, isSent);
  if (given.packages.length > 0) await mustHold(given, sentFile ?? "", inputs);
  const sent = planOf(contract, given);
  if (sent === null) throw new Fault("PLAN_FAILED_CHECK", "What was sent breaks no rule and is no plan.");
  const unknown = new Set<string>([...old.assignments.unknownOrders, ...old.unrouted.unknownOrders]);
  return {
    plan: old.plan,
    channelOf: channelsThen(contract, old, store.table.count),
    gone: unknown.size,
    sent,
    sentNames: namesInSequence(contract, given.packages),
    rest: restOf(contract, old, isSent),
  };
}

/** Names of packages that were sent. @throws InputError where the plan has no such package */
function sentNames(
  { packages }: PlanFolder,
  listed: readonly SentPackage[],
  file: string,
): ReadonlySet<string> {
  const known = packages.map((row) => row.package);
  const names = new Set(known);
  const found = new IssueList();
  for (const { package: name, line } of listed)
    if (!names.has(name))
      found.add({
        file,
        line,
        path: "package",
        code: "UNKNOWN_PACKAGE",
        message: `the old plan has no package ${quoteValue(name)}`,
        value: name,
        hint: suggest(name, known),
      });
  found.throwIfAny();
  return new Set(listed.map((each) => each.package));
}

/** What was sent as a plan of its own, counted anew in each queue. */
function givenSent({ packages, assignments }: PlanFolder, isSent: ReadonlySet<string>): GivenPlan {
  const next = new Map<string, number>();
  const kept = [...packages]
    .filter((row) => isSent.has(row.package))
    .sort((a, b) => Number(a.sequence) - Number(b.sequence))
    .map(({ package: name, channel }) => {
      const sequence = (next.get(channel) ?? 0) + 1;
      next.set(channel, sequence);
      return { package: name, channel, sequence: String(sequence) };
    });
  const place = new Map(kept.map((row, p) => [row.package, p]));
  const placeOf = assignments.packageNames.map((name) => place.get(name) ?? -1);
  const rows = Int32Array.from(assignments.order.keys())
    .filter((row) => placeOf[assignments.package[row]!]! >= 0)
    .sort((a, b) => placeOf[assignments.package[a]!]! - placeOf[assignments.package[b]!]! || a - b);
  const pick = (column: Int32Array) => rows.map((row) => column[row]!);
  return {
    packages: kept,
    assignments: {
      count: rows.length,
      order: pick(assignments.order),
      unknownOrders: assignments.unknownOrders,
      channel: pick(assignments.channel),
      channelNames: assignments.channelNames,
      package: pick(assignments.package).map((name) => placeOf[name]!),
      packageNames: kept.map((row) => row.package),
    },
  };
}

/** @throws InputError where what was sent breaks a rule: no plan of these inputs could hold it */
async function mustHold(sent: GivenPlan, file: string, { contract, checker, store }: Inputs): Promise<void> {
  const found = new IssueList();
  for (const issue of [...missingChannels(contract, sent), ...missingOrders(sent), ...emptyPackages(sent)])
    found.add({ file, code: "SENT_BREAKS_RULE", ...issue });
  const judged = await withIds(store, (ids) => checker.judge(sent, ids));
  const { violations, total, byCode } = judged.found;
  const told = violations.filter(({ code }) => !TOLD_BY_PACKAGE.includes(code));
  const toldByPackage = TOLD_BY_PACKAGE.reduce((sum, code) => sum + (byCode.get(code) ?? 0), 0);
  for (const { message, package: name } of told)
    found.add({
      file,
      ...(name === undefined ? {} : { path: `package ${name}` }),
      code: "SENT_BREAKS_RULE",
      message: `what was sent does not hold: ${message.replace(/\.$/, "")}`,
      hint: "Mend channels or orders, or take the package off the list.",
    });
  found.addUnlisted(total - toldByPackage - told.length);
  found.throwIfAny();
}

/** Violations that every order of a package would have by itself. */
const TOLD_BY_PACKAGE = ["UNKNOWN_ORDER", "UNKNOWN_CHANNEL", "PACKAGE_CHANNEL", "SINGLE_IN_PACKAGE"];

type Objection = Pick<Issue, "path" | "message" | "hint">;

function missingChannels({ channels }: Contract, { packages }: GivenPlan): Objection[] {
  return packages.flatMap(({ package: name, channel: id }): Objection[] => {
    const channel = channels.find((each) => each.id === id);
    if (channel?.mode === "batch") return [];
    return [
      {
        path: `package ${name}`,
        message: `was sent on ${id}, ${channel === undefined ? "which the channels file has not" : "which takes single orders now"}`,
        hint: "Keep the channel, with limits of what was sent on it, or take the package off the list.",
      },
    ];
  });
}

/** One problem for each package that was sent with orders that are gone since. */
function missingOrders({ assignments, packages }: GivenPlan): Objection[] {
  const gone = new Map<number, string[]>();
  assignments.order.forEach((order, row) => {
    if (order >= 0) return;
    const p = assignments.package[row]!;
    gone.set(p, [...(gone.get(p) ?? []), assignments.unknownOrders[-1 - order]!]);
  });
  return [...gone].map(([p, ids]) => ({
    path: `package ${packages[p]!.package}`,
    message: `was sent with ${ids.length === 1 ? "an order" : `${ids.length} orders`} that the orders file has not: ${quoteValue(ids[0]!)}${ids.length > 1 ? " first" : ""}`,
    hint: "Leave what was sent in the orders file, or take the package off the list.",
  }));
}

/** The checker passes over packages without orders, of which there is nothing to price. */
function emptyPackages({ assignments, packages }: GivenPlan): Objection[] {
  const filled = new Set(assignments.package);
  return packages
    .filter((_, p) => !filled.has(p))
    .map(({ package: name }) => ({
      path: `package ${name}`,
      message: "holds no order by the old plan's assignments.csv",
      hint: "Name a whole plan folder, or take the package off the list.",
    }));
}

function channelsThen(contract: Contract, { assignments, unrouted }: PlanFolder, orders: number): Int32Array {
  const indexOf = new Map(contract.channels.map((channel, c) => [channel.id, c]));
  const channelOf = assignments.channelNames.map((name) => indexOf.get(name) ?? GONE_CHANNEL);
  const then = new Int32Array(orders).fill(NEW);
  for (const order of unrouted.order) if (order >= 0) then[order] = NOWHERE;
  assignments.order.forEach((order, row) => {
    if (order >= 0) then[order] = channelOf[assignments.channel[row]!]!;
  });
  return then;
}

/** What was not sent, on channels of the same id and mode; packages in their sequence. */
function restOf(
  contract: Contract,
  { assignments, packages }: PlanFolder,
  isSent: ReadonlySet<string>,
): Plan {
  const sequenceOf = new Map(packages.map((row) => [row.package, Number(row.sequence)]));
  const seen = new Set<number>();
  const rowsOf = new Map<string, number[]>();
  for (let row = 0; row < assignments.count; row++) {
    const order = assignments.order[row]!;
    if (order < 0 || seen.has(order) || isSent.has(assignments.packageNames[assignments.package[row]!]!))
      continue;
    seen.add(order);
    const channel = assignments.channelNames[assignments.channel[row]!]!;
    const rows = rowsOf.get(channel);
    if (rows === undefined) rowsOf.set(channel, [row]);
    else rows.push(row);
  }
  return {
    loads: contract.channels.map(({ id, mode }) => {
      const rows = rowsOf.get(id) ?? [];
      const orders = (of: readonly number[]) => of.map((row) => assignments.order[row]!);
      if (mode === "single")
        return { orders: Int32Array.from(orders(rows)), packageSizes: new Int32Array(0) };
      const inside = new Map<string, number[]>();
      for (const row of rows) {
        const name = assignments.packageNames[assignments.package[row]!]!;
        const together = inside.get(name);
        if (together === undefined) inside.set(name, [row]);
        else together.push(row);
      }
      const sorted = [...inside].sort(([a], [b]) => (sequenceOf.get(a) ?? 0) - (sequenceOf.get(b) ?? 0));
      return {
        orders: Int32Array.from(sorted.flatMap(([, each]) => orders(each))),
        packageSizes: Int32Array.from(sorted, ([, each]) => each.length),
      };
    }),
  };
}
