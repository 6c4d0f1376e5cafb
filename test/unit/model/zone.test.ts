import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dateText,
  daysLater,
  instantOf,
  isZone,
  localOf,
  nextTimeOfDay,
  offsetAt,
} from "../../../src/model/zone.js";

const at = (text: string) => Date.parse(text);
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
];

describe("local time", () => {
  it.each([
    // Clocks are put forward from 2 to 3 in Berlin on 29 March 2026, and back from 3 to 2 on 25 October.
    ["Europe/Berlin", "2026-03-29T01:59:00Z", "2026-03-29T00:59:00Z"],
    ["Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "2026-10-25T02:00:00Z", "2026-10-25T00:00:00Z"],
    ["Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"],
    ["Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"],
    ["America/New_York", "2026-03-08T02:30:00Z", "2026-03-08T07:00:00Z"],
    ["America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"],
    ["Asia/Shanghai", "2026-11-22T21:30:00Z", "2026-11-22T13:30:00Z"],
    ["Asia/Kathmandu", "2026-11-22T00:00:00Z", "2026-11-21T18:15:00Z"],
    // By half an hour only.
    ["Australia/Lord_Howe", "2026-10-04T02:15:00Z", "2026-10-03T15:30:00Z"],
    // A day that there never was.
    ["Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z"],
  ])("in %s, %s as clocks show it, is %s", (zone, local, instant) => {
    expect(new Date(instantOf(at(local), zone)).toISOString()).toBe(
      at(instant) && new Date(instant).toISOString(),
    );
  });

  it("leads back where clocks show it, and never to an earlier instant for a later time", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: at("2005-01-01T00:00Z"), max: at("2035-01-01T00:00Z") }),
        fc.integer({ min: 1, max: 8 * 3_600_000 }),
        (zone, local, more) => {
          const instant = instantOf(local, zone);
          const shown = localOf(instant, zone);
          // A time that is left out: the moment at which it is, so that just before clocks show less.
          if (shown !== local) expect(localOf(instant - 1, zone)).toBeLessThan(local);
          // One that is shown twice: the first time.
          else
            for (const hours of [0.5, 1]) expect(localOf(instant - hours * 3_600_000, zone)).not.toBe(local);
          expect(instantOf(local + more, zone)).toBeGreaterThanOrEqual(instant);
        },
      ),
    );
  });
});

it("knows zones by name", () => {
  expect(isZone("Europe/Berlin")).toBe(true);
  expect(isZone("Europe/Berlim")).toBe(false);
  expect(offsetAt(at("2026-07-01T00:00Z"), "Europe/Berlin")).toBe(120);
  expect(offsetAt(at("2026-12-01T00:00Z"), "America/New_York")).toBe(-300);
});

it("finds the next time of day, and the same time on other days", () => {
  const next = (after: string, minutes: number) =>
    new Date(nextTimeOfDay(at(after), minutes, "Europe/Berlin")).toISOString();
  expect(next("2026-11-22T20:30:00Z", 5 * 60 + 30)).toBe("2026-11-23T04:30:00.000Z");
  expect(next("2026-11-23T04:29:00Z", 5 * 60 + 30)).toBe("2026-11-23T04:30:00.000Z");
  expect(next("2026-11-23T04:30:00Z", 5 * 60 + 30)).toBe("2026-11-24T04:30:00.000Z");
  // The night that is an hour shorter.
  expect(next("2026-03-28T21:00:00Z", 2 * 60 + 30)).toBe("2026-03-29T01:00:00.000Z");
  expect(new Date(daysLater(at("2026-03-28T21:00:00Z"), 1, "Europe/Berlin")).toISOString()).toBe(
    "2026-03-29T20:00:00.000Z",
  );
  expect(dateText(at("2026-03-01T23:59:00Z"), -1)).toBe("2026-02-28");
});
