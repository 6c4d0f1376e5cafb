import { AMOUNT_PRICE_UNIT } from "../model/certificate.js";
import type { Channel, Contract, Limits, PackageLimits } from "../model/contract.js";
import { COST_UNITS_PER_MINOR, formatAmount, formatCost } from "../model/money.js";
import type { PlanFile } from "../model/planFile.js";
import { costUnits, group, ordinal } from "./numbers.js";

/** What more room is worth, in words that the page and the terminal share. */

/** One way to have more room, and the most that it could save. */
export interface RoomNote {
  /** Whose room: a channel's or a quota's id. */
  readonly owner: string;
  /** `a 41st package` */
  readonly what: string;
  /** Money, as plan.json has it. */
  readonly price: string;
}

/** Cost units below which a price is not worth a sentence: a hundredth of the smallest coin. */
const WORTH_SAYING = BigInt(COST_UNITS_PER_MINOR / 100);

/** {@link WORTH_SAYING} as money. */
export function leastSaid(exponent: number): string {
  return formatCost(WORTH_SAYING, exponent);
}

/** What plan.json says of a channel, and its terms where the contract has them. */
interface Priced {
  readonly figures: PlanFile["channels"][number];
  readonly terms: Channel | null;
}

/** Every kind of room on a channel of which more could save something worth saying, most first. */
export function channelNotes({ figures, terms }: Priced, exponent: number): readonly RoomNote[] {
  const { id, prices } = figures;
  const more = amountStep(exponent);
  const notes: [what: string, price: string | null][] = [
    [`${next(terms?.limits.maxPackages)} package`, prices.package],
    [`${next(terms?.limits.maxOrders)} order`, prices.order],
    [`${more} more of amount`, prices.amount],
    [`${next(terms?.package.maxOrders)} order in each package`, prices.place],
    [`${more} more in each package`, prices.packageAmount],
    [`${next(terms?.queue.lanes)} lane`, prices.lane],
    ["a cut-off an hour later", prices.cutOffHour],
    ...prices.rules.flatMap(({ rule, order, amount }): [string, string | null][] => {
      const limits: Limits | undefined = terms?.coverage[rule]?.limits;
      return [
        [`${next(limits?.maxOrders)} order under rule ${rule + 1}`, order],
        [`${more} more under rule ${rule + 1}`, amount],
      ];
    }),
  ];
  return worthSaying(id, notes, exponent);
}

/** The same of a quota. */
export function quotaNotes(
  { id, order, amount, package: packages }: PlanFile["quotas"][number],
  { quotas, exponent }: Contract,
): readonly RoomNote[] {
  const limits: PackageLimits | undefined = quotas.find((quota) => quota.id === id)?.limits;
  return worthSaying(
    id,
    [
      [`${next(limits?.maxPackages)} package`, packages],
      [`${next(limits?.maxOrders)} order`, order],
      [`${amountStep(exponent)} more of amount`, amount],
    ],
    exponent,
  );
}

/** What the certificate asks on a channel beside room: sentences, none where it asks nothing. */
export function askingNotes({ figures, terms }: Priced, exponent: number): readonly string[] {
  const { queueHead, packageCost } = figures.prices;
  const fee = BigInt(terms?.package.feeTiers[0]?.fee ?? 0);
  const limits = packageCost === null ? 0n : costUnits(packageCost, exponent) - fee;
  return [
    ...(packageCost !== null && terms !== null && limits >= WORTH_SAYING
      ? [`a package costs ${group(packageCost)} there, its fee and what limits on packages are worth`]
      : []),
    ...(queueHead === null ? [] : queueNotes(queueHead, exponent)),
  ];
}

function queueNotes({ per, price, amount }: QueueHead, exponent: number): readonly string[] {
  const worth = (money: string | null, to: string) =>
    money !== null && costUnits(money, exponent) >= WORTH_SAYING ? [`${group(money)} to ${to}`] : [];
  const notes = [
    ...worth(price, per === "order" ? "an order" : "a package"),
    ...worth(amount, `each ${amountStep(exponent)} of an order`),
  ];
  return notes.length === 0 ? [] : [`the front of its queue is worth ${notes.join(" and ")}`];
}

type QueueHead = NonNullable<PlanFile["channels"][number]["prices"]["queueHead"]>;

/** `a 41st`; `one more` where the limit is not known. */
function next(limit: number | undefined): string {
  if (limit === undefined || !Number.isFinite(limit)) return "one more";
  const text = ordinal(limit + 1);
  return /^(8|1[18](th|,))/.test(text) ? `an ${text}` : `a ${text}`;
}

/** The amount that prices of amount are for, as money. */
function amountStep(exponent: number): string {
  return group(formatAmount(AMOUNT_PRICE_UNIT, exponent));
}

function worthSaying(
  owner: string,
  notes: readonly (readonly [what: string, price: string | null])[],
  exponent: number,
): readonly RoomNote[] {
  return dearestFirst(
    notes.flatMap(([what, price]) =>
      price !== null && costUnits(price, exponent) >= WORTH_SAYING ? [{ owner, what, price }] : [],
    ),
    exponent,
  );
}

/** Notes by what they could save, most first; equal ones stay in their order. */
export function dearestFirst(notes: readonly RoomNote[], exponent: number): readonly RoomNote[] {
  return notes
    .map((note) => ({ note, units: costUnits(note.price, exponent) }))
    .sort((a, b) => (a.units < b.units ? 1 : a.units > b.units ? -1 : 0))
    .map(({ note }) => note);
}
