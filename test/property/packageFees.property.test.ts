import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PackageFees } from "../../src/check/certificate/packageFees.js";
import { packageFee as checkedFee } from "../../src/check/packageFee.js";
import type { Channel } from "../../src/model/contract.js";
import { cheapestSize, mergingIsFree, orderFeeOf, ownFee, packageFee } from "../../src/solver/packageFee.js";
import { cheapestSizes } from "../../src/solver/packageSizes.js";
import { FeeCurves } from "../../src/solver/proof/feeCurves.js";
import { contractOf } from "../support/instance.js";

/** Package fees by tier against sums over every way to share orders out. */

const cost = fc.constantFrom(0, 1, 2, 5, 9, 20, 30);

const channels = fc
  .record({
    ends: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
    tiers: fc.array(fc.record({ fee: cost, perOrder: cost }), { minLength: 4, maxLength: 4 }),
    minOrders: fc.integer({ min: 1, max: 3 }),
    maxOrders: fc.option(fc.integer({ min: 3, max: 10 }), { nil: undefined }),
  })
  .map(({ ends, tiers, minOrders, maxOrders }): Channel => {
    const units = (value: number) => (value / 1e6).toFixed(6);
    const upTo = ends.sort((a, b) => a - b);
    const feeTiers = [...upTo, undefined].map((end, t) => ({
      upTo: end,
      fee: units(tiers[t]!.fee),
      perOrder: units(tiers[t]!.perOrder),
    }));
    return contractOf({
      currency: "CNY",
      channels: [
        {
          id: "c",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0" },
          package: { feeTiers, minOrders, maxOrders },
        },
      ],
    }).channels[0]!;
  });

/** Least fees beyond the orders' part of exactly so many packages with so many orders, by trying all sizes. */
function leastFees(channel: Channel, packages: number, orders: number): number {
  const { minOrders, maxOrders } = channel.package;
  const known = new Map<string, number>();
  const least = (left: number, rest: number): number => {
    if (left === 0) return rest === 0 ? 0 : Infinity;
    const name = `${left}/${rest}`;
    if (!known.has(name)) {
      let best = Infinity;
      for (let size = minOrders; size <= Math.min(maxOrders, rest); size++)
        best = Math.min(best, ownFee(channel, size) + least(left - 1, rest - size));
      known.set(name, best);
    }
    return known.get(name)!;
  };
  return least(packages, orders);
}

/** The lowest of some lines at a number of orders, in thousandths of a cost unit; Infinity where none reaches it. */
function lowest(lines: readonly (readonly { orders: number; fee: bigint }[])[], orders: number): number {
  let best = Infinity;
  for (const line of lines) {
    line.forEach((begin, i) => {
      const end = line[i + 1] ?? begin;
      if (orders < begin.orders || orders > end.orders) return;
      const part = end.orders === begin.orders ? 0 : (orders - begin.orders) / (end.orders - begin.orders);
      best = Math.min(best, Number(begin.fee) + part * Number(end.fee - begin.fee));
    });
  }
  return best;
}

describe("package fees in tiers", () => {
  it("are the tier's fee and its price of every order, for the solver and the checker", () => {
    fc.assert(
      fc.property(channels, fc.integer({ min: 1, max: 12 }), (channel, orders) => {
        const tier = channel.package.feeTiers.find(({ upTo }) => upTo >= orders)!;
        const fee = BigInt(tier.fee + tier.perOrder * orders);
        expect(packageFee(channel.package, orders)).toBe(fee);
        expect(checkedFee(channel.package, orders)).toBe(fee);
        expect(ownFee(channel, orders) + orderFeeOf(channel) * orders).toBe(Number(fee));
      }),
    );
  });

  it("lie on the certificate's lines where few packages share orders out, and never below them", () => {
    let looked = 0;
    fc.assert(
      fc.property(
        channels,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 3, max: 14 }),
        (channel, packages, orders) => {
          const curves = new FeeCurves(channel, orders, 1000);
          const fees = new PackageFees(channel.package, orders, 1000);
          const ofSolver = curves.of(packages).map((segments) =>
            segments.flatMap(({ from, to, fee, rise, run }) => [
              { orders: from, fee },
              { orders: to, fee: fee + (rise * BigInt(to - from)) / run },
            ]),
          );
          expect(fees.least).toBe(curves.least);
          const lines = fees.lines(packages);
          for (let count = packages; count <= orders; count++) {
            const truth = 1000 * leastFees(channel, packages, count);
            const line = lowest(lines, count);
            expect(lowest(ofSolver, count)).toBeCloseTo(line, 3);
            if (truth === Infinity) continue;
            expect(line).toBeLessThanOrEqual(truth + 1e-6);
            // Where all ways are looked at, what is promised is to be had.
            if (lines.length > 1 || packages === 1) expect(line).toBeCloseTo(truth, 3);
            looked++;
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(looked).toBeGreaterThan(500);
  });

  it("are least at the sizes that the search shares few orders out by", () => {
    fc.assert(
      fc.property(
        channels,
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 4 }),
        (channel, orders, most) => {
          const sizes = cheapestSizes(channel, orders, most);
          let best = Infinity;
          for (let packages = 1; packages <= most; packages++)
            best = Math.min(best, leastFees(channel, packages, orders));
          if (best === Infinity) expect(sizes).toBeNull();
          else {
            expect(sizes!.reduce((sum, size) => sum + size, 0)).toBe(orders);
            expect(sizes!.length).toBeLessThanOrEqual(most);
            expect(sizes!.reduce((sum, size) => sum + ownFee(channel, size), 0)).toBe(best);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("let packages be merged at no loss exactly where that is said", () => {
    fc.assert(
      fc.property(channels, fc.integer({ min: 3, max: 12 }), (channel, orders) => {
        const { minOrders, maxOrders } = channel.package;
        let free = true;
        for (let one = minOrders; one <= orders; one++)
          for (let other = minOrders; one + other <= Math.min(maxOrders, orders); other++)
            if (ownFee(channel, one + other) > ownFee(channel, one) + ownFee(channel, other)) free = false;
        expect(mergingIsFree(channel, orders)).toBe(free);
      }),
      { numRuns: 500 },
    );
  });

  it("cost each order least at the size that is said", () => {
    fc.assert(
      fc.property(channels, fc.integer({ min: 3, max: 12 }), (channel, orders) => {
        const { minOrders, maxOrders } = channel.package;
        let least = Infinity;
        for (let size = minOrders; size <= Math.min(maxOrders, orders); size++)
          least = Math.min(least, ownFee(channel, size) / size);
        const size = cheapestSize(channel, orders);
        expect(ownFee(channel, size) / size).toBeCloseTo(least, 9);
      }),
      { numRuns: 500 },
    );
  });
});
