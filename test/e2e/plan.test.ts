import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { realistic } from "../conformance/instances.mjs";
import {
  type InputFiles,
  NIGHTLY,
  namesIn,
  naming,
  objections,
  PLAN_FILES,
  packwright,
  readPlan,
  SMALL_ORDERS,
  scratch,
  smallInstance,
} from "./cli.js";

describe("packwright plan", () => {
  it("makes a whole plan folder and a summary", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const out = join(folder, "plans", "night");
    const { code, stdout, stderr } = await packwright(["plan", ...naming(files), "--out", out]);
    expect(code).toBe(0);
    expect(namesIn(out)).toEqual(PLAN_FILES);
    expect(namesIn(join(folder, "plans"))).toEqual(["night"]);
    const plan = readPlan(out);
    expect(plan.cost).toEqual({
      objective: "2.90",
      charges: "1.90",
      packageFees: "1.00",
      delay: "0.00",
      penalties: "0.00",
    });
    expect(plan.status).toBe("optimal");
    expect(Object.keys(plan.timings)).toEqual([
      "read",
      "class",
      "price",
      "solve",
      "describe",
      "write",
      "check",
    ]);
    expect(stdout).toContain("Cost CNY 2.90");
    expect(stdout).toContain(join(out, "report.html"));
    expect(stdout).not.toContain("\u001b");
    expect(stderr).not.toContain("\u001b");
    expect(objections(files, out)).toEqual([]);
  });

  it("tells progress in plain lines where there is no terminal, and none with --quiet", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const told = await packwright(["plan", ...naming(files), "--out", join(folder, "told")]);
    const lines = told.stderr.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines)
      expect(line).toMatch(/^packwright: \d+\.\d s (reading|classing|solving|describing|writing|checking)/);
    expect(told.stderr).toContain("s describing\n");
    expect(told.stderr).toMatch(/solving, .*gap 0\.00 %|solving, .*gap \d/);
    const quiet = await packwright(["plan", ...naming(files), "--out", join(folder, "quiet"), "--quiet"]);
    expect(quiet.stderr).toBe("");
    expect(quiet.stdout).toContain("Cost CNY 2.90");
  });

  it("prints plan.json and nothing else with --json", async () => {
    const folder = scratch();
    const out = join(folder, "plan");
    const { code, stdout, stderr } = await packwright([
      "plan",
      ...naming(smallInstance(folder)),
      "--out",
      out,
      "--json",
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(out, "plan.json"), "utf8"));
    expect(stderr).toContain("solving");
  });

  it("outlives a reader that closes standard output", async () => {
    const folder = scratch();
    const out = join(folder, "plan");
    const { code, stderr } = await packwright(
      ["plan", ...naming(smallInstance(folder)), "--out", out, "--json"],
      {
        onStderr: (_, child) => child.stdout?.destroy(),
      },
    );
    expect(code).toBe(0);
    expect(stderr).not.toContain("EPIPE");
    expect(namesIn(out)).toEqual(PLAN_FILES);
  });

  it("exits with 3 under --strict if an order is not routed, and delivers all the same", async () => {
    const folder = scratch();
    const files = smallInstance(folder, `${SMALL_ORDERS}o5,NOWHERE,50.00\n`);
    const out = join(folder, "plan");
    const strict = await packwright(["plan", ...naming(files), "--out", out, "--strict"]);
    expect(strict.code).toBe(3);
    expect(strict.stderr).toContain("1 of 5 orders are not routed");
    expect(strict.stdout).toContain("BANK_NOT_COVERED");
    expect(namesIn(out)).toEqual(PLAN_FILES);
    expect(readFileSync(join(out, "unrouted.csv"), "utf8")).toContain("o5,BANK_NOT_COVERED,");
    const lenient = await packwright(["plan", ...naming(files), "--out", join(folder, "lenient")]);
    expect(lenient.code).toBe(0);
    const all = smallInstance(folder);
    expect((await packwright(["plan", ...naming(all), "--out", join(folder, "all"), "--strict"])).code).toBe(
      0,
    );
  });

  it("refuses a folder that exists, and replaces a plan with --overwrite", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const out = join(folder, "plan");
    const args = ["plan", ...naming(files), "--out", out];
    expect((await packwright(args)).code).toBe(0);
    const before = readFileSync(join(out, "plan.json"), "utf8");
    const refused = await packwright(args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("[FOLDER_EXISTS]");
    expect(refused.stderr).toContain("--overwrite");
    expect(readFileSync(join(out, "plan.json"), "utf8")).toBe(before);
    writeFileSync(files.orders, "id,bank,amount\no1,ABC,10.00\n");
    expect((await packwright([...args, "--overwrite"])).code).toBe(0);
    expect(readPlan(out).counts.orders).toBe(1);
    expect(namesIn(folder)).toEqual(["channels.json", "orders.csv", "plan"]);
  });

  it("never replaces a folder that holds something else than a plan", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const out = join(folder, "plan");
    const args = ["plan", ...naming(files), "--out", out];
    expect((await packwright(args)).code).toBe(0);
    writeFileSync(join(out, "notes.txt"), "");
    const strange = await packwright([...args, "--overwrite"]);
    expect(strange.code).toBe(2);
    expect(strange.stderr).toContain('it holds "notes.txt", no part of a plan.');
    expect(strange.stderr).toContain("[NOT_A_PLAN_FOLDER]");
    expect(namesIn(out)).toEqual([...PLAN_FILES, "notes.txt"].sort());
    // Even where all that it holds might be a plan's.
    rmSync(join(out, "notes.txt"));
    const orders = join(out, "unrouted.csv");
    writeFileSync(orders, SMALL_ORDERS);
    const own = await packwright(["plan", ...naming({ ...files, orders }), "--out", out, "--overwrite"]);
    expect(own.code).toBe(2);
    expect(own.stderr).toContain("[INPUT_IN_FOLDER]");
    expect(readFileSync(orders, "utf8")).toBe(SMALL_ORDERS);
  });

  it("makes no folder where the input is bad", async () => {
    const folder = scratch();
    const files = smallInstance(folder, "id,bank,amount\no1,ICBC,x\n");
    const out = join(folder, "new", "deep", "plan");
    expect((await packwright(["plan", ...naming(files), "--out", out])).code).toBe(2);
    expect(namesIn(folder)).toEqual(["channels.json", "orders.csv"]);
  });

  it("writes Parquet, which verify reads", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const out = join(folder, "plan");
    expect((await packwright(["plan", ...naming(files), "--out", out, "--format", "parquet"])).code).toBe(0);
    expect(namesIn(out)).toContain("assignments.parquet");
    expect(namesIn(out)).toContain("packages.parquet");
    expect(namesIn(out)).not.toContain("assignments.csv");
    expect((await packwright(["verify", out, ...naming(files)])).code).toBe(0);
  });

  const NDJSON = [
    '{"id":"o1","bank":"ICBC","amount":"10.00"}',
    '{"id":"o2","bank":"ICBC","amount":20}',
    '{"id":"o3","bank":"CCB","amount":"30"}',
    '{"id":"o4","bank":"ABC","amount":40.00}',
  ];
  it.each([
    ["CSV", SMALL_ORDERS],
    ["NDJSON", NDJSON.join("\n")],
    ["a JSON array", `[${NDJSON.join(",")}]`],
    ["packed CSV", gzipSync(SMALL_ORDERS)],
  ])("takes %s from standard input", async (_, input) => {
    const folder = scratch();
    const { channels } = smallInstance(folder);
    const out = join(folder, "plan");
    const { code, stderr } = await packwright(
      ["plan", "--channels", channels, "--orders", "-", "--out", out],
      { input },
    );
    expect(stderr).not.toContain("[");
    expect(code).toBe(0);
    expect(readPlan(out).cost.objective).toBe("2.90");
  });

  it.each([
    ["auto", "javascript-lp-solver"],
    ["exact", "javascript-lp-solver"],
    ["exact", "highs"],
    ["greedy", "highs"],
  ])("finds the cheapest plan with --engine %s --mip %s", async (engine, mip) => {
    const folder = scratch();
    const files = smallInstance(folder);
    const out = join(folder, "plan");
    const args = ["plan", ...naming(files), "--out", out, "--engine", engine, "--mip", mip, "--seed", "7"];
    expect((await packwright([...args, "--threads", engine === "auto" ? "1" : "2"])).code).toBe(0);
    const plan = readPlan(out);
    expect(plan.cost.objective).toBe("2.90");
    expect(plan.engine.asked).toBe(engine);
    expect(plan.seed).toBe(7);
  });

  it("stops at the gap that it is asked for", async () => {
    const folder = scratch();
    const out = join(folder, "plan");
    const args = ["plan", ...naming(smallInstance(folder)), "--out", out, "--gap", "0.9"];
    expect((await packwright(args)).code).toBe(0);
    expect(readPlan(out).gap).toBeLessThanOrEqual(0.9);
  });

  it("plans the example night with less than every rule by hand, and verify agrees", async () => {
    const out = join(scratch(), "nightly");
    const { code, stdout } = await packwright([
      "plan",
      ...naming(NIGHTLY),
      "--out",
      out,
      "--time-limit",
      "15",
    ]);
    expect(code).toBe(0);
    for (const line of stdout.split("\n").slice(0, -3)) expect(line.length).toBeLessThanOrEqual(80);
    const plan = readPlan(out);
    expect(plan.counts.orders).toBe(20_000);
    expect(plan.baselines.map(({ id }) => id).sort()).toEqual([
      "coverage-first",
      "per-bank",
      "price-priority",
      "single-only",
    ]);
    for (const { saving } of plan.baselines) expect(saving.percent).toBeGreaterThan(0);
    const verified = await packwright(["verify", out, ...naming(NIGHTLY)]);
    expect(verified.stdout).toMatch(
      /^The plan holds: objective CNY [\d,.]+, proven bound CNY [\d,.]+, gap [\d.]+ %\.\n$/,
    );
    expect(verified.code).toBe(0);
  });
});

describe("plans that the independent checker and verify both accept", () => {
  const cases = [
    { N: 120, B: 8, C: 4, seed: 1 },
    { N: 400, B: 12, C: 6, seed: 2, queue: false },
    { N: 600, B: 15, C: 5, seed: 3, amounts: false },
    { N: 2000, B: 30, C: 8, seed: 4 },
    { N: 2000, B: 30, C: 8, seed: 5, extras: false },
  ];
  it.each(cases)("realistic %o", async (form) => {
    const folder = scratch();
    realistic(folder, form);
    const files: InputFiles = { channels: join(folder, "channels.json"), orders: join(folder, "orders.csv") };
    const out = join(folder, "plan");
    const engine = form.N > 500 ? "greedy" : "auto";
    const args = ["plan", ...naming(files), "--out", out, "--time-limit", "4", "--engine", engine, "--quiet"];
    const { code, stderr } = await packwright(args);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(objections(files, out)).toEqual([]);
    expect((await packwright(["verify", out, ...naming(files)])).code).toBe(0);
  });
});
