import type { Channel, Contract } from "../model/contract.js";
import type { Lever } from "../model/explanation.js";
import { COST_UNITS_PER_MINOR, ExactSum } from "../model/money.js";
import type { Plan } from "../model/plan.js";
import { leaveTimes, singleLeaveTime } from "../model/queue.js";
import { MICROS_PER_SECOND } from "../model/time.js";
import type { Problem } from "../solver/problem.js";

/** Numbers of a contract as something that may be relaxed. Pure: a changed contract is another one. */

/** A number's value: orders, packages, lanes, minor units, microseconds since time zero or cost units. */
export function leverValue(contract: Contract, lever: Lever): number {
  const { quota, rule, field } = lever;
  if (field === "unroutedPenalty") return contract.objective.unroutedPenalty ?? Number.NaN;
  const limits =
    quota !== undefined
      ? contract.quotas.find(({ id }) => id === quota)!.limits
      : rule !== undefined
        ? channelOf(contract, lever).coverage[rule]!.limits
        : channelOf(contract, lever).limits;
  switch (field) {
    case "limits.maxOrders":
      return limits.maxOrders;
    case "limits.maxAmount":
      return limits.maxAmount;
    case "limits.maxPackages":
      return "maxPackages" in limits ? (limits.maxPackages as number) : Infinity;
    case "package.maxOrders":
      return channelOf(contract, lever).package.maxOrders;
    case "package.maxAmount":
      return channelOf(contract, lever).package.maxAmount;
    case "package.minOrders":
      return channelOf(contract, lever).package.minOrders;
    case "queue.cutOff":
      return channelOf(contract, lever).queue.cutOff;
    case "queue.lanes":
      return channelOf(contract, lever).queue.lanes;
  }
}

/** The contract with that number changed. */
export function withLever(contract: Contract, lever: Lever, value: number): Contract {
  const { quota, rule, field, channel: id } = lever;
  if (field === "unroutedPenalty")
    return { ...contract, objective: { ...contract.objective, unroutedPenalty: value } };
  const [group, name] = field.split(".") as ["limits" | "package" | "queue", string];
  if (quota !== undefined)
    return {
      ...contract,
      quotas: contract.quotas.map((each) =>
        each.id === quota ? { ...each, limits: { ...each.limits, [name]: value } } : each,
      ),
    };
  const changed = (channel: Channel): Channel =>
    rule === undefined
      ? { ...channel, [group]: { ...channel[group], [name]: value } }
      : {
          ...channel,
          coverage: channel.coverage.map((each, r) =>
            r === rule ? { ...each, limits: { ...each.limits, [name]: value } } : each,
          ),
        };
  return { ...contract, channels: contract.channels.map((each) => (each.id === id ? changed(each) : each)) };
}

/** The value at which nothing more is gained by relaxing the number; null where there is none to try at once. */
export function loosest(lever: Lever): number | null {
  switch (lever.field) {
    case "package.minOrders":
      return 1;
    case "queue.lanes":
    case "unroutedPenalty":
      return null;
    case "limits.maxOrders":
    case "limits.maxAmount":
    case "limits.maxPackages":
    case "package.maxOrders":
    case "package.maxAmount":
    case "queue.cutOff":
      return Infinity;
  }
}

/** Steps in which a number is searched: what a person would ask for. */
export function leverStep({ exponent }: Contract, { field }: Lever): number {
  switch (field) {
    case "limits.maxAmount":
    case "package.maxAmount":
      return 10 ** exponent;
    case "queue.cutOff":
      return MICROS_PER_SECOND;
    case "unroutedPenalty":
      return COST_UNITS_PER_MINOR;
    default:
      return 1;
  }
}

/**
 * What a plan takes of a number: the tightest value that allows it, all else as it is. NaN where a plan says nothing
 * about it.
 */
export function leverUse(problem: Problem, lever: Lever, plan: Plan): number {
  const { contract, classes, orders } = problem;
  const { quota, rule, field } = lever;
  const c = contract.channels.findIndex(({ id }) => id === lever.channel);
  const channels = quota === undefined ? [c] : contract.quotas.find(({ id }) => id === quota)!.channels;
  const counted = (each: number) =>
    plan.loads[each]!.orders.filter(
      (order) =>
        rule === undefined || classes.rule[classes.classOf[order]! * classes.channels + each] === rule,
    );
  switch (field) {
    case "limits.maxOrders":
      return channels.reduce((sum, each) => sum + counted(each).length, 0);
    case "limits.maxAmount": {
      const sum = new ExactSum();
      for (const each of channels) for (const order of counted(each)) sum.add(orders.amount[order]!);
      return Number(sum.total);
    }
    case "limits.maxPackages":
      return channels.reduce((sum, each) => sum + plan.loads[each]!.packageSizes.length, 0);
    case "package.maxOrders":
      return plan.loads[c]!.packageSizes.reduce((most, size) => Math.max(most, size), 0);
    case "package.minOrders":
      return plan.loads[c]!.packageSizes.reduce((least, size) => Math.min(least, size), Infinity);
    case "package.maxAmount": {
      const load = plan.loads[c]!;
      let next = 0;
      return load.packageSizes.reduce((most, size) => {
        let amount = 0;
        for (const end = next + size; next < end; next++) amount += orders.amount[load.orders[next]!]!;
        return Math.max(most, amount);
      }, 0);
    }
    case "queue.cutOff": {
      const { queue, mode } = contract.channels[c]!;
      const load = plan.loads[c]!;
      if (load.orders.length === 0) return 0;
      return mode === "single"
        ? singleLeaveTime(queue, load.orders.length - 1)
        : leaveTimes(queue, load.packageSizes).reduce((latest, time) => Math.max(latest, time));
    }
    case "queue.lanes":
    case "unroutedPenalty":
      return Number.NaN;
  }
}

/** Whether less is looser. */
export function fallsToRelax({ field }: Lever): boolean {
  return field === "package.minOrders";
}

/** A name by which levers are told apart. */
export function leverName({ channel, rule, quota, field }: Lever): string {
  return JSON.stringify([channel, rule, quota, field]);
}

function channelOf(contract: Contract, { channel }: Lever): Channel {
  return contract.channels.find(({ id }) => id === channel)!;
}
