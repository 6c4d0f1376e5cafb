import { html, type Markup, type Piece } from "../markup.js";
import { formatCount, formatMillis, formatShare, group } from "../numbers.js";
import { engineClaim, replanSentences, STOPPED_BY, verdict } from "../words.js";
import { inputText } from "./outcomes.js";
import type { ReportData, Section } from "./section.js";

/** Where the plan comes from: enough to make it again and to check it. */
export function makingSection({ plan, contract }: ReportData): Section {
  const { engine, inputs, currency } = plan;
  const claim = engineClaim(plan, contract.exponent);
  const entries: (readonly [string, Piece])[] = [
    ...(plan.replan === undefined ? [] : [["Old plan", replanSentences(plan).join(" ")] as const]),
    ["Status", html`${plan.status}. ${verdict(plan, contract.exponent).sentence}`],
    ["Engine", html`${engine.used}, asked for ${engine.asked}. ${engine.why}`],
    ["Search ended because", STOPPED_BY[plan.stoppedBy]],
    ["Bound", plan.bound === null ? "none" : `${currency} ${group(plan.bound)}`],
    ["Gap", plan.gap === null ? "unknown" : formatShare(plan.gap)],
    ...(claim === null ? [] : [["Engine's bound", claim] as const]),
    ["Proof", PROOF[plan.proof]],
    ["Seed", String(plan.seed)],
    ["Channels file", inputText(inputs.channels)],
    ["Orders file", inputText(inputs.orders)],
    ["Made by", `packwright ${plan.version}`],
    ["Times taken", timings(plan.timings)],
  ];
  return {
    id: "making",
    title: "How the plan was made",
    short: "How it was made",
    body: html`<dl>${entries.map(
      ([term, text]) => html`
<div><dt>${term}</dt><dd>${text}</dd></div>`,
    )}
</dl>`,
  };
}

const PROOF: Readonly<Record<ReportData["plan"]["proof"], string>> = {
  certificate:
    "certificate: the bound follows from certificate.json in exact arithmetic; packwright verify checks it",
  engine: "engine: the bound is a MIP engine's word, which packwright verify cannot check",
  none: "none",
};

function timings(phases: Readonly<Record<string, number>>): Markup {
  const entries = Object.entries(phases);
  if (entries.length === 0) return html`not recorded`;
  return html`<ul class="phases">${entries.map(([phase, ms]) => html`<li>${phase} ${formatMillis(ms)}</li>`)}</ul>`;
}

/** The smallest part of the page's foot that identifies the plan. */
export function footLine({ plan }: ReportData): Markup {
  return html`packwright ${plan.version}, seed ${plan.seed}, ${formatCount(plan.counts.orders)} orders. Every figure is from plan.json and packages.csv beside this page.`;
}
