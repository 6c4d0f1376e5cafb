import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DeferredExplanation, Explanation } from "../../src/index.js";
import {
  type InputFiles,
  NIGHTLY,
  namesIn,
  naming,
  packwright,
  readPlan,
  SMALL_CHANNELS,
  scratch,
  smallInstance,
} from "./cli.js";

async function planned(files: InputFiles, seconds = 5): Promise<string> {
  const out = join(scratch(), "plan");
  const limit = ["--time-limit", String(seconds)];
  expect((await packwright(["plan", ...naming(files), "--out", out, "--quiet", ...limit])).code).toBe(0);
  return out;
}

async function explainJson<Result>(out: string, files: InputFiles, args: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await packwright(["explain", out, ...naming(files), "--json", ...args]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Result;
}

describe("packwright explain --order", () => {
  it("says what every channel would come to, and why not", async () => {
    const files = smallInstance(scratch());
    const out = await planned(files);
    const { orders } = await explainJson<Explanation>(out, files, ["--order", "o4", "--order", "o1"]);
    const [alone, inPackage] = orders;
    expect(alone).toMatchObject({
      order: "o4",
      status: "routed",
      channel: "fast-single",
      package: null,
      code: "ONLY_CHANNEL",
      channels: [
        { channel: "union-batch", code: "NOT_COVERED", stage: "bank", charge: null, move: null, asked: null },
        { channel: "fast-single", chosen: true, charge: "1.00" },
      ],
    });
    expect(inPackage).toMatchObject({
      order: "o1",
      channel: "union-batch",
      package: "union-batch-0001",
      code: "CHEAPEST",
      runnerUp: { channel: "fast-single", costs: "0.70" },
      channels: [
        { channel: "union-batch", chosen: true },
        {
          channel: "fast-single",
          code: "DEARER",
          move: { costs: "0.70", charge: "0.70", packageFees: "0.00" },
        },
      ],
    });
  });

  it("names what is full where an order would cost less", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const [batch, single] = SMALL_CHANNELS.channels;
    const limited = { ...batch, package: { fee: "0" }, limits: { maxOrders: 2 } };
    writeFileSync(files.channels, JSON.stringify({ ...SMALL_CHANNELS, channels: [limited, single] }));
    const out = await planned(files);
    const { orders } = await explainJson<Explanation>(out, files, [
      "--order",
      "o1",
      "--order",
      "o2",
      "--order",
      "o3",
    ]);
    const displaced = orders.filter(({ code }) => code === "DISPLACED_BY_LIMIT");
    expect(displaced).toHaveLength(1);
    expect(displaced[0]!.channels[0]!.move).toMatchObject({
      costs: "-0.70",
      hindered: ["limits"],
      limits: [{ channel: "union-batch", field: "maxOrders", used: "2", most: "2" }],
    });
    expect(displaced[0]!.sentence).toBe(
      "union-batch would cost CNY 0.70 less, but is full: channel union-batch has 2 of 2 orders.",
    );
  });

  it("counts package fees by size, and names what orders of a package may not share", async () => {
    const files = smallInstance(scratch());
    const [batch, single] = SMALL_CHANNELS.channels;
    const feeTiers = [
      { upTo: 1, fee: "0.40", perOrder: "0.10" },
      { fee: "0.10", perOrder: "0.05" },
    ];
    const kept = { ...batch, package: { feeTiers, uniqueBy: ["bank"] }, limits: { maxPackages: 1 } };
    writeFileSync(files.channels, JSON.stringify({ ...SMALL_CHANNELS, channels: [kept, single] }));
    const out = await planned(files);
    const ids = ["o1", "o2", "o3"].flatMap((id) => ["--order", id]);
    const { orders } = await explainJson<Explanation>(out, files, ids);
    const apart = orders.find(({ code }) => code === "KEPT_APART")!;
    expect(apart.sentence).toBe(
      "union-batch would cost CNY 0.65 less, but every package with room there holds an order of the same bank.",
    );
    expect(apart.channels[0]).toMatchObject({
      move: { package: "union-batch-0001", packageFees: "0.05", hindered: ["uniqueBy"], limits: [] },
      asked: { charge: "0.30", package: "0.05" },
    });
    expect(orders[2]).toMatchObject({
      code: "CHEAPEST",
      channels: [{ chosen: true }, { move: { costs: "1.00", charge: "0.70", packageFees: "0.30" } }],
    });
    const { stdout } = await packwright(["explain", out, ...naming(files), "--order", apart.order]);
    expect(stdout).toMatch(/Certificate asks +Charge +Package +Limits/);
  });

  it("names the packages of a plan that was made again as its folder does", async () => {
    const folder = scratch();
    const rows = [1, 2, 3, 4, 5, 6, 7].map((i) => `o${i},ICBC,${i}.00`);
    const files = smallInstance(folder, `id,bank,amount\n${rows.join("\n")}\n`);
    const [batch, single] = SMALL_CHANNELS.channels;
    const limited = { ...batch, limits: { maxPackages: 2 } };
    writeFileSync(files.channels, JSON.stringify({ ...SMALL_CHANNELS, channels: [limited, single] }));
    const old = await planned(files);
    const sent = join(folder, "sent.csv");
    writeFileSync(sent, "package\nunion-batch-0002\n");
    const out = join(folder, "again");
    const again = ["--from", old, "--sent", sent, "--out", out, "--quiet"];
    expect((await packwright(["plan", ...naming(files), ...again])).code).toBe(0);
    const table = (name: string) =>
      readFileSync(join(out, name), "utf8")
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((row) => row.split(","));
    expect(table("packages.csv").map(([name]) => name)).toEqual(["union-batch-0002", "union-batch-0001"]);
    const placed = new Map(table("assignments.csv").map(([order, , name]) => [order!, name!]));
    const ids = [...placed.keys()];
    const { orders } = await explainJson<Explanation>(
      out,
      files,
      ids.flatMap((id) => ["--order", id]),
    );
    expect(orders.map((order) => order.package ?? "")).toEqual([...placed.values()]);
    // The packages are equal in cost: the first of the queue counts, and is full.
    const outside = orders.find((order) => order.package === null)!;
    expect(outside.channels[0]).toMatchObject({
      code: "PACKAGES_FULL",
      move: {
        package: "union-batch-0002",
        limits: [{ package: "union-batch-0002", field: "maxOrders", used: "3", most: "3" }],
      },
    });
  });

  it("tells orders in a file apart that differ in who they may travel with alone", async () => {
    const folder = scratch();
    const rows = ["x1,ICBC,1.00,X", "y1,ICBC,1.00,Y", "x2,ICBC,1.00,X", "y2,ICBC,1.00,Y"];
    const files = smallInstance(folder, `id,bank,amount,account\n${rows.join("\n")}\n`);
    const [batch] = SMALL_CHANNELS.channels;
    const dear = { ...batch, id: "dear-batch", fee: { flat: "0.50" } };
    const apart = {
      ...batch,
      package: { ...batch!.package, uniqueBy: ["account"] },
      limits: { maxPackages: 1 },
    };
    writeFileSync(files.channels, JSON.stringify({ ...SMALL_CHANNELS, channels: [apart, dear] }));
    const given = join(folder, "given.csv");
    const places = ["x1,dear-batch", "y1,dear-batch", "y2,dear-batch", "x2,union-batch"];
    writeFileSync(given, `order,channel\n${places.join("\n")}\n`);
    const out = join(folder, "plan");
    const judged = ["evaluate", "--assignments", given, ...naming(files), "--no-plan", "--out", out];
    expect((await packwright([...judged, "--quiet"])).code).toBe(0);
    const file = join(folder, "explanations.csv");
    const all = ["explain", out, ...naming(files), "--all", "--out", file];
    expect((await packwright(all)).code).toBe(0);
    const codes = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.split(",").slice(0, 3));
    expect(codes).toEqual([
      ["x1", "dear-batch", "KEPT_APART"],
      ["y1", "dear-batch", "WOULD_SAVE"],
      ["x2", "union-batch", "FILLS_PACKAGE"],
      ["y2", "dear-batch", "WOULD_SAVE"],
    ]);
  });

  it("refuses other inputs, unknown orders and unclear questions, each with what to do", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const out = await planned(files);
    const run = (...args: string[]) => packwright(["explain", out, ...args]);
    const unknown = await run(...naming(files), "--order", "o9", "--order", "o8", "--order", "o1");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/"o9".*\[UNKNOWN_ORDER\]\n.*"o8".*\[UNKNOWN_ORDER\]\n$/);
    expect((await run(...naming(files), "--order", "0O1")).stderr).toBe(
      `${files.orders}: id: no order has the id "0O1". Did you mean "o1"? [UNKNOWN_ORDER]\n`,
    );
    expect((await run(...naming(files), "--order", "quite-another")).stderr).toContain(
      'no order has the id "quite-another". Ids are compared as they are written. [UNKNOWN_ORDER]',
    );
    const others = smallInstance(scratch(), "id,bank,amount\no1,ICBC,10.00\n");
    const other = await run(...naming(others), "--order", "o1");
    expect(other.code).toBe(2);
    expect(other.stderr.match(/\[OTHER_INPUT\]/g)).toHaveLength(2);
    expect((await run(...naming(files))).stderr).toContain(
      "give one of '--order <id>', '--all' and '--deferred'",
    );
    expect((await run(...naming(files), "--all")).stderr).toContain("'--all' needs '--out <file>'");
    expect((await run(...naming(files), "--all", "--deferred", "--out", "x")).code).toBe(2);
    writeFileSync(
      join(out, "assignments.csv"),
      readFileSync(join(out, "assignments.csv"), "utf8").replace(/o4,.*\n/, ""),
    );
    const broken = await run(...naming(files), "--order", "o1");
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain("[PLAN_DOES_NOT_HOLD]");
  });
});

describe("packwright explain on the example", () => {
  it("explains all orders in a file, the same as one by one, and fits 80 columns", async () => {
    const out = await planned(NIGHTLY);
    const folder = scratch();
    const file = join(folder, "explanations.csv");
    const all = ["explain", out, ...naming(NIGHTLY), "--all", "--out", file];
    const { code, stdout } = await packwright(all);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Explained 20,000 orders in /);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines[0]).toBe("order,channel,code,because,runnerUp,difference,sentence");
    expect(lines).toHaveLength(20_001);
    const { counts } = readPlan(out);
    const rejected = lines.filter((line) =>
      /^[^,]*,,(BANK_NOT|ATTRIBUTES_NOT|AMOUNT_OUT|NO_CHANNEL_IN)/.test(line),
    );
    expect(rejected).toHaveLength(counts.rejected);
    // Nothing is left beside it, and nothing is replaced unasked.
    expect(namesIn(folder)).toEqual(["explanations.csv"]);
    const again = await packwright(all);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("[FILE_EXISTS]");

    const rows = [1, 77, 1200, 9000, 19_000].map((i) => lines[i]!);
    const ids = rows.map((line) => line.split(",")[0]!);
    const asked = ids.flatMap((id) => ["--order", id]);
    const { orders } = await explainJson<Explanation>(out, NIGHTLY, asked);
    orders.forEach((order, i) => {
      const cells = [order.order, order.channel ?? "", order.code];
      expect(rows[i]!.startsWith(`${cells.join(",")},`)).toBe(true);
      expect(rows[i]).toContain(order.sentence);
    });
    const text = await packwright(["explain", out, ...naming(NIGHTLY), ...asked]);
    expect(text.code).toBe(0);
    for (const line of text.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("packwright explain --deferred", () => {
  it("has nothing to say where nothing is deferred", async () => {
    const files = smallInstance(scratch());
    const { stdout } = await packwright(["explain", await planned(files), ...naming(files), "--deferred"]);
    expect(stdout).toBe("No order is deferred.\n");
  });

  it("finds the least change that places them, and what it comes to", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const [batch, single] = SMALL_CHANNELS.channels;
    const channels = [
      { ...batch, limits: { maxPackages: 1 } },
      { ...single, limits: { maxOrders: 1 } },
    ];
    writeFileSync(
      files.channels,
      JSON.stringify({ ...SMALL_CHANNELS, objective: { unroutedPenalty: "20.00" }, channels }),
    );
    const rows = ["o5,ICBC,10.00", "o6,CCB,10.00", "o7,ICBC,10.00", "o8,CCB,10.00"].join("\n");
    writeFileSync(files.orders, `${readFileSync(files.orders, "utf8")}${rows}\n`);
    const out = await planned(files);
    expect(readPlan(out).counts.deferred).toBe(4);
    const args = ["--deferred", "--time-limit", "30"];
    const { deferred, relaxations } = await explainJson<DeferredExplanation>(out, files, args);
    expect(deferred).toBe(4);
    const byField = new Map(relaxations.map((each) => [`${each.channel} ${each.field}`, each]));
    // Four more fit two more packages, 0.30 each and 1.00 a package, or four more places of the single channel.
    expect(byField.get("union-batch limits.maxPackages")).toMatchObject({
      from: "1",
      to: "3",
      places: 4,
      costs: "-76.80",
      routingCosts: "3.20",
      searched: true,
    });
    expect(byField.get("fast-single limits.maxOrders")).toMatchObject({
      from: "1",
      to: "5",
      places: 4,
      costs: "-76.00",
    });
    expect(byField.get("union-batch package.maxOrders")).toMatchObject({ from: "3", to: "7", places: 4 });
    const { stdout } = await packwright(["explain", out, ...naming(files), ...args]);
    expect(stdout).toContain("2 more packages on union-batch (3 instead of 1)");
  }, 120_000);
});
