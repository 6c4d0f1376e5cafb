import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type InputFiles, naming, objections, packwright, readPlan, scratch, smallInstance } from "./cli.js";

/** A plan of the small instance, and a way to say what verify finds in it. */
async function plannedSmall(): Promise<{ files: InputFiles; out: string }> {
  const folder = scratch();
  const files = smallInstance(folder);
  const out = join(folder, "plan");
  expect((await packwright(["plan", ...naming(files), "--out", out, "--quiet"])).code).toBe(0);
  return { files, out };
}

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(file, edited);
}

describe("packwright verify", () => {
  it("says in one line that a plan holds", async () => {
    const { files, out } = await plannedSmall();
    const { code, stdout, stderr } = await packwright(["verify", out, ...naming(files)]);
    expect(readPlan(out)).toMatchObject({ status: "optimal", proof: "certificate" });
    expect(stdout).toBe("The plan holds: objective CNY 2.90, proven bound CNY 2.90, gap 0.00 %.\n");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("says no such thing of a plan that the certificate proves", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const channels = JSON.parse(readFileSync(files.channels, "utf8")) as {
      channels: { package?: { fee?: string } }[];
    };
    for (const channel of channels.channels) if (channel.package) channel.package.fee = "0";
    writeFileSync(files.channels, JSON.stringify(channels));
    const out = join(folder, "plan");
    expect((await packwright(["plan", ...naming(files), "--out", out, "--quiet"])).code).toBe(0);
    expect(readPlan(out)).toMatchObject({ status: "optimal", proof: "certificate" });
    const { stdout } = await packwright(["verify", out, ...naming(files)]);
    expect(stdout).toMatch(
      /^The plan holds: objective CNY [\d.]+, proven bound CNY [\d.]+, gap 0\.00 %\.\n$/,
    );
  });

  const tampered: readonly [string, string, string | RegExp, string, string][] = [
    ["a charge", "assignments.csv", /0\.30/, "0.20", "o"],
    ["a channel", "assignments.csv", "o4,fast-single,,1.00", "o4,union-batch,union-batch-1,0.30", "o4"],
    ["an order left out", "assignments.csv", /o4,.*\n/, "", "o4"],
    ["an order twice", "assignments.csv", /(o4,.*\n)/, "$1$1", "o4"],
    ["a package's sum", "packages.csv", "60.00", "61.00", "package"],
    [
      "the stored objective",
      "plan.json",
      '"objective": "2.90"',
      '"objective": "2.80"',
      "plan.cost.objective",
    ],
    ["the bound", "plan.json", /"bound": "[\d.]+"/, '"bound": "2.95"', "bound"],
    ["an order that is not in the input", "assignments.csv", /o1,/, "o9,", "o9"],
  ];
  it.each(tampered)(
    "catches %s tampered with, as the independent checker does",
    async (_, name, from, to, named) => {
      const { files, out } = await plannedSmall();
      edit(join(out, name), from, to);
      const { code, stdout } = await packwright(["verify", out, ...naming(files)]);
      expect(code).toBe(3);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.at(-1)).toMatch(/^The plan does not hold: \d+ violations?\.$/);
      for (const line of lines.slice(0, -1)) expect(line).toMatch(/^[a-zA-Z.[\]0-9-]+: .+ \[[A-Z_]+\]$/);
      expect(stdout).toContain(named);
      expect(objections(files, out)).not.toEqual([]);
    },
  );

  it("catches every price of room that is changed by a digit, with channel and figure", async () => {
    const folder = scratch();
    const files = smallInstance(folder);
    const channels = JSON.parse(readFileSync(files.channels, "utf8")) as {
      quotas?: object[];
      channels: { id: string; limits?: object; package?: object }[];
    };
    const [batch] = channels.channels;
    Object.assign(batch!, { limits: { maxOrders: 1, maxPackages: 1 } });
    channels.quotas = [{ id: "all", channels: [batch!.id], limits: { maxOrders: 3 } }];
    writeFileSync(files.channels, JSON.stringify(channels));
    const out = join(folder, "plan");
    expect((await packwright(["plan", ...naming(files), "--out", out, "--quiet"])).code).toBe(0);
    const file = join(out, "plan.json");
    const text = readFileSync(file, "utf8");
    const { prices } = readPlan(out).channels[0]!;
    expect(Number(prices.order)).toBeGreaterThan(0);
    for (const [from, to, named] of [
      [`"order": "${prices.order}"`, `"order": "1${prices.order}"`, `plan.channels[0].prices.order`],
      [`"package": "${prices.package}"`, `"package": null`, `plan.channels[0].prices.package`],
      [
        `"packageCost": "${prices.packageCost}"`,
        `"packageCost": "0.01"`,
        `plan.channels[0].prices.packageCost`,
      ],
      [/("id": "all",\s+"order": )"[\d.]+"/, `$1"9.99"`, "plan.quotas[0].order"],
    ] as const) {
      writeFileSync(file, text);
      edit(file, from, to);
      const { code, stdout } = await packwright(["verify", out, ...naming(files)]);
      expect(code).toBe(3);
      expect(stdout.split("\n")[0]).toContain(`${named}: `);
      expect(stdout).toMatch(/The plan does not hold: 1 violation\.\n$/);
    }
    writeFileSync(file, text);
    expect((await packwright(["verify", out, ...naming(files)])).code).toBe(0);
  });

  it("names order, package and rule", async () => {
    const { files, out } = await plannedSmall();
    edit(join(out, "assignments.csv"), "0.30", "0.20");
    const { stdout } = await packwright(["verify", out, ...naming(files)]);
    expect(stdout).toMatch(/o[123]/);
    expect(stdout).toMatch(/union-batch/);
    expect(stdout).toMatch(/charge/);
  });

  it("catches inputs that are not those of the plan", async () => {
    const { files, out } = await plannedSmall();
    edit(files.orders, "40.00", "41.00");
    const { code, stdout } = await packwright(["verify", out, ...naming(files)]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/sha256|hash|inputs/i);
  });

  it("reads the plan by what it says, wherever it stands", async () => {
    const { files, out } = await plannedSmall();
    const moved = join(scratch(), "elsewhere");
    cpSync(out, moved, { recursive: true });
    expect((await packwright(["verify", moved, ...naming(files)])).code).toBe(0);
  });

  it("refuses a folder that is no plan", async () => {
    const { files, out } = await plannedSmall();
    for (const name of ["plan.json", "assignments.csv", "certificate.json"]) {
      const broken = join(scratch(), "broken");
      cpSync(out, broken, { recursive: true });
      rmSync(join(broken, name));
      const { code, stdout, stderr } = await packwright(["verify", broken, ...naming(files)]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain(name.replace(/\..*/, ""));
    }
    const garbled = join(scratch(), "garbled");
    cpSync(out, garbled, { recursive: true });
    copyFileSync(join(out, "packages.csv"), join(garbled, "plan.json"));
    expect((await packwright(["verify", garbled, ...naming(files)])).code).toBe(2);
  });
});
