import { formatAmount } from "../model/money.js";
import type { ChannelDemand, Demand } from "./demand.js";
import type {
  ChannelForm,
  ChannelsForm,
  LimitsForm,
  PackageForm,
  PackageLimitsForm,
  QueueForm,
  QuotaForm,
  RuleForm,
} from "./form.js";
import { type LimitPlace, placeLimits } from "./limits.js";
import type { Offer } from "./offers.js";
import { backlogFor, type Pace, paceFor, queueForm } from "./queues.js";
import type { Random } from "./random.js";

/** The kinds of limits a channel or quota may have, in the order of the file. */
type Kind = "maxOrders" | "maxAmount" | "maxPackages" | "rule" | "cutOff";

/** A channel with what was drawn for it, before its limits get their figures. */
interface Outline {
  readonly offer: Offer;
  readonly demand: ChannelDemand;
  /** Whether it gets the orders to make a limit bind. */
  readonly wanted: boolean;
  /** Amount in minor units that any limit must leave room for: the largest order the channel takes. */
  readonly largest: number;
  readonly kinds: readonly Kind[];
  readonly pace: Pace;
  readonly packageSize: number;
}

/**
 * Adds limits, quotas, minimums and queues to a draft, in proportion to what the orders would demand of each channel.
 *
 * @param demand `[channel]` of the orders in the draft's channels
 * @param orders how many there are
 */
export function addTerms(
  draft: ChannelsForm,
  offers: readonly Offer[],
  contracts: readonly Omit<QuotaForm, "limits">[],
  demand: readonly ChannelDemand[],
  orders: number,
  random: Random,
): ChannelsForm {
  const last = offers.length - 1;
  const share = orders / offers.length;
  const outlines = draft.channels.map((channel, c) =>
    outlineOf({ ...offers[c]!, channel }, demand[c]!, share, c === last, random),
  );
  const quotaOutlines = contracts.map((contract) => quotaOutline(contract, outlines, random));
  const places = [
    ...outlines.flatMap((outline, c) => outline.kinds.map((kind) => channelPlace(outline, c, kind))),
    ...quotaOutlines.flatMap((quota) => quota.kinds.map((kind) => quotaPlace(quota, kind))),
  ];
  const factors = placeLimits(
    places,
    demand.map((channel) => channel.orders),
    random,
  );
  const quotas = quotaOutlines.map((quota) => quotaForm(quota, factors));
  const channels = outlines.map((outline, c) =>
    channelForm(outline, (kind) => factors.get(`${c}/${kind}`), random),
  );
  const { channels: _, ...head } = draft;
  return { ...head, ...(quotas.length > 0 ? { quotas } : {}), channels };
}

function outlineOf(
  offer: Offer,
  measured: ChannelDemand,
  share: number,
  last: boolean,
  random: Random,
): Outline {
  const { channel, window } = offer;
  const batch = channel.mode === "batch";
  const wanted = measured.orders >= WANTED * share;
  const demand = wanted ? measured : contractDemand(measured, share * random.between(WANTED, 1), channel);
  const packageSize = usualSize(channel, demand);
  const pace = paceFor(
    demand.orders * 1.6,
    window === undefined ? 7200 : window.closes - window.opens - 900,
    batch
      ? {
          secondsPerPackage: random.pick([20, 30, 60, 90, 120]),
          secondsPerOrder: random.pick([0.005, 0.01, 0.02, 0.05]),
        }
      : { secondsPerPackage: 0, secondsPerOrder: random.pick([0.02, 0.05, 0.1, 0.2]) },
    packageSize,
    batch ? 16 : 64,
  );
  const drawn: readonly (readonly [Kind, boolean])[] = [
    ["maxOrders", random.chance(batch ? 0.7 : 0.4)],
    ["maxAmount", random.chance(0.35)],
    ["maxPackages", random.chance(0.3) && batch],
    ["rule", random.chance(0.25) && channel.coverage.length > 1],
    ["cutOff", random.chance(batch ? 0.85 : 1) && window !== undefined],
  ];
  return {
    offer,
    demand,
    wanted,
    largest: largestAmount(channel),
    // The last channel is the way out for all that finds no room elsewhere.
    kinds: last ? [] : drawn.flatMap(([kind, yes]) => (yes ? [kind] : [])),
    pace: batch ? pace : { ...pace, lanes: Math.max(4, pace.lanes) },
    packageSize,
  };
}

/**
 * A channel whose demand is below this part of an equal share is the cheapest for few, but the next best for many: a
 * contract made for the few would turn the many away. So its limits follow an equal share, and none of them binds.
 */
const WANTED = 0.15;

/** Measured demand scaled up to so many orders; the usual amount where nothing was measured. */
function contractDemand(measured: ChannelDemand, orders: number, channel: ChannelForm): ChannelDemand {
  const most = Math.max(1, orders);
  const usual = 50_000;
  const mean = measured.orders > 0 ? Math.max(usual, measured.amount / measured.orders) : usual;
  return {
    orders: most,
    amount: most * mean,
    packages: Math.max(measured.packages, Math.ceil(most / (channel.package?.maxOrders ?? most))),
    rules: measured.rules.map(() => ({ orders: most, amount: most * mean })),
  };
}

/** Orders of a usual package: full ones, unless they are separated. */
function usualSize({ mode, package: terms }: ChannelForm, demand: ChannelDemand): number {
  if (mode === "single") return 1;
  const mean = Math.max(1, Math.floor(demand.orders / Math.max(1, demand.packages)));
  return terms?.separateBy === undefined ? (terms?.maxOrders ?? mean) : mean;
}

function largestAmount(channel: ChannelForm): number {
  return Math.max(...channel.coverage.map((rule) => minor(rule.amount?.max ?? "0")));
}

const minor = (amount: string) => Math.round(Number(amount) * 100);

/** Too few orders for a limit to be just below them. */
const FEW = 20;

function channelPlace(outline: Outline, channel: number, kind: Kind): LimitPlace {
  const { demand } = outline;
  const orders = kind === "rule" ? demand.rules[0]!.orders : demand.orders;
  return {
    key: `${channel}/${kind}`,
    channels: [channel],
    orders,
    canBind: outline.wanted && orders >= FEW && fineEnough(outline, kind),
  };
}

/** Whether a limit of that kind can come within a few percent of the demand. */
function fineEnough(outline: Outline, kind: Kind): boolean {
  const { demand, pace } = outline;
  switch (kind) {
    case "maxOrders":
    case "rule":
      return true;
    case "maxAmount":
      return demand.amount / 2 > outline.largest;
    case "maxPackages":
      return packagesCount(outline);
    case "cutOff":
      // Backlogs are whole seconds.
      return pace.lanes / pace.secondsPerOrder < demand.orders * 0.01;
  }
}

/** Where packages are separated, the last ones are small: a share of the packages is no share of the orders. */
function packagesCount({ offer, demand }: Outline): boolean {
  return demand.packages >= 10 && offer.channel.package?.separateBy === undefined;
}

interface QuotaOutline extends Omit<QuotaForm, "limits"> {
  readonly indices: readonly number[];
  readonly demand: Demand & { readonly packages: number };
  readonly largest: number;
  readonly wanted: boolean;
  readonly packagesCount: boolean;
  readonly kinds: readonly ("maxOrders" | "maxAmount" | "maxPackages")[];
}

function quotaOutline(
  contract: Omit<QuotaForm, "limits">,
  outlines: readonly Outline[],
  random: Random,
): QuotaOutline {
  const members = outlines.flatMap((outline, c) =>
    contract.channels.includes(outline.offer.channel.id) ? [{ outline, c }] : [],
  );
  const sum = (of: (demand: ChannelDemand) => number) =>
    members.reduce((total, { outline }) => total + of(outline.demand), 0);
  const batchOnly = members.every(({ outline }) => outline.offer.channel.mode === "batch");
  const first = random.pick(["maxOrders", "maxOrders", "maxAmount"] as const);
  const packages = batchOnly && random.chance(0.25);
  return {
    ...contract,
    indices: members.map(({ c }) => c),
    demand: {
      orders: sum((demand) => demand.orders),
      amount: sum((demand) => demand.amount),
      packages: sum((demand) => demand.packages),
    },
    largest: Math.max(...members.map(({ outline }) => outline.largest)),
    wanted: members.some(({ outline }) => outline.wanted),
    packagesCount: members.every(({ outline }) => packagesCount(outline)),
    kinds: packages ? [first, "maxPackages"] : [first],
  };
}

function quotaPlace(quota: QuotaOutline, kind: QuotaOutline["kinds"][number]): LimitPlace {
  const { demand } = quota;
  const fine = {
    maxOrders: true,
    maxAmount: demand.amount / 2 > quota.largest,
    maxPackages: quota.packagesCount,
  };
  return {
    key: `${quota.id}/${kind}`,
    channels: quota.indices,
    orders: demand.orders,
    canBind: quota.wanted && demand.orders >= FEW && fine[kind],
  };
}

function quotaForm(quota: QuotaOutline, factors: ReadonlyMap<string, number>): QuotaForm {
  const limits = limitsForm(quota.demand, quota.largest, (kind) => factors.get(`${quota.id}/${kind}`));
  return { id: quota.id, channels: quota.channels, limits };
}

function limitsForm(
  demand: Demand & { readonly packages: number },
  largest: number,
  factor: (kind: Kind) => number | undefined,
): PackageLimitsForm {
  const orders = factor("maxOrders");
  const amount = factor("maxAmount");
  const packages = factor("maxPackages");
  return {
    ...(orders === undefined ? {} : { maxOrders: countLimit(demand.orders * orders) }),
    ...(amount === undefined ? {} : { maxAmount: amountLimit(demand.amount * amount, largest) }),
    ...(packages === undefined
      ? {}
      : {
          maxPackages:
            packages < 1 ? Math.floor(demand.packages * packages) : Math.ceil(demand.packages * packages) + 1,
        }),
  };
}

/** Three figures, as contracts have them. */
function roundFigure(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(value).toString().length - 3);
  return Math.round(value / unit) * unit;
}

const countLimit = (orders: number) => Math.max(1, roundFigure(orders));
const amountLimit = (amount: number, largest: number) =>
  formatAmount(roundFigure(Math.max(amount, largest) / 100) * 100, 2);

function channelForm(
  outline: Outline,
  factor: (kind: Kind) => number | undefined,
  random: Random,
): ChannelForm {
  const { channel } = outline.offer;
  const limits = limitsForm(outline.demand, outline.largest, factor);
  const ruleFactor = factor("rule");
  const coverage = ruleFactor === undefined ? channel.coverage : limitFirst(outline, ruleFactor, random);
  const { coverage: _, package: terms, ...rest } = channel;
  const { id, mode, ...prices } = rest;
  return {
    id,
    mode,
    coverage,
    ...prices,
    ...(terms === undefined ? {} : { package: packageForm(outline, terms, random) }),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    queue: channelQueue(outline, factor("cutOff"), random),
  };
}

function limitFirst(outline: Outline, factor: number, random: Random): readonly RuleForm[] {
  const [first, ...rest] = outline.offer.channel.coverage;
  const demand = outline.demand.rules[0]!;
  const largest = minor(first!.amount?.max ?? "0");
  const byAmount = demand.amount * factor > largest && random.chance(0.4);
  const limits: LimitsForm = byAmount
    ? { maxAmount: amountLimit(demand.amount * factor, largest) }
    : { maxOrders: countLimit(demand.orders * factor) };
  return [{ ...first!, limits }, ...rest];
}

function packageForm(outline: Outline, terms: PackageForm, random: Random): PackageForm {
  const { fee, maxOrders, ...rest } = terms;
  const mean = outline.demand.amount / outline.demand.orders;
  const minOrders = Math.floor(
    Math.min((maxOrders ?? 0) / 10, outline.demand.orders / outline.demand.packages / 5),
  );
  const maxAmount = amountLimit(mean * (maxOrders ?? 1) * random.between(0.7, 2), outline.largest);
  return {
    ...(fee === undefined ? {} : { fee }),
    ...(maxOrders === undefined ? {} : { maxOrders }),
    ...(random.chance(0.25) && minOrders >= 2 ? { minOrders } : {}),
    ...(random.chance(0.35) ? { maxAmount } : {}),
    ...rest,
  };
}

function channelQueue(outline: Outline, factor: number | undefined, random: Random): QueueForm {
  const { window, channel } = outline.offer;
  const batch = channel.mode === "batch";
  const backlog = batch ? random.integer(0, 15) * 60 : 0;
  const result = batch && random.chance(0.6) ? { resultSeconds: random.pick([300, 600, 1800, 3600]) } : {};
  const pace = queueForm(outline.pace);
  if (window === undefined) return { ...pace, ...result };
  const seconds = window.closes - window.opens;
  const waiting =
    factor !== undefined && factor < 1
      ? backlogFor(outline.demand.orders * factor, seconds, outline.pace, outline.packageSize)
      : backlog;
  return {
    ...(window.opensAt === undefined ? {} : { opensAt: window.opensAt }),
    ...(factor === undefined ? {} : { cutOff: window.cutOff }),
    ...(waiting > 0 ? { backlogSeconds: waiting } : {}),
    ...pace,
    ...result,
  };
}
