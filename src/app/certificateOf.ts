import type { Certificate, ChannelPrices, LimitPrices, PriceSet, Proof } from "../model/certificate.js";
import { formatCost } from "../model/money.js";
import { fieldOf } from "../model/order.js";
import type { Problem } from "../solver/problem.js";
import type { ProofPrices } from "../solver/proof/prices.js";
import type { Proven } from "../solver/proof/prove.js";
import type { ProofTree } from "../solver/proof/tree.js";

/** An input as the plan and its certificate name it. */
export interface InputName {
  readonly file: string | null;
  readonly sha256: string | null;
}

/** Both inputs. */
export interface InputNames {
  readonly channels: InputName;
  readonly orders: InputName;
}

/** What was proven, in the form of the certificate file. */
export function certificateOf(problem: Problem, { tree, bound }: Proven, inputs: InputNames): Certificate {
  const { scale, worth } = leafOf(tree);
  const groups = worth === null ? undefined : Array.from(worth.lots.lotOf, (lot) => (lot < 0 ? null : lot));
  return {
    schemaVersion: 2,
    inputs: { channels: inputs.channels.sha256, orders: inputs.orders.sha256 },
    bound: formatCost(bound, problem.contract.exponent),
    scale,
    ...(groups === undefined ? {} : { groups }),
    proof: proofOf(problem, tree),
  };
}

/** A set of prices with worths, where one has: all have one scale, and worths of the same groups. */
function leafOf(tree: ProofTree): ProofPrices {
  if ("prices" in tree) return tree.prices;
  const leaf = leafOf(tree.atMost);
  return leaf.worth === null ? leafOf(tree.above) : leaf;
}

function proofOf(problem: Problem, tree: ProofTree): Proof {
  if ("prices" in tree) return { prices: priceSet(problem, tree.prices) };
  return {
    channel: problem.contract.channels[tree.channel]!.id,
    ...("volume" in tree ? { volume: tree.volume } : { packages: tree.packages }),
    atMost: proofOf(problem, tree.atMost),
    above: proofOf(problem, tree.above),
  };
}

function priceSet(problem: Problem, prices: ProofPrices): PriceSet {
  return {
    limits: limitPrices(problem, prices),
    channels: problem.contract.channels.flatMap((_, c) => channelPrices(problem, prices, c) ?? []),
    ...(prices.worth === null ? {} : { worth: Array.from(prices.worth.price) }),
  };
}

function limitPrices({ contract, limits }: Problem, prices: ProofPrices): LimitPrices[] {
  const listed: LimitPrices[] = [];
  const list = (limit: number, owner: Pick<LimitPrices, "channel" | "rule" | "quota">) => {
    if (limit < 0) return;
    const [orders, amount, packages] = [
      prices.limitOrders[limit]!,
      prices.limitAmount[limit]!,
      prices.limitPackages[limit]!,
    ];
    if (orders === 0 && amount === 0 && packages === 0) return;
    listed.push({
      ...owner,
      ...(orders > 0 ? { orders } : {}),
      ...(amount > 0 ? { amount } : {}),
      ...(packages > 0 ? { packages } : {}),
    });
  };
  contract.quotas.forEach((quota, q) => {
    list(limits.ofQuota[q]!, { quota: quota.id });
  });
  contract.channels.forEach((channel, c) => {
    list(limits.own[c]!, { channel: channel.id });
    channel.coverage.forEach((_, rule) => {
      list(limits.ofRule[c]![rule]!, { channel: channel.id, rule });
    });
  });
  return listed;
}

/** Prices of a channel; null where it has none. */
function channelPrices(problem: Problem, prices: ProofPrices, c: number): ChannelPrices | null {
  const channel = problem.contract.channels[c]!;
  const place = prices.place[c] ?? null;
  const slots = prices.slots[c] ?? null;
  const found: ChannelPrices = {
    channel: channel.id,
    ...(place === null ? {} : placeOf(problem, place, c)),
    ...amountOf(problem, prices.amount[c]!, c),
    ...(prices.contents[c]! > 0 ? { contents: { unit: prices.contents[c]! } } : {}),
    ...(prices.mostPackages[c]! > 0 ? { mostPackages: prices.mostPackages[c]! } : {}),
    ...(prices.leastPackages[c]! > 0 ? { leastPackages: prices.leastPackages[c]! } : {}),
    ...(slots === null ? {} : { slots: { per: slots.per, prices: [...slots.prices] } }),
    ...(prices.volume.unit[c] === 0 ? {} : { volume: prices.volume.unit[c]! }),
    ...(prices.volume.minimumFee[c]! > 0 ? { minimumFee: prices.volume.minimumFee[c]! } : {}),
    ...(prices.laneOrders[c]! > 0 ? { laneOrders: prices.laneOrders[c]! } : {}),
    ...(prices.packageOrders[c]! > 0 ? { packageOrders: prices.packageOrders[c]! } : {}),
  };
  return Object.keys(found).length > 1 ? found : null;
}

function amountOf(
  problem: Problem,
  amount: Float64Array,
  c: number,
): Pick<ChannelPrices, "amount" | "amounts"> {
  if (amount.every((price) => price === amount[0])) return amount[0]! > 0 ? { amount: amount[0]! } : {};
  const values = keyValues(problem, c, amount.length);
  return {
    amounts: Array.from(amount)
      .map((price, key) => ({ key: values[key]!, price }))
      .filter(({ price, key }) => price > 0 && key !== undefined),
  };
}

function placeOf(problem: Problem, place: Float64Array, c: number): Pick<ChannelPrices, "place" | "places"> {
  const { separateBy } = problem.contract.channels[c]!.package;
  if (separateBy.length === 0) return place[0] === Infinity ? {} : { place: place[0]! };
  const values = keyValues(problem, c, place.length);
  return {
    places: Array.from(place)
      .map((price, key) => ({ key: values[key]!, price }))
      .filter(({ price, key }) => price < Infinity && key !== undefined),
  };
}

/** `[key]` values of the channel's `separateBy` fields. */
function keyValues(
  { classes, contract, orders }: Problem,
  c: number,
  keys: number,
): (string[] | undefined)[] {
  const values: (string[] | undefined)[] = Array.from({ length: keys });
  for (let k = 0; k < classes.count; k++) {
    const key = classes.key[k * classes.channels + c]!;
    if (key >= keys || values[key] !== undefined) continue;
    const profile = orders.profiles[orders.profile[classes.members[classes.memberStart[k]!]!]!]!;
    values[key] = contract.channels[c]!.package.separateBy.map((field) => fieldOf(profile, field));
  }
  return values;
}
