import type { Contract } from "../model/contract.js";
import type { FrontierFile } from "../model/frontierFile.js";
import { holdTime } from "../model/queue.js";
import { MICROS_PER_SECOND } from "../model/time.js";
import type { PlanCost } from "../solver/cost.js";
import type { Problem } from "../solver/problem.js";
import { instantText } from "./planTables.js";

/**
 * What cost is held against: whole microseconds from time zero to the latest finish, or packages. A limit on it is put
 * into the contract, so that everything that plans and checks knows it.
 */
export interface Measure {
  of(cost: PlanCost): number;
  /** The least limit that rejects no order which may be routed without one: rejected orders would cost nothing. */
  leastLimit(problem: Problem): number;
  /** The same contract for plans that keep the limit. Such a plan is one of the contract too, and costs the same. */
  within(contract: Contract, limit: number): Contract;
  /** A value as `frontier.json` has it. */
  inFile(value: number): number;
  /** Why there is no lower limit than the least, in a sentence. */
  whyNoLess(contract: Contract, least: number): string;
}

export const MEASURES: Readonly<Record<FrontierFile["against"], Measure>> = {
  finish: {
    of: ({ finishAt }) => finishAt ?? 0,
    leastLimit: ({ contract, classes }) => {
      const earliest = contract.channels.map(({ queue }) => queue.start + holdTime(queue, 1) + queue.result);
      return classMost(classes, (takers) => Math.min(...takers.map((c) => earliest[c]!)));
    },
    within: (contract, limit) => ({
      ...contract,
      channels: contract.channels.map((channel) => {
        const { queue } = channel;
        return { ...channel, queue: { ...queue, cutOff: Math.min(queue.cutOff, limit - queue.result) } };
      }),
    }),
    inFile: (value) => value / MICROS_PER_SECOND,
    whyNoLess: (contract, least) => {
      const moment = instantText(contract, least) ?? `${least / MICROS_PER_SECOND} s after time zero`;
      return least === 0
        ? "No plan finishes before time zero."
        : `Some order could finish before ${moment} on no channel, even alone in an empty queue.`;
    },
  },
  packages: {
    of: ({ packages }) => packages,
    leastLimit: ({ contract, classes }) =>
      classMost(classes, (takers) => (takers.some((c) => contract.channels[c]!.mode === "single") ? 0 : 1)),
    within: (contract, limit) => {
      const batch = contract.channels.flatMap(({ mode }, c) => (mode === "batch" ? [c] : []));
      const limits = { maxOrders: Infinity, maxAmount: Infinity, maxPackages: limit };
      return { ...contract, quotas: [...contract.quotas, { id: freeId(contract), channels: batch, limits }] };
    },
    inFile: (value) => value,
    whyNoLess: (_, least) =>
      least === 0
        ? "No plan has fewer packages than none."
        : "Some order has no single channel that could take it: without packages it could be nowhere.",
  },
};

/** The most over all classes of something about the channels that could take their orders alone; 0 where there are none. */
function classMost(
  { count, channels, charge }: Problem["classes"],
  of: (takers: number[]) => number,
): number {
  let most = 0;
  for (let k = 0; k < count; k++) {
    const takers: number[] = [];
    for (let c = 0; c < channels; c++) if (charge[k * channels + c]! >= 0) takers.push(c);
    most = Math.max(most, of(takers));
  }
  return most;
}

/** An id that no quota has. */
function freeId({ quotas }: Contract): string {
  let id = "packages";
  while (quotas.some((quota) => quota.id === id)) id += "+";
  return id;
}
