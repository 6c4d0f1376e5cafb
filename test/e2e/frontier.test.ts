import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FrontierFile } from "../../src/index.js";
import {
  type InputFiles,
  namesIn,
  naming,
  objections,
  PLAN_FILES,
  packwright,
  readPlan,
  scratch,
} from "./cli.js";

/** Money as a number of whole cost units. */
const units = (money: string) => Math.round(Number(money) * 1e6);

/**
 * Twelve orders, three to a package of 10 minutes: four packages are the cheapest and done after 40 minutes. Every package less is
 * three orders that pay 2.00 and not 0.10 on the single channel, but save a fee of 1.00: 4.70 more.
 */
const CHANNELS = {
  currency: "CNY",
  planAt: "2026-11-22T22:00:00+08:00",
  channels: [
    {
      id: "slow-batch",
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: { flat: "0.10" },
      package: { fee: "1.00", maxOrders: 3 },
      queue: { secondsPerPackage: 600 },
    },
    { id: "dear-single", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "2.00" } },
  ],
};

function instance(
  channels: object = CHANNELS,
): InputFiles & { readonly folder: string; readonly out: string } {
  const folder = scratch();
  const files = { channels: join(folder, "channels.json"), orders: join(folder, "orders.csv") };
  writeFileSync(files.channels, JSON.stringify(channels));
  const rows = Array.from({ length: 12 }, (_, i) => `o${i},ICBC,${i + 1}.00`);
  writeFileSync(files.orders, `id,bank,amount\n${rows.join("\n")}\n`);
  return { ...files, folder, out: join(folder, "out") };
}

const frontierOf = (files: InputFiles, against: string, ...more: string[]) =>
  packwright(["frontier", ...naming(files), "--against", against, ...more]);

describe("packwright frontier", () => {
  it.each(["finish", "packages"])(
    "finds every plan that %s can have, and writes them",
    async (against) => {
      const files = instance();
      const { code, stdout, stderr } = await frontierOf(files, against, "--out", files.out, "--plans");
      expect(stderr).toContain("of at most 12 plans");
      expect(code).toBe(0);
      const file = JSON.parse(readFileSync(join(files.out, "frontier.json"), "utf8")) as FrontierFile;
      const step = against === "finish" ? 600 : 1;
      expect(file.points.map(({ value }) => value)).toEqual(
        [4, 3, 2, 1, 0].map((packages) => packages * step),
      );
      expect(file.points.map(({ cost }) => cost.objective)).toEqual([
        "5.20",
        "9.90",
        "14.60",
        "19.30",
        "24.00",
      ]);
      expect(file.points.map(({ difference }) => difference.money)).toEqual([
        "0.00",
        "4.70",
        "9.40",
        "14.10",
        "18.80",
      ]);
      expect(file.points.every(({ status, gap }) => status === "optimal" && gap === 0)).toBe(true);
      // They lie on a straight line.
      expect(file.knee).toBeNull();

      expect(namesIn(files.out)).toEqual([
        "channels.csv",
        "frontier.html",
        "frontier.json",
        "plans",
        "points.csv",
      ]);
      for (const [i, { folder, cost, finishAt, counts }] of file.points.entries()) {
        expect(folder).toBe(`plans/${i + 1}`);
        const dir = join(files.out, folder!);
        expect(namesIn(dir)).toEqual(PLAN_FILES);
        expect(readPlan(dir)).toMatchObject({ cost, finishAt, counts, bound: "5.20" });
        const verified = await packwright(["verify", dir, ...naming(files)]);
        expect(verified).toMatchObject({ code: 0 });
        expect(objections(files, dir)).toEqual([]);
      }
      const rows = readFileSync(join(files.out, "points.csv"), "utf8").trimEnd().split("\n");
      expect(rows).toHaveLength(1 + 5);
      expect(rows[0]).toMatch(/^point,value,limit,objective,/);

      expect(stdout.split("\n").every((line) => line.length <= 80 || line.startsWith("Written"))).toBe(true);
      expect(stdout).toMatch(/ 2 +(22 Nov 22:30:00|3) +9\.90 +4\.70 +90\.38 % +0 +0\.00 %/);
      expect(stdout).toContain(
        against === "finish"
          ? "Finishing 40 min 00 s earlier costs CNY 18.80 (361.54 %) more: the most that\nthere is to gain."
          : "4 packages fewer cost CNY 18.80 (361.54 %) more: the most that there is to gain.",
      );
    },
    120_000,
  );

  it("is the same whatever the number of threads", async () => {
    const [batch, single] = CHANNELS.channels;
    // No two orders pay the same, so that no two plans cost the same.
    const files = instance({ ...CHANNELS, channels: [batch, { ...single, fee: { rate: "12.3%" } }] });
    const outcomes: unknown[] = [];
    for (const threads of ["1", "3"]) {
      const { code, stdout } = await frontierOf(files, "finish", "--json", "--threads", threads);
      expect(code).toBe(0);
      const { points, ...others } = JSON.parse(stdout) as FrontierFile;
      expect(points.length).toBeGreaterThan(2);
      outcomes.push({ ...others, points: points.map(({ ms: _, ...point }) => point) });
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  }, 60_000);

  it("names the knee", async () => {
    // A second single channel, cheap for three orders: the first package less costs next to nothing.
    const files = instance({
      ...CHANNELS,
      channels: [
        ...CHANNELS.channels,
        {
          id: "few-single",
          mode: "single",
          coverage: [{ banks: "*" }],
          fee: { flat: "0.50" },
          limits: { maxOrders: 3 },
        },
      ],
    });
    const { code, stdout } = await frontierOf(files, "packages");
    expect(code).toBe(0);
    expect(stdout).toMatch(/ 2 +3 +5\.40 +0\.20 +3\.85 % +0 +0\.00 % +knee\n/);
    expect(stdout).toContain("1 package fewer costs CNY 0.20 (3.85 %) more: the knee.");
    expect(stdout).not.toContain("Written");
  }, 60_000);

  it("prints what it has in seconds where there is no time zero, and defers at a price", async () => {
    const { planAt: _, ...others } = CHANNELS;
    const [batch] = CHANNELS.channels;
    const files = instance({ ...others, objective: { unroutedPenalty: "3.00" }, channels: [batch] });
    const { code, stdout } = await frontierOf(files, "finish", "--quiet");
    expect(code).toBe(0);
    expect(stdout).toMatch(/ 1 +2,400 s +5\.20 +0 +0\.00 %/);
    expect(stdout).toMatch(/ 4 +600 s +28\.30 +23\.10 +444\.23 % +9 +0\.00 %/);
    expect(stdout).toMatch(/CNY 23\.10\s\(444\.23\s%\)\smore,\swith\s9\sorders\smore\sdeferred/);
    expect(stdout).toContain("before 600 s after time zero on no channel");
  }, 60_000);

  it("is one point where nothing queues", async () => {
    const files = instance({ ...CHANNELS, channels: [{ ...CHANNELS.channels[1] }] });
    const { code, stdout } = await frontierOf(files, "finish", "--json");
    expect(code).toBe(0);
    const file = JSON.parse(stdout) as FrontierFile;
    expect(file).toMatchObject({ knee: null, searched: 1, dominated: 0 });
    expect(file.points).toHaveLength(1);
    expect(file.end).toBe("No plan finishes before time zero.");
    expect(units(file.points[0]!.cost.objective)).toBe(24_000_000);
    expect((await frontierOf(files, "finish")).stdout).toContain(
      "There is one point only.\nNo plan finishes before time zero.\n",
    );
  });

  it("names every problem of both inputs and the place at once, and writes nothing", async () => {
    const files = instance({ ...CHANNELS, currency: "XYZ" });
    writeFileSync(files.orders, "id,bank,amount\no1,ICBC,-1\n");
    const bad = await frontierOf(files, "finish", "--out", files.out);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain("channels.json");
    expect(bad.stderr).toContain("orders.csv");
    expect(existsSync(files.out)).toBe(false);

    const usage = await packwright(["frontier", "--plans"]);
    expect(usage.code).toBe(2);
    expect(usage.stderr).toContain(
      "'--channels <file>', '--orders <file>', '--against <what>' not specified",
    );
    const choice = await frontierOf(files, "money");
    expect(choice.code).toBe(2);
    expect(choice.stderr).toContain("Allowed choices are finish, packages");
    const points = await frontierOf(files, "finish", "--points", "1");
    expect(points.code).toBe(2);
    expect(points.stderr).toContain("a whole number from 2 to 200");
    const plans = await frontierOf(instance(), "finish", "--plans");
    expect(plans.code).toBe(2);
    expect(plans.stderr).toContain("'--plans' needs a folder to write to");
  });

  it("replaces nothing but a folder of a frontier, whose plans are ours too", async () => {
    const files = instance();
    const args = ["--out", files.out, "--plans", "--points", "2"];
    expect((await frontierOf(files, "packages", ...args)).code).toBe(0);
    expect(namesIn(join(files.out, "plans"))).toEqual(["1", "2"]);
    const there = await frontierOf(files, "packages", ...args);
    expect(there.code).toBe(2);
    expect(there.stderr).toContain("FOLDER_EXISTS");

    const stray = join(files.out, "plans", "2", "notes.txt");
    writeFileSync(stray, "mine");
    const kept = await frontierOf(files, "packages", ...args, "--overwrite");
    expect(kept.code).toBe(2);
    expect(kept.stderr).toMatch(
      /"plans.2" is none: it holds "notes\.txt", no part of a plan.*NOT_A_PLAN_FOLDER/s,
    );
    expect(existsSync(stray)).toBe(true);

    const clean = instance();
    mkdirSync(join(clean.out));
    cpSync(join(files.out, "plans", "1"), join(clean.out), { recursive: true });
    const plan = await frontierOf(clean, "packages", "--out", clean.out, "--overwrite");
    expect(plan.code).toBe(2);
    expect(existsSync(join(clean.out, "plan.json"))).toBe(true);

    const again = instance();
    const outArgs = ["--out", again.out, "--points", "2"];
    await frontierOf(again, "packages", ...outArgs, "--plans");
    const replaced = await frontierOf(again, "finish", ...outArgs, "--overwrite");
    expect(replaced.code).toBe(0);
    expect(namesIn(again.out)).toEqual(["channels.csv", "frontier.html", "frontier.json", "points.csv"]);
    expect(namesIn(again.folder)).toEqual(["channels.json", "orders.csv", "out"]);
  }, 120_000);
});
