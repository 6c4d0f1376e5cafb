import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EvaluationFile } from "../../src/index.js";
import {
  type InputFiles,
  NIGHTLY,
  namesIn,
  naming,
  objections,
  PLAN_FILES,
  packwright,
  readPlan,
  scratch,
  smallInstance,
} from "./cli.js";

/** The small instance and assignments of somebody else. */
function given(assignments: string): { folder: string; files: InputFiles; args: string[] } {
  const folder = scratch();
  const files = smallInstance(folder);
  const file = join(folder, "given.csv");
  writeFileSync(file, assignments);
  return { folder, files, args: ["evaluate", "--assignments", file, ...naming(files), "--quiet"] };
}

/** Each order singly: 4.00, where packages come to 2.90. */
const SINGLY = "order,channel\no1,fast-single\no2,fast-single\no3,fast-single\no4,fast-single\n";
/** Two banks that batch takes and one that it does not, an order twice and one that is not there. */
const BROKEN =
  "order,channel,package\no1,union-batch,p\no2,nowhere,\no4,union-batch,p\no1,fast-single,\no9,fast-single,\n";

async function evaluated(args: readonly string[]): Promise<EvaluationFile> {
  const { stdout, code, stderr } = await packwright([...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as EvaluationFile;
}

describe("packwright evaluate", () => {
  it("prices assignments and compares them with a plan of ours", async () => {
    const { args } = given(SINGLY);
    const { code, stdout } = await packwright(args);
    expect(code).toBe(0);
    expect(stdout).toBe(`Given plan CNY 4.00  breaks no rule
4 orders, 4 routed in 0 packages

  Cost by part, CNY  Given  Ours  Given − ours
  Charges             4.00  1.90          2.10
  Package fees        0.00  1.00         −1.00
  Delay               0.00  0.00          0.00
  Penalties           0.00  0.00          0.00
  Objective           4.00  2.90          1.10

  Channel      Orders given  ours  Packages  Cost given  ours  Given − ours
  union-batch             0     3     0 / 1        0.00  1.90         −1.90
  fast-single             4     1      none        4.00  1.00          3.00

3 of 4 orders go elsewhere in our plan
  Given on ↓, ours on →  union-batch  fast-single
  union-batch                      ·            ·
  fast-single                      3            1

Ours     CNY 2.90: CNY 1.10 less than the given plan (27.50 %). Optimal.
Bound    No plan can cost less than CNY 2.90: the given plan is CNY 1.10 above
         it (27.50 % of its cost).
`);
  });

  it("says the same as JSON", async () => {
    const { args } = given(SINGLY);
    expect(await evaluated(args)).toMatchObject({
      valid: true,
      packages: "none",
      cost: { objective: "4.00", charges: "4.00" },
      counts: { orders: 4, routed: 4, unpriced: 0, packages: 0 },
      violations: { total: 0, byCode: [], listed: [] },
      comparison: {
        folder: null,
        ours: { status: "optimal", cost: { objective: "2.90" } },
        difference: { objective: "1.10", charges: "2.10", packageFees: "-1.00" },
        certifiedBound: "2.90",
        aboveBound: "1.10",
        gap: 0.275,
        elsewhere: 3,
        routes: [
          { given: "fast-single", ours: "union-batch", orders: 3 },
          { given: "fast-single", ours: "fast-single", orders: 1 },
        ],
      },
    });
  });

  it("names every rule that is broken, and prices what has a price", async () => {
    const { args } = given(BROKEN);
    const { valid, counts, cost, violations } = await evaluated([...args, "--no-plan"]);
    expect(valid).toBe(false);
    // o1 in a package for 0.30 + 1.00; o3 is deferred at 2 × (1.00 + 1.00).
    expect(cost).toMatchObject({
      objective: "5.30",
      charges: "0.30",
      packageFees: "1.00",
      penalties: "4.00",
    });
    expect(counts).toEqual({ orders: 4, routed: 1, rejected: 0, deferred: 1, packages: 1, unpriced: 2 });
    expect(violations.total).toBe(4);
    expect(violations.listed).toMatchObject([
      {
        code: "UNKNOWN_CHANNEL",
        rule: "assignment.channel",
        order: "o2",
        line: 3,
        value: "nowhere",
        hint: "Known here: union-batch, fast-single.",
      },
      {
        code: "UNKNOWN_ORDER",
        message: "Assignments name an unknown order o9.",
        line: 6,
        value: "o9",
        hint: 'Did you mean "o1"?',
      },
      {
        code: "NOT_COVERED",
        rule: "channel.coverage",
        order: "o4",
        package: "p",
        channel: "union-batch",
        line: 4,
      },
      { code: "ORDER_TWICE", order: "o1", line: 5 },
    ]);
    for (const { file } of violations.listed) expect(file).toMatch(/given\.csv$/);
    const { code, stdout } = await packwright(args);
    expect(code).toBe(0);
    expect(stdout).toContain("Given plan CNY 5.30  4 violations");
    expect(stdout.replace(/\n {2}/g, " ")).toContain(
      "given.csv:4: channel.coverage: Order o4 is on union-batch, which does not cover it. Its package is p. [NOT_COVERED]",
    );
    for (const line of stdout.split("\n"))
      if (!line.includes("given.csv:")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("exits with 3 where rules are broken and that is asked for, and writes no folder then", async () => {
    const { args, folder } = given(BROKEN);
    const strict = await packwright([...args, "--no-plan", "--strict"]);
    expect(strict).toMatchObject({ code: 3, stderr: "packwright: 4 violations (--strict).\n" });
    const written = await packwright([...args, "--no-plan", "--out", join(folder, "plan")]);
    expect(written.code).toBe(3);
    expect(written.stderr).toContain("no plan folder was written");
    expect(namesIn(folder)).toEqual(["channels.json", "given.csv", "orders.csv"]);
    const { args: good } = given(SINGLY);
    expect((await packwright([...good, "--no-plan", "--strict"])).code).toBe(0);
  });

  it.each([
    ["with the certificate of our plan", [], { bound: "2.90" }],
    ["with the simplest bound where nothing is planned", ["--no-plan"], { bound: "1.90" }],
  ])("writes a plan folder %s that verify passes", async (_, options, figures) => {
    const { args, folder, files } = given("order,channel\no1,union-batch\no4,fast-single\n");
    const out = join(folder, "plan");
    const { stdout } = await packwright([...args, ...options, "--out", out]);
    expect(stdout).toContain("were filled in the order of the rows");
    expect(namesIn(out)).toEqual(PLAN_FILES);
    expect(readPlan(out)).toMatchObject({
      ...figures,
      cost: { objective: "10.30" },
      stoppedBy: "given",
      engine: { used: "another planner" },
    });
    const verified = await packwright(["verify", out, ...naming(files)]);
    expect(verified.stdout).toContain("The plan holds: objective CNY 10.30");
    expect(verified.code).toBe(0);
    expect(objections(files, out)).toEqual([]);
  });

  it("compares with a plan folder, and refuses one of other inputs", async () => {
    const { args, folder, files } = given(SINGLY);
    const ours = join(folder, "ours");
    expect((await packwright(["plan", ...naming(files), "--out", ours, "--quiet"])).code).toBe(0);
    const { comparison } = await evaluated([...args, "--against", ours, "--out", join(folder, "theirs")]);
    expect(comparison).toMatchObject({ folder: ours, elsewhere: 3, difference: { objective: "1.10" } });
    expect((await packwright(["verify", join(folder, "theirs"), ...naming(files)])).code).toBe(0);
    // A folder of ours is a plan as good as any: nothing goes elsewhere.
    const same = ["evaluate", "--assignments", ours, ...naming(files), "--against", ours, "--quiet"];
    expect((await packwright(same)).stdout).toContain("0 of 4 orders go elsewhere in our plan");
    writeFileSync(files.orders, readFileSync(files.orders, "utf8").replace("20.00", "21.00"));
    const refused = await packwright([...args, "--against", ours]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("[PLAN_DOES_NOT_HOLD]");
    expect(refused.stdout).toBe("");
  });

  it("replaces no plan folder that it reads from", async () => {
    const { folder, files } = given(SINGLY);
    const ours = join(folder, "ours");
    expect((await packwright(["plan", ...naming(files), "--out", ours, "--quiet"])).code).toBe(0);
    const args = ["evaluate", "--assignments", ours, ...naming(files), "--no-plan", "--quiet"];
    const { code, stderr } = await packwright([...args, "--out", ours, "--overwrite"]);
    expect(code).toBe(2);
    expect(stderr).toContain("[INPUT_IN_FOLDER]");
  });

  it("refuses bad assignments before it reads the orders", async () => {
    const { args, files } = given("id,channel\no1,fast-single\n");
    writeFileSync(files.channels, "{}");
    const { code, stderr, stdout } = await packwright(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("[MISSING_COLUMN]");
    expect(stderr).toContain("[MISSING_FIELD]");
    const twice = await packwright(["evaluate", "--assignments", "-", "--channels", "c", "--orders", "-"]);
    expect(twice).toMatchObject({ code: 2 });
    expect(twice.stderr).toContain("[STDIN_TWICE]");
  });

  it("takes assignments from standard input", async () => {
    const { files } = given(SINGLY);
    const args = ["evaluate", "--assignments", "-", ...naming(files), "--no-plan", "--quiet"];
    const { stdout, code } = await packwright(args, { input: SINGLY });
    expect(stdout).toContain("Given plan CNY 4.00");
    expect(code).toBe(0);
  });

  it("fits 80 columns on the example, and its plan passes verify", async () => {
    const folder = scratch();
    const ours = join(folder, "ours");
    await packwright(["plan", ...naming(NIGHTLY), "--out", ours, "--quiet", "--time-limit", "3"]);
    const rows = readFileSync(join(ours, "assignments.csv"), "utf8").trimEnd().split("\n");
    const file = join(folder, "given.csv");
    // As others would write it: sorted by order, without packages.
    writeFileSync(file, rows.map((row) => row.split(",").slice(0, 2).join(",")).join("\n"));
    const out = join(folder, "theirs");
    const args = ["evaluate", "--assignments", file, ...naming(NIGHTLY), "--against", ours, "--quiet"];
    const { stdout } = await packwright([...args, "--out", out]);
    for (const line of stdout.split("\n"))
      if (!line.startsWith("Report")) expect(line.length).toBeLessThanOrEqual(80);
    expect((await packwright(["verify", out, ...naming(NIGHTLY)])).code).toBe(0);
  }, 60_000);
});
