import type { Channel } from "../../model/contract.js";
import { type FeeStep, feeSteps } from "../packageFee.js";

/** A straight piece of the least that packages pay together beyond their orders' part, by the number of their orders. */
export interface FeeSegment {
  /** Orders of all packages together. */
  readonly from: number;
  readonly to: number;
  /** In price units, at `from`. */
  readonly fee: bigint;
  /** Price units that so many orders more add. */
  readonly rise: bigint;
  readonly run: bigint;
}

/** Ways of giving packages tiers up to which each is looked at by itself. */
const MOST_WAYS = 32;

/** What packages of a channel and key pay for their sizes at least, where fees have tiers (docs/certificate.md, Fees in tiers). */
export class FeeCurves {
  /** The least that one package pays, in price units. */
  readonly least: bigint;
  readonly #steps: readonly FeeStep[];
  readonly #scale: bigint;
  /** Corners of the lower convex hull of the fees of one package: orders, fee in price units. */
  readonly #hull: readonly (readonly [orders: number, fee: bigint])[];

  /** @param mostOrders of the key */
  constructor(channel: Channel, mostOrders: number, scale: number) {
    this.#steps = feeSteps(channel, mostOrders);
    this.#scale = BigInt(scale);
    const corners = this.#steps.flatMap((step) =>
      [...new Set([step.least, step.most])].map((orders) => [orders, this.#fee(step, orders)] as const),
    );
    this.#hull = lowerHull(corners);
    this.least = corners.map(([, fee]) => fee).sort((a, b) => (a < b ? -1 : 1))[0] ?? 0n;
  }

  #fee({ fee, extra }: FeeStep, orders: number): bigint {
    return this.#scale * (BigInt(fee) + BigInt(extra) * BigInt(orders));
  }

  /** Curves of which the packages' fee lies on or above one, whatever their sizes. */
  of(packages: number): FeeSegment[][] {
    const ways = waysOf(packages, this.#steps.length);
    return ways === null ? [this.#hullOf(packages)] : ways.map((way) => this.#wayOf(way));
  }

  /** Of packages whose fees lie on or above the hull, so does their mean. */
  #hullOf(packages: number): FeeSegment[] {
    const n = BigInt(packages);
    if (this.#hull.length === 1) {
      const [orders, fee] = this.#hull[0]!;
      return [{ from: packages * orders, to: packages * orders, fee: n * fee, rise: 0n, run: 1n }];
    }
    return this.#hull.slice(1).map(([orders, fee], i) => {
      const [before, feeBefore] = this.#hull[i]!;
      return {
        from: packages * before,
        to: packages * orders,
        fee: n * feeBefore,
        rise: fee - feeBefore,
        run: BigInt(orders - before),
      };
    });
  }

  /** @param way packages in each tier: filled up from the fewest orders that these hold, where an order costs least first */
  #wayOf(way: readonly number[]): FeeSegment[] {
    let at = 0;
    let fee = 0n;
    this.#steps.forEach((step, t) => {
      at += way[t]! * step.least;
      fee += BigInt(way[t]!) * this.#fee(step, step.least);
    });
    const segments: FeeSegment[] = [{ from: at, to: at, fee, rise: 0n, run: 1n }];
    const byPrice = this.#steps.map((step, t) => ({ step, packages: way[t]! }));
    for (const { step, packages } of byPrice.sort((a, b) => a.step.extra - b.step.extra)) {
      const orders = packages * (step.most - step.least);
      if (orders === 0) continue;
      const rise = this.#scale * BigInt(step.extra);
      segments.push({ from: at, to: at + orders, fee, rise, run: 1n });
      at += orders;
      fee += rise * BigInt(orders);
    }
    return segments;
  }
}

/** All ways of giving so many packages so many tiers; null where there are more than {@link MOST_WAYS}. */
function waysOf(packages: number, tiers: number): number[][] | null {
  let count = 1;
  for (let i = 1; i < tiers; i++) {
    count = (count * (packages + i)) / i;
    if (count > MOST_WAYS) return null;
  }
  if (tiers === 1) return [[packages]];
  return Array.from({ length: packages + 1 }, (_, first) =>
    waysOf(packages - first, tiers - 1)!.map((rest) => [first, ...rest]),
  ).flat();
}

function lowerHull<Corner extends readonly [number, bigint]>(corners: readonly Corner[]): Corner[] {
  const hull: Corner[] = [];
  for (const corner of corners) {
    while (hull.length > 1 && !turnsUp(hull.at(-2)!, hull.at(-1)!, corner)) hull.pop();
    hull.push(corner);
  }
  return hull;
}

function turnsUp(
  a: readonly [number, bigint],
  b: readonly [number, bigint],
  c: readonly [number, bigint],
): boolean {
  return (b[1] - a[1]) * BigInt(c[0] - b[0]) < (c[1] - b[1]) * BigInt(b[0] - a[0]);
}
