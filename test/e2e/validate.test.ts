import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NIGHTLY, naming, packwright, SMALL_CHANNELS, SMALL_ORDERS, scratch, smallInstance } from "./cli.js";

describe("packwright validate", () => {
  it("says what the channels cover", async () => {
    const { code, stdout, stderr } = await packwright(["validate", "--channels", NIGHTLY.channels]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("8 channels, CNY; nothing is wrong with them");
    expect(stdout).toMatch(/city-batch +batch +1 +44/);
  });

  it("says which orders can go where, and which banks nobody covers", async () => {
    const folder = scratch();
    const files = smallInstance(folder, `${SMALL_ORDERS}o5,NOWHERE,50.00\no6,NOWHERE,50.00\n`);
    const { code, stdout } = await packwright(["validate", ...naming(files)]);
    expect(code).toBe(0);
    expect(stdout).toContain("6 orders, CNY 200.00; nothing is wrong with the inputs");
    expect(stdout).toContain("4 could be routed (66.67 %), 2 would be rejected");
    expect(stdout).toMatch(/union-batch +3 +3 +50\.00 % +3/);
    expect(stdout).toMatch(/none +2 +33\.33 %/);
    expect(stdout).toMatch(/BANK_NOT_COVERED +2 /);
    expect(stdout).toContain("Banks that no channel covers, with their orders: NOWHERE (2)");
  });

  it("keeps banks that nobody covers apart from those that an order's own channels do not", async () => {
    const folder = scratch();
    const files = smallInstance(folder, "id,bank,amount,channels\no1,ABC,1.00,union-batch\no2,XYZ,1.00,\n");
    const { stdout } = await packwright(["validate", ...naming(files)]);
    expect(stdout).toContain("Banks that no channel covers, with their orders: XYZ (1)\n");
    expect(stdout).toContain("Banks that the channels permitted to the order do not cover: ABC (1)\n");
  });

  it("warns of rules that no order meets and of channels that are dearer everywhere", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const [batch, single] = SMALL_CHANNELS.channels;
    const idle = { banks: ["PSBC"] };
    const channels = [
      { ...batch, coverage: [...batch!.coverage, idle] },
      single,
      { ...single, id: "dear", fee: { flat: "9" } },
    ];
    writeFileSync(files.channels, JSON.stringify({ ...SMALL_CHANNELS, channels }));
    const { code, stdout } = await packwright(["validate", ...naming(files)]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 warnings");
    expect(stdout).toMatch(
      /channels\[0\]\.coverage\[1\]: no order meets this rule of union-batch\. .* \[RULE_NEVER_MET\]/,
    );
    expect(stdout).toMatch(/channels\[2\]: dear is dearer .* \[CHANNEL_DEARER_EVERYWHERE\]/);
  });

  it("exits with 2 and every problem of the channels or the orders", async () => {
    const folder = scratch();
    const files = smallInstance(folder, "id,bank,amount\no1,ICBC,x\no2,ICBC,y\n");
    const orders = await packwright(["validate", ...naming(files)]);
    expect(orders.code).toBe(2);
    expect(orders.stdout).toBe("");
    expect(orders.stderr.trimEnd().split("\n")).toHaveLength(2);
    writeFileSync(files.channels, '{"currency":"CNYY","channels":[]}');
    const channels = await packwright(["validate", "--channels", files.channels]);
    expect(channels.code).toBe(2);
    expect(channels.stderr).toContain("currency");
    expect(channels.stderr.trimEnd().split("\n").length).toBeGreaterThan(1);
  });

  it("fits the example into 80 columns", async () => {
    const { code, stdout } = await packwright(["validate", ...naming(NIGHTLY)]);
    expect(code).toBe(0);
    expect(stdout).toContain("20,000 orders");
    for (const line of stdout.split("\n").filter((text) => !/\[[A-Z_]+\]$/.test(text)))
      expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("packwright generate", () => {
  const options = ["--orders", "500", "--banks", "20", "--channels", "5"];

  it("makes the same instance of the same seed, which plans and verifies", async () => {
    const folder = scratch();
    const [first, second, other] = ["first", "second", "other"].map((name) => join(folder, name));
    for (const [out, seed] of [
      [first!, "4"],
      [second!, "4"],
      [other!, "5"],
    ] as const)
      expect((await packwright(["generate", ...options, "--seed", seed, "--out", out])).code).toBe(0);
    for (const name of ["channels.yaml", "orders.csv"]) {
      const text = (out: string) => readFileSync(join(out, name), "utf8");
      expect(text(second!)).toBe(text(first!));
      expect(text(other!)).not.toBe(text(first!));
    }
    const files = { channels: join(first!, "channels.yaml"), orders: join(first!, "orders.csv") };
    const out = join(folder, "plan");
    expect((await packwright(["plan", ...naming(files), "--out", out, "--time-limit", "5"])).code).toBe(0);
    expect((await packwright(["verify", out, ...naming(files)])).code).toBe(0);
  });

  it("refuses a folder that exists", async () => {
    const folder = scratch();
    const { code, stderr } = await packwright(["generate", ...options, "--out", folder]);
    expect(code).toBe(2);
    expect(stderr).toContain("[FOLDER_EXISTS]");
  });
});
