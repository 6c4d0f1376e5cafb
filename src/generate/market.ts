import { parseChannels } from "../model/channelsFile.js";
import { type ChannelDemand, measureDemand } from "./demand.js";
import { type ChannelForm, type ChannelsForm, type FeeForm, type FeePartsForm, textTree } from "./form.js";
import type { OrderRecord } from "./orders.js";
import { quotesOf } from "./prices.js";
import type { Random } from "./random.js";

/** Orders looked at in each round. */
const PROBE = 4000;
const ROUNDS = 12;
/** No price ends further from its draft than these factors. */
const CHEAPEST = 0.6;
const DEAREST = 1.7;

/**
 * Lets the prices settle as they do among competitors: who gets too few orders becomes cheaper, who gets too many
 * dearer. Without this a few channels would be the cheapest for everyone, and routing would be no problem. The last
 * channel keeps its price: it is what the others compete with.
 */
export function settlePrices(
  draft: ChannelsForm,
  orders: Iterable<OrderRecord>,
  random: Random,
): ChannelsForm {
  const probe: OrderRecord[] = [];
  for (const order of orders) {
    probe.push(order);
    if (probe.length === PROBE) break;
  }
  const targets = targetsOf(draft, probe.length, random);
  const factors = draft.channels.map(() => 1);
  let best = draft;
  let bestMiss = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const form = { ...draft, channels: draft.channels.map((channel, c) => scaled(channel, factors[c]!)) };
    const contract = parseChannels(textTree(form));
    const demand = measureDemand(contract, probe, probe.length, quotesOf(contract));
    const miss = missOf(demand, targets);
    if (miss < bestMiss) [best, bestMiss] = [form, miss];
    for (let c = 0; c < factors.length - 1; c++) {
      const pressure = Math.log(Math.min(4, Math.max(0.25, (demand[c]!.orders + 1) / (targets[c]! + 1))));
      factors[c] = Math.min(DEAREST, Math.max(CHEAPEST, factors[c]! * Math.exp(0.06 * pressure)));
    }
  }
  return best;
}

/** Orders that each channel should be the cheapest for: unequal shares of 85% for batch, of 10% for single channels. */
function targetsOf(draft: ChannelsForm, orders: number, random: Random): readonly number[] {
  const batches = draft.channels.filter(({ mode }) => mode === "batch").length;
  const singles = Math.max(1, draft.channels.length - batches - 1);
  return draft.channels.map(
    ({ mode }) => orders * (mode === "batch" ? 0.85 / batches : 0.1 / singles) * random.between(0.5, 1.5),
  );
}

function missOf(demand: readonly ChannelDemand[], targets: readonly number[]): number {
  return demand
    .slice(0, -1)
    .reduce((sum, { orders }, c) => sum + Math.abs(Math.log((orders + 1) / (targets[c]! + 1))), 0);
}

function scaled(channel: ChannelForm, factor: number): ChannelForm {
  return {
    ...channel,
    ...(channel.fee === undefined ? {} : { fee: scaledFee(channel.fee, factor) }),
    coverage: channel.coverage.map((rule) =>
      rule.fee === undefined ? rule : { ...rule, fee: scaledFee(rule.fee, factor) },
    ),
  };
}

function scaledFee(fee: FeeForm, factor: number): FeeForm {
  if (fee.tiers === undefined) return scaledParts(fee, factor);
  return { ...fee, tiers: fee.tiers.map((tier) => scaledParts(tier, factor)) };
}

function scaledParts<Parts extends FeePartsForm>(parts: Parts, factor: number): Parts {
  const money = (text: string) => Math.max(0.05, Number(text) * factor).toFixed(2);
  return {
    ...parts,
    ...(parts.flat === undefined ? {} : { flat: money(parts.flat) }),
    ...(parts.rate === undefined
      ? {}
      : { rate: `${Number((Number.parseFloat(parts.rate) * factor).toFixed(3))}%` }),
    ...(parts.min === undefined ? {} : { min: money(parts.min) }),
    ...(parts.max === undefined ? {} : { max: money(parts.max) }),
  };
}
