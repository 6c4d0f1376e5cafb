import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  currencyExponent,
  ExactSum,
  formatAmount,
  formatCost,
  knownCurrencies,
  parseCost,
  parseMoney,
} from "../../../src/model/money.js";

const MAX = Number.MAX_SAFE_INTEGER;

describe("decimals of a currency are ISO 4217's", () => {
  test.each([
    ["CNY", 2],
    ["USD", 2],
    ["JPY", 0],
    ["KRW", 0],
    ["VND", 0],
    ["XAF", 0],
    ["UYI", 0],
    ["KWD", 3],
    ["TND", 3],
    ["CLF", 4],
    ["UYW", 4],
    // Intl says 0 of these.
    ["HUF", 2],
    ["IDR", 2],
    ["COP", 2],
    ["PKR", 2],
    // and 2 or 0 of these, whose minor unit is another
    ["CLP", 0],
    ["ISK", 0],
    ["MRU", 2],
    ["MGA", 2],
  ])("%s has %i", (currency, exponent) => {
    expect(currencyExponent(currency)).toBe(exponent);
  });

  test.each(["XAU", "XDR", "XXX", "XTS", "cny", "CNY ", "RMB", "", "constructor"])(
    "%j is none",
    (currency) => {
      expect(currencyExponent(currency)).toBeUndefined();
    },
  );

  test("each is known once", () => {
    const known = knownCurrencies();
    expect(new Set(known).size).toBe(known.length);
    expect(known.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });
});

describe("money in", () => {
  test.each([
    ["0", 2, 0n],
    ["1", 2, 100n],
    ["1.2", 2, 120n],
    ["1234.56", 2, 123_456n],
    ["1.230", 2, 123n],
    ["1.000000000000", 0, 1n],
    ["0.01", 2, 1n],
    ["0.001", 2, null],
    ["1.5", 0, null],
    ["0.0001", 4, 1n],
    ["0.00001", 4, null],
    ["007.50", 2, 750n],
    ["90071992547409.92", 2, 9_007_199_254_740_992n],
    ["1e3", 2, null],
    ["1,000.00", 2, null],
    ["-1", 2, null],
    ["+1", 2, null],
    [" 1", 2, null],
    ["1 ", 2, null],
    ["", 2, null],
    [".5", 2, null],
    ["5.", 2, null],
    ["0x10", 2, null],
    ["١", 2, null],
    ["1.2.3", 2, null],
    ["1\n", 2, null],
  ])("%j with %i decimals", (text, scale, expected) => {
    expect(parseMoney(text, scale)).toBe(expected);
  });
});

describe("money out", () => {
  test.each([
    [0, 2, "0.00"],
    [1, 2, "0.01"],
    [99, 2, "0.99"],
    [100, 2, "1.00"],
    [-5, 2, "-0.05"],
    [7, 0, "7"],
    [0, 0, "0"],
    [1, 3, "0.001"],
    [12_345, 4, "1.2345"],
    [MAX, 2, "90071992547409.91"],
    [10n ** 30n, 2, "10000000000000000000000000000.00"],
  ])("amount of %s with %i decimals", (minor, exponent, text) => {
    expect(formatAmount(minor, exponent)).toBe(text);
  });

  test.each([
    [0, 2, "0.00"],
    [1, 2, "0.000001"],
    [10, 2, "0.00001"],
    [305_000, 2, "0.305"],
    [300_000, 2, "0.30"],
    [12_300_000, 2, "12.30"],
    [999_999, 2, "0.999999"],
    [1_000_000, 2, "1.00"],
    [-305_000, 2, "-0.305"],
    [-1, 2, "-0.000001"],
    [1, 0, "0.0001"],
    [10_000, 0, "1"],
    [15_000, 0, "1.5"],
    [0, 0, "0"],
    [10_000, 3, "0.001"],
    [1, 4, "0.00000001"],
  ])("cost of %s units with exponent %i", (units, exponent, text) => {
    expect(formatCost(units, exponent)).toBe(text);
    expect(parseCost(text, exponent)).toBe(BigInt(units));
  });

  test.each(["", "-", "--1", "+1", "1e3", "0.0000001", " 1", "1,0", "NaN"])("%j is no cost", (text) => {
    expect(parseCost(text, 2)).toBeNull();
  });

  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), fc.constantFrom(0, 2, 3, 4), (units, exponent) => {
        const text = formatCost(units, exponent);
        expect(parseCost(text, exponent)).toBe(units);
        const decimals = text.split(".")[1] ?? "";
        expect(decimals.length).toBeGreaterThanOrEqual(exponent);
        // No more decimals than the value has.
        if (decimals.length > exponent) expect(decimals.endsWith("0")).toBe(false);
      }),
    );
  });
});

describe("exact sums", () => {
  test.each<[string, readonly number[], bigint]>([
    ["of nothing", [], 0n],
    ["up to 2^53 − 1", [MAX - 1, 1], BigInt(MAX)],
    ["one above", [MAX, 1], BigInt(MAX) + 1n],
    ["where doubles would lose one", [MAX, 1, 1, 1], BigInt(MAX) + 3n],
    ["down again", [MAX, MAX, -MAX, -MAX, 5], 5n],
    ["below −2^53", [-MAX, -3], -BigInt(MAX) - 3n],
  ])("%s", (_, values, expected) => {
    const sum = new ExactSum();
    for (const value of values) sum.add(value);
    expect(sum.total).toBe(expected);
  });

  test("of any safe integers and bigints", () => {
    const value = fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt(-(10n ** 30n), 10n ** 30n),
      fc.constantFrom(MAX, -MAX),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const sum = new ExactSum();
        let total = 0n;
        for (const each of values) {
          if (typeof each === "bigint") sum.addBig(each);
          else sum.add(each);
          total += BigInt(each);
          expect(sum.total).toBe(total);
        }
      }),
    );
  });
});
