import type { PackageTerms } from "../../model/contract.js";
import { leastPerOrder } from "../packageFee.js";

/** Orders of several packages together, and what these pay beyond what each order pays anyway, in price units. */
export interface Corner {
  readonly orders: number;
  readonly fee: bigint;
}

/** A tier as far as packages of a key can be in it. */
interface Tier {
  readonly fewest: number;
  readonly most: number;
  /** In price units: of a package, and of each order in it. */
  readonly fee: bigint;
  readonly each: bigint;
}

/** Divisions of packages among tiers up to which each is looked at (docs/certificate.md, Fees in tiers). */
const MOST_DIVISIONS = 32;

/** The least that packages of a channel and key can pay, by their number and that of their orders. */
export class PackageFees {
  /** Of one package, whatever it holds; 0 where there can be none. */
  readonly least: bigint;
  /** Whether what a package pays depends on its orders. */
  readonly isTiered: boolean;
  readonly #tiers: readonly Tier[];

  /** @param orders of the key, which no package can hold more of */
  constructor(terms: PackageTerms, orders: number, scale: number) {
    const unit = BigInt(scale);
    const anyway = leastPerOrder(terms);
    this.isTiered = terms.feeTiers.length > 1;
    let below = 0;
    this.#tiers = terms.feeTiers.flatMap(({ upTo, fee, perOrder }) => {
      const fewest = Math.max(below + 1, terms.minOrders);
      const most = Math.min(upTo, terms.maxOrders, orders);
      below = upTo;
      const each = unit * BigInt(perOrder - anyway);
      return fewest > most ? [] : [{ fewest, most, fee: unit * BigInt(fee), each }];
    });
    const ofOne = this.#tiers.map((tier) => cornerOf(tier, tier.fewest));
    this.least = ofOne.sort((a, b) => (a.fee < b.fee ? -1 : 1))[0]?.fee ?? 0n;
  }

  /** Lines from corner to corner, such that the fees of so many packages lie on or above one of them. */
  lines(packages: number): Corner[][] {
    if (divisions(packages, this.#tiers.length) > MOST_DIVISIONS) return [this.#underline(packages)];
    const lines: Corner[][] = [];
    const divide = (t: number, left: number, counts: readonly number[]): void => {
      if (t === this.#tiers.length - 1) lines.push(this.#divided([...counts, left]));
      else for (let n = 0; n <= left; n++) divide(t + 1, left - n, [...counts, n]);
    };
    divide(0, packages, []);
    return lines;
  }

  /** Packages in tiers as given: the fewest orders that they can hold, then more where these cost least. */
  #divided(counts: readonly number[]): Corner[] {
    let orders = 0;
    let fee = 0n;
    this.#tiers.forEach((tier, t) => {
      orders += counts[t]! * tier.fewest;
      fee += BigInt(counts[t]!) * cornerOf(tier, tier.fewest).fee;
    });
    const line = [{ orders, fee }];
    const cheapestFirst = Array.from(this.#tiers.keys()).sort((a, b) =>
      Number(this.#tiers[a]!.each - this.#tiers[b]!.each),
    );
    for (const t of cheapestFirst) {
      const { fewest, most, each } = this.#tiers[t]!;
      const more = counts[t]! * (most - fewest);
      orders += more;
      fee += each * BigInt(more);
      line.push({ orders, fee });
    }
    return line;
  }

  /** So many times the lower convex hull of the fees of one package. */
  #underline(packages: number): Corner[] {
    const corners = this.#tiers.flatMap((tier) => [cornerOf(tier, tier.fewest), cornerOf(tier, tier.most)]);
    const line: Corner[] = [];
    let at = corners[0]!;
    for (;;) {
      line.push({ orders: packages * at.orders, fee: BigInt(packages) * at.fee });
      const beyond = corners.filter(({ orders }) => orders > at.orders);
      if (beyond.length === 0) return line;
      const from = at;
      // The flattest way on; of equals the furthest.
      at = beyond.reduce((best, next) => (isSteeper(from, next, best) ? best : next));
    }
  }
}

function cornerOf({ fee, each }: Tier, orders: number): Corner {
  return { orders, fee: fee + each * BigInt(orders) };
}

function isSteeper(from: Corner, one: Corner, other: Corner): boolean {
  return (
    (one.fee - from.fee) * BigInt(other.orders - from.orders) >
    (other.fee - from.fee) * BigInt(one.orders - from.orders)
  );
}

/** How many ways there are to divide packages among tiers; any number beyond the most that are looked at. */
function divisions(packages: number, tiers: number): number {
  let ways = 1;
  for (let t = 1; t < tiers && ways <= MOST_DIVISIONS; t++) ways = (ways * (packages + t)) / t;
  return ways;
}
