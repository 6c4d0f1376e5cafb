import type { Contract } from "../model/contract.js";
import type { CostUnits } from "../model/money.js";
import { holdTime } from "../model/queue.js";
import { pricesAmountInAll } from "./volume.js";

/**
 * A test of contracts: whether one puts the same orders into the same classes as this one. It may differ in what packages
 * cost and hold by number, in what waiting costs and in what volume costs. Reading that off is cheaper than classing again.
 *
 * @param basePenalty that the classes were made with
 */
export function sameClassesAs(before: Contract, basePenalty: CostUnits): (after: Contract) => boolean {
  const known = text(withoutPenalty(before));
  return (after) =>
    (after.objective.unroutedPenalty ?? basePenalty) === basePenalty && text(withoutPenalty(after)) === known;
}

function withoutPenalty(contract: Contract): Contract {
  return { ...contract, objective: { ...contract.objective, unroutedPenalty: null } };
}

/** All that classes are made from. */
function text({ objective, channels, quotas, ...others }: Contract): string {
  const relevant = {
    ...others,
    objective: { ...objective, delayCostPerOrderHour: 0 },
    quotas: quotas.map(({ id: _, ...quota }) => quota),
    byAmount: pricesAmountInAll(channels),
    channels: channels.map(
      ({
        package: { feeTiers: _fees, minOrders, ...terms },
        volume: _volume,
        minimumFee: _minimumFee,
        ...channel
      }) => ({
        ...channel,
        package: terms,
        // Smaller packages make a longer queue, and one that is too long is refused.
        minOrders: holdTime(channel.queue, 1) > 0 ? minOrders : null,
      }),
    ),
  };
  return JSON.stringify(relevant, (_, value: unknown) =>
    typeof value === "bigint" || value === Infinity ? `${value}` : value,
  );
}
