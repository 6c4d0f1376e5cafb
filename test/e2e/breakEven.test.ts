import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BreakEvenFile } from "../../src/index.js";
import { bruteForce } from "../support/bruteForce.js";
import type { ChannelsForm, OrderRow } from "../support/instance.js";
import { ordersCsv } from "../support/instance.js";
import { naming, packwright, scratch, smallInstance } from "./cli.js";

/** Money as cost units. */
const units = (money: string) => BigInt(Math.round(Number(money) * 1e6));

/** Packages of three at the most, of a file that is dear: how many are worth it depends on the fee. */
const CHANNELS: ChannelsForm = {
  currency: "CNY",
  objective: { unroutedPenalty: "5.00", failureCost: "1.00" },
  channels: [
    {
      id: "union-batch",
      mode: "batch",
      coverage: [{ banks: ["ICBC", "CCB"], successRate: "0.993" }],
      fee: { flat: "0.30" },
      package: { fee: "1.00", maxOrders: 3 },
    },
    {
      id: "city-batch",
      mode: "batch",
      coverage: [{ banks: ["CCB"] }],
      fee: { flat: "0.50" },
      package: { fee: "0.61" },
    },
    { id: "fast-single", mode: "single", coverage: [{ banks: "*" }], fee: { rate: "2%", min: "0.80" } },
  ],
};
const ORDERS: readonly OrderRow[] = ["10.00", "55.00", "80.00", "20.00", "120.00"].map((amount, i) => ({
  id: `o${i}`,
  bank: ["ICBC", "ICBC", "CCB", "CCB", "CCB"][i]!,
  amount,
}));

function instance() {
  const folder = scratch();
  const files = { channels: join(folder, "channels.json"), orders: join(folder, "orders.csv") };
  writeFileSync(files.channels, JSON.stringify(CHANNELS));
  writeFileSync(files.orders, ordersCsv(ORDERS));
  return { folder, files };
}

/** What the curve of a file says of a value. */
function costAt({ pieces, plans }: BreakEvenFile, value: number): bigint {
  const piece = pieces.find(({ from, to }) => Number(from) <= value && value <= Number(to))!;
  const slope = plans[piece.plan]!.slope!;
  return units(piece.costFrom) + units(String(Number(slope) * (value - Number(piece.from))));
}

/** The optimum with one number of a channel changed, by brute force. */
function coldCost(change: (channel: ChannelsForm["channels"][number]) => object): bigint {
  const [union, ...others] = CHANNELS.channels;
  const changed = { ...union!, ...change(union!) } as ChannelsForm["channels"][number];
  return bruteForce({ channels: { ...CHANNELS, channels: [changed, ...others] }, orders: ORDERS }).objective;
}

describe("packwright break-even", () => {
  it("finds every breakpoint of a package fee, as a fine grid solved cold has them, and writes it down", async () => {
    const { files, folder } = instance();
    const out = join(folder, "out");
    const question = ["--channel", "union-batch", "--field", "package.fee", "--from", "0", "--to", "8"];
    const { code, stdout, stderr } = await packwright([
      "break-even",
      ...naming(files),
      ...question,
      "--out",
      out,
    ]);
    expect(stderr).toContain("searches of at most 200");
    expect(code).toBe(0);
    expect(stdout.split("\n").every((line) => line.length <= 80 || line.startsWith("Written"))).toBe(true);
    expect(stdout).toMatch(
      /^Below \d\.\d+ a package union-batch takes \d more orders?, in 1 more package\.$/m,
    );
    expect(stdout).toContain("Proven: no plan costs less, from end to end.");
    const file = JSON.parse(readFileSync(join(out, "break-even.json"), "utf8")) as BreakEvenFile;
    expect(file).toMatchObject({
      method: "exact",
      step: "0.000001",
      parameter: { channel: "union-batch", field: "package.fee", asItIs: "1.00" },
      searches: { stoppedBy: "done" },
    });
    expect(file.pieces.length).toBeGreaterThan(2);
    for (let cents = 0; cents <= 800; cents += 10) {
      const fee = (cents / 100).toFixed(2);
      expect(costAt(file, cents / 100)).toBe(
        coldCost(({ package: terms }) => ({ package: { ...terms, fee } })),
      );
    }
    const slopes = file.plans.map(({ slope }) => Number(slope));
    expect(slopes).toEqual([...slopes].sort((a, b) => b - a));
    expect(slopes).toEqual(file.plans.map(({ channels }) => channels[0]!.packages));
    for (const { proven, packagesBelow, before, after } of file.breakpoints) {
      expect(proven).toBe(true);
      expect(packagesBelow).toBe(slopes[before]! - slopes[after]!);
    }
    for (const { objective, bound } of file.band) expect(bound).toBe(objective);

    const table = (name: string) =>
      readFileSync(join(out, `${name}.csv`), "utf8")
        .trimEnd()
        .split("\n");
    expect(table("pieces")).toHaveLength(1 + file.pieces.length);
    expect(table("channels")).toHaveLength(1 + 3 * file.pieces.length);
    expect(table("band")).toHaveLength(1 + file.band.length);
  }, 120_000);

  it("finds those of a fee that is rounded in its steps, whatever the number of threads", async () => {
    const { files } = instance();
    const question = ["--path", "channels.union-batch.fee.flat", "--from", "0", "--to", "2.505"];
    const found: BreakEvenFile[] = [];
    for (const threads of ["1", "3"]) {
      const { stdout, code } = await packwright([
        ...["break-even", ...naming(files), ...question, "--threads", threads, "--json", "--quiet"],
      ]);
      expect(code).toBe(0);
      const file = JSON.parse(stdout) as BreakEvenFile;
      found.push({ ...file, plans: file.plans.map((plan) => ({ ...plan, ms: 0 })) });
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[0]).toMatchObject({ method: "exact", step: "0.01", to: "2.50" });
    expect(found[0]!.why).toContain("in steps of 0.01");
    for (let cents = 0; cents <= 250; cents += 10)
      expect(costAt(found[0]!, cents / 100)).toBe(
        coldCost(() => ({ fee: { flat: (cents / 100).toFixed(2) } })),
      );
  }, 120_000);

  it("sweeps what is no straight line, and says so", async () => {
    const { files } = instance();
    const question = ["--channel", "union-batch", "--field", "limits.maxOrders", "--from", "0", "--to", "5"];
    const { stdout } = await packwright([
      ...["break-even", ...naming(files), ...question, "--steps", "6", "--json", "--quiet"],
    ]);
    const file = JSON.parse(stdout) as BreakEvenFile;
    expect(file).toMatchObject({ method: "swept", breakpoints: [], step: null });
    expect(file.why).toContain("decides which plans there are");
    expect(file.pieces.map(({ from, to }) => [from, to])).toEqual(
      ["0", "1", "2", "3", "4", "5"].map((v) => [v, v]),
    );
    file.pieces.forEach(({ costFrom }, maxOrders) => {
      expect(units(costFrom)).toBe(coldCost(() => ({ limits: { maxOrders } })));
    });
  }, 120_000);

  it("names every problem at once, with a way out, and writes nothing", async () => {
    const { files, folder } = instance();
    const ask = async (...question: string[]) => {
      const { code, stderr } = await packwright(["break-even", ...naming(files), ...question]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(
      await ask("--channel", "unoin-batch", "--field", "package.fee", "--from", "0", "--to", "1"),
    ).toMatch(/Did you mean "channels\.union-batch\.package\.fee"\? \[UNKNOWN_PATH\]/);
    expect(await ask("--path", "channels.*.fee.flat", "--from", "0", "--to", "1")).toContain(
      "[SEVERAL_FIELDS]",
    );
    expect(await ask("--path", "channels.union-batch.queue.cutOff", "--from", "0", "--to", "1")).toContain(
      "[NO_NUMBER]",
    );
    expect(await ask("--field", "package.fee", "--from", "0", "--to", "1")).toContain("[WHICH_FIELD]");
    const fee = ["--channel", "union-batch", "--field", "package.fee"];
    expect(await ask(...fee, "--from", "2", "--to", "1")).toContain(
      "to: 1 is not above 2. Give the lower value first. [EMPTY_RANGE]",
    );
    const several = await ask(...fee, "--from", "cheap", "--to", "0.0000001", "--out", folder);
    expect(several).toContain('from: "cheap" is not a plain decimal.');
    expect(several).toContain("[TOO_MANY_DECIMALS]");
    expect(several).toContain("[FOLDER_EXISTS]");
    const count = ["--channel", "union-batch", "--field", "package.maxOrders", "--from", "0", "--to", "3"];
    expect(await ask(...count, "--out", join(folder, "out"))).toContain('from: "0" must be at least 1.');
    const single = ["--channel", "fast-single", "--field", "package.fee", "--from", "0", "--to", "1"];
    expect(await ask(...single)).toContain("from (channels[2].package): belongs to batch channels alone.");
    expect(existsSync(join(folder, "out"))).toBe(false);
  }, 60_000);

  it("answers in the terminal alone where it is asked for no folder", async () => {
    const files = smallInstance(scratch());
    const question = ["--channel", "union-batch", "--field", "package.fee", "--from", "0", "--to", "5"];
    const { stdout } = await packwright(["break-even", ...naming(files), ...question, "--quiet"]);
    // Three orders for 0.90 and the fee, or for 1.00 each.
    expect(stdout).toContain("Below 2.10 a package union-batch takes 3 more orders, in 1 more package.");
    expect(stdout).not.toContain("Written");
  }, 60_000);
});
