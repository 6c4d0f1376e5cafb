import { describe, expect, it } from "vitest";
import { dueInstants, whyNotCron } from "../../../src/nightly/cron.js";

function dues(cron: string, timeZone: string, after: string, count: number): string[] {
  const found = dueInstants({ cron, timeZone }, Date.parse(after));
  return Array.from({ length: count }, () =>
    new Date(found.next().value as number).toISOString().slice(0, 16),
  );
}

describe("due instants", () => {
  it.each([
    [
      "an ordinary night",
      "30 21 * * 1-5",
      "Asia/Shanghai",
      "2026-11-20T13:30:00Z",
      ["2026-11-23T13:30", "2026-11-24T13:30"],
    ],
    [
      "just before",
      "30 21 * * 1-5",
      "Asia/Shanghai",
      "2026-11-20T13:29:59Z",
      ["2026-11-20T13:30", "2026-11-23T13:30"],
    ],
    // 02:30 does not exist on 29 March in Berlin, and on 8 March in New York.
    [
      "a time that is left out",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-03-27T12:00:00Z",
      ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
    ],
    [
      "a time that is left out",
      "30 2 * * *",
      "America/New_York",
      "2026-03-06T12:00:00Z",
      ["2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30"],
    ],
    // It exists twice on 25 October and 1 November.
    [
      "a time that comes twice",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-23T12:00:00Z",
      ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    [
      "a time that comes twice",
      "30 1 * * *",
      "America/New_York",
      "2026-10-30T12:00:00Z",
      ["2026-10-31T05:30", "2026-11-01T05:30", "2026-11-02T06:30"],
    ],
    [
      "several times that are left out",
      "0,15,30,45 2 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00", "2026-03-30T00:00"],
    ],
    [
      "hours around those",
      "0 * * * *",
      "Europe/Berlin",
      "2026-03-28T23:30:00Z",
      ["2026-03-29T00:00", "2026-03-29T01:00", "2026-03-29T02:00"],
    ],
    [
      "hours around those",
      "0 * * * *",
      "Europe/Berlin",
      "2026-10-24T23:30:00Z",
      ["2026-10-25T00:00", "2026-10-25T02:00", "2026-10-25T03:00"],
    ],
    // Begun in the hour that comes the second time: what was due in it has been.
    [
      "from within the second time",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-25T01:10:00Z",
      ["2026-10-26T01:30"],
    ],
    [
      "from within the first time",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-25T00:10:00Z",
      ["2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    ["ends of months", "0 22 L * *", "UTC", "2026-01-31T23:00:00Z", ["2026-02-28T22:00", "2026-03-31T22:00"]],
  ])("%s: %s in %s", (_, cron, zone, after, expected) => {
    expect(dues(cron, zone, after, expected.length)).toEqual(expected);
  });

  it("go on over years without one twice", () => {
    for (const zone of ["Europe/Berlin", "America/New_York"]) {
      const found = dues("30 2 * * *", zone, "2020-01-01T12:00:00Z", 200);
      expect(new Set(found).size).toBe(200);
      expect(new Set(found.map((each) => each.slice(0, 10))).size).toBe(200);
    }
  });
});

it.each([
  ["30 21 * * 1-5", null],
  ["*/15 * * * MON-FRI", null],
  ["30 21 * *", "has not the five fields"],
  ["0 30 21 * * 1", "has not the five fields"],
  ["@daily", "has not the five fields"],
  ["60 21 * * *", 'has "60" as its minute, which is 0 to 59'],
  ["0 99 * * MUN", 'has "99" as its hour, which is 0 to 23, and "MUN" as its day of week, which is 0 to 7'],
  ["0\t21 * * *", "has not the five fields"],
  ["0 0 31 2 *", 'is never due: "31" is no day of the month "2"'],
  ["0 0 30,31 FEB *", '"30,31" is no day of the month "FEB"'],
  ["0 0 31 2,4 *", '"31" is no day of the month "2,4"'],
  ["0 0 29 2 *", null],
])("%s as cron: %s", (text, why) => {
  const found = whyNotCron(text);
  if (why === null) expect(found).toBeNull();
  else expect(found).toContain(why);
});
