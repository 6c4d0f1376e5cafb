import type { Problem } from "../problem.js";
import type { RelaxationAnswer } from "./answer.js";
import { askedOf } from "./asked.js";
import type { Lots } from "./lots.js";
import type { QueueTerms } from "./queueTerms.js";

/** What a relaxation is to be written with. */
export interface Sifted {
  /** As {@link sieve} returns it; null for all cells. */
  readonly keep: Uint8Array | null;
  readonly queue: QueueTerms;
}

/** Cells of a lot that stay whatever they cost. */
const ALWAYS = 3;
/** Cells that cost up to so much of a mean charge more than the lot's cheapest stay too. */
const MARGIN = 0.12;

/** Gains of orders, as a part of all costs, that matter. */
const MATTERS = 1e-4;

/**
 * Which cells could matter near prices that are known, a sample's or those of a like problem (sifting): the others are too
 * dear by far. What the sieve drops wrongly makes a bound weaker, never wrong.
 *
 * @param asked what an order of a lot pays on a channel that could take it, in cost units
 * @param costUnit the mean least charge of an order
 * @returns `[lot * channels + channel]` 1 to keep
 */
export function sieve(
  problem: Problem,
  lots: Lots,
  asked: (lot: number, c: number) => number,
  costUnit: number,
): Uint8Array {
  const C = problem.classes.channels;
  const keep = new Uint8Array(lots.count * C);
  const cost = new Float64Array(C);
  const best = new Float64Array(ALWAYS);
  for (let lot = 0; lot < lots.count; lot++) {
    best.fill(Infinity);
    for (let c = 0; c < C; c++) {
      cost[c] = lots.charge[lot * C + c]! < 0 ? Infinity : asked(lot, c);
      let value = cost[c]!;
      for (let b = 0; b < ALWAYS; b++) {
        if (value >= best[b]!) continue;
        const next = best[b]!;
        best[b] = value;
        value = next;
      }
    }
    const most = Math.max(best[ALWAYS - 1]!, best[0]! + MARGIN * costUnit);
    for (let c = 0; c < C; c++) if (cost[c]! <= most && cost[c]! < Infinity) keep[lot * C + c] = 1;
  }
  return keep;
}

/** What an answer says of the cells that it did without. */
export interface Overlooked {
  /** As {@link sieve} returns it, with the cells that would gain. */
  readonly keep: Uint8Array;
  /** Whether the bound may lack so much by it that another answer is worth the time. */
  readonly matters: boolean;
}

/** Cells that the sieve has dropped although, at the prices of the answer without them, their orders would gain there. */
export function overlooked(
  problem: Problem,
  { lots, relaxed, found }: RelaxationAnswer,
  before: Uint8Array,
): Overlooked {
  const C = problem.classes.channels;
  const keep = before.slice();
  const asked = askedOf(problem, lots, relaxed, found);
  let gain = 0;
  for (let lot = 0; lot < lots.count; lot++) {
    const worth = found.worth[lot]! * relaxed.costUnit;
    for (let c = 0; c < C; c++) {
      if (keep[lot * C + c] === 1 || lots.charge[lot * C + c]! < 0) continue;
      const margin = worth - asked(lot, c);
      if (margin <= 0) continue;
      keep[lot * C + c] = 1;
      gain += margin * lots.size[lot]!;
    }
  }
  return { keep, matters: gain > MATTERS * Math.abs(found.dual) * relaxed.costUnit };
}
