import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicInstance } from "./instanceFiles.js";
import { parseTable } from "./tables.js";

/**
 * Card payment attempts of two months over four providers. January tells how often each provider succeeds; every
 * attempt of February is an order that could have gone to any of them.
 */
export interface PspAttempt {
  /** The row's number in the data. */
  readonly row: string;
  /** `2019-01` or `2019-02`. */
  readonly month: string;
  readonly country: string;
  readonly card: string;
  readonly provider: string;
  /** 3-D secure. */
  readonly secure: boolean;
  readonly success: boolean;
  /** Whole EUR, as text. */
  readonly amount: string;
}

/** What a provider charges for an attempt, in EUR as text. */
export interface PspFee {
  readonly provider: string;
  readonly onSuccess: string;
  readonly onFailure: string;
}

/** What a failed attempt costs beyond the provider's fee, in EUR: where the best provider differs from group to group. */
export const FAILURE_COST = "25.00";

/** January's attempts that a broader group's rate weighs as much as. */
export const PRIOR_ATTEMPTS = 50;

/** Cost units (10^-6 EUR) of what February's attempts cost on the providers they really took. */
export interface PspActualCost {
  readonly attempts: number;
  readonly succeeded: number;
  /** By January's rates: comparable with a plan's objective. */
  readonly expected: bigint;
  /** By what happened. */
  readonly realised: bigint;
}

export function parseAttempts(text: string): readonly PspAttempt[] {
  return parseTable(text).map((row) => ({
    row: row.row!,
    month: row.tmsp!.slice(0, 7),
    country: row.country!,
    card: row.card!,
    provider: row.PSP!,
    secure: row["3D_secured"] === "1",
    success: row.success === "1",
    amount: row.amount!,
  }));
}

export function parseFees(text: string): readonly PspFee[] {
  return parseTable(text).map((row) => ({
    provider: row.psp!,
    onSuccess: row.success_fee_eur!,
    onFailure: row.failure_fee_eur!,
  }));
}

/** Success rate of a provider for a card in a country, in millionths. */
export type SuccessRates = (provider: string, card: string, country: string) => number;

/**
 * Success rates from January alone. A cell of few attempts is noise, so each level is pulled towards the one above it
 * as if that had been seen {@link PRIOR_ATTEMPTS} times: provider in all, then provider and card, then provider, card
 * and country:
 *
 *     rate = (successes + 50 × rate above) / (attempts + 50)
 *
 * An empty cell has the rate above it. Country stands last because cards differ more than countries do. The smallest
 * cell of January has 58 attempts, so every cell speaks for itself at least as loudly as its group. Rates are rounded
 * to millionths, which the channels file can hold.
 */
export function januaryRates(attempts: readonly PspAttempt[]): SuccessRates {
  const tallies = new Map<string, { attempts: number; successes: number }>();
  for (const { month, provider, card, country, success } of attempts) {
    if (month !== "2019-01") continue;
    for (const key of [provider, `${provider}/${card}`, `${provider}/${card}/${country}`]) {
      const tally = tallies.get(key) ?? { attempts: 0, successes: 0 };
      tallies.set(key, {
        attempts: tally.attempts + 1,
        successes: tally.successes + (success ? 1 : 0),
      });
    }
  }
  const pulled = (key: string, above: number) => {
    const tally = tallies.get(key) ?? { attempts: 0, successes: 0 };
    return (tally.successes + PRIOR_ATTEMPTS * above) / (tally.attempts + PRIOR_ATTEMPTS);
  };
  return (provider, card, country) => {
    const all = tallies.get(provider);
    if (all === undefined) throw new Error(`No attempt of January went to ${provider}.`);
    const ofCard = pulled(`${provider}/${card}`, all.successes / all.attempts);
    return Math.round(pulled(`${provider}/${card}/${country}`, ofCard) * 1e6);
  };
}

/**
 * February's attempts as orders: the card is the bank, country and 3-D secure are attributes. Each provider is a single
 * channel with a rule for every card and country.
 */
export function pspInstance(attempts: readonly PspAttempt[], fees: readonly PspFee[]): PublicInstance {
  const rate = januaryRates(attempts);
  const february = attempts.filter(({ month }) => month === "2019-02");
  const cards = [...new Set(attempts.map(({ card }) => card))].sort();
  const countries = [...new Set(attempts.map(({ country }) => country))].sort();
  return {
    channels: {
      currency: "EUR",
      objective: { failureCost: FAILURE_COST },
      channels: fees.map(({ provider, onSuccess, onFailure }) => ({
        id: provider,
        mode: "single",
        coverage: cards.flatMap((card) =>
          countries.map((country) => ({
            banks: [card],
            where: { country: [country] },
            successRate: (rate(provider, card, country) / 1e6).toFixed(6),
          })),
        ),
        fee: { flat: onSuccess },
        failureFee: onFailure,
      })),
    },
    orders: {
      columns: ["id", "bank", "amount", "country", "secure"],
      rows: february.map(({ row, card, amount, country, secure }) => [
        `a${row}`,
        card,
        `${amount}.00`,
        country,
        secure ? "yes" : "no",
      ]),
    },
  };
}

/** What February's attempts cost as they were really routed: expected by January's rates, and realised. */
export function actualCost(attempts: readonly PspAttempt[], fees: readonly PspFee[]): PspActualCost {
  const rate = januaryRates(attempts);
  const units = (euros: string) => BigInt(Math.round(Number(euros) * 100)) * 10_000n;
  const costs = new Map(
    fees.map(({ provider, onSuccess, onFailure }) => [
      provider,
      { success: units(onSuccess), failure: units(onFailure) + units(FAILURE_COST) },
    ]),
  );
  let count = 0;
  let succeeded = 0;
  let expected = 0n;
  let realised = 0n;
  for (const { month, provider, card, country, success } of attempts) {
    if (month !== "2019-02") continue;
    const cost = costs.get(provider)!;
    const chance = BigInt(rate(provider, card, country));
    count++;
    if (success) succeeded++;
    // Each attempt's expected charge is rounded half up to a cost unit, as the contract says.
    expected += (chance * cost.success + (1_000_000n - chance) * cost.failure + 500_000n) / 1_000_000n;
    realised += success ? cost.success : cost.failure;
  }
  return { attempts: count, succeeded, expected, realised };
}

/** Reads attempts and fees from the folder of the data set. */
export function readPsp(folder: string): { attempts: readonly PspAttempt[]; fees: readonly PspFee[] } {
  return {
    attempts: parseAttempts(readFileSync(join(folder, "PSP_Jan_Feb_2019.csv"), "utf8")),
    fees: parseFees(readFileSync(join(folder, "fees.csv"), "utf8")),
  };
}
