import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, scratch } from "./cli.js";

function run(file: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const options = { encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], options);
  return { status, stdout, stderr };
}

describe("scripts/setup.mjs", () => {
  /** A clone with a lock file of our making. */
  function clone(node: string, packages: Readonly<Record<string, object>> | undefined): string {
    const folder = scratch();
    cpSync(join(ROOT, "scripts"), join(folder, "scripts"), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "clone", engines: { node } }));
    if (packages) writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
    return folder;
  }
  const setup = (folder: string, env = {}) => run(join(folder, "scripts", "setup.mjs"), [], env);

  it("says which Node it needs", () => {
    expect(setup(clone(">=99.1", {}))).toMatchObject({
      status: 1,
      stderr: `packwright: needs Node 99.1 or later; this is ${process.version}. Get it from https://nodejs.org.\n`,
    });
  });

  it("asks for a whole clone", () => {
    expect(setup(clone(">=20", undefined)).stderr).toContain("package-lock.json is missing");
  });

  it("does nothing where all is there, other platforms' packages aside", () => {
    const folder = clone(">=20", {
      "": {},
      "node_modules/there": { version: "1.2.3" },
      "node_modules/elsewhere": { version: "1.0.0", optional: true, os: ["plan9"] },
      "node_modules/optional": { version: "1.0.0", optional: true },
    });
    mkdirSync(join(folder, "node_modules", "there"), { recursive: true });
    writeFileSync(join(folder, "node_modules", "there", "package.json"), '{"version":"1.2.3"}');
    expect(setup(folder)).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("installs what is missing or of another version, and says what to do where it cannot", () => {
    const folder = clone(">=20", { "node_modules/gone": { version: "1.2.3" } });
    const npm = join(folder, "npm.js");
    writeFileSync(npm, "console.log(process.argv.slice(2).join(' ')); process.exit(1);");
    const { status, stdout, stderr } = setup(folder, { npm_execpath: npm });
    expect(status).toBe(1);
    expect(stdout).toBe("ci --include=dev --no-audit --no-fund\n");
    expect(stderr).toContain("installing 1 missing packages (gone)");
    expect(stderr).toContain("`npm ci` failed");
  });
});

describe(".ci/counts.mjs", () => {
  function counts(report: object | undefined, failedSteps: string) {
    const file = join(scratch(), "report.json");
    if (report) writeFileSync(file, JSON.stringify(report));
    const { status, stdout } = run(join(ROOT, ".ci", "counts.mjs"), [file, failedSteps]);
    return { status, lines: stdout.trimEnd().split("\n") };
  }
  const report = {
    numPassedTests: 12,
    numFailedTests: 0,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [{ status: "passed", assertionResults: [{}] }],
  };

  it.each([
    [report, "0", 0, "12 passed, 0 failed"],
    [report, "2", 1, "12 passed, 2 failed"],
    [{ ...report, numFailedTests: 3 }, "1", 1, "12 passed, 3 failed"],
    [{ ...report, testResults: [{ status: "failed", assertionResults: [] }] }, "1", 1, "12 passed, 1 failed"],
    [undefined, "1", 1, "0 passed, 1 failed"],
  ])("says what passed and failed: case %#", (given, steps, status, last) => {
    const { status: found, lines } = counts(given, steps);
    expect(found).toBe(status);
    expect(lines.at(-1)).toBe(last);
    expect(lines.at(-2)).toMatch(/^\d+ skipped$/);
  });
});
