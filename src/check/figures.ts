import { type Contract, hasVolume } from "../model/contract.js";
import { type CostTotal, formatAmount, formatCost } from "../model/money.js";
import type { UnroutedReason } from "../model/plan.js";
import type { ChannelPrices, PlanFile, QuotaPrices } from "../model/planFile.js";
import type { Micros } from "../model/time.js";
import type { Baseline } from "./baselines.js";
import type { StatedRoom } from "./certificate/room.js";
import { instantText, namesInstant } from "./instants.js";
import type { ViolationList } from "./violations.js";

/** The parts of a plan's cost. */
export interface CostParts {
  readonly charges: CostTotal;
  readonly packageFees: CostTotal;
  readonly delay: CostTotal;
  /** Discounts below 0. */
  readonly volume: CostTotal;
  readonly penalties: CostTotal;
}

/** What a channel does in a plan. */
export interface ChannelFigures extends Omit<CostParts, "penalties"> {
  readonly orders: number;
  readonly amount: bigint;
  readonly packages: number;
  /** Since time zero; null where it has no orders. */
  readonly finish: Micros | null;
}

/** What a plan costs and counts. */
export interface PlanFigures {
  readonly cost: CostParts;
  readonly unroutedPenalty: CostTotal;
  readonly counts: PlanFile["counts"];
  readonly channels: readonly ChannelFigures[];
  readonly finish: Micros | null;
  /** Orders by the reason why they are unrouted. */
  readonly unrouted: ReadonlyMap<UnroutedReason, number>;
}

/** Everything that plan.json must state, worked out again. */
export interface Figures extends PlanFigures {
  readonly baselines: readonly Baseline[];
  /** What more room is worth; null where the certificate proves nothing. */
  readonly prices: StatedRoom | null;
}

/** Share by which a percentage may differ, since it is a rounded double. */
const PERCENT_TOLERANCE = 1e-9;

export function objectiveOf({ charges, packageFees, delay, volume, penalties }: CostParts): CostTotal {
  return charges + packageFees + delay + volume + penalties;
}

/** Compares the figures that plan.json states with those worked out. Bound and proof are checked elsewhere. */
export function checkFigures(
  contract: Contract,
  plan: PlanFile,
  figures: Figures,
  violations: ViolationList,
): void {
  const compare = new Comparison(contract, violations);
  compare.same("currency", plan.currency, contract.currency);
  compare.cost("cost", plan.cost, figures.cost);
  compare.money("unroutedPenalty", plan.unroutedPenalty, figures.unroutedPenalty);
  for (const count of ["orders", "routed", "rejected", "deferred", "packages"] as const)
    compare.same(`counts.${count}`, plan.counts[count], figures.counts[count]);
  compare.instant("finishAt", plan.finishAt, figures.finish);

  compare.same("channels.length", plan.channels.length, contract.channels.length);
  plan.channels.slice(0, contract.channels.length).forEach((stated, c) => {
    const { id, mode } = contract.channels[c]!;
    const own = hasVolume(contract.channels[c]!);
    const is = figures.channels[c]!;
    const channel = compare.of(`channels[${c}]`, id);
    channel.same("id", stated.id, id);
    channel.same("mode", stated.mode, mode);
    channel.same("orders", stated.orders, is.orders);
    channel.same("amount", stated.amount, formatAmount(is.amount, contract.exponent));
    channel.same("packages", stated.packages, is.packages);
    channel.money("charges", stated.charges, is.charges);
    channel.money("packageFees", stated.packageFees, is.packageFees);
    channel.money("delay", stated.delay, is.delay);
    channel.volume("volume", stated.volume, own ? is.volume : null);
    channel.instant("finishAt", stated.finishAt, is.finish);
    if (figures.prices !== null) checkChannelPrices(stated.prices, figures.prices.channels[c]!, channel);
  });
  if (figures.prices !== null) checkQuotaPrices(plan.quotas, figures.prices.quotas, compare);
  checkUnroutedCounts(plan, figures, compare);
  checkBaselines(plan, figures, compare);
}

const CHANNEL_PRICES = [
  "order",
  "amount",
  "package",
  "place",
  "packageAmount",
  "lane",
  "cutOffHour",
  "packageCost",
] as const;

function checkChannelPrices(stated: ChannelPrices, is: ChannelPrices, channel: Comparison): void {
  for (const price of CHANNEL_PRICES) channel.same(`prices.${price}`, stated[price], is[price]);
  for (const part of ["per", "price", "amount"] as const)
    channel.same(`prices.queueHead.${part}`, stated.queueHead?.[part] ?? null, is.queueHead?.[part] ?? null);
  channel.same("prices.rules.length", stated.rules.length, is.rules.length);
  stated.rules.slice(0, is.rules.length).forEach((rule, r) => {
    for (const field of ["rule", "order", "amount"] as const)
      channel.same(`prices.rules[${r}].${field}`, rule[field], is.rules[r]![field]);
  });
}

function checkQuotaPrices(
  stated: readonly QuotaPrices[],
  is: readonly QuotaPrices[],
  compare: Comparison,
): void {
  compare.same("quotas.length", stated.length, is.length);
  stated.slice(0, is.length).forEach((quota, q) => {
    for (const field of ["id", "order", "amount", "package"] as const)
      compare.same(`quotas[${q}].${field}`, quota[field], is[q]![field]);
  });
}

function checkUnroutedCounts(plan: PlanFile, figures: Figures, compare: Comparison): void {
  compare.same("unrouted.length", plan.unrouted.length, figures.unrouted.size);
  const seen = new Set<string>();
  plan.unrouted.forEach(({ reason, orders }, i) => {
    const stated = seen.has(reason) ? `${reason} once more` : orders;
    compare.same(`unrouted[${i}].orders`, stated, figures.unrouted.get(reason) ?? 0);
    seen.add(reason);
    const before = plan.unrouted[i - 1];
    if (before !== undefined && before.orders < orders)
      compare.wrong(`unrouted[${i}]`, reason, "listed before smaller counts");
  });
}

function checkBaselines(plan: PlanFile, figures: Figures, compare: Comparison): void {
  compare.same("baselines.length", plan.baselines.length, figures.baselines.length);
  const objective = objectiveOf(figures.cost);
  for (const is of figures.baselines) {
    const stated = plan.baselines.find(({ id }) => id === is.id);
    if (stated === undefined) {
      compare.wrong("baselines", "nothing", `to name ${is.id}`);
      continue;
    }
    const baseline = compare.of(`baselines[${is.id}]`);
    baseline.cost("cost", stated.cost, is);
    baseline.same("routed", stated.routed, is.routed);
    baseline.same("deferred", stated.deferred, is.deferred);
    baseline.same("packages", stated.packages, is.packages);
    baseline.instant("finishAt", stated.finishAt, is.finish);
    const saving = objectiveOf(is) - objective;
    baseline.money("saving.money", stated.saving.money, saving);
    const percent = objectiveOf(is) === 0n ? 0 : (100 * Number(saving)) / Math.abs(Number(objectiveOf(is)));
    if (!(Math.abs(stated.saving.percent - percent) <= PERCENT_TOLERANCE * Math.abs(percent)))
      baseline.wrong("saving.percent", stated.saving.percent, percent);
  }
}

/** Compares stated figures below one path of plan.json. */
class Comparison {
  constructor(
    private readonly contract: Contract,
    private readonly violations: ViolationList,
    private readonly path = "plan",
    private readonly channel?: string,
  ) {}

  of(path: string, channel?: string): Comparison {
    return new Comparison(this.contract, this.violations, `${this.path}.${path}`, channel);
  }

  wrong(field: string, stated: string | number | null, is: string | number | null): void {
    this.violations.add(
      "PLAN_FIGURE",
      `${this.path}.${field}`,
      this.channel === undefined ? {} : { channel: this.channel },
      () => `${this.path}.${field} states ${stated}, but it is ${is}.`,
    );
  }

  same(field: string, stated: string | number | null, is: string | number | null): void {
    if (stated !== is) this.wrong(field, stated, is);
  }

  money(field: string, stated: string, is: CostTotal): void {
    this.same(field, stated, formatCost(is, this.contract.exponent));
  }

  /** @param is null where no price of volume makes it a part of the cost */
  volume(field: string, stated: string | undefined, is: CostTotal | null): void {
    this.same(field, stated ?? null, is === null ? null : formatCost(is, this.contract.exponent));
  }

  cost(field: string, stated: PlanFile["cost"], is: CostParts): void {
    const cost = this.of(field, this.channel);
    cost.money("objective", stated.objective, objectiveOf(is));
    cost.money("charges", stated.charges, is.charges);
    cost.money("packageFees", stated.packageFees, is.packageFees);
    cost.money("delay", stated.delay, is.delay);
    cost.volume("volume", stated.volume, this.contract.channels.some(hasVolume) ? is.volume : null);
    cost.money("penalties", stated.penalties, is.penalties);
  }

  /** @param since time zero; null where there is nothing to finish */
  instant(field: string, stated: string | null, since: Micros | null): void {
    if (since === null || this.contract.planAt === null) {
      if (stated !== null) this.wrong(field, stated, null);
    } else if (stated === null || !namesInstant(this.contract, stated, since)) {
      this.wrong(field, stated, instantText(this.contract, since));
    }
  }
}
