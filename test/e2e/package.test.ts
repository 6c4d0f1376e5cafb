import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NIGHTLY, ROOT } from "./cli.js";

/** What is published, as someone gets it who installs it into an empty project. */

const run = promisify(execFile);

describe("the npm package", () => {
  const folder = mkdtempSync(join(tmpdir(), "packwright-package-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    // Without its scripts: what they build is here already, and the other tests are using it.
    const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: ROOT,
    });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    writeFileSync(join(folder, "package.json"), '{"name":"empty","private":true,"type":"module"}');
    const install = [
      "install",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      "--omit=dev",
      join(folder, filename),
    ];
    await run("npm", install, { cwd: folder });
    cpSync(NIGHTLY.channels, join(folder, "channels.yaml"));
    cpSync(NIGHTLY.orders, join(folder, "orders.csv"));
  }, 240_000);

  it("plans and verifies the example from plain Node", async () => {
    writeFileSync(
      join(folder, "use.mjs"),
      `import { plan, verify } from "packwright";
const planned = await plan({ channels: "channels.yaml", orders: "orders.csv", timeLimit: 5 });
await planned.write("night");
await planned.close();
const { total } = await verify({ folder: "night", channels: "channels.yaml", orders: "orders.csv" });
console.log(JSON.stringify({ orders: planned.plan.counts.orders, total }));
`,
    );
    const { stdout } = await run(process.execPath, ["use.mjs"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ orders: 20_000, total: 0 });
  }, 60_000);

  it("brings its program, types, documents and example, and no sources or tests", async () => {
    const { stdout } = await run("npx", ["--no-install", "packwright", "--version"], { cwd: folder });
    const own = join(folder, "node_modules", "packwright");
    const { version } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as { version: string };
    expect(stdout.trim()).toBe(version);
    const { stdout: list } = await run("npm", ["pack", "--ignore-scripts", "--dry-run", "--json"], {
      cwd: own,
    });
    const names = (JSON.parse(list) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path);
    for (const name of [
      "LICENSE",
      "README.md",
      "dist/index.d.ts",
      "dist/cli/main.js",
      "examples/nightly/channels.yaml",
    ])
      expect(names).toContain(name);
    expect(names.filter((name) => /^(src|test|scripts)\/|\.map$/.test(name))).toEqual([]);
  }, 60_000);

  it("has types that a strict program compiles against", async () => {
    writeFileSync(
      join(folder, "use.mts"),
      `import { plan, type PlanFile } from "packwright";
import { Client } from "packwright/client";
const client = new Client({ url: "http://127.0.0.1:8080" });
export const cost = async (): Promise<string> =>
  (await (await client.plans.create({ channels: "night", orders: [] })).wait()).plan.cost.objective;
// @ts-expect-error no orders are named so
void client.plans.create({ channels: "night", orders: { name: "tonight" } });
const planned = await plan({ channels: "channels.yaml", orders: [{ id: "1", bank: "ICBC", amount: "5.00" }] });
const file: PlanFile = planned.plan;
const objective: string = file.cost.objective;
// @ts-expect-error no such engine
await plan({ channels: "channels.yaml", orders: "orders.csv", engine: "fast" });
console.log(objective);
`,
    );
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"];
    const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules", "@types")];
    await run(process.execPath, [tsc, ...options, ...types, "use.mts"], { cwd: folder });
  }, 60_000);
});
