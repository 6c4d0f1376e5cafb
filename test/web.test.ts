import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

/** What the page is made of, and how large it gets. */

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WEB = join(ROOT, "web", "src");
const ASSETS = join(ROOT, "dist", "web", "assets");

const sources = readdirSync(WEB, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));

/** Imports of a source: paths below the root, or names of packages; types apart from code. */
function importsOf(file: string): { readonly to: string; readonly isType: boolean }[] {
  const text = readFileSync(join(WEB, file), "utf8");
  const found = text.matchAll(
    /\b(import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)/g,
  );
  return [...found].map(([, , type, from, dynamic]) => {
    const name = (from ?? dynamic)!;
    const to = name.startsWith(".") ? relative(ROOT, resolve(WEB, dirname(file), name)) : name;
    return { to: to.replaceAll("\\", "/"), isType: type !== undefined };
  });
}

describe("the page's sources", () => {
  it("take code of the model, the reports and the client alone, and types of anywhere", () => {
    expect(sources.length).toBeGreaterThan(30);
    const code = sources.flatMap((file) => importsOf(file).filter(({ isType }) => !isType));
    const others = new Set(
      code.map(({ to }) => to).filter((to) => !/^(web\/src|src\/model|src\/report|src\/client)\//.test(to)),
    );
    expect([...others].sort()).toEqual(["preact", "preact/hooks", "uplot"]);
  });
});

describe("the built page", () => {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith(".js"));
  const packed = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(ASSETS, name))).length, 0);

  it("loads 40 kB of script to begin with, and 60 kB with its curves; Chinese is a little more", () => {
    const html = readFileSync(join(ROOT, "dist", "web", "index.html"), "utf8");
    const own = scripts.filter((name) => html.includes(name));
    const named = (start: string) => scripts.filter((name) => name.startsWith(start));
    // Each is there, and nothing else is: no piece goes uncounted.
    const apart = ["en-", "zh-", "zhProblems-", "CurvesView-"].flatMap(named);
    expect(apart).toHaveLength(4);
    expect([...own, ...apart].sort()).toEqual([...scripts].sort());
    const sizes = (["en-", "zh-"] as const).map((language) => {
      const first = [...own, ...named(language)];
      return [packed(first), packed([...first, ...named("CurvesView-")])] as const;
    });
    const [english, chinese] = sizes as [readonly [number, number], readonly [number, number]];
    // Chinese letters pack worse.
    expect(Math.max(english[0], chinese[0])).toBeLessThanOrEqual(40_000);
    expect(english[1]).toBeLessThanOrEqual(60_000);
    expect(chinese[1]).toBeLessThanOrEqual(62_000);
  });

  it("writes the numbers of its axes in no language of the browser's", () => {
    const curves = scripts.filter((name) => name.startsWith("CurvesView-"));
    const code = curves.map((name) => readFileSync(join(ASSETS, name), "utf8")).join("");
    expect(code).toMatch(/NumberFormat\(.en-US.\)/);
    expect(code.match(/NumberFormat\(/g)).toHaveLength(1);
  });

  it("asks for nothing from elsewhere and has nothing inline", () => {
    const html = readFileSync(join(ROOT, "dist", "web", "index.html"), "utf8");
    expect(html).not.toMatch(/<style|\s(style|on\w+)=|https?:/);
    expect([...html.matchAll(/<script\b[^>]*>([^<]*)<\/script>/g)].map(([, inline]) => inline)).toEqual([""]);
    for (const name of readdirSync(ASSETS).filter((each) => each.endsWith(".css")))
      expect(readFileSync(join(ASSETS, name), "utf8")).not.toMatch(/@import|url\(/);
  });

  it("has no validation library along", () => {
    for (const name of scripts) expect(readFileSync(join(ASSETS, name), "utf8")).not.toContain("ZodError");
  });
});
