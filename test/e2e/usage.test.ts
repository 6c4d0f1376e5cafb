import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NIGHTLY, namesIn, naming, packwright, ROOT, scratch, smallInstance } from "./cli.js";

describe("usage", () => {
  it("prints its version and help on standard output", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await packwright(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await packwright(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const command of ["plan", "verify", "validate", "generate"]) {
      expect(help.stdout).toContain(`  ${command} `);
      const own = await packwright([command, "--help"]);
      expect(own).toMatchObject({ code: 0, stderr: "" });
      expect(await packwright(["help", command])).toMatchObject({ code: 0, stdout: own.stdout });
      for (const line of own.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  const valid = [...naming(NIGHTLY), "--out", "never-made"];
  const wrong: readonly [string, readonly string[], string][] = [
    ["no command", [], "Usage: packwright"],
    ["an unknown command", ["pln"], "Did you mean plan?"],
    ["an unknown option", ["plan", "--chanels", "x"], "Did you mean --channels?"],
    ["missing options, all at once", ["plan"], "'--channels <file>', '--orders <file>', '--out <dir>'"],
    ["a missing folder", ["verify", ...naming(NIGHTLY)], "missing required argument 'dir'"],
    ["too many arguments", ["plan", "extra", ...valid], "too many arguments"],
    ["a missing value", ["plan", ...naming(NIGHTLY), "--out"], "argument missing"],
    ["an empty name", ["plan", ...naming(NIGHTLY), "--out", ""], "must name a file or a folder"],
    ["a negative time limit", ["plan", ...valid, "--time-limit", "-1"], "number of seconds above 0"],
    ["a time limit of nothing", ["plan", ...valid, "--time-limit", "0"], "number of seconds above 0"],
    ["an endless time limit", ["plan", ...valid, "--time-limit", "1000001"], "at most 1000000"],
    ["an exponent", ["plan", ...valid, "--time-limit", "1e3"], "plain decimals"],
    ["a time limit in words", ["plan", ...valid, "--time-limit", "60s"], "plain decimals"],
    ["a gap above 1", ["plan", ...valid, "--gap", "2"], "from 0 to 1"],
    ["a gap in percent", ["plan", ...valid, "--gap", "1%"], "0.01 for 1%"],
    ["no threads", ["plan", ...valid, "--threads", "0"], "from 1 to 64"],
    ["half a thread", ["plan", ...valid, "--threads", "1.5"], "whole number"],
    ["a negative seed", ["plan", ...valid, "--seed", "-3"], "whole number"],
    ["a seed beyond the engines'", ["plan", ...valid, "--seed", "2147483648"], "2147483647"],
    ["an unknown engine", ["plan", ...valid, "--engine", "fast"], "auto, exact, greedy"],
    ["an unknown MIP engine", ["plan", ...valid, "--mip", "glpk"], "javascript-lp-solver, highs"],
    ["an unknown format", ["plan", ...valid, "--format", "xlsx"], "csv, parquet"],
    ["one channel", ["generate", "--orders", "5", "--channels", "1", "--out", "x"], "from 2 to 1000"],
    ["no orders to generate", ["generate", "--orders", "0", "--out", "x"], "from 1 to"],
  ];
  it.each(wrong)("exits with 2 for %s", async (_, args, message) => {
    const folder = scratch();
    const { code, stdout, stderr } = await packwright(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(namesIn(folder)).toEqual([]);
  });
});

describe("several wrong options", () => {
  const told = async (args: readonly string[]) => {
    const { code, stderr } = await packwright(args, { cwd: scratch() });
    expect(code).toBe(2);
    expect(stderr.match(/Try `packwright/g)).toHaveLength(1);
    return [...stderr.matchAll(/^error: .*?'(--[^ ']+)/gm)].map(([, name]) => name);
  };

  it("are told of at once, with those that are missing or unknown", async () => {
    const made = ["generate", "--orders", "1e3", "--banks", "0"];
    expect(await told([...made, "--out", "x"])).toEqual(["--orders", "--banks"]);
    expect(await told([...made, "--seed", "-1"])).toEqual(["--orders", "--banks", "--seed", "--out"]);
    expect(await told([...made, "--chanels", "5"])).toEqual(["--orders", "--banks", "--chanels"]);
    expect(await told(["plan", "--gap", "2", "--engine", "fast"])).toEqual([
      "--gap",
      "--engine",
      "--channels",
    ]);
    expect(await told(["explain", "plan", ...naming(NIGHTLY), "--order", "", "--threads", "0"])).toEqual([
      "--order",
      "--threads",
    ]);
  });
});

it("generate says how to plan what it made, on lines that fit", async () => {
  const folder = scratch();
  for (const [name, lines] of [
    ["x", 1],
    ["a-folder-of-quite-a-long-name", 4],
  ] as const) {
    const { code, stdout } = await packwright(["generate", "--orders", "5", "--out", name], { cwd: folder });
    expect(code).toBe(0);
    const [, , ...command] = stdout.trimEnd().split("\n");
    expect(command).toHaveLength(lines);
    for (const line of command) expect(line.length).toBeLessThanOrEqual(80);
    const options = `--channels ${name}/channels.yaml --orders ${name}/orders.csv --out <dir>`;
    expect(command.join("").replace(/ \\ +/g, " ").trim()).toBe(`packwright plan ${options}`);
  }
});

describe("bad input", () => {
  async function planned(orders: string | Buffer, channels?: string) {
    const folder = scratch();
    const files = smallInstance(folder);
    writeFileSync(files.orders, orders);
    if (channels !== undefined) writeFileSync(files.channels, channels);
    const args = [
      "plan",
      "--channels",
      "channels.json",
      "--orders",
      "orders.csv",
      "--out",
      "plan",
      "--quiet",
    ];
    const outcome = await packwright(args, { cwd: folder });
    expect(namesIn(folder)).toEqual(["channels.json", "orders.csv"]);
    return outcome;
  }

  it("gets every problem at once, each on its line with place, value and hint", async () => {
    const { code, stdout, stderr } = await planned(
      "id,bank,amount\no1,ICBC,1.234\no1,ICBC,5\n=x,ICBC,1e3\n,ICBC,-1\n",
    );
    expect(code).toBe(2);
    expect(stdout).toBe("");
    const lines = stderr.trimEnd().split("\n");
    for (const line of lines) expect(line).toMatch(/^orders\.csv:\d+: \w+: .* \[[A-Z_]+\]$/);
    expect(lines).toHaveLength(6);
    expect(stderr).toContain('orders.csv:2: amount: "1.234"');
    expect(stderr).toContain('orders.csv:4: amount: "1e3"');
  });

  it("lists the first hundred and counts the rest", async () => {
    const rows = Array.from({ length: 150 }, (_, i) => `o${i},ICBC,0`);
    const { code, stderr } = await planned(`id,bank,amount\n${rows.join("\n")}\n`);
    expect(code).toBe(2);
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe("… and 50 more");
  });

  it("names GBK", async () => {
    const gbk = Buffer.concat([
      Buffer.from("id,bank,amount\no1,"),
      Buffer.from([0xb9, 0xa4, 0xd0, 0xd0]),
      Buffer.from(",1.00\n"),
    ]);
    const { code, stderr } = await planned(gbk);
    expect(code).toBe(2);
    expect(stderr).toContain("GBK");
    expect(stderr).toContain("UTF-8");
  });

  it("names the nearest known key of the channels file", async () => {
    const channels = JSON.stringify({ currency: "CNY", chanels: [] });
    const { code, stderr } = await planned("id,bank,amount\n", channels);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "channels"?');
  });

  it("says which file is missing", async () => {
    const folder = scratch();
    const { code, stderr } = await packwright(
      ["plan", "--channels", "none.yaml", "--orders", "none.csv", "--out", "plan", "--quiet"],
      { cwd: folder },
    );
    expect(code).toBe(2);
    expect(stderr).toContain("none.yaml: no such file.");
    expect(namesIn(folder)).toEqual([]);
  });
});

describe("a fault of ours", () => {
  /** A copy of the built program with one file put in place of another. */
  function brokenProgram(file: string, text: (original: string) => string): string {
    const folder = scratch();
    cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const place = join(folder, "dist", file);
    const original = place.replace(/\.js$/, ".original.js");
    renameSync(place, original);
    writeFileSync(place, text(`./${original.split("/").at(-1)}`));
    return join(folder, "dist", "cli", "main.js");
  }

  async function planWith(cli: string, env: Readonly<Record<string, string>> = {}) {
    const folder = scratch();
    const files = smallInstance(folder);
    mkdirSync(join(folder, "plans"));
    const out = join(folder, "plans", "plan");
    const outcome = await packwright(["plan", ...naming(files), "--out", out, "--quiet"], { cli, env });
    expect(namesIn(join(folder, "plans"))).toEqual([]);
    return outcome;
  }

  it("exits with 1 where a plan fails its own check, and delivers nothing", async () => {
    const cli = brokenProgram(
      "app/planContents.js",
      (original) => `import { planContents as contents } from "${original}";
export function planContents(...args) {
  const found = contents(...args);
  return { ...found, planFile: { ...found.planFile, cost: { ...found.planFile.cost, charges: "1.89" } } };
}`,
    );
    const { code, stdout, stderr } = await planWith(cli);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("The plan failed its own check");
    expect(stderr).toContain("[PLAN_FAILED_CHECK]");
  });

  it("exits with 1 where no worker thread can be had", async () => {
    const { code, stderr } = await planWith(
      brokenProgram("workers/solveWorker.js", () => "throw new Error('no such luck');"),
    );
    expect(code).toBe(1);
    expect(stderr).toContain("no such luck");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("says of anything else that it is our fault, and where with DEBUG=packwright", async () => {
    const cli = brokenProgram(
      "report/html.js",
      () => "export function renderReport() { throw new TypeError('ink is out'); }",
    );
    const plain = await planWith(cli);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toContain("a fault of ours, not of your input: ink is out.");
    expect(plain.stderr).toContain("DEBUG=packwright");
    expect(plain.stderr).not.toMatch(/\n\s+at /);
    const traced = await planWith(cli, { DEBUG: "packwright" });
    expect(traced.code).toBe(1);
    expect(traced.stderr).toMatch(/\n\s+at .*html\.js/);
  });
});
