import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readScenarios } from "../../../src/io/scenariosReader.js";
import type { PlanFile } from "../../../web/src/api/types.js";
import { resultsCsv, scenariosFile, scenariosYaml } from "../../../web/src/format/exports.js";

const SCENARIOS = [
  {
    name: "cheap union",
    changes: { "channels.union-batch.fee.flat": "0.38", "channels.a.limits.maxOrders": null },
  },
  { name: '"odd": # name', changes: { "channels.b.package.fee": "12" } },
];

describe("exported scenarios", () => {
  it("say the same as JSON and as YAML, whatever they are called", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(fc.record({ name, changes: fc.dictionary(name, name, { noNullPrototype: true }) })),
        (scenarios) => {
          if (scenarios.length > 0) expect(parse(scenariosYaml(scenarios))).toEqual(scenariosFile(scenarios));
        },
      ),
    );
  });

  it("are what the command line reads", async () => {
    const { scenarios } = await readScenarios(scenariosFile(SCENARIOS));
    expect(scenarios.map(({ id, changes }) => [id, changes.map(({ verb }) => verb)])).toEqual([
      ["cheap union", ["set", "remove"]],
      ['"odd": # name', ["set"]],
    ]);
  });
});

describe("exported results", () => {
  const plan = {
    cost: { objective: "2.90", charges: "1.90", packageFees: "1.00", delay: "0.00", penalties: "0.00" },
    bound: "2.90",
    gap: 0,
    proof: "certificate",
    status: "optimal",
    counts: { orders: 4, routed: 4, rejected: 0, deferred: 0, packages: 1 },
    finishAt: null,
  } as unknown as PlanFile;

  it("are a row for each", () => {
    const [head, row, end] = resultsCsv([{ name: "as it is", plan, against: null }]).split("\r\n");
    const byColumn = Object.fromEntries(head!.split(",").map((column, i) => [column, row!.split(",")[i]]));
    expect(byColumn).toMatchObject({
      scenario: "as it is",
      objective: "2.90",
      bound: "2.90",
      routed: "4",
      moved: "",
    });
    expect(end).toBe("");
  });

  it("hold no formula, and keep differences below 0 figures", () => {
    const difference = { money: "-1.50", percent: -1, least: "-2.00", most: "-1.00", proven: true };
    const text = resultsCsv([{ name: '=HYPERLINK("x")', plan, against: { difference, moved: null } }]);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).toContain(",-1.50,-2.00,-1.00,true,");
  });
});
