import { describe, expect, it } from "vitest";
import { generateInstance } from "../../../src/generate/instance.js";
import { type Measured, measure } from "./measure.js";

const CASES = [
  { orders: 5_000, banks: 20, channels: 8 },
  { orders: 20_000, banks: 150, channels: 8 },
  { orders: 20_000, banks: 20, channels: 24 },
  { orders: 20_000, banks: 150, channels: 24 },
  { orders: 60_000, banks: 150, channels: 8 },
];
const SEEDS = [1, 2, 3, 4];

const measured: readonly Measured[] = CASES.flatMap((size) =>
  SEEDS.map((seed) => measure(generateInstance({ ...size, seed }))),
);
const mean = (of: (one: Measured) => number) =>
  measured.reduce((sum, one) => sum + of(one), 0) / measured.length;

describe("generated instances", () => {
  it("have about a third of their limits below the demand", () => {
    const share = mean(({ binding, limits }) => binding / limits);
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.42);
    for (const { binding } of measured) expect(binding).toBeGreaterThan(0);
  });

  it("keep about one order in twenty from its cheapest channel", () => {
    const displaced = (one: Measured) => one.displaced / (one.orders - one.rejected);
    expect(mean(displaced)).toBeGreaterThan(0.035);
    expect(mean(displaced)).toBeLessThan(0.07);
    for (const one of measured) {
      expect(displaced(one)).toBeGreaterThan(0.015);
      expect(displaced(one)).toBeLessThan(0.12);
    }
  });

  it("reject about one order in two hundred", () => {
    expect(mean(({ rejected, orders }) => rejected / orders)).toBeGreaterThan(0.003);
    expect(mean(({ rejected, orders }) => rejected / orders)).toBeLessThan(0.008);
    for (const { rejected } of measured) expect(rejected).toBeGreaterThan(0);
  });

  it("restrict about one order in fifty to some channels", () => {
    expect(mean(({ restricted, orders }) => restricted / orders)).toBeCloseTo(0.019, 2);
  });

  it("defer hardly an order, even when routed naively", () => {
    for (const { deferred, orders } of measured) expect(deferred / orders).toBeLessThan(0.005);
  });

  it("have every channel wanted by someone", () => {
    const all = CASES.flatMap(({ channels }) => SEEDS.map(() => channels));
    measured.forEach(({ wanted }, i) => {
      expect(wanted).toBeGreaterThan(0.8 * all[i]!);
    });
  });

  it("have big banks, a long tail and skewed amounts", () => {
    measured.forEach((one, i) => {
      const { banks } = CASES[Math.floor(i / SEEDS.length)]!;
      expect(one.topBank).toBeGreaterThan(0.1);
      expect(one.topBank).toBeLessThan(0.3);
      if (banks === 150) {
        expect(one.top20).toBeGreaterThan(0.65);
        expect(one.top20).toBeLessThan(0.95);
      }
      expect(one.meanAmount).toBeGreaterThan(3 * one.medianAmount);
    });
  });
});
