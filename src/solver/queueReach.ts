import type { Channel, Contract } from "../model/contract.js";
import { InputError, type Issue } from "../model/issue.js";
import { MICROS_PER_HOUR, MICROS_PER_SECOND, type Micros } from "../model/time.js";

const YEAR = 365.25 * 24 * MICROS_PER_HOUR;
const MOST = Number.MAX_SAFE_INTEGER;

/** The orders that a channel could take, as far as they decide how long its queue may become. */
export interface Reach {
  /** How many they are, limits on several together aside. */
  readonly orders: number;
  /** The latest of their `dueBy`, Infinity where one has none; -Infinity without orders. */
  readonly latestDue: Micros;
}

/**
 * Refuses channels whose queue some plan could fill beyond exact time, which is 2^53 microseconds from time zero and,
 * for instants, from 1970 (the year 2255). Only what a plan could do counts: limits, lanes, cut-offs and due times.
 *
 * @param reach `[channel]`
 * @throws InputError for all such channels
 */
export function refuseEndlessQueues(contract: Contract, reach: readonly Reach[]): void {
  const most = MOST - Math.max(0, contract.planAt ?? 0);
  const issues = contract.channels.flatMap((_, c) => {
    const finish = latestFinish(contract, c, reach[c]!);
    return finish > most ? [tooLong(contract, c, reach[c]!, finish, most)] : [];
  });
  if (issues.length > 0) throw new InputError(issues);
}

/** The latest that an order may finish on a channel in any plan. */
export function latestFinish(contract: Contract, c: number, { orders, latestDue }: Reach): Micros {
  const { queue } = contract.channels[c]!;
  const leave = queue.start + longestWork(contract, c, mostOrders(contract, c, orders));
  return Math.min(Math.min(leave, queue.cutOff) + queue.result, latestDue);
}

/** Orders that limits over the whole plan let a channel have of those that it could take. */
function mostOrders({ channels, quotas }: Contract, c: number, orders: number): number {
  const { limits, coverage } = channels[c]!;
  const byRules = coverage.reduce((sum, rule) => sum + rule.limits.maxOrders, 0);
  return quotas
    .filter((quota) => quota.channels.includes(c))
    .reduce(
      (least, quota) => Math.min(least, quota.limits.maxOrders),
      Math.min(orders, limits.maxOrders, byRules),
    );
}

/**
 * How long after its start a queue may have its last package (single order) at most: that package takes its lane when
 * the last one frees, and all others before it are spread over the lanes at best evenly.
 */
function longestWork({ channels, quotas }: Contract, c: number, orders: number): Micros {
  const { mode, queue, limits, package: terms } = channels[c]!;
  if (mode === "single") return Math.ceil(orders / queue.lanes) * queue.perOrder;
  const packages = quotas
    .filter((quota) => quota.channels.includes(c))
    .reduce(
      (least, quota) => Math.min(least, quota.limits.maxPackages),
      Math.min(limits.maxPackages, Math.floor(orders / terms.minOrders)),
    );
  if (packages === 0) return 0;
  const lanes = Math.min(queue.lanes, packages);
  const withLast = (size: number) => {
    const others = Math.min(packages - 1, (orders - size) / terms.minOrders);
    const before = others * queue.perPackage + (orders - size) * queue.perOrder;
    return Math.ceil(before / lanes) + queue.perPackage + size * queue.perOrder;
  };
  const largest = Math.min(orders, terms.maxOrders);
  // Between these sizes of the last package the time is linear in it.
  const turning = Math.min(largest, Math.max(terms.minOrders, orders - terms.minOrders * (packages - 1)));
  return Math.max(withLast(terms.minOrders), withLast(turning), withLast(largest));
}

function tooLong(contract: Contract, c: number, reach: Reach, finish: Micros, most: Micros): Issue {
  const channel = contract.channels[c]!;
  const orders = mostOrders(contract, c, reach.orders);
  const [field, micros] = longestPart(channel, orders);
  const years = (time: Micros) => Math.floor(time / YEAR);
  return {
    code: "QUEUE_TOO_LONG",
    path: `channels[${c}].queue.${field}`,
    value: secondsText(micros),
    message:
      `at ${secondsText(micros)} s the queue of "${channel.id}" could take ${years(finish)} years ` +
      `for its ${orders} orders, and exact time reaches ${years(most)} years`,
    hint: "Check the seconds; else give the queue a cutOff, or the channel a limit of orders, that ends it sooner.",
  };
}

/** The duration that makes the queue long. */
function longestPart({ queue }: Channel, orders: number): readonly [field: string, micros: Micros] {
  const { perOrder, perPackage, result, start, lanes } = queue;
  const parts = [
    ["secondsPerOrder", perOrder, (perOrder * orders) / lanes],
    ["secondsPerPackage", perPackage, (perPackage * orders) / lanes],
    ["resultSeconds", result, result],
    // With the wait for the opening.
    ["backlogSeconds", start, start],
  ] as const;
  const [field, micros] = parts.reduce((longest, part) => (part[2] > longest[2] ? part : longest));
  return [field, micros];
}

function secondsText(micros: Micros): string {
  const whole = Math.floor(micros / MICROS_PER_SECOND);
  const fraction = String(micros - whole * MICROS_PER_SECOND).padStart(6, "0");
  return `${whole}.${fraction}`.replace(/\.?0+$/, "");
}
