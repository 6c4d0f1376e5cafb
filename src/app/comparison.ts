import type { Contract } from "../model/contract.js";
import type { Comparison, EvaluationFile, Route } from "../model/evaluation.js";
import { formatCost, parseCost } from "../model/money.js";
import type { PlanFile } from "../model/planFile.js";
import { statedGap } from "../solver/gap.js";
import { ordersByPlaces } from "./moves.js";

/** A plan of ours to compare with. */
export interface OurPlan {
  readonly plan: PlanFile;
  /** Where it lies; null where it was made for the comparison. */
  readonly folder: string | null;
  /** What its certificate proves, in cost units. */
  readonly bound: bigint;
  /** `[order]` index of its channel; -1 where it is on none. */
  readonly channelOf: Int32Array;
}

/**
 * Sets a given plan beside one of ours.
 *
 * @param channelOf of the given plan, as in {@link OurPlan}
 */
export function comparison(
  contract: Contract,
  given: Pick<EvaluationFile, "cost" | "channels">,
  channelOf: Int32Array,
  { plan, folder, bound, channelOf: ourChannelOf }: OurPlan,
): Comparison {
  const { exponent } = contract;
  const units = (text: string) => parseCost(text, exponent)!;
  const less = (a: string, b: string) => formatCost(units(a) - units(b), exponent);
  const objective = units(given.cost.objective);
  const routes = routesOf(contract, channelOf, ourChannelOf);
  return {
    folder,
    ours: {
      status: plan.status,
      proof: plan.proof,
      cost: plan.cost,
      bound: plan.bound,
      gap: plan.gap,
      counts: plan.counts,
      stoppedBy: plan.stoppedBy,
    },
    difference: {
      objective: less(given.cost.objective, plan.cost.objective),
      charges: less(given.cost.charges, plan.cost.charges),
      packageFees: less(given.cost.packageFees, plan.cost.packageFees),
      delay: less(given.cost.delay, plan.cost.delay),
      ...(given.cost.volume === undefined
        ? {}
        : { volume: less(given.cost.volume, plan.cost.volume ?? "0") }),
      penalties: less(given.cost.penalties, plan.cost.penalties),
    },
    certifiedBound: formatCost(bound, exponent),
    aboveBound: formatCost(objective - bound, exponent),
    gap: statedGap(objective, bound),
    channels: given.channels.map((channel, c) => {
      const own = plan.channels[c]!;
      const [theirs, ours] = [channel, own].map(({ charges, packageFees, delay, volume = "0" }) =>
        formatCost(units(charges) + units(packageFees) + units(delay) + units(volume), exponent),
      ) as [string, string];
      return {
        id: channel.id,
        orders: { given: channel.orders, ours: own.orders },
        packages: { given: channel.packages, ours: own.packages },
        cost: { given: theirs, ours },
        difference: less(theirs, ours),
      };
    }),
    elsewhere: routes.reduce((sum, { given, ours, orders }) => sum + (given === ours ? 0 : orders), 0),
    routes,
  };
}

/** Pairs of channels with their orders, in the order of the channels, no channel last. */
function routesOf({ channels }: Contract, given: Int32Array, ours: Int32Array): Route[] {
  const place = (c: number) => (c < 0 ? channels.length : c);
  const name = (at: number) => channels[at]?.id ?? null;
  return ordersByPlaces(given.map(place), ours.map(place), channels.length + 1).map(
    ({ from, to, orders }) => ({
      given: name(from),
      ours: name(to),
      orders,
    }),
  );
}
