import { describe, expect, it } from "vitest";
import { bankAt, makeBanks } from "../../../src/generate/banks.js";
import { textTree } from "../../../src/generate/form.js";
import { placeLimits } from "../../../src/generate/limits.js";
import { backlogFor, finishedWithin, paceFor } from "../../../src/generate/queues.js";
import { Random } from "../../../src/generate/random.js";

describe("Random", () => {
  it("gives each stream of a seed its own numbers, always the same", () => {
    const draw = (seed: number, name: string) => {
      const random = new Random(seed, name);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(1, "orders")).toEqual(draw(1, "orders"));
    expect(draw(1, "orders")).not.toEqual(draw(1, "channels"));
    expect(draw(1, "orders")).not.toEqual(draw(2, "orders"));
    // A change of these numbers changes every generated file, and with them the documented examples.
    expect(draw(7, "orders").map((value) => value.toFixed(6))).toMatchSnapshot();
  });

  it("draws uniform, whole and normal numbers", () => {
    const random = new Random(3, "test");
    const count = 50_000;
    let [sum, square] = [0, 0];
    const faces = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const value = random.normal();
      sum += value;
      square += value * value;
      const face = random.integer(1, 6);
      faces.set(face, (faces.get(face) ?? 0) + 1);
    }
    expect(sum / count).toBeCloseTo(0, 1);
    expect(square / count).toBeCloseTo(1, 1);
    expect([...faces.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const times of faces.values()) expect(times / count).toBeCloseTo(1 / 6, 1);
  });
});

describe("makeBanks", () => {
  it.each([1, 2, 3, 4, 20, 150, 151, 200, 500])("makes %i banks with distinct codes", (count) => {
    const banks = makeBanks(count, new Random(1, "banks"));
    expect(new Set([...banks.codes, ...banks.uncovered]).size).toBe(count);
    expect(banks.codes.length).toBeGreaterThan(0);
    expect(banks.cumulated.at(-1)).toBe(1);
    expect([...banks.cumulated]).toEqual([...banks.cumulated].sort((a, b) => a - b));
    expect(bankAt(banks, 0)).toBe(0);
    expect(bankAt(banks, 1 - 2 ** -32)).toBe(banks.codes.length - 1);
  });

  it("leaves an eighth of the orders to the long tail", () => {
    const banks = makeBanks(150, new Random(2, "banks"));
    expect(banks.big).toBeGreaterThanOrEqual(15);
    expect(banks.big).toBeLessThanOrEqual(30);
    expect(1 - banks.cumulated[banks.big - 1]!).toBeCloseTo(0.12, 6);
  });
});

describe("queues", () => {
  const pace = { secondsPerPackage: 10, secondsPerOrder: 1, lanes: 2 };

  it("count what is finished in time", () => {
    expect(finishedWithin(0, pace, 100)).toBe(0);
    expect(finishedWithin(10, pace, 100)).toBe(0);
    expect(finishedWithin(60, pace, 100)).toBe(100);
    expect(finishedWithin(110, pace, 100)).toBe(200);
    expect(finishedWithin(125, pace, 100)).toBe(210);
  });

  it("get lanes enough, or a faster pace", () => {
    for (const orders of [1, 500, 20_000, 3_000_000]) {
      const found = paceFor(orders, 3600, { secondsPerPackage: 30, secondsPerOrder: 0.05 }, 500, 16);
      expect(finishedWithin(3600, found, 500)).toBeGreaterThanOrEqual(orders);
      expect(found.lanes).toBeLessThanOrEqual(16);
    }
  });

  it("get the longest backlog that leaves time", () => {
    const backlog = backlogFor(150, 1000, pace, 100);
    expect(finishedWithin(1000 - backlog, pace, 100)).toBeGreaterThanOrEqual(150);
    expect(finishedWithin(1000 - backlog - 1, pace, 100)).toBeLessThan(150);
  });
});

describe("placeLimits", () => {
  const places = ["a", "b", "c", "d", "e", "f"].map((key, channel) => ({
    key,
    channels: [channel],
    orders: 1000,
    canBind: true,
  }));
  const demand = places.map(({ orders }) => orders);

  it("sets some below the demand, so that a little less than a twentieth is turned away at once", () => {
    const factors = placeLimits(places, demand, new Random(1, "limits"));
    const below = [...factors.values()].filter((factor) => factor < 1);
    expect(below).toHaveLength(3);
    expect(below.reduce((sum, factor) => sum + (1 - factor) * 1000, 0)).toBeCloseTo(0.042 * 6000, 0);
  });

  it("lets nothing bind that cannot", () => {
    const loose = places.map((place) => ({ ...place, canBind: false }));
    const factors = placeLimits(loose, demand, new Random(1, "limits"));
    for (const factor of factors.values()) expect(factor).toBeGreaterThan(1);
  });

  it("counts a shared limit once", () => {
    const shared = [{ key: "q", channels: [0, 1], orders: 2000, canBind: true }];
    const factor = placeLimits(shared, [1000, 1000], new Random(1, "limits")).get("q")!;
    expect(2000 * (1 - factor)).toBeCloseTo(0.042 * 2000, 0);
  });
});

describe("textTree", () => {
  it("turns numbers into their text and refuses those that have none", () => {
    expect(textTree({ a: [1, "2", 0.02], b: { c: 300000 } })).toEqual({
      a: ["1", "2", "0.02"],
      b: { c: "300000" },
    });
    expect(() => textTree({ a: 1e-7 })).toThrow(RangeError);
  });
});
