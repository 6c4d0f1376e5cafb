import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packOrders } from "../../../src/solver/greedy/pack.js";

interface Case {
  /** `[order]` */
  readonly amounts: readonly number[];
  /** `[order]` separation key; all alike without. */
  readonly keys?: readonly number[];
  readonly maxOrders?: number;
  readonly maxAmount?: number;
}

function pack({ amounts, keys, maxOrders = Infinity, maxAmount = Infinity }: Case): number[][] {
  const packages = packOrders(
    {
      orders: Int32Array.from(amounts.keys()),
      amount: Float64Array.from(amounts),
      keyOf: (order) => keys?.[order] ?? 0,
      twins: null,
    },
    { feeTiers: FREE, minOrders: 1, separateBy: [], uniqueBy: [], maxOrders, maxAmount },
  );
  return packages.map((inside) => Array.from(inside));
}

const FREE = [{ upTo: Infinity, fee: 0, perOrder: 0 }];

/** Fewest packages of one key, by trying every partition. */
function fewest(amounts: readonly number[], maxOrders: number, maxAmount: number): number {
  const open: { orders: number; amount: number }[] = [];
  let best = amounts.length;
  const place = (order: number) => {
    if (open.length >= best && order < amounts.length) return;
    if (order === amounts.length) {
      best = Math.min(best, open.length);
      return;
    }
    const amount = amounts[order]!;
    for (const inside of open) {
      if (inside.orders === maxOrders || inside.amount + amount > maxAmount) continue;
      inside.orders++;
      inside.amount += amount;
      place(order + 1);
      inside.orders--;
      inside.amount -= amount;
    }
    open.push({ orders: 1, amount });
    place(order + 1);
    open.pop();
  };
  place(0);
  return best;
}

/** Every order once, nothing over a limit, one key in each package. */
function mustHold(packages: readonly (readonly number[])[], each: Case): void {
  const { amounts, keys, maxOrders = Infinity, maxAmount = Infinity } = each;
  expect(packages.flat().sort((a, b) => a - b)).toEqual([...amounts.keys()]);
  for (const inside of packages) {
    expect(inside.length).toBeGreaterThan(0);
    expect(inside.length).toBeLessThanOrEqual(maxOrders);
    expect(inside.reduce((sum, order) => sum + amounts[order]!, 0)).toBeLessThanOrEqual(maxAmount);
    expect(new Set(inside.map((order) => keys?.[order] ?? 0)).size).toBe(1);
  }
}

describe("how many packages", () => {
  test.each<[string, Case, number]>([
    ["nothing to pack", { amounts: [] }, 0],
    ["no limit", { amounts: [1, 2, 3, 4, 5] }, 1],
    ["just maxOrders", { amounts: [1, 1, 1], maxOrders: 3 }, 1],
    ["one more than maxOrders", { amounts: [1, 1, 1, 1], maxOrders: 3 }, 2],
    ["packages of one", { amounts: [1, 1, 1], maxOrders: 1 }, 3],
    ["just maxAmount", { amounts: [4, 6], maxAmount: 10 }, 1],
    ["one more than maxAmount", { amounts: [4, 7], maxAmount: 10 }, 2],
    ["each fills one", { amounts: [10, 10, 10], maxAmount: 10 }, 3],
    ["first fit in file order takes three, two are enough", { amounts: [5, 4, 6, 5], maxAmount: 10 }, 2],
    ["best fit decreasing takes three, an even spread two", { amounts: [3, 3, 2, 2, 2, 2], maxAmount: 7 }, 2],
    ["triples that just fill", { amounts: [50, 27, 23, 46, 33, 21, 41, 35, 24], maxAmount: 100 }, 3],
    ["orders bind, not amount", { amounts: [1, 1, 1, 1], maxOrders: 2, maxAmount: 10 }, 2],
    ["amount binds, not orders", { amounts: [6, 6, 6], maxOrders: 2, maxAmount: 10 }, 3],
    [
      "both bind: large, middle and small go together",
      { amounts: [5, 3, 2, 2, 1, 1], maxOrders: 3, maxAmount: 7 },
      2,
    ],
    [
      "both bind: the small ones must go with the large",
      { amounts: [1, 1, 9, 9], maxOrders: 2, maxAmount: 10 },
      2,
    ],
    ["a package for each key", { amounts: [1, 1, 1], keys: [1, 2, 3] }, 3],
    [
      "keys with room to spare for each other",
      { amounts: [1, 1, 1, 1, 1], keys: [1, 2, 1, 2, 1], maxOrders: 2 },
      3,
    ],
    ["amounts of keys do not add up", { amounts: [10, 10], keys: [1, 2], maxAmount: 10 }, 2],
  ])("%s", (_, each, expected) => {
    const packages = pack(each);
    mustHold(packages, each);
    expect(packages).toHaveLength(expected);
  });
});

test("earlier orders go into earlier packages where the amount cannot bind", () => {
  expect(pack({ amounts: [1, 1, 1, 1, 1], maxOrders: 2 })).toEqual([[0, 1], [2, 3], [4]]);
  expect(pack({ amounts: [1, 1, 1, 1, 1], keys: [7, 3, 7, 3, 7], maxOrders: 2 })).toEqual([
    [0, 2],
    [4],
    [1, 3],
  ]);
});

test("the orders of the cargo alone are packed", () => {
  const packages = packOrders(
    { orders: Int32Array.of(4, 1), amount: Float64Array.of(9, 1, 9, 9, 1), keyOf: () => 0, twins: null },
    { feeTiers: FREE, minOrders: 1, separateBy: [], uniqueBy: [], maxOrders: Infinity, maxAmount: 2 },
  );
  expect(packages.map((inside) => Array.from(inside))).toEqual([[4, 1]]);
});

const limits = {
  maxOrders: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 5 })),
  maxAmount: fc.oneof(fc.constant(Infinity), fc.integer({ min: 8, max: 20 })),
};
const small = (maxLength: number) => fc.array(fc.integer({ min: 1, max: 8 }), { maxLength });

test("as few as any partition, up to five orders of a key", () => {
  let bound = 0;
  fc.assert(
    fc.property(fc.record({ amounts: small(5), ...limits }), (each) => {
      const packages = pack(each);
      mustHold(packages, each);
      const least = fewest(each.amounts, each.maxOrders, each.maxAmount);
      if (least > 1) bound++;
      expect(packages).toHaveLength(least);
    }),
    { numRuns: 2_000 },
  );
  expect(bound).toBeGreaterThan(200);
});

test("nearly always as few as any partition, up to eight orders where orders and amount both bind", () => {
  let bound = 0;
  let more = 0;
  const both = { maxOrders: fc.integer({ min: 2, max: 4 }), maxAmount: fc.integer({ min: 8, max: 20 }) };
  fc.assert(
    fc.property(
      fc.record({
        amounts: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 6, maxLength: 8 }),
        ...both,
      }),
      (each) => {
        const packages = pack(each);
        mustHold(packages, each);
        const least = fewest(each.amounts, each.maxOrders, each.maxAmount);
        bound++;
        if (packages.length > least) more++;
        expect(packages.length).toBeLessThanOrEqual(least + 1);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(more).toBeLessThan(0.002 * bound);
});

test("as few as any partition, key by key", () => {
  const rows = fc.array(
    fc.record({ amount: fc.integer({ min: 1, max: 8 }), key: fc.constantFrom(0, 1, 5) }),
    {
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(rows, fc.record(limits), (orders, { maxOrders, maxAmount }) => {
      const amounts = orders.map(({ amount }) => amount);
      const each = { amounts, keys: orders.map(({ key }) => key), maxOrders, maxAmount };
      const packages = pack(each);
      mustHold(packages, each);
      const least = [0, 1, 5].reduce((sum, key) => {
        const same = orders.filter((order) => order.key === key).map(({ amount }) => amount);
        return sum + fewest(same, maxOrders, maxAmount);
      }, 0);
      if (maxAmount === Infinity) expect(packages).toHaveLength(least);
      else expect(packages.length).toBeGreaterThanOrEqual(least);
    }),
  );
});

test("exact at any size where the amount cannot bind", () => {
  const sizes = { count: fc.integer({ min: 1, max: 400 }), maxOrders: fc.integer({ min: 1, max: 50 }) };
  fc.assert(
    fc.property(fc.record(sizes), ({ count, maxOrders }) => {
      const each = { amounts: new Array<number>(count).fill(3), maxOrders, maxAmount: 3 * maxOrders };
      const packages = pack(each);
      mustHold(packages, each);
      expect(packages).toHaveLength(Math.ceil(count / maxOrders));
    }),
  );
});

test("valid at any size where it can", () => {
  fc.assert(
    fc.property(fc.record({ amounts: small(400), ...limits }), (each) => {
      const packages = pack(each);
      mustHold(packages, each);
      // First fit: packages are full of orders, or any two of them hold more than maxAmount.
      const { maxOrders, maxAmount, amounts } = each;
      const full =
        Math.ceil(amounts.length / maxOrders) + Math.ceil(amounts.reduce((a, b) => a + b, 0) / maxAmount);
      expect(packages.length).toBeLessThanOrEqual(2 * full + 1);
    }),
    { numRuns: 100 },
  );
});

describe("orders that may not share a package", () => {
  /** `sets[i]` which twins order i is one of, -1 for none. */
  const packagesOf = (
    sets: readonly number[],
    amounts: readonly number[],
    maxOrders: number,
    maxAmount: number,
  ) =>
    packOrders(
      {
        orders: Int32Array.from(sets.keys()),
        amount: Float64Array.from(amounts),
        keyOf: () => 0,
        twins: { of: Int32Array.from(sets), count: 1 + Math.max(...sets), setsOf: [] },
      },
      { feeTiers: FREE, minOrders: 1, separateBy: [], uniqueBy: ["account"], maxOrders, maxAmount },
    ).map((inside) => Array.from(inside));

  test.each([
    ["as many packages as twins", [0, 0, 0, -1], Infinity, 3],
    ["as many as places ask for where that is more", [0, 0, 1, 1, -1, -1], 2, 3],
    ["two sets share packages", [0, 0, 1, 1], Infinity, 2],
    ["one order of each set", [0, 1, 2, -1], Infinity, 1],
  ])("%s", (_, sets, maxOrders, expected) => {
    const packages = packagesOf(sets, new Array(sets.length).fill(1), maxOrders, Infinity);
    expect(packages.length).toBe(expected);
    expect(packages.flat().sort()).toEqual([...sets.keys()]);
    const sizes = packages.map((inside) => inside.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    for (const inside of packages) {
      const kept = inside.map((order) => sets[order]!).filter((set) => set >= 0);
      expect(new Set(kept).size).toBe(kept.length);
    }
  });

  test("amounts that bind are kept as well", () => {
    const sets = [0, 0, -1, 1, 1, 0];
    const amounts = [3, 3, 3, 2, 2, 1];
    const packages = packagesOf(sets, amounts, Infinity, 5);
    expect(packages.flat().sort()).toEqual([...sets.keys()]);
    for (const inside of packages) {
      expect(inside.reduce((sum, order) => sum + amounts[order]!, 0)).toBeLessThanOrEqual(5);
      const kept = inside.map((order) => sets[order]!).filter((set) => set >= 0);
      expect(new Set(kept).size).toBe(kept.length);
    }
  });
});
