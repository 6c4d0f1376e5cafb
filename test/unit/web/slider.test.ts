import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TermNumber } from "../../../web/src/api/types.js";
import { scaleOf } from "../../../web/src/format/slider.js";

const number = (more: Partial<TermNumber>): TermNumber => ({
  path: "channels.a.fee.flat",
  owner: "a",
  field: "fee.flat",
  value: "0.42",
  quantity: "money",
  decimals: 8,
  ...more,
});

/** All values that a slider can stand at. */
function stands(of: TermNumber): string[] {
  const { min, max, step, textOf } = scaleOf(of)!;
  return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => textOf(min + i * step));
}

describe("the scale of a slider", () => {
  it.each([
    [{ value: "0.42" }, "0.00", "0.84", "0.01"],
    [{ value: "16.00" }, "0.00", "32.00", "0.10"],
    [{ value: "0.305" }, "0.005", "0.605", "0.015"],
    [{ value: "0.2%", quantity: "rate" }, "0.00%", "0.40%", "0.01%"],
    [{ value: "0" }, "0.00", "1.00", "0.01"],
    [{ value: "1000", quantity: "count", decimals: 0 }, "0", "2000", "10"],
    [{ value: "1", quantity: "count", decimals: 0, field: "queue.lanes" }, "1", "2", "2"],
    [{ value: "0.996", quantity: "rate", field: "coverage.0.successRate" }, "0.896", "1.000", "0.897"],
  ] as [Partial<TermNumber>, string, string, string][])(
    "of %o goes from %s to %s, next to %s",
    (more, first, last, next) => {
      const all = stands(number(more));
      expect([all[0], all.at(-1), all[1]]).toEqual([first, last, next]);
    },
  );

  it("stands exactly at the value as it is, whatever that is", () => {
    const values = fc
      .tuple(fc.nat(10_000_000), fc.integer({ min: 0, max: 6 }))
      .map(([units, decimals]) => (units / 10 ** decimals).toFixed(decimals));
    fc.assert(
      fc.property(values, (value) => {
        const scale = scaleOf(number({ value }))!;
        const units = scale.unitsOf(value);
        expect((units - scale.min) % scale.step).toBe(0);
        expect(units).toBeGreaterThanOrEqual(scale.min);
        expect(units).toBeLessThanOrEqual(scale.max);
        expect(Number(scale.textOf(units))).toBe(Number(value));
        expect((scale.max - scale.min) / scale.step).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  it("moves instants by quarters of an hour in their own offset", () => {
    const value = "2026-11-23T06:00:00+08:00";
    const { unitsOf, textOf, step } = scaleOf(number({ value, quantity: "instant", field: "queue.cutOff" }))!;
    expect(textOf(0)).toBe(value);
    expect(textOf(step)).toBe("2026-11-23T06:15:00+08:00");
    expect(unitsOf("2026-11-23T05:00:00+08:00")).toBe(-60);
  });

  it("is none where there is no value", () => {
    expect(scaleOf(number({ value: null }))).toBeNull();
  });
});
