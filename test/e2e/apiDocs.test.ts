import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI, ROOT } from "./cli.js";
import { type Program, startService } from "./program.js";

/** The requests of docs/api.md, typed as they stand there. */

const folder = mkdtempSync(join(tmpdir(), "packwright-api-docs-"));
let service: Program;
beforeAll(async () => {
  service = await startService(join(folder, "data"));
}, 60_000);
afterAll(async () => {
  await service.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Commands of the page's blocks, one by one: a line that is indented further goes on with the one before. */
function requests(): string[] {
  const text = readFileSync(join(ROOT, "docs", "api.md"), "utf8");
  const commands: string[] = [];
  for (const line of text.split("\n")) {
    if (/^ {4}(curl|npx packwright verify) /.test(line)) commands.push(line.trim());
    else if (line.startsWith("      ")) commands.push(`${commands.pop()}\n${line.trim()}`);
  }
  return commands;
}

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

describe.runIf(hasCurl)("docs/api.md", () => {
  it("has requests that work as they stand there", { timeout: 120_000 }, () => {
    let id = "";
    const told = requests().map((request) => {
      const command = request
        .replaceAll("http://localhost:8080", service.url)
        .replace(/\bID\b/, id)
        .replaceAll("/tmp/tonight", join(folder, "tonight"))
        .replace("npx packwright", `"${process.execPath}" "${CLI}"`)
        // What it would find in half a minute is no matter here.
        .replace('"timeLimit": 30', '"timeLimit": 1');
      const text = execFileSync("bash", ["-c", command.replace("curl ", "curl --fail-with-body ")], {
        cwd: ROOT,
        encoding: "utf8",
      });
      id = /"id":"([0-9a-f-]{36})","kind":"plan"/.exec(text)?.[1] ?? id;
      return text;
    });
    expect(told.length).toBeGreaterThan(8);
    // What the page says of them.
    expect(JSON.parse(told[0]!).plan.cost.objective).toBe("2.90");
    expect(told[1]!.split("\n")).toContain("o4,fast-single,,1.00");
    const simulated = told.find((text) => text.includes('"newlyRejected"'));
    expect(JSON.parse(simulated!).plan.cost.objective).toBe("4.00");
    expect(told.find((text) => text.includes("event: end"))).toContain('"state":"done"');
    expect(told.at(-1)).toMatch(/^The plan holds: /);
    const coverage = told.find((text) => text.includes('"others"'));
    expect(JSON.parse(coverage!)).toMatchObject({ name: "contract", banks: [{ bank: "ICBC" }] });
  });
});
