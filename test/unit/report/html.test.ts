import { describe, expect, it } from "vitest";
import { renderReport } from "../../../src/report/html.js";
import { formatPercent, group } from "../../../src/report/numbers.js";
import { COST_PARTS, REASON_TEXT } from "../../../src/report/words.js";
import { balanceProblems, textOf } from "./pageText.js";
import { hugeSample, midSample, NASTY, nastySample, SAMPLES, timelessSample, tinySample } from "./sample.js";

const samples = Object.entries(SAMPLES);

describe("the page", () => {
  it.each(samples)("is well-formed (%s)", (_, make) => {
    expect(balanceProblems(renderReport(make()))).toEqual([]);
  });

  it.each(samples)("has ids that are unique and references that resolve (%s)", (_, make) => {
    const page = renderReport(make());
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [
      ...[...page.matchAll(/href="#([^"]*)"/g)].map((match) => match[1]!),
      ...[...page.matchAll(/url\(#([^)]*)\)/g)].map((match) => match[1]!),
      ...[...page.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap((match) => match[1]!.split(" ")),
    ];
    expect(references.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(samples)("refers to nothing outside itself (%s)", (_, make) => {
    const page = renderReport(make());
    const tags = [...page.matchAll(/<[a-z][^>]*>/gi)].map((match) => match[0]).join("\n");
    expect(tags).not.toMatch(/https?:|\/\/|\ssrc=|\ssrcset=|@import|<script|<link|<iframe|\son[a-z]+=/i);
    expect([...tags.matchAll(/href="([^"]*)"/g)].every((match) => match[1]!.startsWith("#"))).toBe(true);
    expect(page).not.toMatch(/url\((?!#)/);
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
  });

  it.each(samples)("is the same for the same plan (%s)", (_, make) => {
    expect(renderReport(make())).toBe(renderReport(make()));
  });

  it.each(samples)("shows no figure that is not a number (%s)", (_, make) => {
    expect(renderReport(make())).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});

describe("escaping", () => {
  const page = renderReport({ ...nastySample(), title: `<b>${NASTY}</b>` });

  it("lets no markup of the user's in", () => {
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<b>");
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
  });

  it("shows ids as they are, but for control and direction characters", () => {
    const text = textOf(page);
    expect(text).toContain(NASTY);
    expect(text).toContain("银联批量代扣通道（华东一区）备用线路");
    expect(text).toContain("x".repeat(60));
    expect(text).toContain("esc\ufffd[31m\ufffdgnp");
    for (const character of ["\u001b", "\u202e"]) expect(page).not.toContain(character);
  });
});

describe.each(samples)("figures of %s", (_, make) => {
  const { plan, packages } = make();
  const text = textOf(renderReport(make()));

  it("shows every money of the plan with all its digits", () => {
    for (const { key } of COST_PARTS) expect(text).toContain(group(plan.cost[key]));
    expect(text).toContain(`${plan.currency} ${group(plan.cost.objective)}`);
    if (plan.bound !== null) expect(text).toContain(group(plan.bound));
    if (plan.engineBound !== undefined) expect(text).toContain(group(plan.engineBound));
    for (const channel of plan.channels)
      for (const key of ["amount", "charges", "packageFees", "delay"] as const)
        expect(text).toContain(group(channel[key]));
    for (const { cost, saving } of plan.baselines) {
      for (const money of Object.values(cost) as string[]) expect(text).toContain(group(money));
      expect(text).toContain(group(saving.money));
      expect(text).toContain(formatPercent(saving.percent));
    }
  });

  it("shows the counts, reasons, inputs and how it was made", () => {
    for (const count of Object.values(plan.counts)) expect(text).toContain(group(String(count)));
    for (const { reason, orders } of plan.unrouted) {
      expect(text).toMatch(new RegExp(`${reason}\\s+${group(String(orders))}`));
      expect(text).toContain(REASON_TEXT[reason].remedy);
    }
    for (const { sha256 } of Object.values(plan.inputs)) if (sha256 !== null) expect(text).toContain(sha256);
    expect(text).toContain(plan.engine.why);
    expect(text).toContain(`packwright ${plan.version}`);
    for (const phase of Object.keys(plan.timings)) expect(text).toContain(phase);
  });

  it("lists the packages while they are few", () => {
    if (packages.length > 250) expect(text).toContain("packages.csv lists all 3,000 packages");
    else for (const { charges } of packages) expect(text).toContain(group(charges));
  });
});

describe("packages over time", () => {
  it("draws every package of a small plan, and its times in the plan's offset", () => {
    const page = renderReport(tinySample());
    expect(page.match(/<g><title>/g)).toHaveLength(4);
    expect(page).toContain("batch-a-1: 5 orders, 22:10:00 to 22:12:00, results 22:17:00");
    expect(textOf(page)).toContain("22 Nov 22:10:00");
  });

  it("stays small with 3,000 packages", () => {
    const page = renderReport(hugeSample());
    expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
    expect(page).toContain("share of lanes in use");
  });

  it("says so where there are no times, and shows fill instead", () => {
    const text = textOf(renderReport(timelessSample()));
    expect(text).toContain("no planAt");
    expect(text).toContain("Packages in sequence");
    expect(text).not.toMatch(/\d\d:\d\d/);
  });

  it("works with terms unknown to the contract", () => {
    const sample = midSample();
    const page = renderReport({ ...sample, contract: { ...sample.contract, channels: [], quotas: [] } });
    expect(balanceProblems(page)).toEqual([]);
  });
});

describe("what more room could save", () => {
  const text = textOf(renderReport(midSample()));

  it("is told in words for each limit, the dearest of a channel first", () => {
    const { plan, contract } = midSample();
    const [first] = plan.channels;
    const packages = contract.channels[0]!.limits.maxPackages + 1;
    expect(text).toMatch(new RegExp(`an? ${packages}(st|nd|rd|th) package could save up to 12\\.30`));
    expect(text.indexOf("package could save up to 12.30")).toBeGreaterThan(text.indexOf(first!.id));
    expect(text).toContain("quota singles");
    expect(text).toContain("a 3,219th order could save up to 0.11");
    expect(text).toContain("one more order under rule 2 could save up to 0.07");
    expect(text).toContain("the front of its queue is worth 0.012 to a package");
    expect(text).toContain("a package costs 9.50 there, its fee and what limits on packages are worth");
  });

  it("leaves out what is worth next to nothing", () => {
    expect(text).not.toMatch(/could save up to 0\.0+(?!\d*[1-9])/);
    expect(text).toContain("What is worth less than 0.0001 is left out");
  });

  it("says so where nothing is worth anything", () => {
    const sample = midSample();
    const none = {
      order: "0.00",
      amount: null,
      package: "0.00",
      place: null,
      packageAmount: null,
      lane: "0.00",
    };
    const prices = { ...none, cutOffHour: null, queueHead: null, packageCost: "8.00", rules: [] };
    const channels = sample.plan.channels.map((channel) => ({ ...channel, prices }));
    const page = renderReport({ ...sample, plan: { ...sample.plan, channels, quotas: [] } });
    expect(textOf(page)).toContain("Nothing beyond what the gap leaves open");
  });
});

describe("verdicts", () => {
  const { plan, contract, packages } = midSample();
  const text = (changes: Partial<typeof plan>) =>
    textOf(renderReport({ plan: { ...plan, ...changes }, contract, packages }));

  it("names the gap and the proof in plain words", () => {
    expect(text({})).toContain("Within 0.12 % of the best possible");
    expect(text({ status: "optimal" })).toContain("No plan can cost less: proven by certificate.json");
    const claimed = text({ status: "optimal", proof: "engine" });
    expect(claimed).toContain("Optimal by an engine's word");
    expect(claimed).toContain("That is its word alone, which cannot be checked.");
    expect(claimed).not.toContain("No plan can cost less");
    expect(text({ proof: "none", bound: null, gap: null })).toContain("nothing is proven");
  });

  it("does not call a dearer plan a saving", () => {
    const baselines = plan.baselines.map((baseline) => ({
      ...baseline,
      saving: { money: "-12.34", percent: -1.5 },
    }));
    expect(text({ baselines })).toMatch(/−12\.34\s*1\.50 % more/);
  });
});
