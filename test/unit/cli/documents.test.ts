import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../../src/index.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

/**
 * Codes of the sources: quoted names in capitals with an underscore, and those of one word where a code stands. What
 * Node calls its own errors and variables of the environment are none of ours.
 */
function codesInSource(): Set<string> {
  const codes = new Set<string>();
  const patterns = [/"([A-Z]+(?:_[A-Z]+)+)"/g, /\b(?:code: |add\(\s*|new Fault\(\s*)"([A-Z_]+)"/g];
  for (const file of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const text = read(join("src", file));
    for (const pattern of patterns) for (const match of text.matchAll(pattern)) codes.add(match[1]!);
  }
  return new Set([...codes].filter((code) => !/^(ERR_|HPE_|EAI_|OTEL_|PACKWRIGHT_|E[A-Z]+$)/.test(code)));
}

/** Whether a code stands in the sources in whatever place. */
function inSource(): (code: string) => boolean {
  const all = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(join("src", file)))
    .join("\n");
  return (code) => all.includes(`"${code}"`);
}

describe("docs/errors.md", () => {
  const listed = [...read("docs/errors.md").matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1]!);

  it("lists every code of the sources", () => {
    const codes = codesInSource();
    expect(codes.size).toBeGreaterThan(40);
    expect([...codes].filter((code) => !listed.includes(code)).sort()).toEqual([]);
  });

  it("lists no code that is gone, and none twice", () => {
    const exists = inSource();
    expect(listed.filter((code) => !exists(code))).toEqual([]);
    expect(listed.filter((code, i) => listed.indexOf(code) !== i)).toEqual([]);
  });
});

describe("the package", () => {
  const manifest = JSON.parse(read("package.json")) as {
    version: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const lock = JSON.parse(read("package-lock.json")) as {
    version: string;
    packages: Record<
      string,
      {
        version: string;
        dependencies?: Record<string, string>;
        devDependencies?: Record<string, string>;
        optionalDependencies?: Record<string, string>;
      }
    >;
  };

  it("has one version", () => {
    expect(VERSION).toBe(manifest.version);
    expect(lock.version).toBe(manifest.version);
    expect(read("CHANGELOG.md")).toContain(`[${manifest.version}]`);
  });

  it("locks everything that it names", () => {
    expect(lock.packages[""]!.dependencies).toEqual(manifest.dependencies);
    expect(lock.packages[""]!.devDependencies).toEqual(manifest.devDependencies);
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  });

  it("locks the builds of every platform, which npm leaves out where it can see no more than its own", () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([, version]) => /^\d/.test(version))
        .map(([name]) => name)
        .filter(
          (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
        ),
    );
    expect(missing).toEqual([]);
  });
});
