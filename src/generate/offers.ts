import type { Banks } from "./banks.js";
import type { ChannelForm, ChannelsForm, FeeForm, PackageForm, QuotaForm, RuleForm } from "./form.js";
import type { Random } from "./random.js";
import { ALL_NIGHT, PLAN_AT, WINDOWS, type Window } from "./windows.js";

/**
 * What the channels of an instance offer: coverage, prices and package sizes, before limits and queues, which depend
 * on what the orders would demand of them (limits.ts). The numbers follow published fee lists and package sizes.
 */
export interface Offer {
  readonly channel: ChannelForm;
  /** When it works; undefined where it works all the time. */
  readonly window?: Window;
  /** Channels of one company work under one contract, which the quotas cover. */
  readonly company: string;
}

/** Largest order that any channel takes, in CNY. */
export const HIGHEST_AMOUNT = "5000000.00";
/** Orders come with one of these account types, save a few of a kind that nobody takes. */
export const ACCOUNT_TYPES = ["personal", "corporate"] as const;

const PACKAGE_SIZES = [350, 500, 1000, 2000, 3000, 5000, 10000] as const;
const AMOUNT_LIMITS = ["5000.00", "10000.00", "20000.00", "50000.00", "50000.00", "200000.00"] as const;
const COMPANIES = (
  "union netpay city harbor lotus bamboo summit river orchid pearl jade amber cedar falcon crane willow beacon anchor " +
  "meadow comet ember quartz maple lantern"
).split(" ");

type FeeKind = "flat" | "rate" | "tiers";
const FEE_KINDS: readonly FeeKind[] = ["flat", "rate", "tiers"];

const money = (value: number) => value.toFixed(2);
/** Prices as people set them: whole 0.01, never below it. */
const price = (value: number) => money(Math.max(0.01, value));
const percent = (value: number) => `${value.toFixed(3)}%`;

/** About a quarter of the channels are single; the last takes nearly every order and has no limit. */
export function makeOffers(count: number, orders: number, banks: Banks, random: Random): readonly Offer[] {
  const singles = Math.max(1, Math.round(count / 4));
  const batches = count - singles;
  const offers: Offer[] = [];
  for (let company = 0; offers.length < batches; company++) {
    const windows = random.pick([1, 1, 2, 2, 3]);
    offers.push(
      ...batchCompany(company, Math.min(windows, batches - offers.length), orders / count, banks, random),
    );
  }
  for (let single = 0; single < singles - 1; single++) offers.push(singleOffer(single, banks, random));
  return [...offers, fastSingle(banks)];
}

/** A draft of the channels file: all that a price depends on. */
export function draftOf(offers: readonly Offer[], random: Random): ChannelsForm {
  return {
    currency: "CNY",
    planAt: PLAN_AT,
    objective: {
      delayCostPerOrderHour: "0.02",
      failureCost: "2.00",
      ...(random.chance(0.5) ? { unroutedPenalty: "200.00", unroutedPenaltyRate: "0.05%" } : {}),
    },
    channels: offers.map((offer) => offer.channel),
  };
}

/** Groups of channels that share a contract: the windows of a company, and now and then two companies. */
export function sharedContracts(
  offers: readonly Offer[],
  random: Random,
): readonly Omit<QuotaForm, "limits">[] {
  const byCompany = new Map<string, string[]>();
  for (const { company, channel } of offers.slice(0, -1))
    byCompany.set(company, [...(byCompany.get(company) ?? []), channel.id]);
  const companies = [...byCompany.entries()];
  const days = companies.flatMap(([id, channels]) =>
    channels.length >= 2 ? [{ id: `${id}-day`, channels }] : [],
  );
  if (companies.length < 2 || (days.length > 0 && random.chance(0.5))) return days;
  const first = random.integer(0, companies.length - 2);
  const pair = companies.slice(first, first + 2);
  return [
    ...days,
    { id: `${pair.map(([id]) => id).join("-")}-settlement`, channels: pair.flatMap(([, ids]) => ids) },
  ];
}

function companyName(index: number): string {
  const name = COMPANIES[index % COMPANIES.length]!;
  const round = Math.floor(index / COMPANIES.length);
  return round === 0 ? name : `${name}${round + 1}`;
}

function batchCompany(
  index: number,
  windowCount: number,
  share: number,
  banks: Banks,
  random: Random,
): readonly Offer[] {
  const name = companyName(index);
  // Who covers more banks asks for more.
  const breadth = random.between(0.15, 0.6);
  const base = (0.3 + 0.35 * breadth) * random.between(0.8, 1.2);
  const kind = index + random.integer(0, 1);
  const coverage = batchCoverage(
    base,
    chooseBanks(banks, random.between(0.6, 0.95), breadth, random),
    banks,
    random,
  );
  const maxOrders = packageSize(share, random);
  const packageFee = Math.min(1000 * base, Math.max(5 * base, maxOrders * 0.5 * random.between(0.01, 0.08)));
  const separateBy = separation(index, random);
  const failureFee = random.chance(0.3) ? { failureFee: random.pick(["0.05", "0.10", "0.20"]) } : {};
  return WINDOWS[windowCount]!.map((window, w) => ({
    company: name,
    window,
    channel: {
      id: window.name === "" ? `${name}-batch` : `${name}-batch-${window.name}`,
      mode: "batch",
      coverage,
      // Another kind of fee in each window, so that each is the cheapest for some amounts.
      fee: batchFee(FEE_KINDS[(kind + w) % FEE_KINDS.length]!, base, random),
      ...failureFee,
      package: {
        fee: money(Math.ceil(packageFee * (1 - 0.1 * w) * 2) / 2),
        maxOrders,
        ...separateBy,
      },
    },
  }));
}

/** Every instance with a second company has a channel that insists on one bank per package. */
function separation(company: number, random: Random): Pick<PackageForm, "separateBy"> {
  const drawn = random.next();
  if (company === 1 || drawn < 0.15) return { separateBy: ["bank"] };
  return drawn < 0.22 ? { separateBy: ["accountType"] } : {};
}

/** Sizes of real interfaces, such that a channel's share of the orders fills some packages where it can. */
function packageSize(share: number, random: Random): number {
  const fitting = PACKAGE_SIZES.filter((size) => size <= Math.max(350, share * 0.6));
  return random.pick(fitting.slice(-4));
}

function batchFee(kind: FeeKind, base: number, random: Random): FeeForm {
  const round = random.chance(0.15)
    ? {
        round: random.pick([
          { to: "0.001", mode: "halfEven" },
          { to: "0.01", mode: "up" },
        ] as const),
      }
    : {};
  switch (kind) {
    case "flat":
      return { flat: price(base), ...round };
    case "rate":
      return {
        flat: price(base * 0.2),
        rate: percent(base * random.between(0.06, 0.12)),
        min: price(Math.max(0.1, base * 0.4)),
        max: price(base * random.between(5, 16)),
        ...round,
      };
    case "tiers":
      return {
        tiers: [
          { upTo: "500.00", flat: price(Math.max(0.1, base * 0.55)) },
          { upTo: "5000.00", flat: price(base * 1.05) },
          { rate: percent(0.02), min: price(base * 1.5), max: price(base * 6) },
        ],
        ...round,
      };
  }
}

/** First partner banks and special business at their own price, then everything else the company covers. */
function batchCoverage(
  base: number,
  covered: readonly number[],
  banks: Banks,
  random: Random,
): readonly RuleForm[] {
  const rules: RuleForm[] = [];
  const limit = random.pick(AMOUNT_LIMITS);
  const everyone = bankList(covered, banks);
  const big = covered.filter((bank) => bank < banks.big);
  if (random.chance(0.6) && big.length > 0) {
    const first = random.integer(0, big.length - 1);
    rules.push({
      banks: big.slice(first, first + random.integer(1, 4)).map((bank) => banks.codes[bank]!),
      where: { accountType: ["personal"] },
      amount: { max: limit },
      fee: { flat: price(base * 0.8) },
      ...success(random),
    });
  }
  if (random.chance(0.25))
    rules.push({
      ...everyone,
      where: { accountType: ["personal"], business: ["utility", "subscription"] },
      amount: { max: "2000.00" },
      fee: { flat: price(base * 0.6) },
    });
  const personalOnly = random.chance(0.4);
  rules.push({
    ...everyone,
    where: { accountType: personalOnly ? ["personal"] : [...ACCOUNT_TYPES] },
    amount: random.chance(0.1) ? { min: "10.00", max: limit } : { max: limit },
    ...success(random),
  });
  if (personalOnly && random.chance(0.5))
    rules.push({
      ...everyone,
      where: { accountType: ["corporate"] },
      amount: { max: "500000.00" },
      fee: { flat: price(base * 2) },
      ...success(random),
    });
  return rules;
}

function success(random: Random): Pick<RuleForm, "successRate"> {
  return random.chance(0.5) ? { successRate: random.between(0.95, 0.999).toFixed(3) } : {};
}

function singleOffer(index: number, banks: Banks, random: Random): Offer {
  const covered = chooseBanks(banks, 0.95, 0.85, random);
  const big = covered.filter((bank) => bank < banks.big);
  const first = random.integer(0, Math.max(0, big.length - 1));
  const partners = big.slice(first, first + random.integer(1, 2)).map((bank) => banks.codes[bank]!);
  const amount = { max: random.pick(AMOUNT_LIMITS) };
  const company = companyName(index);
  // A single channel may be the cheapest way to a bank: no package fee, and a price of its own.
  const partner: RuleForm[] =
    partners.length > 0 && random.chance(0.6)
      ? [
          {
            banks: partners,
            where: { accountType: ["personal"] },
            amount,
            fee: { flat: price(random.between(0.3, 0.5)) },
          },
        ]
      : [];
  return {
    company,
    ...(random.chance(0.3) ? { window: ALL_NIGHT } : {}),
    channel: {
      id: `${company}-single`,
      mode: "single",
      coverage: [
        ...partner,
        {
          ...bankList(covered, banks),
          where: { accountType: [...ACCOUNT_TYPES] },
          amount,
          ...success(random),
        },
      ],
      fee: random.chance(0.5)
        ? { flat: price(random.between(0.8, 1.6)) }
        : {
            rate: percent(random.between(0.15, 0.35)),
            min: "0.50",
            max: money(random.integer(5, 25)),
          },
    },
  };
}

function fastSingle(banks: Banks): Offer {
  return {
    company: "fast",
    channel: {
      id: "fast-single",
      mode: "single",
      coverage: [
        {
          ...bankList(
            banks.codes.map((_, bank) => bank),
            banks,
          ),
          where: { accountType: [...ACCOUNT_TYPES] },
          amount: { max: HIGHEST_AMOUNT },
        },
      ],
      fee: { rate: "0.2%", min: "1.00", max: "20.00" },
    },
  };
}

/** Indices of covered banks, at least one. */
function chooseBanks(banks: Banks, big: number, tail: number, random: Random): readonly number[] {
  const chosen = banks.codes.flatMap((_, bank) =>
    random.chance(bank < banks.big ? big : tail) ? [bank] : [],
  );
  return chosen.length > 0 ? chosen : [random.integer(0, banks.codes.length - 1)];
}

/** A list or everything but a list, whichever is shorter. */
function bankList(covered: readonly number[], banks: Banks): Pick<RuleForm, "banks" | "except"> {
  if (covered.length <= banks.codes.length / 2) return { banks: covered.map((bank) => banks.codes[bank]!) };
  const inside = new Set(covered);
  const except = [...banks.codes.filter((_, bank) => !inside.has(bank)), ...banks.uncovered];
  return except.length > 0 ? { banks: "*", except } : { banks: "*" };
}
