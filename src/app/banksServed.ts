import type { BanksServed, Offer } from "../model/banksServed.js";
import type { Channel, Contract, Rule } from "../model/contract.js";
import { InputError } from "../model/issue.js";
import { formatAmount } from "../model/money.js";
import { formatInstant, type Micros, parseInstant } from "../model/time.js";

/** Offers that are told of: all banks times all rules may be any number, however small the contract. */
export const MOST_OFFERS = 100_000;

/**
 * Says which banks a contract serves, by which channels and within which limits: what a caller may send at all.
 *
 * @throws InputError where it makes more than {@link MOST_OFFERS} offers
 */
export function banksServed(contract: Contract): BanksServed {
  const { channels, currency } = contract;
  const named = [
    ...new Set(
      channels.flatMap(({ coverage }) =>
        coverage.flatMap(({ banks, except }) => [...(banks ?? []), ...except]),
      ),
    ),
  ];
  const rules = new Map(channels.map((channel) => [channel, channel.coverage.map(ruleBanks)]));
  let made = 0;
  const offersFor = (bank: string | null) => {
    const batch = offersOf(contract, rules, "batch", bank);
    const single = offersOf(contract, rules, "single", bank);
    made += batch.length + single.length;
    if (made > MOST_OFFERS) throw tooManyOffers(named.length, channels);
    return { batch, single };
  };
  return {
    currency,
    channels: channels.map(({ id, mode, queue, package: { maxOrders, minOrders } }) => ({
      id,
      mode,
      opensAt: instant(contract, queue.start),
      cutOff: instant(contract, queue.cutOff),
      ...(mode === "batch" ? { package: { minOrders, maxOrders: finite(maxOrders) } } : {}),
    })),
    banks: named.sort().map((bank) => ({ bank, ...offersFor(bank) })),
    others: offersFor(null),
  };
}

/**
 * What is left of it at a moment: offers of channels that can still be done by their cut-offs. Those that open only later are
 * left in, as an order waits for them.
 */
export function servedAt(served: BanksServed, at: Micros): BanksServed {
  const isOpen = ({ until }: Offer) => until === null || at <= parseInstant(until)!;
  const open = <Offers extends Pick<BanksServed["others"], "batch" | "single">>(offers: Offers): Offers => ({
    ...offers,
    batch: offers.batch.filter(isOpen),
    single: offers.single.filter(isOpen),
  });
  return { ...served, banks: served.banks.map(open), others: open(served.others) };
}

function tooManyOffers(banks: number, channels: readonly Channel[]): InputError {
  const rules = channels.reduce((sum, { coverage }) => sum + coverage.length, 0);
  return new InputError([
    {
      code: "TOO_MANY_OFFERS",
      path: "channels",
      message: `${banks} banks and ${rules} rules make more than ${MOST_OFFERS} offers`,
      hint: "Join rules that differ in their banks alone, or name banks only where they are a matter of their own.",
    },
  ]);
}

/** A rule, and the banks that it names as sets: each may be asked for as many banks as there are. */
interface RuleBanks {
  readonly rule: Rule;
  readonly banks: ReadonlySet<string> | null;
  readonly except: ReadonlySet<string>;
}

function ruleBanks(rule: Rule): RuleBanks {
  return {
    rule,
    banks: rule.banks === null ? null : new Set(rule.banks),
    except: new Set(rule.except),
  };
}

/** @param bank null for one that no rule names */
function offersOf(
  contract: Contract,
  rules: ReadonlyMap<Channel, readonly RuleBanks[]>,
  mode: Channel["mode"],
  bank: string | null,
): Offer[] {
  return contract.channels
    .filter((channel) => channel.mode === mode && !isClosed(channel.limits))
    .flatMap((channel) => {
      const offers: Offer[] = [];
      for (const named of rules.get(channel)!) {
        if (!meets(named, bank)) continue;
        const { rule } = named;
        if (!isClosed(rule.limits)) offers.push(offerOf(contract, channel, rule));
        // The first rule that matches decides: those after it are never asked.
        if (rule.where.length === 0 && rule.amountMin <= 1 && rule.amountMax === Infinity) break;
      }
      // Rules that differ in their fees alone offer the same.
      return [...new Map(offers.map((offer) => [JSON.stringify(offer), offer])).values()];
    });
}

function offerOf(contract: Contract, channel: Channel, rule: Rule): Offer {
  const { exponent } = contract;
  return {
    channel: channel.id,
    where: Object.fromEntries(rule.where.map(({ attribute, values }) => [attribute, [...values]])),
    amount: {
      min: formatAmount(BigInt(Math.max(rule.amountMin, 1)), exponent),
      max: rule.amountMax === Infinity ? null : formatAmount(BigInt(rule.amountMax), exponent),
    },
    until: instant(contract, lastStart(channel)),
  };
}

/** When the smallest package, or a single order, must begin to be out by the cut-off; Infinity where there is none. */
function lastStart({ queue, package: { minOrders } }: Channel): Micros {
  return queue.cutOff - queue.perPackage - queue.perOrder * minOrders;
}

function meets({ banks, except }: RuleBanks, bank: string | null): boolean {
  if (bank === null) return banks === null;
  return (banks === null || banks.has(bank)) && !except.has(bank);
}

function isClosed({
  maxOrders,
  maxAmount,
}: {
  readonly maxOrders: number;
  readonly maxAmount: number;
}): boolean {
  return maxOrders === 0 || maxAmount === 0;
}

/** @param since time zero of the plan */
function instant({ planAt, offsetMinutes }: Contract, since: Micros): string | null {
  return planAt === null || since === Infinity ? null : formatInstant(planAt + since, offsetMinutes);
}

function finite(value: number): number | null {
  return value === Infinity ? null : value;
}
