import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import { timesAmount } from "./amountPrice.js";

/** What being in a row costs an order: so much, and so much for {@link AMOUNT_PRICE_UNIT} minor units. */
export interface RowCost {
  readonly fixed: number;
  readonly amount: number;
}

/**
 * Of some rows, the cheapest for each amount: the lower envelope of lines. Costs are rounded down to whole price units,
 * and what is least before rounding down is least after it.
 */
export class CheapestRow {
  /** `[line]` least amount for which it is the cheapest, ascending. */
  readonly #from: number[] = [];
  readonly #lines: RowCost[] = [];

  constructor(rows: readonly RowCost[]) {
    // Rows that cost least for small amounts first: whichever comes later overtakes once and for all.
    for (const row of [...rows].sort((a, b) => b.amount - a.amount || b.fixed - a.fixed)) {
      let from = 0;
      for (let last = this.#lines.at(-1); last !== undefined; last = this.#lines.at(-1)) {
        from = cheaperFrom(last, row);
        if (from > this.#from.at(-1)!) break;
        this.#lines.pop();
        this.#from.pop();
        from = 0;
      }
      this.#lines.push(row);
      this.#from.push(from);
    }
  }

  /** Least that a row costs an order of an amount; Infinity where there are no rows. */
  of(amount: number): number {
    let line = this.#lines.length - 1;
    if (line < 0) return Infinity;
    while (this.#from[line]! > amount) line--;
    const { fixed, amount: price } = this.#lines[line]!;
    return price === 0 ? fixed : fixed + timesAmount(price, amount);
  }
}

/** Least amount, 0 or more, from which the second row costs less than the first; its price of amount is no higher. */
function cheaperFrom(first: RowCost, second: RowCost): number {
  const dearer = second.fixed - first.fixed;
  if (dearer <= 0) return 0;
  const saved = first.amount - second.amount;
  return Number((BigInt(dearer) * BigInt(AMOUNT_PRICE_UNIT)) / BigInt(saved)) + 1;
}
