import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type InputFiles,
  NIGHTLY,
  namesIn,
  naming,
  objections,
  packwright,
  readPlan,
  SMALL_CHANNELS,
  SMALL_ORDERS,
  scratch,
  smallInstance,
} from "./cli.js";

interface OldPlan {
  readonly folder: string;
  readonly files: InputFiles;
  /** Old plan folder: o1, o2 and o3 in union-batch-0001, o4 on fast-single; 2.90. */
  readonly old: string;
}

async function planned(): Promise<OldPlan> {
  const folder = scratch();
  const files = smallInstance(folder);
  const old = join(folder, "old");
  expect((await packwright(["plan", ...naming(files), "--out", old, "--quiet"])).code).toBe(0);
  return { folder, files, old };
}

/** Plans again into `new`, and has it verified twice. */
async function replanned({ folder, files, old }: OldPlan, ...options: readonly string[]) {
  const out = join(folder, "new");
  const args = ["plan", ...naming(files), "--from", old, "--out", out, "--overwrite", "--quiet"];
  const { code, stderr, stdout } = await packwright([...args, ...options]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const verified = await packwright(["verify", out, ...naming(files)]);
  expect(verified.stdout).toMatch(/^The plan holds: /);
  expect(objections(files, out)).toEqual([]);
  const read = (name: string) => readFileSync(join(out, name), "utf8");
  return {
    plan: readPlan(out),
    stdout,
    assignments: read("assignments.csv"),
    packages: read("packages.csv"),
  };
}

function sentList(folder: string, ...packages: readonly string[]): string {
  const file = join(folder, "sent.csv");
  writeFileSync(file, `package\n${packages.join("\n")}\n`);
  return file;
}

/** Changes the channels file. */
function rewrite({ channels }: InputFiles, change: (of: typeof SMALL_CHANNELS.channels) => unknown): void {
  writeFileSync(channels, JSON.stringify({ ...SMALL_CHANNELS, channels: change(SMALL_CHANNELS.channels) }));
}

describe("packwright plan --from", () => {
  it("changes nothing where nothing has changed", async () => {
    const plan = await planned();
    const { plan: again, assignments } = await replanned(plan);
    expect(assignments).toBe(readFileSync(join(plan.old, "assignments.csv"), "utf8"));
    expect(again).toMatchObject({
      status: "optimal",
      replan: {
        sent: { packages: 0, orders: 0 },
        orders: { kept: 4, moved: 0, nowRouted: 0, new: 0, gone: 0 },
        before: { objective: "2.90" },
        repaired: { objective: "2.90", moved: 0 },
      },
    });
  });

  it("keeps what was sent, and its name, beside new orders", async () => {
    const plan = await planned();
    // o4 is gone; o5 to o8 are new: three in a package for 1.90, or four singly.
    const rows = SMALL_ORDERS.split("\n").filter((row) => !row.startsWith("o4"));
    writeFileSync(
      plan.files.orders,
      `${rows.join("\n")}o5,CCB,1.00\no6,CCB,2.00\no7,CCB,3.00\no8,ABC,4.00\n`,
    );
    const sent = sentList(plan.folder, "union-batch-0001");
    const { plan: again, packages, assignments, stdout } = await replanned(plan, "--sent", sent);
    expect(assignments.split("\n").slice(1, 4).sort()).toEqual(
      ["o1", "o2", "o3"].map((id) => `${id},union-batch,union-batch-0001,0.30`),
    );
    expect(packages.split("\n").map((row) => row.split(",").slice(0, 4).join())).toEqual([
      "package,channel,sequence,orders",
      "union-batch-0001,union-batch,1,3",
      "union-batch-0002,union-batch,2,3",
      "",
    ]);
    expect(again.replan).toMatchObject({
      sent: { packages: 1, orders: 3 },
      orders: { kept: 3, moved: 0, nowRouted: 0, new: 4, gone: 1 },
    });
    expect(again.cost.objective).toBe("4.80");
    expect(stdout.replaceAll("\n", " ")).toContain("1 package with 3 orders had been sent and stays.");
    for (const line of stdout.split("\n"))
      if (!line.startsWith("Report")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("keeps a package that was sent where it would not be worth it any more", async () => {
    const plan = await planned();
    rewrite(plan.files, ([batch, single]) => [batch, { ...single, fee: { flat: "0.10" } }]);
    expect((await replanned(plan)).plan).toMatchObject({ cost: { objective: "0.40" } });
    const sent = sentList(plan.folder, "union-batch-0001");
    const { plan: again } = await replanned(plan, "--sent", sent);
    // The bound is that of all plans, whatever was sent.
    expect(again).toMatchObject({ status: "feasible", cost: { objective: "2.00" }, bound: "0.40" });
  });

  it.each([
    ["0", 3, "0.60"],
    ["0.40", 3, "0.60"],
    ["0.50", 0, "1.90"],
  ])("moves orders at %s each only where that saves more", async (cost, moved, charges) => {
    const plan = await planned();
    // Singly all three would save 1.90 - 0.60 = 1.30.
    rewrite(plan.files, ([batch, single]) => [batch, { ...single, fee: { flat: "0.20" } }]);
    const { plan: again } = await replanned(plan, "--move-cost", cost);
    expect(again.replan).toMatchObject({
      orders: { moved },
      moveCost: {
        perOrder: cost === "0" ? "0.00" : cost,
        total: moved === 0 ? "0.00" : (Number(cost) * 3).toFixed(2),
      },
    });
    // It is beside the objective.
    expect(again.cost.objective).toBe((Number(charges) + 0.2).toFixed(2));
  });

  it.each([
    ["is missing", ([, single]: typeof SMALL_CHANNELS.channels) => [single]],
    [
      "is closed",
      ([batch, single]: typeof SMALL_CHANNELS.channels) => [{ ...batch, limits: { maxOrders: 0 } }, single],
    ],
  ])("routes the orders of a channel elsewhere that %s", async (_, change) => {
    const plan = await planned();
    rewrite(plan.files, change);
    const { plan: again } = await replanned(plan, "--move-cost", "0.01");
    expect(again).toMatchObject({
      cost: { objective: "4.00" },
      replan: { orders: { kept: 1, moved: 3 }, moveCost: { total: "0.03" }, repaired: { objective: "4.00" } },
    });
  });

  it("plans the example again behind packages on several lanes", async () => {
    const folder = scratch();
    const old = join(folder, "old");
    await packwright(["plan", ...naming(NIGHTLY), "--out", old, "--quiet", "--time-limit", "3"]);
    const rows = readFileSync(join(old, "packages.csv"), "utf8").trimEnd().split("\n");
    // Not the first of each channel, and an odd number on two lanes.
    const isSent = /^(city-batch-000[245]|union-batch-000[12]|harbor-batch-dawn-0003)/;
    const kept = rows.filter((row) => isSent.test(row));
    expect(kept).toHaveLength(6);
    const sent = join(folder, "sent.csv");
    writeFileSync(sent, [rows[0], ...kept].join("\n"));
    const text = readFileSync(NIGHTLY.channels, "utf8");
    const channels = join(folder, "channels.yaml");
    // Two packages fewer than it takes by contract.
    writeFileSync(channels, text.replace("limits: { maxPackages: 2 }", "limits: { maxPackages: 0 }"));
    expect(readFileSync(channels, "utf8")).not.toBe(text);
    const out = join(folder, "new");
    const files = naming({ ...NIGHTLY, channels });
    const args = ["plan", ...files, "--from", old, "--sent", sent, "--out", out, "--move-cost", "0.01"];
    const { code, stdout } = await packwright([...args, "--quiet", "--time-limit", "6"]);
    expect(code).toBe(0);
    for (const line of stdout.split("\n"))
      if (!line.startsWith("Report")) expect(line.length).toBeLessThanOrEqual(80);
    expect((await packwright(["verify", out, ...files])).stdout).toMatch(/^The plan holds: /);
    const orders = (file: string) =>
      readFileSync(join(file, "assignments.csv"), "utf8")
        .split("\n")
        .filter((row) => isSent.test(row.split(",")[2] ?? ""))
        .sort();
    expect(orders(out)).toEqual(orders(old));
    const now = readFileSync(join(out, "packages.csv"), "utf8").split("\n");
    expect(
      now
        .filter((row) => /^city-batch-/.test(row))
        .slice(0, 3)
        .map((row) => row.split(",")[0]),
    ).toEqual(["city-batch-0002", "city-batch-0004", "city-batch-0005"]);
    const { cost, replan } = readPlan(out);
    expect(replan!.sent.packages).toBe(6);
    expect(replan!.orders.moved).toBeGreaterThan(0);
    const { repaired, orders: counts } = replan!;
    expect(Number(cost.objective) + counts.moved / 100).toBeLessThanOrEqual(
      Number(repaired.objective) + repaired.moved / 100,
    );
  }, 120_000);

  it("says what is wrong with an old plan and what was sent of it", async () => {
    const { folder, files, old } = await planned();
    const args = ["plan", ...naming(files), "--out", join(folder, "new"), "--quiet"];
    const refused = async (...options: readonly string[]) => {
      const { code, stdout, stderr } = await packwright([...args, ...options]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(namesIn(folder)).not.toContain("new");
      return stderr;
    };
    const sent = sentList(folder, "union-batch-0001", "union-batch-1");
    expect(await refused("--sent", sent)).toContain(
      "error: '--sent <file>' goes with '--from <dir>' alone\n",
    );
    expect(await refused("--sent", sent, "--move-cost", "1")).toContain(
      "error: '--sent <file>' and '--move-cost <money>' go with '--from <dir>' alone\n",
    );
    expect(await refused("--from", join(folder, "none"))).toContain("none: no such folder. ");
    expect(await refused("--from", old, "--move-cost", "0.0000001")).toContain("[TOO_MANY_DECIMALS]");
    expect(await refused("--from", old, "--move-cost", "much")).toContain("It must be money");
    expect(await refused("--from", old, "--sent", sent)).toBe(
      `${sent}:3: package: the old plan has no package "union-batch-1". Did you mean "union-batch-0001"? [UNKNOWN_PACKAGE]\n`,
    );
    sentList(folder, "union-batch-0001");
    const assignments = join(old, "assignments.csv");
    const whole = readFileSync(assignments, "utf8");
    writeFileSync(assignments, whole.replace(/.*union-batch-0001.*\n/g, ""));
    expect(await refused("--from", old, "--sent", sent)).toBe(
      `${sent}: package union-batch-0001: holds no order by the old plan's assignments.csv. Name a whole plan folder, or take the package off the list. [SENT_BREAKS_RULE]\n`,
    );
    writeFileSync(assignments, whole);
    writeFileSync(files.orders, SMALL_ORDERS.replace(/o[12],.*\n/g, ""));
    rewrite(files, ([batch, single]) => [{ ...batch, limits: { maxOrders: 0 } }, single]);
    expect(await refused("--from", old, "--sent", sent)).toBe(
      `${sent}: package union-batch-0001: was sent with 2 orders that the orders file has not: "o1" first. Leave what was sent in the orders file, or take the package off the list. [SENT_BREAKS_RULE]
${sent}: what was sent does not hold: Channel union-batch has 1, at most 0 may be: maxOrders. Mend channels or orders, or take the package off the list. [SENT_BREAKS_RULE]
`,
    );
    rewrite(files, ([, single]) => [single]);
    expect(await refused("--from", old, "--sent", sent)).toContain(
      "package union-batch-0001: was sent on union-batch, which the channels file has not.",
    );
  });
});
