import { describe, expect, it } from "vitest";
import { formatMoment, formatSpan, offsetName, planStart } from "../../../src/report/clock.js";
import { fillSteps } from "../../../src/report/fills.js";
import { assignLanes, density, timed, waitingSpans } from "../../../src/report/lanes.js";
import { html } from "../../../src/report/markup.js";
import { formatPercent, formatShare, group, perOrder, roundMoney } from "../../../src/report/numbers.js";
import { drawnChannels } from "../../../src/report/packages.js";
import { STYLES } from "../../../src/report/styles.js";
import { money } from "../../../src/report/table.js";
import { timeAxis } from "../../../src/report/timeAxis.js";
import { textOf } from "./pageText.js";
import { SAMPLES } from "./sample.js";

const SECOND = 1_000_000;

describe("figures", () => {
  it.each([
    ["0", "0"],
    ["1234567.5", "1,234,567.5"],
    ["-1000.00", "−1,000.00"],
    ["999", "999"],
    ["0.123456", "0.123456"],
  ])("groups %s as %s", (text, grouped) => {
    expect(group(text)).toBe(grouped);
  });

  it("never rounds something to nothing, or not quite all to all", () => {
    expect(formatShare(0)).toBe("0.00 %");
    expect(formatShare(0.00001)).toBe("< 0.01 %");
    expect(formatShare(0.999999)).toBe("99.99 %");
    expect(formatShare(1)).toBe("100.00 %");
    expect(formatPercent(-12.345)).toMatch(/^−12\.3[45] %$/);
  });

  it("divides and rounds exactly", () => {
    expect(perOrder("10.00", 3, 2)).toBe("3.3333");
    expect(perOrder("0.00005", 1, 2)).toBe("0.0001");
    expect(perOrder("1", 0, 0)).toBeNull();
    expect(roundMoney("9007199254740993.555", 2, 2)).toBe("9007199254740993.56");
    expect(roundMoney("-0.005", 2, 2)).toBe("-0.01");
    expect(roundMoney("1.5", 0, 0)).toBe("2");
  });

  it("keeps all digits of money, whatever the currency", () => {
    const digits = (text: string, exponent: number, decimals?: number) =>
      money(text, exponent, decimals).source.replace(/<[^>]*>/g, "");
    expect(digits("1234.567891", 2)).toBe("1,234.567891");
    expect(digits("1234.5", 0)).toBe("1,234.5");
    expect(digits("12", 0, 2)).toBe("12\u2008\u2007\u2007");
    expect(digits("12.30", 2, 4)).toBe("12.30\u2007\u2007");
  });

  it("escapes what it is given, once", () => {
    expect(html`<i>${"<&'\">"}</i>${html`<b/>`}${null}${[1, "&"]}`.source).toBe(
      "<i>&lt;&amp;&#39;&quot;&gt;</i><b/>1&amp;",
    );
    expect(textOf(html`${"<&>"}`.source)).toBe("<&>");
  });
});

describe("times", () => {
  it("are told in the plan's offset", () => {
    const at = Date.UTC(2026, 10, 22, 18, 30, 5) * 1000;
    expect(formatMoment(at, 480)).toBe("23 Nov 02:30:05");
    expect(formatMoment(at, -210)).toBe("22 Nov 15:00:05");
    expect(planStart(at, 0)).toBe("22 Nov 2026 18:30:05");
    expect(offsetName(-210)).toBe("UTC−03:30");
  });

  it("are spans of two units", () => {
    expect([0, 12.5, 61, 3600, 90_061].map((seconds) => formatSpan(seconds * SECOND))).toEqual([
      "0 s",
      "12.5 s",
      "1 min 01 s",
      "1 h 00 min",
      "1 d 1 h",
    ]);
  });

  it.each([1, 59, 3600, 86_400, 40 * 86_400, 900 * 86_400])("make at most ten ticks over %i s", (seconds) => {
    const axis = timeAxis(seconds * SECOND, Date.UTC(2026, 10, 22, 14, 7) * 1000, 480);
    expect(axis.ticks.length).toBeLessThanOrEqual(10);
    for (const { at } of axis.ticks) expect(at >= 0 && at <= axis.end).toBe(true);
  });
});

describe("lanes", () => {
  it.each(Object.entries(SAMPLES))(
    "hold one package at a time, as many lanes as the queue has (%s)",
    (_, make) => {
      const { plan, contract, packages } = make();
      for (const channel of drawnChannels(plan, contract, packages)) {
        const lanes = assignLanes(timed(channel.packages), channel.terms!.queue);
        expect(lanes.length).toBeLessThanOrEqual(channel.terms!.queue.lanes);
        for (const lane of lanes)
          for (let i = 1; i < lane.length; i++)
            expect(lane[i]!.times.start).toBeGreaterThanOrEqual(lane[i - 1]!.times.leave);
      }
    },
  );

  it("merge waiting and measure use", () => {
    const entry = (start: number, leave: number, finish: number) =>
      ({ times: { start, leave, finish } }) as Parameters<typeof waitingSpans>[0][number];
    expect(waitingSpans([entry(0, 5, 9), entry(5, 7, 12), entry(0, 20, 20), entry(0, 15, 16)])).toEqual([
      { from: 5, to: 12 },
      { from: 15, to: 16 },
    ]);
    const use = density(
      [
        { from: 0, to: 5 },
        { from: 2, to: 10 },
      ],
      10,
      4,
    );
    expect(use.map((value) => Number(value.toFixed(3)))).toEqual([1.2, 2, 1, 1]);
  });
});

describe("fill", () => {
  it("counts tenths, and full packages apart", () => {
    const steps = fillSteps([0.001, 0.1, 0.3, 0.999, 1, 1, null].map((fill) => ({ fill })) as never);
    expect(steps.map(({ count }) => count)).toEqual([1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 2]);
  });
});

describe("contrast", () => {
  const light = STYLES.slice(0, STYLES.indexOf("@media"));
  const dark = STYLES.slice(STYLES.indexOf("@media (prefers-color-scheme:dark)"), STYLES.indexOf("*{"));

  it.each([
    ["light", light],
    ["dark", dark],
  ])("is AA in %s mode", (_, styles) => {
    const color = (name: string) => luminance(new RegExp(`--${name}:(#[0-9a-f]+)`).exec(styles)![1]!);
    const contrast = (a: string, b: string) => {
      const [x, y] = [color(a), color(b)];
      return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    };
    for (const ground of ["ground", "sheet"])
      for (const text of ["text", "soft", "charges"])
        expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    for (const drawn of [
      "charges",
      "packageFees",
      "delay",
      "penalties",
      "package",
      "wait",
      "hatch",
      "cutoff",
    ])
      expect(contrast(drawn, "sheet")).toBeGreaterThanOrEqual(3);
  });
});

/** Relative luminance of `#rrggbb` or `#rgb` as WCAG defines it. */
function luminance(hex: string): number {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((d) => d + d).join("") : hex.slice(1);
  const [r, g, b] = [0, 2, 4].map((i) => {
    const value = Number.parseInt(digits.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

it("lines under rows belong to their cells: collapsed ones vanish under first cells that stay in place", () => {
  const [table] = /^table\{.*\}$/m.exec(STYLES)!;
  expect(table).toContain("border-collapse:separate;border-spacing:0");
  expect(STYLES).toMatch(/tbody th,tfoot th\{[^}]*position:sticky/);
});
