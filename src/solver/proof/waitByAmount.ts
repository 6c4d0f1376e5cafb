import { AMOUNT_PRICE_UNIT } from "../../model/certificate.js";
import { timesAmount } from "./exact.js";

/** What waiting in a row costs, its slot included: so much, and so much for {@link AMOUNT_PRICE_UNIT} minor units. */
export interface RowLine {
  readonly fixed: number;
  readonly amount: number;
}

/**
 * Least that waiting costs an order by its amount, over the rows of a queue whose slots ask for amount: a concave function,
 * kept as the lines that make it up. Rounding down keeps the least the least.
 */
export class WaitByAmount {
  /** `[line]` the greatest amount for which it is the least, ascending; the last one's is beyond all amounts. */
  readonly #upTo: Float64Array;
  readonly #fixed: Float64Array;
  readonly #price: Float64Array;

  /** @param rows at least one */
  constructor(rows: readonly RowLine[]) {
    const lines: RowLine[] = [];
    const upTo: number[] = [];
    for (let at = 0; at <= Number.MAX_SAFE_INTEGER; at = upTo.at(-1)! + 1) {
      const line = cheapest(rows, at);
      lines.push(line);
      upTo.push(
        rows.reduce(
          (least, row) => (row.amount < line.amount ? Math.min(least, lastBefore(line, row)) : least),
          Infinity,
        ),
      );
    }
    this.#upTo = Float64Array.from(upTo);
    this.#fixed = Float64Array.from(lines, ({ fixed }) => fixed);
    this.#price = Float64Array.from(lines, ({ amount }) => amount);
  }

  of(amount: number): number {
    let line = 0;
    while (this.#upTo[line]! < amount) line++;
    const price = this.#price[line]!;
    return price === 0 ? this.#fixed[line]! : this.#fixed[line]! + timesAmount(price, amount);
  }
}

/** The row that costs least for a whole amount; of several the one that asks least for more. */
function cheapest(rows: readonly RowLine[], amount: number): RowLine {
  const cost = ({ fixed, amount: price }: RowLine) =>
    BigInt(fixed) * BigInt(AMOUNT_PRICE_UNIT) + BigInt(price) * BigInt(amount);
  return rows.reduce((a, b) => {
    const dearer = cost(b) - cost(a);
    return dearer < 0n || (dearer === 0n && b.amount < a.amount) ? b : a;
  });
}

/** Greatest whole amount at which a line is no dearer than one with a lower price of amount. */
function lastBefore(line: RowLine, lower: RowLine): number {
  const ahead = BigInt(lower.fixed - line.fixed) * BigInt(AMOUNT_PRICE_UNIT);
  return Number(ahead / BigInt(line.amount - lower.amount));
}
