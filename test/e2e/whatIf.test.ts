import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { WhatIfFile } from "../../src/index.js";
import { naming, packwright, readPlan, scratch, smallInstance } from "./cli.js";

/** Money as a number of whole cost units. */
const units = (money: string) => Math.round(Number(money) * 1e6);

function withScenarios(text: string) {
  const folder = scratch();
  const files = smallInstance(folder);
  const scenarios = join(folder, "scenarios.yaml");
  writeFileSync(scenarios, text);
  const out = join(folder, "out");
  return {
    folder,
    files,
    scenarios,
    out,
    args: ["what-if", ...naming(files), "--scenarios", scenarios, "--out", out],
  };
}

const SCENARIOS = `
scenarios:
  - { id: same, changes: [{ scale: { channels.union-batch.package.fee: "1" } }] }
  - { id: dearer, changes: [{ add: { "channels.*.fee.flat": "0.25" } }] }
  - { id: closed, extends: dearer, changes: [{ off: [union-*] }] }
  - { id: twice, orders: { scale: "2" } }
sweeps:
  - { id: fee, over: [{ set: channels.union-batch.package.fee, values: ["0", "1000"] }] }
`;

describe("packwright what-if", () => {
  it("says what every scenario costs, what moves and what is proven, and writes it down", async () => {
    const { args, out, files, folder } = withScenarios(SCENARIOS);
    const { code, stdout, stderr } = await packwright(args);
    expect(stderr).toContain("6 of 6 scenarios");
    expect(code).toBe(0);
    expect(stdout).toContain("What if: 6 scenarios against CNY");
    expect(stdout.split("\n").every((line) => line.length <= 80 || /^(Written|Report)/.test(line))).toBe(
      true,
    );
    const file = JSON.parse(readFileSync(join(out, "what-if.json"), "utf8")) as WhatIfFile;
    const of = (id: string) => file.scenarios.find((scenario) => scenario.id === id)!;
    expect(file.scenarios.map(({ id }) => id)).toEqual([
      "same",
      "dearer",
      "closed",
      "twice",
      "fee=0",
      "fee=1000",
    ]);
    expect(of("same").cost).toEqual(file.base.cost);
    expect(of("same").difference).toMatchObject({ percent: 0, proven: false });
    expect(of("same").moved).toEqual({ orders: 0, amount: "0.00", moves: [] });
    expect(of("closed").channels.find(({ id }) => id === "union-batch")!.orders).toBe(0);
    expect(of("closed").moved!.orders).toBeGreaterThan(0);
    expect(of("twice").counts.orders).toBe(2 * file.base.counts.orders);
    expect(of("twice").moved).toBeNull();
    for (const { difference, cost } of file.scenarios) {
      expect(units(difference.money)).toBe(units(cost.objective) - units(file.base.cost.objective));
      expect(units(difference.least)).toBeLessThanOrEqual(units(difference.money));
      expect(units(difference.most)).toBeGreaterThanOrEqual(units(difference.money));
    }

    // Each as a cold plan of the same contract has it, which is optimal here.
    for (const [id, fee] of [
      ["fee=0", "0"],
      ["fee=1000", "1000"],
    ] as const) {
      const channels = JSON.parse(readFileSync(files.channels, "utf8"));
      channels.channels[0].package.fee = fee;
      channels.objective = { ...channels.objective, unroutedPenalty: file.unroutedPenalty };
      const changed = join(folder, `${fee}.json`);
      writeFileSync(changed, JSON.stringify(channels));
      const cold = join(folder, `cold-${fee}`);
      await packwright(["plan", "--channels", changed, "--orders", files.orders, "--out", cold]);
      expect(of(id).cost.objective).toBe(readPlan(cold).cost.objective);
      expect(of(id).status).toBe("optimal");
    }

    const table = (name: string) =>
      readFileSync(join(out, `${name}.csv`), "utf8")
        .trimEnd()
        .split("\n");
    expect(table("scenarios")).toHaveLength(1 + 7);
    const [head, ...rows] = table("scenarios").map((line) => line.split(","));
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => head!.length));
    const proofs = rows.map((row) => [row[0], row[head!.indexOf("gap") + 1]]);
    expect(head![head!.indexOf("gap") + 1]).toBe("proof");
    expect(proofs[0]).toEqual(["base", file.base.proof]);
    expect(table("channels")).toHaveLength(1 + 7 * 2);
    expect(table("moves")[0]).toBe("scenario,from,to,orders,amount");

    const page = readFileSync(join(out, "what-if.html"), "utf8");
    for (const { id } of file.scenarios) expect(page).toContain(`>${id}</bdi>`);
    expect(page).toContain("channels.union-batch.package.fee");
  }, 120_000);

  it("brings the same whatever the number of threads", async () => {
    const { args, out } = withScenarios(SCENARIOS);
    const outcomes: unknown[] = [];
    for (const threads of ["1", "3"]) {
      const { code, stdout } = await packwright([
        ...args,
        "--threads",
        threads,
        "--json",
        "--overwrite",
        "--quiet",
      ]);
      expect(code).toBe(0);
      const { base, scenarios, ...others } = JSON.parse(stdout) as WhatIfFile;
      const timeless = ({ ms: _, ...outcome }: WhatIfFile["base"]) => outcome;
      outcomes.push({ base: timeless(base), scenarios: scenarios.map(timeless), ...others });
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(existsSync(out)).toBe(true);
  }, 120_000);

  it("names every problem of all scenarios, with line and a way out, and writes nothing", async () => {
    const { args, out } = withScenarios(`
scenarios:
  - id: a
    changes:
      - set: { channels.union-batch.package.fees: "1" }
      - set: { channels.union-batch.package.fee: "1e3" }
  - id: b
    changes:
      - set: { channels.union-batch.package.fee: "cheap" }
`);
    const { code, stderr } = await packwright(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /scenarios\.yaml:5: .*Did you mean "channels\.union-batch\.package\.fee"\? \[UNKNOWN_PATH\]/,
    );
    expect(stderr).toMatch(/scenarios\.yaml:9: .*"cheap" is not a plain decimal \(in scenario "b"\)/);
    expect(existsSync(out)).toBe(false);
  });

  it("replaces nothing but a folder of scenarios", async () => {
    const { args, out, files } = withScenarios(SCENARIOS);
    await packwright(["plan", ...naming(files), "--out", out]);
    const { code, stderr } = await packwright([...args, "--overwrite"]);
    expect(code).toBe(2);
    expect(stderr).toContain("NOT_A_PLAN_FOLDER");
    expect(existsSync(join(out, "assignments.csv"))).toBe(true);
  });
});
