import { describe, expect, it } from "vitest";
import type { FrontierFile } from "../../../src/model/frontierFile.js";
import { renderBreakEvenPage } from "../../../src/report/breakEvenPage.js";
import { renderFrontierPage } from "../../../src/report/frontierPage.js";
import { group } from "../../../src/report/numbers.js";
import { renderWhatIfPage } from "../../../src/report/whatIfPage.js";
import {
  breakEvenFile,
  CHANNELS,
  frontierFile,
  type ScenarioSpec,
  whatIfFile,
} from "../../support/outcomes.js";
import { balanceProblems, textOf } from "./pageText.js";
import { NASTY } from "./sample.js";

const CNY = 1_000_000n;
const CHINESE = "银联批量代扣通道（华东一区）备用线路";
const LONG = "x".repeat(70);

const point = (id: string, values: readonly string[], objective: bigint, slack = 0n): ScenarioSpec => ({
  id: `${id}=${values.join(",")}`,
  objective,
  slack,
  sweep: {
    id,
    values: [...values],
    over: values.map((_, i) => ({ verb: "set" as const, path: `channels.union-batch.package.axis${i}` })),
  },
});

const moves = [
  { from: { channel: "union-batch" }, to: { channel: "city-batch" }, orders: 70, amount: "7000.00" },
  { from: { channel: "union-batch" }, to: { unrouted: "deferred" as const }, orders: 1, amount: "99.00" },
  { from: { unrouted: "rejected" as const }, to: { channel: "city-batch" }, orders: 4, amount: "4.00" },
];
const moved = { orders: 75, amount: "7103.00", moves };

const whatIf = () =>
  whatIfFile({ objective: 8000n * CNY, slack: 10n * CNY }, [
    { id: "dearer", objective: 9000n * CNY, moved, newlyRejected: 12 },
    { id: "cheaper", objective: 7000n * CNY, slack: 5n * CNY },
    { id: "open", objective: 8001n * CNY, slack: 20n * CNY, deferred: 3 },
    { id: "more-orders", objective: 9500n * CNY, orders: [800, 600, 400, 200], newlyRejected: null },
    ...["2.00", "4.00", "8.00"].map((value, i) => point("fee", [value], BigInt(7900 + 40 * i) * CNY, CNY)),
    ...["06:00", "07:00"].map((value, i) => point("cut-off", [value], BigInt(8100 - 40 * i) * CNY)),
    ...["4", "8"].flatMap((fee, i) =>
      ["500", "1000"].map((size, j) =>
        point("grid", [fee, size], BigInt(7990 + 30 * i - 7 * j) * CNY, 2n * CNY),
      ),
    ),
    ...["1", "2"].flatMap((a) =>
      ["1", "2"].map((b) => point("cube", [a, "7", b], BigInt(`80${a}${b}`) * CNY)),
    ),
  ]);

const nasty = [
  { id: NASTY, objective: 9000n * CNY, channels: [NASTY, CHINESE, LONG, "none"], orders: [500, 300, 200, 0] },
  { id: CHINESE, objective: 8000n * CNY },
  { id: LONG, objective: 7000n * CNY },
];

const corners = [
  [0, 8200n * CNY],
  [4, 8800n * CNY],
  [9, 9300n * CNY],
  [20, 9800n * CNY],
] as const;

const PAGES: Readonly<Record<string, () => string>> = {
  "what-if": () => renderWhatIfPage(whatIf(), 2),
  "what-if, one scenario of the same cost": () =>
    renderWhatIfPage(whatIfFile({ objective: 5n * CNY }, [{ id: "same", objective: 5n * CNY }]), 2),
  "what-if, sweeps alone": () =>
    renderWhatIfPage(whatIfFile({ objective: 5n * CNY }, [point("one", ["1"], 5n * CNY)]), 2),
  "what-if, costs below 0": () =>
    renderWhatIfPage(
      whatIfFile({ objective: -5n * CNY, slack: CNY }, [
        { id: "less", objective: -9n * CNY },
        { id: "none", objective: 0n, orders: [0, 0, 0, 0], packages: 0, finishAt: null, slack: CNY },
      ]),
      2,
    ),
  "what-if, nothing at all": () =>
    renderWhatIfPage(
      whatIfFile({ objective: 0n, orders: [], packages: 0, finishAt: null }, [
        { id: "a", objective: 0n, orders: [] },
      ]),
      2,
    ),
  "what-if, 100 scenarios": () => renderWhatIfPage(hundred(100), 2),
  "what-if, nasty ids": () => renderWhatIfPage(whatIfFile({ objective: 8000n * CNY }, nasty), 2),
  "break-even": () => renderBreakEvenPage(breakEvenFile({ corners, slack: 60n * CNY }), 2),
  "break-even, one piece": () => renderBreakEvenPage(breakEvenFile({ corners: corners.slice(0, 2) }), 2),
  "break-even, swept": () => renderBreakEvenPage(breakEvenFile({ method: "swept", corners, slack: CNY }), 2),
  "break-even, one value": () =>
    renderBreakEvenPage(breakEvenFile({ method: "swept", corners: corners.slice(1, 2) }), 2),
  "break-even, below 0, no channel, as nothing is": () =>
    renderBreakEvenPage(
      breakEvenFile({
        corners: [
          [-3, -5n * CNY],
          [3, -5n * CNY],
        ],
        orders: [0],
        parameter: {
          channel: null,
          path: "objective.delayCostPerOrderHour",
          field: "delayCostPerOrderHour",
          asItIs: null,
        },
      }),
      2,
    ),
  "break-even, nasty ids": () =>
    renderBreakEvenPage(
      breakEvenFile({
        corners,
        parameter: { channel: NASTY, path: `channels.${NASTY}.fee`, asItIs: "0.38%" },
      }),
      2,
    ),
  "break-even, many breaks": () =>
    renderBreakEvenPage(
      breakEvenFile({
        corners: Array.from({ length: 300 }, (_, i) => [i * 10, BigInt(1000 + i) * CNY] as const),
      }),
      2,
    ),
  frontier: () => renderFrontierPage(frontier(), 2),
  "frontier, one point": () => renderFrontierPage(frontierFile({ points: [[26_000, 8200n * CNY]] }), 2),
  "frontier, no knee, packages": () =>
    renderFrontierPage(
      frontierFile({
        against: "packages",
        points: [
          [41, 0n],
          [1, 8500n * CNY],
        ],
      }),
      2,
    ),
};

function frontier(changes: Partial<FrontierFile> = {}): FrontierFile {
  const file = frontierFile({
    points: [
      [26_000, 8200n * CNY],
      [18_000, 8260n * CNY],
      [12_000, 9800n * CNY],
    ],
    slack: 50n * CNY,
    knee: 1,
    written: true,
  });
  return { ...file, ...changes };
}

function hundred(count: number) {
  return whatIfFile(
    { objective: 8000n * CNY },
    Array.from({ length: count }, (_, i) => ({ id: `s${i}`, objective: BigInt(7000 + i * 20) * CNY, moved })),
  );
}

describe.each(Object.entries(PAGES))("the page of %s", (_, make) => {
  const page = make();

  it("is well-formed, with ids that are unique and references that resolve", () => {
    expect(balanceProblems(page)).toEqual([]);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [
      ...[...page.matchAll(/href="#([^"]*)"/g)].map((match) => match[1]!),
      ...[...page.matchAll(/url\(#([^)]*)\)/g)].map((match) => match[1]!),
      ...[...page.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap((match) => match[1]!.split(" ")),
    ];
    expect(references.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("runs, loads and styles nothing of its own, and links to what lies beside it only", () => {
    const tags = [...page.matchAll(/<[a-z][^>]*>/gi)].map((match) => match[0]).join("\n");
    expect(tags).not.toMatch(/https?:|\ssrc=|@import|<script|<link|<iframe|\son[a-z]+=|\sstyle=/i);
    expect([...tags.matchAll(/href="([^"]*)"/g)].every((match) => /^(#|\.\/)/.test(match[1]!))).toBe(true);
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
  });

  it("shows no figure that is none, and names and describes every drawing", () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object|="-?\d*\.?\d+e/);
    const drawings = [
      ...page.matchAll(/<svg class="drawing[^>]*>\s*<title[^>]*>([^<]+)<\/title><desc[^>]*>([^<]+)</g),
    ];
    expect(drawings.length).toBe([...page.matchAll(/<svg class="drawing/g)].length);
  });

  it("is the same again", () => {
    expect(make()).toBe(page);
  });

  it("lets no markup of the user's in", () => {
    expect(page).not.toMatch(/<script|<img/);
  });
});

describe("the what-if page", () => {
  const file = whatIf();
  const text = textOf(renderWhatIfPage(file, 2)).replace(/\s+/g, " ");

  it("has every figure of every scenario", () => {
    for (const { id, cost, bound, difference, counts } of file.scenarios) {
      expect(text).toContain(id);
      for (const money of [
        ...Object.values(cost),
        bound,
        difference.money,
        difference.least,
        difference.most,
      ])
        expect(text).toContain(group(money!));
      expect(text).toContain(group(String(counts.packages)));
    }
    expect(text).toContain("23 Nov 05:12:44");
  });

  it("says what is proven by a word and by hatching", () => {
    const page = renderWhatIfPage(file, 2);
    expect(text).toMatch(/open.*\+1\.00.*not proven/);
    const bar = (id: string) =>
      new RegExp(
        `Difference of ${id}</title><desc[^>]*>([^<]*)</desc>\\s*<rect[^>]*fill="url\\(#fill-([a-z-]+)\\)"`,
      )
        .exec(page)!
        .slice(1);
    expect(bar("dearer")).toEqual(["CNY +1,000.00, proven", "more"]);
    expect(bar("cheaper")).toEqual(["CNY −1,000.00, proven", "less"]);
    expect(bar("open")).toEqual(["CNY +1.00, not proven", "more-open"]);
  });

  it("calls a difference of 0 between two optima proven", () => {
    const same = whatIfFile({ objective: 5n * CNY }, [{ id: "same", objective: 5n * CNY }]);
    expect(textOf(renderWhatIfPage(same, 2))).toContain("proven the same");
  });

  it("draws a sweep of numbers to scale, and one of other values by name", () => {
    const page = renderWhatIfPage(file, 2);
    const marks = (title: string) =>
      [
        ...page
          .slice(page.indexOf(title))
          .split("</div>")[0]!
          .matchAll(/<svg x="([\d.]+)%" y="[\d.]+" width="1"/g),
      ].map((match) => Number(match[1]));
    // 2, 4 and 8 between 3 and 97 percent.
    expect(marks("Cost over channels.union-batch.package.axis0</title>")).toEqual([3, 34.33, 97]);
    expect(text).toContain("06:00");
  });

  it("has a table for two axes, and one for each value of a third", () => {
    expect(text).toMatch(/500 1,000 4 \? −10\.00 −17\.00 8 \+20\.00 \+13\.00/);
    expect(text).toContain("Difference to the base plan, channels.union-batch.package.axis2 = 1");
    expect(text).toContain("Difference to the base plan, channels.union-batch.package.axis2 = 2");
  });

  it("has all cells of a large table", () => {
    const values = Array.from({ length: 20 }, (_, i) => String(i));
    const cells = values.flatMap((a) =>
      values.map((b) => point("large", [a, b], BigInt(8000 + Number(a)) * CNY)),
    );
    const page = renderWhatIfPage(whatIfFile({ objective: 8000n * CNY }, cells), 2);
    expect(
      page
        .slice(page.indexOf('<table class="heat">'))
        .split("</table>")[0]!
        .match(/<td class="n/g),
    ).toHaveLength(400);
    expect(textOf(page)).toContain("The figures of the first 250 of 400 plans");
  });

  it("shows moves as a matrix with totals, and where orders cannot be compared says so", () => {
    expect(text).toMatch(
      /from, to city-batch deferred Total union-batch 70 1 71 rejected 4 – 4 Total 74 1 75/,
    );
    expect(text).toContain("other orders, which cannot be compared");
    expect(text).toMatch(/dearer rejects 12 orders that the base plan need not/);
  });

  it("gives each channel a fill of its own while they are few, and puts the smallest together", () => {
    const ids = Array.from({ length: 24 }, (_, i) => `channel-${i}`);
    const spec = { channels: ids, orders: ids.map((_, i) => 240 - i * 10) };
    const many = whatIfFile({ objective: CNY, ...spec }, [{ id: "a", objective: CNY, ...spec }]);
    expect(textOf(renderWhatIfPage(many, 2))).toContain("17 other channels");
    expect(text).not.toContain("other channel");
    for (const id of CHANNELS) expect(text).toContain(id);
  });

  it("folds long lists, and leaves the longest to the tables", () => {
    const text = textOf(renderWhatIfPage(hundred(100), 2));
    expect(text).toContain("76 more scenarios");
    expect(text).toContain("s99");
    const page = renderWhatIfPage(hundred(2000), 2);
    expect(textOf(page)).toContain("scenarios.csv has all 2,000 scenarios");
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
  });
});

describe("the break-even page", () => {
  it("draws an exact curve through its corners, with every break named", () => {
    const page = renderBreakEvenPage(breakEvenFile({ corners, slack: 60n * CNY }), 2);
    const text = textOf(page);
    expect(text).toContain(
      "Up to 4 plan 1 is the cheapest known, above it plan 2: union-batch has 300 fewer orders and 3 fewer packages",
    );
    expect(text).toContain("Not proven");
    expect(page.match(/class="named"/g)).toHaveLength(2);
    expect(page.match(/class="cost-line" d="M30 [\d.]+L218 [\d.]+L218 /g)).toHaveLength(1);
    expect(text).toContain("as it is: 8.00");
    for (const [, cost] of corners) expect(text).toContain(group(`${cost / CNY}.00`));
  });

  it("claims nothing between the values of a sweep", () => {
    const page = renderBreakEvenPage(breakEvenFile({ method: "swept", corners, slack: CNY }), 2);
    expect(page.slice(page.indexOf("<body>"))).not.toMatch(/class="(cost-line|bound-line|count-line|gap)"/);
    expect(textOf(page)).toContain("nothing is claimed between them");
    expect(textOf(page)).toContain("A sweep tells of none");
    expect(page.match(/<path class="whisker" d="M-5 0H5"/g)).toHaveLength(corners.length);
  });

  it("leaves the file's own value out of the chart where it lies outside or is none", () => {
    const drawn = (asItIs: string | null) =>
      renderBreakEvenPage(breakEvenFile({ corners, parameter: { asItIs } }), 2).includes(
        '<line class="as-is"',
      );
    expect([drawn("8.00"), drawn("800%"), drawn("21"), drawn(null), drawn("none")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("draws packages of a batch channel only", () => {
    const file = breakEvenFile({ corners });
    const single = file.plans.map((plan) => ({
      ...plan,
      channels: plan.channels.map((channel) => ({ ...channel, packages: 0 })),
    }));
    const drawn = (plans: typeof file.plans) =>
      renderBreakEvenPage({ ...file, plans }, 2).includes('aria-labelledby="packages-t');
    expect([drawn(file.plans), drawn(single)]).toEqual([true, false]);
  });

  it("says so where one plan is the best all along", () => {
    const text = textOf(renderBreakEvenPage(breakEvenFile({ corners: corners.slice(0, 2) }), 2));
    expect(text).toContain("One plan is the cheapest found all along.");
  });
});

describe("the frontier page", () => {
  it("marks and names the knee, and links to the plans that were written", () => {
    const page = renderFrontierPage(frontier(), 2);
    expect(textOf(page)).toContain("knee: 5 h 00 min");
    expect(page).toContain('<a href="./plans/02/report.html">');
    expect(textOf(page)).toMatch(/2 \(knee\) 5 h 00 min 5 h 00 min 8,260\.00 60\.00 \+0\.73 % proven/);
  });

  it("draws steps: a plan's cost holds until the next one's limit", () => {
    const page = renderFrontierPage(frontier(), 2);
    expect(page).toMatch(/class="cost-line" d="M30 ([\d.]+)L432\.9 \1L432\.9 ([\d.]+)L970 \2L970 /);
  });

  it("has no address of its own making in a folder's name", () => {
    const file = frontier();
    const points = file.points.map((point) => ({ ...point, folder: 'javascript:alert("1")/<b>' }));
    const page = renderFrontierPage({ ...file, points }, 2);
    expect(page).toContain('href="./javascript%3Aalert(%221%22)/%3Cb%3E/report.html"');
  });

  it("does without a knee and without links", () => {
    const page = renderFrontierPage(frontierFile({ points: [[26_000, 8200n * CNY]] }), 2);
    expect(textOf(page)).toContain("No plan lies below the straight line between both ends.");
    expect(page).not.toContain("report.html");
  });
});
