import { textTree } from "../../../src/generate/form.js";
import type { Instance } from "../../../src/generate/instance.js";
import type { OrderRecord } from "../../../src/generate/orders.js";
import { parseChannels } from "../../../src/model/channelsFile.js";
import { chargeOf, chargeSchedule } from "../../../src/model/charge.js";
import type { Channel, Contract, PackageLimits } from "../../../src/model/contract.js";
import { coverageMatcher, ruleForAmount } from "../../../src/model/coverage.js";
import type { OrderProfile } from "../../../src/model/order.js";
import { orderSchemas } from "../../../src/model/orderFields.js";
import { holdTime, leaveTimes } from "../../../src/model/queue.js";

/**
 * Statistics of an instance under the simplest of routings: each order in file order takes the cheapest channel (charge
 * plus share of a full package's fee) that still has room. Reads the instance's text by the model's own schemas.
 */
export interface Measured {
  readonly orders: number;
  readonly limits: number;
  /** Limits below what the orders would demand if there were none. */
  readonly binding: number;
  /** Routable orders beyond the limits of their cheapest channel. */
  readonly displaced: number;
  readonly deferred: number;
  readonly rejected: number;
  /** Orders restricted to certain channels. */
  readonly restricted: number;
  /** Channels that are somebody's cheapest. */
  readonly wanted: number;
  /** Share of the orders that the largest bank and the 20 largest hold. */
  readonly topBank: number;
  readonly top20: number;
  readonly medianAmount: number;
  readonly meanAmount: number;
}

interface Quote {
  readonly channel: number;
  readonly rule: number;
  readonly price: number;
}

interface Room {
  orders: number;
  amount: number;
  packages: number;
}

interface Limit {
  readonly orders: number;
  readonly amount: number;
  readonly packages: number;
  readonly used: Room;
  readonly applies: (quote: Quote) => boolean;
  /** How many limits of the file it stands for. */
  readonly parts: readonly ("orders" | "amount" | "packages")[];
}

export function measure(instance: Instance): Measured {
  const contract = parseChannels(textTree(instance.channels));
  const quote = quoter(contract);
  const rows = [...instance.orders].map((record) => ({ record, ...quote(record) }));
  const wanted = rows.flatMap(({ quotes, record }) =>
    quotes.length > 0 ? [{ first: quotes[0]!, record }] : [],
  );

  const sizes = packageSizes(
    contract,
    wanted.map(({ first, record }) => [first.channel, record]),
  );
  const free = limitsOf(contract, sizes);
  const freePackages = new PackageFiller(contract);
  for (const { first, record } of wanted)
    use(free, first, minor(record), freePackages.add(first.channel, record));
  const binding = free
    .flatMap((limit) => limit.parts.map((part) => limit.used[part] > limit[part]))
    .filter(Boolean).length;

  const limits = limitsOf(contract, sizes);
  const packages = new PackageFiller(contract);
  let displaced = 0;
  let deferred = 0;
  for (const { quotes, record } of rows) {
    if (quotes.length === 0) continue;
    const taken = quotes.findIndex((candidate) => {
      const opened = packages.wouldOpen(candidate.channel, record);
      if (!fits(limits, candidate, minor(record), opened)) return false;
      use(limits, candidate, minor(record), packages.add(candidate.channel, record));
      return true;
    });
    if (taken !== 0) displaced++;
    if (taken < 0) deferred++;
  }

  const banks = new Map<string, number>();
  for (const { record } of rows) banks.set(record.bank, (banks.get(record.bank) ?? 0) + 1);
  const shares = [...banks.values()].sort((a, b) => b - a).map((count) => count / rows.length);
  const amounts = rows.map(({ record }) => minor(record) / 100).sort((a, b) => a - b);
  return {
    orders: rows.length,
    limits: limits.reduce((sum, limit) => sum + limit.parts.length, 0),
    binding,
    displaced,
    deferred,
    rejected: rows.filter((row) => row.rejected).length,
    restricted: rows.filter(({ record }) => record.channels !== "").length,
    wanted: new Set(wanted.map(({ first }) => first.channel)).size,
    topBank: shares[0]!,
    top20: shares.slice(0, 20).reduce((sum, share) => sum + share, 0),
    medianAmount: amounts[amounts.length >> 1]!,
    meanAmount: amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length,
  };
}

const minor = (record: OrderRecord) => Math.round(Number(record.amount) * 100);

/** Quotes of the channels that could take the order alone, cheapest first. */
function quoter(contract: Contract) {
  const schema = orderSchemas(contract);
  const matchers = contract.channels.map(coverageMatcher);
  const schedules = contract.channels.map((channel) =>
    channel.coverage.map((rule) => chargeSchedule(channel, rule, contract.objective, contract.exponent)),
  );
  const profiles = new Map<string, { profile: OrderProfile; rules: readonly (readonly number[])[] }>();
  return (record: OrderRecord): { quotes: readonly Quote[]; rejected: boolean } => {
    const { bank, dueBy, delayWeight, channels, unroutedPenalty, accountType, business } = record;
    const text = {
      bank,
      dueBy,
      delayWeight,
      channels,
      unroutedPenalty,
      attributes: { accountType, business },
    };
    const key = JSON.stringify(text);
    let known = profiles.get(key);
    if (known === undefined) {
      const profile = schema.profile.parse(text);
      known = { profile, rules: matchers.map((match) => match(profile).rules) };
      profiles.set(key, known);
    }
    const amount = schema.amount.parse(record.amount);
    const { profile, rules } = known;
    const quotes: Quote[] = [];
    contract.channels.forEach((channel, c) => {
      if (profile.channels !== null && !profile.channels.includes(c)) return;
      const rule = ruleForAmount(channel.coverage, rules[c]!, amount);
      if (rule < 0 || !couldTakeAlone(channel, contract, c, rule, amount, profile.dueBy)) return;
      const share = channel.package.feeTiers[0]!.fee / channel.package.maxOrders;
      quotes.push({ channel: c, rule, price: chargeOf(schedules[c]![rule]!, amount) + share });
    });
    quotes.sort((a, b) => a.price - b.price);
    return { quotes, rejected: quotes.length === 0 };
  };
}

function couldTakeAlone(
  channel: Channel,
  contract: Contract,
  index: number,
  rule: number,
  amount: number,
  dueBy: number,
): boolean {
  const limits = [channel.coverage[rule]!.limits, channel.package, channel.limits];
  for (const quota of contract.quotas) if (quota.channels.includes(index)) limits.push(quota.limits);
  if (limits.some((limit) => limit.maxOrders < 1 || amount > limit.maxAmount)) return false;
  const leave = channel.queue.start + holdTime(channel.queue, 1);
  return leave <= channel.queue.cutOff && leave + channel.queue.result <= dueBy;
}

function limitsOf(contract: Contract, sizes: readonly number[]): readonly Limit[] {
  const rooms: Limit[] = [];
  const add = (
    limits: Pick<PackageLimits, "maxOrders" | "maxAmount"> & { maxPackages?: number },
    applies: Limit["applies"],
  ) => {
    const room = {
      orders: limits.maxOrders,
      amount: limits.maxAmount,
      packages: limits.maxPackages ?? Infinity,
    };
    const parts = (["orders", "amount", "packages"] as const).filter((part) => room[part] !== Infinity);
    if (parts.length > 0)
      rooms.push({ ...room, used: { orders: 0, amount: 0, packages: 0 }, applies, parts });
  };
  contract.channels.forEach((channel, c) => {
    add(channel.limits, (quote) => quote.channel === c);
    channel.coverage.forEach((rule, r) => {
      add(rule.limits, (quote) => quote.channel === c && quote.rule === r);
    });
    if (channel.queue.cutOff !== Infinity)
      add(
        { maxOrders: ordersInTime(channel, sizes[c]!), maxAmount: Infinity },
        (quote) => quote.channel === c,
      );
  });
  for (const quota of contract.quotas) add(quota.limits, (quote) => quota.channels.includes(quote.channel));
  return rooms;
}

/** `[channel]` orders of a usual package: full, or the mean where packages are separated. */
function packageSizes(
  contract: Contract,
  wanted: readonly (readonly [number, OrderRecord])[],
): readonly number[] {
  const filler = new PackageFiller(contract);
  const orders = contract.channels.map(() => 0);
  const packages = contract.channels.map(() => 0);
  for (const [channel, record] of wanted) {
    orders[channel]!++;
    packages[channel]! += filler.add(channel, record);
  }
  return contract.channels.map(({ package: terms }, c) =>
    terms.separateBy.length === 0 ? terms.maxOrders : Math.max(1, Math.floor(orders[c]! / packages[c]!)),
  );
}

/** Orders that leave in time when packages are of the usual size; a last one may be begun. */
function ordersInTime({ mode, queue }: Channel, size: number): number {
  if (mode === "single")
    return queue.lanes * Math.floor((queue.cutOff - queue.start) / Math.max(1, queue.perOrder));
  const full = leaveTimes(queue, new Array<number>(5000).fill(size)).filter(
    (leave) => leave <= queue.cutOff,
  ).length;
  const rest = queue.cutOff - queue.start - Math.floor(full / queue.lanes) * holdTime(queue, size);
  const begun = Math.max(0, Math.floor((rest - queue.perPackage) / queue.perOrder));
  return full * size + queue.lanes * Math.min(size, begun);
}

function fits(limits: readonly Limit[], quote: Quote, amount: number, opened: number): boolean {
  return limits.every(
    ({ orders, amount: most, packages, used, applies }) =>
      !applies(quote) ||
      (used.orders + 1 <= orders && used.amount + amount <= most && used.packages + opened <= packages),
  );
}

function use(limits: readonly Limit[], quote: Quote, amount: number, opened: number): void {
  for (const { used, applies } of limits) {
    if (!applies(quote)) continue;
    used.orders++;
    used.amount += amount;
    used.packages += opened;
  }
}

/** Counts packages: one is open for each of the values by which a channel separates. */
class PackageFiller {
  readonly #open = new Map<string, number>();

  constructor(readonly contract: Contract) {}

  wouldOpen(channel: number, record: OrderRecord): number {
    return this.#place(channel, record) === 0 ? 1 : 0;
  }

  add(channel: number, record: OrderRecord): number {
    const place = this.#place(channel, record);
    this.#open.set(this.#key(channel, record), place + 1);
    return place === 0 ? 1 : 0;
  }

  #place(channel: number, record: OrderRecord): number {
    const place = this.#open.get(this.#key(channel, record)) ?? 0;
    return place === this.contract.channels[channel]!.package.maxOrders ? 0 : place;
  }

  #key(channel: number, record: OrderRecord): string {
    const { separateBy } = this.contract.channels[channel]!.package;
    return `${channel}/${separateBy.map((field) => record[field as keyof OrderRecord]).join("/")}`;
  }
}
