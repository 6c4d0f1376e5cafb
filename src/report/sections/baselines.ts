import { costBar, costLegend, drawnOf } from "../bars.js";
import { readMoment } from "../clock.js";
import { html } from "../markup.js";
import { costUnits, formatPercent } from "../numbers.js";
import { decimalsOf, money, table } from "../table.js";
import { BASELINE_MEANING, savingWords } from "../words.js";
import { lead, type ReportData, type Section } from "./section.js";

/** The plan beside the plans that teams make by hand. */
export function baselineSection({ plan, contract }: ReportData): Section {
  const { exponent } = contract;
  const { currency } = plan;
  const entries = [
    { id: "this plan", meaning: "", saving: null, ...planSide(plan) },
    ...plan.baselines.map((baseline) => ({ ...baseline, meaning: BASELINE_MEANING[baseline.id] })),
  ];
  const hasVolume = plan.cost.volume !== undefined;
  const takesOff = entries.some(({ cost }) => costUnits(cost.volume ?? "0", exponent) < 0n);
  let most = 1n;
  for (const { cost } of entries) {
    const drawn = drawnOf(cost, exponent);
    if (drawn > most) most = drawn;
  }
  const decimals = Math.max(...entries.map(({ cost }) => decimalsOf(cost.objective)));
  const body = html`${lead(
    "Each baseline is a complete, valid plan of the same orders, priced by the same rules, as payment teams make it by hand." +
      (takesOff
        ? " Bars show what is paid before volume takes something off; the figures are what is left."
        : ""),
  )}
${costLegend(plan.cost)}
<ul class="bars">${entries.map(
    ({ id, cost, saving }, i) => html`
<li><span class="name">${i === 0 ? html`<strong>This plan</strong>` : id}</span>${costBar({
      id: `baseline-${i}`,
      name: id,
      cost,
      of: most,
      currency,
      exponent,
      height: 18,
    })}<span class="figure">${money(cost.objective, exponent, decimals)}</span><span class="rate">${saving && `plan: ${savingWords(saving)}`}</span></li>`,
  )}
</ul>
${table({
  caption: `This plan and the baselines, money in ${currency}`,
  columns: [
    { label: "Plan", kind: "text" },
    { label: "Objective", kind: "money" },
    { label: "Plan saves", kind: "money" },
    { label: "Saves", kind: "figure" },
    { label: "Charges", kind: "money" },
    { label: "Package fees", kind: "money" },
    { label: "Delay", kind: "money" },
    ...(hasVolume ? [{ label: "Volume", kind: "money" } as const] : []),
    { label: "Penalties", kind: "money" },
    { label: "Packages", kind: "count" },
    { label: "Routed", kind: "count" },
    { label: "Deferred", kind: "count" },
    { label: "Finish", kind: "figure", className: "nowrap" },
  ],
  rows: entries.map(({ id, cost, packages, routed, deferred, finishAt, saving }, i) => [
    i === 0 ? "This plan" : id,
    cost.objective,
    saving?.money ?? null,
    saving ? formatPercent(saving.percent) : null,
    cost.charges,
    cost.packageFees,
    cost.delay,
    ...(hasVolume ? [cost.volume ?? null] : []),
    cost.penalties,
    packages,
    routed,
    deferred,
    readMoment(finishAt, contract),
  ]),
  exponent,
})}`;
  return { id: "baselines", title: "Compared with routing by hand", short: "Baselines", body };
}

function planSide({ cost, counts, finishAt }: ReportData["plan"]) {
  const { packages, routed, deferred } = counts;
  return { cost, packages, routed, deferred, finishAt };
}
