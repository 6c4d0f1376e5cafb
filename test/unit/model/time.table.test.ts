import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatInstant, offsetMinutes, parseInstant, parseSeconds } from "../../../src/model/time.js";

const micros = (iso: string) => Date.parse(iso) * 1000;

describe("instants", () => {
  test.each([
    ["1970-01-01T00:00:00Z", 0],
    ["1970-01-01T00:00Z", 0],
    ["1970-01-01T00:00:00.000001Z", 1],
    ["1970-01-01T00:00:00.1Z", 100_000],
    ["1970-01-01T00:00:00.123456Z", 123_456],
    ["1970-01-01T08:00:00+08:00", 0],
    ["1969-12-31T19:30:00-04:30", 0],
    ["1970-01-01T00:00:00-00:00", 0],
    ["1970-01-01T00:00:00+00:01", -60_000_000],
    ["1970-01-01T00:00:00-23:59", 86_340_000_000],
    ["1969-12-31T23:59:59.999999Z", -1],
    ["2026-11-22T22:00:00+08:00", micros("2026-11-22T14:00:00Z")],
    ["2024-02-29T23:59:59Z", micros("2024-02-29T23:59:59Z")],
    ["2000-02-29T00:00:00Z", micros("2000-02-29T00:00:00Z")],
    ["2026-03-01T00:30:00+08:00", micros("2026-02-28T16:30:00Z")],
    ["2254-12-31T23:59:59.999999Z", micros("2254-12-31T23:59:59Z") + 999_999],
    ["2255-06-06T07:47:34.740991+08:00", Number.MAX_SAFE_INTEGER],
    ["1684-07-28T00:12:25.259009Z", -Number.MAX_SAFE_INTEGER],
  ])("%s", (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    ["a date alone", "2026-11-22"],
    ["no offset", "2026-11-22T22:00:00"],
    ["an offset without a colon", "2026-11-22T22:00:00+0800"],
    ["an offset of hours alone", "2026-11-22T22:00:00+08"],
    ["an offset of 24 hours", "2026-11-22T22:00:00+24:00"],
    ["an offset of 60 minutes", "2026-11-22T22:00:00+08:60"],
    ["a blank for T", "2026-11-22 22:00:00Z"],
    ["lower case", "2026-11-22t22:00:00z"],
    ["month 0", "2026-00-22T22:00:00Z"],
    ["month 13", "2026-13-22T22:00:00Z"],
    ["day 0", "2026-11-00T22:00:00Z"],
    ["31 November", "2026-11-31T22:00:00Z"],
    ["29 February of no leap year", "2026-02-29T00:00:00Z"],
    ["29 February 2100", "2100-02-29T00:00:00Z"],
    ["30 February", "2024-02-30T00:00:00Z"],
    ["hour 24", "2026-11-22T24:00:00Z"],
    ["minute 60", "2026-11-22T22:60:00Z"],
    ["second 60", "2026-11-22T22:00:60Z"],
    ["seven decimals", "2026-11-22T22:00:00.1234567Z"],
    ["no decimals after the point", "2026-11-22T22:00:00.Z"],
    ["a comma", "2026-11-22T22:00:00,5Z"],
    ["two digits of a year", "26-11-22T22:00:00Z"],
    ["beyond safe integers", "2255-06-05T23:47:34.740992Z"],
    ["before safe integers", "1684-07-28T00:12:25.259008Z"],
    ["blanks around", " 2026-11-22T22:00:00Z"],
    ["a line break after", "2026-11-22T22:00:00Z\n"],
    ["nothing", ""],
  ])("%s is none", (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test.each([
    ["2026-11-22T22:00:00Z", 0],
    ["2026-11-22T22:00:00+08:00", 480],
    ["2026-11-22T22:00:00-03:30", -210],
    ["2026-11-22T22:00:00+23:59", 1_439],
    ["2026-11-22T22:00:00+24:00", null],
    ["2026-11-22T22:00:00+08:60", null],
    ["2026-11-22T22:00:00", null],
  ])("offset of %s", (text, expected) => {
    expect(offsetMinutes(text)).toBe(expected);
  });

  test.each([
    [0, 0, "1970-01-01T00:00:00Z"],
    [0, 480, "1970-01-01T08:00:00+08:00"],
    [0, -210, "1969-12-31T20:30:00-03:30"],
    [1, 0, "1970-01-01T00:00:00.000001Z"],
    [100_000, 0, "1970-01-01T00:00:00.1Z"],
    [-1, 0, "1969-12-31T23:59:59.999999Z"],
    [-1, 60, "1970-01-01T00:59:59.999999+01:00"],
    [micros("2024-02-28T20:00:00Z"), 480, "2024-02-29T04:00:00+08:00"],
  ])("%d at offset %i", (instant, offset, text) => {
    expect(formatInstant(instant, offset)).toBe(text);
  });

  test("what is written is read back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
        fc.integer({ min: -1_439, max: 1_439 }),
        (instant, offset) => {
          const text = formatInstant(instant, offset);
          expect(parseInstant(text)).toBe(instant);
          expect(offsetMinutes(text)).toBe(offset);
        },
      ),
    );
  });
});

describe("seconds", () => {
  test.each([
    ["0", 0],
    ["0.02", 20_000],
    ["1800", 1_800_000_000],
    ["0.000001", 1],
    ["0.0000010", 1],
    ["0.123456", 123_456],
    ["9007199254.740991", Number.MAX_SAFE_INTEGER],
    ["9007199254.740992", null],
    ["0.0000001", null],
    ["0.1234567", null],
    ["-1", null],
    ["1e3", null],
    [".5", null],
    ["1:30", null],
    ["", null],
  ])("%j", (text, expected) => {
    expect(parseSeconds(text)).toBe(expected);
  });
});
