import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatScaled, numberText, parseDecimal, scaleDecimal } from "../../../src/model/decimal.js";

describe("plain decimals", () => {
  test.each([
    ["0", 0n, 0],
    ["123", 123n, 0],
    ["12.50", 1_250n, 2],
    ["0.001", 1n, 3],
    ["0000.10", 10n, 2],
    ["123456789012345678901234567890.5", 1_234_567_890_123_456_789_012_345_678_905n, 1],
  ])("%s", (text, digits, decimals) => {
    expect(parseDecimal(text)).toEqual({ digits, decimals });
  });

  test.each([
    "",
    ".",
    ".5",
    "5.",
    "-1",
    "+1",
    "1e3",
    "1E3",
    "1,000",
    "1 000",
    "1_000",
    " 1",
    "1 ",
    "1\n",
    "Infinity",
  ])("%j is none", (text) => {
    expect(parseDecimal(text)).toBeNull();
  });
});

describe("scaled to whole units", () => {
  test.each([
    ["1.5", 0, null],
    ["1.5", 1, 15n],
    ["1.5", 2, 150n],
    ["1.50", 1, 15n],
    ["1.51", 1, null],
    ["1.0000000000000000", 0, 1n],
    ["1.0000000000000001", 0, null],
    ["0", 8, 0n],
  ])("%s by 10^%i", (text, scale, expected) => {
    expect(scaleDecimal(parseDecimal(text)!, scale)).toBe(expected);
  });
});

describe("written", () => {
  test.each([
    [0n, 2, 2, "0.00"],
    [5n, 2, 2, "0.05"],
    [-5n, 2, 2, "-0.05"],
    [500n, 4, 2, "0.05"],
    [123n, 0, 0, "123"],
    [12_300n, 2, 0, "123"],
    [-12_300n, 2, 0, "-123"],
  ])("%s / 10^%i with %i decimals", (value, scale, decimals, text) => {
    expect(formatScaled(value, scale, decimals)).toBe(text);
  });

  test.each([
    [501n, 4, 2],
    [-1n, 1, 0],
  ])("%s / 10^%i loses something with %i decimals", (value, scale, decimals) => {
    expect(() => formatScaled(value, scale, decimals)).toThrow(
      new RangeError(`${value} has more than ${decimals} decimals at scale ${scale}.`),
    );
  });

  test("and read back", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 40n), fc.integer({ min: 0, max: 12 }), (value, scale) => {
        expect(scaleDecimal(parseDecimal(formatScaled(value, scale, scale))!, scale)).toBe(value);
      }),
    );
  });
});

describe("numbers as text", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [12.5, "12.5"],
    [-5, "-5"],
    [0.1, "0.1"],
    [0.000123, "0.000123"],
    [123_456_789_012_345, "123456789012345"],
    [0.123456789012345, "0.123456789012345"],
    [12_345.6789012345, "12345.6789012345"],
    // 16 digits
    [1_234_567_890_123_456, null],
    [0.1 + 0.2, null],
    [1e15, null],
    // written with an exponent
    [1e21, null],
    [1e-7, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [Number.NEGATIVE_INFINITY, null],
  ])("%d", (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test("a text given is the number", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const text = numberText(value);
        if (text !== null) expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
