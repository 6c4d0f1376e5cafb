import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/io/yamlTree.js";
import { formatIssue, InputError } from "../../../src/model/issue.js";
import { dueOn } from "../../../src/nightly/byHand.js";
import { parseNightly, type Schedule, scheduleOf } from "../../../src/nightly/config.js";

const NOW = Date.parse("2026-11-22T00:00:00Z");

function parse(text: string, environment: Record<string, string> = {}, now = NOW): Schedule[] {
  const { tree, locate } = parseYaml("nightly.yaml", text);
  return parseNightly(tree, locate, "/etc/packwright", {
    environment,
    allowedHosts: ["hooks.example.com"],
    now,
  });
}

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.issues.map(formatIssue);
    throw error;
  }
  throw new Error("there is no problem");
}

const LEAST = `
schedules:
  - id: bank-run
    cron: 30 21 * * 1-5
    timeZone: Asia/Shanghai
    source: { folder: inbox, files: "orders-{date}.csv" }
    channels: channels.yaml
    destination: { folder: "plans/{date}" }
`;

describe("a nightly file", () => {
  it("has defaults, and paths as seen from it", () => {
    expect(parse(LEAST)).toEqual([
      {
        id: "bank-run",
        cron: "30 21 * * 1-5",
        timeZone: "Asia/Shanghai",
        catchUpMs: 6 * 3_600_000,
        source: {
          kind: "folder",
          folder: "/etc/packwright/inbox",
          files: "orders-{date}.csv",
          settledSeconds: 10,
          marker: null,
          waitUntil: null,
        },
        channels: { file: "/etc/packwright/channels.yaml" },
        moveDates: false,
        options: {},
        latestEnd: null,
        finishSeconds: 60,
        destination: { kind: "folder", folder: "/etc/packwright/plans/{date}" },
        webhook: null,
      },
    ]);
  });

  it("takes databases by the names of their variables, and all options", () => {
    const [schedule] = parse(
      `
schedules:
  - id: cards
    cron: "0 1 * * *"
    timeZone: Europe/Berlin
    catchUpHours: 2
    source: { databaseFrom: FROM, query: "SELECT 1 -- {date-1}", waitUntil: "02:00" }
    channels: { stored: cards, version: 3 }
    moveDates: true
    options: { timeLimit: 90, gap: "0.1%", seed: 7, engine: greedy, mip: highs }
    latestEnd: "04:30"
    finishSeconds: 30
    destination: { databaseFrom: TO, schema: nights }
    webhook: https://hooks.example.com/plans
`,
      { FROM: "postgres://a/b", TO: "postgresql://c/d" },
    );
    expect(schedule).toMatchObject({
      source: { kind: "query", databaseUrl: "postgres://a/b", waitUntil: 120 },
      channels: { stored: "cards", version: 3 },
      moveDates: true,
      options: { timeLimit: 90, gap: 0.001, seed: 7, engine: "greedy", mip: "highs" },
      latestEnd: 270,
      finishSeconds: 30,
      destination: { kind: "tables", databaseUrl: "postgresql://c/d", schema: "nights" },
      webhook: "https://hooks.example.com/plans",
    });
  });

  it("tells all that is wrong at once, each with its line and a hint", () => {
    const found = problemsOf(() =>
      parse(`
schedules:
  - id: bank run
    cron: 30 21 * *
    timeZone: Asia/Shangai
    source: { folder: inbox, databaseFrom: FROM, waitUntil: "24:00" }
    channels: channels.yaml
    destination: { folder: plans }
    webhok: https://hooks.example.com/
  - id: other
    cron: 0 */6 * * *
    timeZone: UTC
    source: { folder: inbox, files: "orders-{day}.txt" }
    channels: channels.yaml
    moveDates: perhaps
    options: { timeLimit: 0, engine: quick }
    destination: { folder: "plans/{date}" }
    webhook: https://other.example.com/
  - id: other
    cron: 0 21 * * *
    timeZone: UTC
    source: { folder: inbox, files: "a/{date}.csv", waitUntil: "23:00" }
    channels: channels.yaml
    latestEnd: "22:30"
    destination: {}
`),
    );
    expect(found).toEqual([
      'nightly.yaml:3: schedules[0].id: "bank run" is no name. Write 1 to 100 letters, digits, dots, underscores or hyphens. [WRONG_VALUE]',
      'nightly.yaml:4: schedules[0].cron: "30 21 * *" has not the five fields minute, hour, day of month, month, day of week. Write "30 21 * * 1-5" for half past nine at night on weekdays. [NOT_A_CRON]',
      'nightly.yaml:5: schedules[0].timeZone: "Asia/Shangai" is no time zone. Write one such as Asia/Shanghai. [UNKNOWN_TIME_ZONE]',
      'nightly.yaml:6: schedules[0].source.waitUntil: "24:00" is no time of day. Write one from 00:00 to 23:59, such as 05:30. [NOT_A_TIME]',
      'nightly.yaml:9: schedules[0].webhok: unknown key "webhok". Did you mean "webhook"? [UNKNOWN_KEY]',
      'nightly.yaml:13: schedules[1].source.files: "orders-{day}.txt" holds {day}, which means nothing. Known here: {date}, {yyyymmdd} and {due}; {date-1} is the day before. [UNKNOWN_PLACEHOLDER]',
      'nightly.yaml:15: schedules[1].moveDates: "perhaps" is neither true nor false. [WRONG_VALUE]',
      'nightly.yaml:16: schedules[1].options.timeLimit: "0" must be above 0. [OUT_OF_RANGE]',
      'nightly.yaml:16: schedules[1].options.engine: "quick" is not one of auto, exact, greedy. [UNKNOWN_VALUE]',
      'nightly.yaml:19: schedules[2].id: "other" is schedule 2\'s id already. Give each its own. [DUPLICATE_ID]',
      "nightly.yaml:6: schedules[0].source.databaseFrom: stands beside a folder. Give folder and files, or databaseFrom and query, not both. [TWO_PLACES]",
      "nightly.yaml:6: schedules[0].source.query: is missing. databaseFrom and query belong together. [MISSING_FIELD]",
      "nightly.yaml:6: schedules[0].source.databaseFrom: names a variable that is not set. Set FROM to postgres://user:password@host:5432/database. [WRONG_ADDRESS]",
      "nightly.yaml:18: schedules[1].webhook: is not at a host that may be told. List the host with --webhook-hosts; a URL holds no user and no password. [WEBHOOK_NOT_ALLOWED]",
      "nightly.yaml:22: schedules[2].source.files: does not tell the format of the orders. Write the name of a file, without folders, that ends as orders files do: orders-{yyyymmdd}*.csv. [UNKNOWN_FORMAT]",
      "nightly.yaml:25: schedules[2].destination.folder: is missing. Give folder or databaseFrom. [MISSING_FIELD]",
      "nightly.yaml:22: schedules[2].source.waitUntil: leaves the night that is due at 21:00 no time to plan before latestEnd. The search ends 60 s before latestEnd, which finishSeconds says. [WAITS_TOO_LONG]",
      "nightly.yaml:17: schedules[1].destination.folder: is /etc/packwright/plans/2026-11-22 for two nights. Put {date} into it, or {due} where there are several a day. [SAME_PLACE]",
    ]);
  });

  describe("with a latest end", () => {
    const text = (latestEnd: string, { cron = "30 21 * * *", waitUntil = "", finish = 60 } = {}) =>
      `${LEAST.replace("30 21 * * 1-5", cron)
        .replace('.csv" }', waitUntil === "" ? '.csv" }' : `.csv", waitUntil: "${waitUntil}" }`)
        .replace(
          "plans/{date}",
          "plans/{due}",
        )}    latestEnd: "${latestEnd}"\n    finishSeconds: ${finish}\n`;

    it.each([
      ["21:31", { finish: 59 }],
      ["21:33", { waitUntil: "21:31" }],
      ["05:30", { waitUntil: "23:00" }],
      // A day later.
      ["21:30", { waitUntil: "21:28" }],
      ["01:00", { cron: "0 22,23 * * *", waitUntil: "00:30" }],
    ])("takes %s with %j", (end, more) => {
      expect(parse(text(end, more))).toHaveLength(1);
    });

    it.each([
      ["21:31", {}, "latestEnd: leaves the night that is due at 21:30 no time to plan"],
      ["21:32", { waitUntil: "21:31" }, "source.waitUntil: leaves the night that is due at 21:30 no time"],
      // The night of one in the morning waits for the whole day.
      [
        "05:30",
        { cron: "0 22,1 * * *", waitUntil: "23:00" },
        "source.waitUntil: leaves the night that is due at 01:00 no time",
      ],
    ])("refuses %s with %j", (end, more, message) => {
      // At whatever time of day the file is looked at.
      for (const hours of [0, 3, 12, 16])
        expect(problemsOf(() => parse(text(end, more), {}, NOW + hours * 3_600_000))).toEqual([
          expect.stringContaining(message),
        ]);
    });
  });

  describe("with two schedules to folders", () => {
    const two = (first: string, second: string, cron = "0 18 * * *", zone = "Asia/Shanghai") =>
      `${LEAST.replace("plans/{date}", first)}  - id: cards
    cron: "${cron}"
    timeZone: ${zone}
    source: { folder: inbox, files: "cards-{date}.csv" }
    channels: channels.yaml
    destination: { folder: "${second}" }
`;
    const links = mkdtempSync(join(tmpdir(), "packwright-test-"));
    mkdirSync(join(links, "plans"));
    symlinkSync("plans", join(links, "link"));
    afterAll(() => rmSync(links, { recursive: true, force: true }));

    it.each([
      ["plans/{date}", "plans/{date}"],
      ["plans/{date}", "./plans/x/../{date-0}"],
      ["plans/{date}", "plans/{date}/cards"],
      ["plans/{date}/bank-run", "plans/{date}"],
      ["plans/{due}", "plans/{due}", "* * * * *"],
      ["plans/{date}", "plans/{date}/{due}", "* * * * *"],
      ["plans/{yyyymmdd}", "plans/{yyyymmdd+1}"],
      // Local midnight there is another day here.
      ["plans/{date}", "plans/{date}", "0 0 * * *", "America/New_York"],
      [`${links}/plans/{date}`, `${links}/link/{date}`],
    ])("refuses %s beside %s", (...schedules) => {
      const found = problemsOf(() => parse(two(...(schedules as [string, string]))));
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(
        /^nightly.yaml:14: schedules\[1\].destination.folder: is, or lies in or around, a folder of "bank-run": \/.* \[SAME_PLACE\]$/,
      );
    });

    it.each([
      ["plans/{date}", "cards/{date}"],
      ["plans/{date}", "plans/{date}-cards"],
      // Weekdays, and weekends.
      ["plans/{date}", "plans/{date}", "0 18 * * 0,6"],
      ["plans/{due}", "plans/{due}"],
    ])("takes %s beside %s", (...schedules) => {
      expect(parse(two(...(schedules as [string, string])))).toHaveLength(2);
    });
  });

  it("tells no address of a database", () => {
    const text = LEAST.replace(
      '{ folder: inbox, files: "orders-{date}.csv" }',
      "{ databaseFrom: FROM, query: SELECT 1 }",
    );
    const found = problemsOf(() => parse(text, { FROM: "mysql://user:hidden@host/db" }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("holds no address of a PostgreSQL database");
    expect(found[0]).not.toContain("hidden");
  });
});

describe("a night by its date", () => {
  const [bankRun] = parse(LEAST) as [Schedule];
  const often = { ...bankRun, cron: "0 9,21 * * *" };
  const on = (schedule: Schedule, date: string) =>
    new Date(dueOn(schedule, date, Date.parse("2026-11-23T12:00:00Z"))).toISOString();

  it("is the due instant on that local day", () => {
    expect(on(bankRun, "2026-11-20")).toBe("2026-11-20T13:30:00.000Z");
    expect(on(often, "2026-11-20T21:00")).toBe("2026-11-20T13:00:00.000Z");
  });

  it.each([
    [bankRun, "2026-11-22", "bank-run is not due on 2026-11-22", "NO_NIGHT"],
    [
      often,
      "2026-11-20",
      "bank-run is due 2 times on 2026-11-20. Add the time, for example 2026-11-20T09:00.",
      "AMBIGUOUS_NIGHT",
    ],
    [often, "2026-11-20T10:00", "is not due", "NO_NIGHT"],
    [bankRun, "2026-11-23", "only at 2026-11-23T21:30:00+08:00", "NOT_DUE_YET"],
  ] as const)("%# is none: %s", (schedule, date, message, code) => {
    const [found] = problemsOf(() => on(schedule, date));
    expect(found).toContain(message);
    expect(found).toContain(`[${code}]`);
  });

  it("is of a schedule that there is", () => {
    expect(problemsOf(() => scheduleOf([bankRun], "bankrun"))[0]).toContain(
      "Known here: bank-run. [UNKNOWN_SCHEDULE]",
    );
  });
});
