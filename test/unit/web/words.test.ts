import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "../../../web/src/words/en.js";
import { preferredLanguage } from "../../../web/src/words/languages.js";
import { zh } from "../../../web/src/words/zh.js";
import { ZH_PROBLEMS } from "../../../web/src/words/zhProblems.js";

/** Paths of all that is said. */
function paths(words: object, head = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? paths(value, `${head}${key}.`) : [`${head}${key}`],
  );
}

describe("the page's words", () => {
  it("are the same ones in both languages", () => {
    expect(paths(zh).sort()).toEqual(
      paths(en)
        .filter((path) => !/^(cost|unrouted)\.\w+(\.\w+)?\.(key|brief)$/.test(path))
        .sort(),
    );
  });

  it("say in Chinese every problem that the page can meet", () => {
    const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    const sections = page
      .split(/^(?=##)/m)
      .filter((section) => /^#+ (Files|Form|Values|Scenarios|Break-even|HTTP|The client)/.test(section));
    expect(sections).toHaveLength(7);
    // What commands alone refuse to begin with.
    const others = ["NO_KEYS", "NO_SERVICE", "UNKNOWN_KEY_ID", "ADDRESS_REFUSED", "BAD_OPTION"];
    const codes = sections.flatMap((section) =>
      [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code!),
    );
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !(code in ZH_PROBLEMS) && !others.includes(code))).toEqual([]);
    for (const text of Object.values(ZH_PROBLEMS)) expect(text).toMatch(/\p{Script=Han}.*[。]$/u);
  });

  it("name every number of a contract", () => {
    const fields = [
      "fee.flat",
      "coverage.2.fee.tiers.0.rate",
      "package.fee",
      "queue.cutOff",
      "objective.failureCost",
    ];
    expect(fields.map(en.levers.field)).toEqual([
      "Fee of an order",
      "Rule 3 · Tier 1 · Fee by amount",
      "Fee of a package",
      "Cut-off",
      "Cost of a failed debit",
    ]);
    expect(zh.levers.field("coverage.vip.limits.maxOrders")).toBe("规则 vip · 最多笔数");
  });

  it.each([
    ["", ["en-US"], "en"],
    ["", ["zh-TW", "en"], "zh"],
    ["", ["fr", "zh"], "zh"],
    ["", ["fr"], "en"],
    ["?lang=zh", ["en"], "zh"],
    ["?lang=xx", ["zh"], "zh"],
  ])("are those of %s and %s", (search, own, language) => {
    expect(preferredLanguage(search, own)).toBe(language);
  });
});
