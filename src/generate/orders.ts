import { type Banks, bankAt } from "./banks.js";
import { ACCOUNT_TYPES } from "./offers.js";
import type { Random } from "./random.js";
import { DUE_TIMES, PLAN_AT } from "./windows.js";

/** An order in the orders file's form: every field as text, empty where it is missing. */
export interface OrderRecord {
  readonly id: string;
  readonly bank: string;
  readonly amount: string;
  readonly accountType: string;
  readonly business: string;
  readonly dueBy: string;
  readonly delayWeight: string;
  readonly channels: string;
  readonly unroutedPenalty: string;
}

/** Columns of the orders file, in this order. */
export const ORDER_COLUMNS = [
  "id",
  "bank",
  "amount",
  "accountType",
  "business",
  "dueBy",
  "delayWeight",
  "channels",
  "unroutedPenalty",
] as const satisfies readonly (keyof OrderRecord)[];

/** Ids of the channels that cover an order so far as its bank, attributes and amount (minor units) go. */
export type CoveredBy = (
  bank: string,
  accountType: string,
  business: string,
  amount: number,
) => readonly string[];

interface Business {
  readonly name: string;
  /** Share of the orders. */
  readonly share: number;
  /** Median amount of a personal order, in CNY; its logarithm's standard deviation. */
  readonly median: number;
  readonly spread: number;
  /** Share of corporate accounts. */
  readonly corporate: number;
}

const BUSINESSES: readonly Business[] = [
  { name: "utility", share: 0.3, median: 130, spread: 0.7, corporate: 0.15 },
  { name: "loan", share: 0.22, median: 1800, spread: 0.9, corporate: 0.1 },
  { name: "subscription", share: 0.2, median: 0, spread: 0, corporate: 0.03 },
  { name: "insurance", share: 0.18, median: 420, spread: 0.8, corporate: 0.1 },
  { name: "fund", share: 0.1, median: 800, spread: 1.2, corporate: 0.2 },
];
/** Subscriptions cost one of a few prices; all else is log-normal. */
const SUBSCRIPTION_PRICES = [990, 1500, 1990, 2500, 3000, 5800, 9800, 12800, 19800, 29800] as const;
const CORPORATE_FACTOR = 6;
/** In minor units: every amount save the oversized lies between them. */
const LOWEST = 100;
const HIGHEST = 80_000_000;

/**
 * Orders that no channel can take, as shares of all: a bank, an account type, an amount nobody takes; due at once.
 * 0.5% together.
 */
const REJECTED = { bank: 0.002, accountType: 0.001, amount: 0.001, dueBy: 0.001 } as const;

/** A stream of orders, drawn one by one: memory does not grow with their number. */
export function* streamOrders(
  count: number,
  banks: Banks,
  coveredBy: CoveredBy,
  random: Random,
): Generator<OrderRecord, void, undefined> {
  for (let i = 1; i <= count; i++) {
    const fate = random.next();
    const lostBank = fate < REJECTED.bank && banks.uncovered.length > 0;
    const business = pickBusiness(random.next());
    const corporate = random.chance(business.corporate);
    const bank = lostBank ? random.pick(banks.uncovered) : banks.codes[bankAt(banks, random.next())]!;
    const accountType = isAt(fate, REJECTED.bank, REJECTED.accountType)
      ? "escrow"
      : ACCOUNT_TYPES[corporate ? 1 : 0];
    const oversized = isAt(fate, REJECTED.bank + REJECTED.accountType, REJECTED.amount);
    const amount = oversized
      ? random.integer(600, 5000) * 1_000_000
      : drawAmount(business, corporate, random);
    const late = isAt(fate, REJECTED.bank + REJECTED.accountType + REJECTED.amount, REJECTED.dueBy);
    const channels = random.chance(0.02) ? coveredBy(bank, accountType, business.name, amount) : [];
    yield {
      id: `D${String(i).padStart(7, "0")}`,
      bank,
      amount: `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`,
      accountType,
      business: business.name,
      dueBy: late ? PLAN_AT : random.chance(0.12) ? random.pick(DUE_TIMES) : "",
      delayWeight: random.chance(0.04) ? random.pick(["0", "2.5", "5"]) : "",
      channels: restriction(channels, random),
      unroutedPenalty: random.chance(0.005) ? random.pick(["5.00", "1000.00"]) : "",
    };
  }
}

const isAt = (fate: number, from: number, width: number) => fate >= from && fate < from + width;

function pickBusiness(point: number): Business {
  let sum = 0;
  for (const business of BUSINESSES) {
    sum += business.share;
    if (point < sum) return business;
  }
  return BUSINESSES[0]!;
}

function drawAmount(business: Business, corporate: boolean, random: Random): number {
  const factor = corporate ? CORPORATE_FACTOR : 1;
  if (business.median === 0) return random.pick(SUBSCRIPTION_PRICES) * factor;
  const major = business.median * factor * Math.exp(business.spread * random.normal());
  return Math.min(HIGHEST, Math.max(LOWEST, Math.round(major * 100)));
}

/** Mandates bind an order to one channel that covers it; some leave a choice of two. */
function restriction(covering: readonly string[], random: Random): string {
  if (covering.length === 0) return "";
  const first = random.integer(0, covering.length - 1);
  if (covering.length === 1 || random.chance(0.7)) return covering[first]!;
  const second = (first + random.integer(1, covering.length - 1)) % covering.length;
  return `${covering[first]}|${covering[second]}`;
}
