import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "./cli.js";

const run = promisify(execFile);
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/cli.md",
  "docs/library.md",
  "docs/client.md",
  "docs/errors.md",
  "examples/routing-service/README.md",
  "docs/guide-what-if.md",
];

/** Code of one language in a document. */
function examples(document: string, language: string): string[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(
    (match) => match[1]!,
  );
}

describe("documents", () => {
  it.each([
    ["README.md", 1],
    ["docs/library.md", 3],
  ])(
    "have library examples in %s that run",
    async (document, least) => {
      const codes = examples(document, "js");
      expect(codes.length).toBeGreaterThanOrEqual(least);
      // Inside the project, so that the package finds itself by its name.
      const folder = join(ROOT, "out", `examples-${process.pid}`);
      mkdirSync(folder, { recursive: true });
      try {
        for (const [i, code] of codes.entries()) {
          writeFileSync(join(folder, `${i}.mjs`), code);
          const { stdout } = await run(process.execPath, [join(folder, `${i}.mjs`)], { cwd: ROOT });
          const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
          if (promised.length > 0) expect(stdout.trimEnd().split("\n")).toEqual(promised);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    120_000,
  );

  it("have a README whose library example is short", () => {
    expect(examples("README.md", "js")[0]!.trim().split("\n").length).toBeLessThanOrEqual(12);
  });

  it.each(DOCUMENTS)("link to what is there: %s", (document) => {
    const text = readFileSync(join(ROOT, document), "utf8");
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
    const missing = links.filter(
      (link) => !/^[a-z]+:/.test(link) && !existsSync(join(ROOT, document, "..", link)),
    );
    expect(missing).toEqual([]);
  });

  it("tell every option of every command in docs/cli.md", async () => {
    const text = readFileSync(join(ROOT, "docs", "cli.md"), "utf8");
    for (const command of ["plan", "verify", "validate", "evaluate", "generate", "frontier"]) {
      const { stdout } = await run(process.execPath, [
        join(ROOT, "dist", "cli", "main.js"),
        command,
        "--help",
      ]);
      for (const [option] of stdout.matchAll(/^ {2}(-\w, )?--[\w-]+/gm))
        expect(text, `${command} ${option}`).toContain(option.trim().replace(/^-\w, /, ""));
    }
  });
});
