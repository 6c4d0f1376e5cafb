import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { group, roundMoney } from "../../../src/report/numbers.js";
import { renderSummary } from "../../../src/report/summary.js";
import { textWidth, truncateCells, wrapText } from "../../../src/report/textWidth.js";
import { COST_PARTS } from "../../../src/report/words.js";
import { midSample, nastySample, SAMPLES, tinySample } from "./sample.js";

const samples = Object.entries(SAMPLES);
const widest = (text: string) => Math.max(...text.split("\n").map((line) => textWidth(line)));

describe.each(samples)("summary of %s", (_, make) => {
  const { plan, contract } = make();
  const plain = renderSummary({ plan, contract, folder: "out/night", color: false });

  it.each([60, 72, 80, 132])("fits %i columns", (width) => {
    expect(widest(renderSummary({ plan, contract, folder: "out", color: false, width }))).toBeLessThanOrEqual(
      width,
    );
  });

  it("reads the same with and without colour", () => {
    const colored = renderSummary({ plan, contract, folder: "out/night", color: true });
    expect(colored).toContain("\u001b[");
    expect(stripVTControlCharacters(colored)).toBe(plain);
    expect(plain).not.toContain("\u001b");
  });

  it("shows the plan's figures", () => {
    expect(plain).toContain(`${plan.currency} ${group(plan.cost.objective)}`);
    for (const { key } of COST_PARTS) expect(plain).toContain(group(plan.cost[key]));
    for (const { reason, orders } of plan.unrouted)
      expect(plain).toMatch(new RegExp(`${group(String(orders))} +${reason} +[a-z]`));
    for (const { id } of plan.baselines) expect(plain).toContain(id);
    expect(plain.endsWith("Report   out/night/report.html\n")).toBe(true);
  });
});

describe("summary", () => {
  it("shows each baseline's cost, saving and percent", () => {
    const { plan, contract } = midSample();
    const text = renderSummary({ plan, contract, color: false });
    for (const { id, cost, saving } of plan.baselines) {
      const line = text.split("\n").find((candidate) => candidate.trimStart().startsWith(id))!;
      expect(line).toContain(group(roundMoney(cost.objective, 2, 2)));
      expect(line).toContain(group(roundMoney(saving.money, 2, 2)));
      expect(line).toContain(`${saving.percent.toFixed(2)} %`);
    }
    expect(text).not.toContain("Report");
  });

  it("says where more room could save most", () => {
    const { plan, contract } = midSample();
    const text = renderSummary({ plan, contract, color: false });
    const prices = [...text.matchAll(/: (?:an? [\d,]+(?:st|nd|rd|th)|one more|a cut-off).* +([\d.]+)$/gm)];
    expect(prices).toHaveLength(6);
    const figures = prices.map((match) => Number(match[1]));
    expect(figures).toEqual([...figures].sort((a, b) => b - a));
    expect(text).toMatch(/\d+ more in the report/);
  });

  it("lets no id reach the terminal's controls", () => {
    const { plan, contract } = nastySample();
    for (const color of [false, true]) {
      const text = renderSummary({ plan, contract, color });
      expect(text).not.toContain("\u001b[31mg");
      expect(text).not.toContain("\u202e");
      expect(text).toContain("esc\ufffd[31m\ufffdgnp");
    }
  });

  it("keeps the report's path in one piece", () => {
    const { plan, contract } = tinySample();
    const folder = `plans/${"very-long-name/".repeat(8)}`;
    expect(renderSummary({ plan, contract, folder, color: false })).toContain(`${folder}report.html\n`);
  });
});

describe("any id", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 90 });

  it("keeps within its cells", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), (id, most) => {
        expect(textWidth(truncateCells(id, most))).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("leaves the summary within 80 columns", () => {
    const { plan, contract } = tinySample();
    fc.assert(
      fc.property(text, fc.bigInt({ min: 0n, max: 10n ** 17n }), (id, cents) => {
        const channels = plan.channels.map((channel) => ({
          ...channel,
          id: `${id}${channel.id}`,
          amount: `${cents}.00`,
          charges: `${cents}.125`,
        }));
        const summary = renderSummary({ plan: { ...plan, channels }, contract, color: false });
        expect(widest(summary)).toBeLessThanOrEqual(80);
      }),
      { numRuns: 60 },
    );
  });

  it("wraps without losing a word", () => {
    expect(wrapText("one two three four", 9)).toEqual(["one two", "three", "four"]);
    expect(wrapText("abcdefghij kl", 6)).toEqual(["abcde…", "kl"]);
    expect(truncateCells("银联批量通道", 7)).toBe("银联批…");
  });
});
