import { describe, expect, it } from "vitest";
import type { FrontierFile, FrontierPoint } from "../../../src/model/frontierFile.js";
import { renderFrontier } from "../../../src/report/frontierSummary.js";

function pointOf(value: number, objective: string, more: string, percent: number): FrontierPoint {
  const zero = "0.00";
  return {
    cost: { objective, charges: objective, packageFees: zero, delay: zero, penalties: zero },
    bound: objective,
    proof: "certificate",
    gap: 0,
    status: "optimal",
    stoppedBy: "optimal",
    counts: { orders: 9, routed: 9, rejected: 0, deferred: 0, packages: value },
    finishAt: null,
    channels: [],
    ms: 1,
    value,
    limit: null,
    difference: { money: more, percent, least: more, most: more, proven: true },
    folder: null,
  };
}

function fileOf(points: readonly FrontierPoint[], knee: number | null): FrontierFile {
  const input = { file: null, sha256: null };
  return {
    schemaVersion: 1,
    version: "0",
    currency: "CNY",
    inputs: { channels: input, orders: input },
    unroutedPenalty: "1.00",
    against: "packages",
    points: [...points],
    knee,
    searched: points.length + 1,
    dominated: 1,
    end: "No plan has fewer packages than none.",
  };
}

const POINTS = [
  pointOf(1200, "100.00", "0.00", 0),
  pointOf(40, "101.50", "1.50", 1.5),
  pointOf(0, "900.00", "800.00", 800),
];
const render = (file: FrontierFile, width = 80) =>
  renderFrontier({ file, exponent: 2, folder: "out/f", color: false, width });

describe("the summary of a frontier", () => {
  it("says what less costs, and what the knee does", () => {
    expect(render(fileOf(POINTS, 1))).toBe(
      [
        "Frontier: cost against the number of packages, from CNY 100.00 on",
        "",
        "  Point  Packages    Cost    More   Percent  Deferred     Gap",
        "      1     1,200  100.00                           0  0.00 %",
        "      2        40  101.50    1.50    1.50 %         0  0.00 %  knee",
        "      3         0  900.00  800.00  800.00 %         0  0.00 %",
        "",
        "1,160 packages fewer cost CNY 1.50 (1.50 %) more: the knee.",
        "1,200 packages fewer cost CNY 800.00 (800.00 %) more: the most that there is to",
        "gain.",
        "No plan has fewer packages than none.",
        "4 plans searched; another one is as good as 1 of them, or better.",
        "",
        "Written  out/f",
        "Report   out/f/frontier.html",
        "",
      ].join("\n"),
    );
  });

  it("tells what the time limit may have cost", () => {
    const cut = (point: FrontierPoint): FrontierPoint => ({ ...point, stoppedBy: "time" });
    const [first, ...others] = POINTS;
    const words = (points: readonly FrontierPoint[]) => render(fileOf(points, 1)).replace(/\s+/g, " ");
    expect(words(POINTS)).not.toContain("time limit");
    expect(words([cut(first!), ...others])).toContain("1 point met the time limit before");
    expect(words([first!, ...others.map(cut)])).toContain("2 points met the time limit before");
    expect(words(POINTS.map(cut))).toContain("Every point met the time limit before");
  });

  it.each([60, 80])("fits %i columns, whatever the money", (width) => {
    const large = POINTS.map((point) => ({
      ...point,
      cost: { ...point.cost, objective: `98765432109${point.cost.objective}` },
      difference: { ...point.difference, money: `98765432109${point.difference.money}` },
    }));
    for (const line of render(fileOf(large, 1), width).split("\n"))
      expect(line.length).toBeLessThanOrEqual(width);
  });
});
