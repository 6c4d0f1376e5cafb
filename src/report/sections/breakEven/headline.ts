import { html, type Markup } from "../../markup.js";
import { formatCount, formatShare, group } from "../../numbers.js";
import { tile } from "../outcomes.js";
import type { BreakEvenData } from "./parameter.js";

/** What was varied, how it was looked at, and what came out. */
export function breakEvenHeadline({ file }: BreakEvenData): Markup {
  const { parameter, from, to, method, why, breakpoints, plans } = file;
  const gaps = plans.flatMap(({ gap }) => (gap === null ? [] : [gap]));
  const proven = breakpoints.filter((breakpoint) => breakpoint.proven).length;
  return html`<div class="tiles">
${tile(
  "Varied",
  html`${group(from)} <span class="of">to</span> ${group(to)}`,
  html`<code>${parameter.path}</code>; ${
    parameter.asItIs === null
      ? "the channels file says nothing"
      : html`the channels file says <strong>${parameter.asItIs}</strong>`
  }`,
)}
${tile("How", method === "exact" ? "Exact" : "Swept", html`${METHOD[method]} ${why}`)}
${tile(
  method === "exact" ? "Break-even values" : "Changes of plan",
  formatCount(breakpoints.length),
  breakpoints.length === 0
    ? "One plan is the cheapest found all along."
    : html`${breakpoints.length <= 3 && html`At ${breakpoints.map(({ value }, i) => html`${i > 0 && ", "}<strong>${group(value)}</strong>`)}; `}${proven === 0 ? "none" : formatCount(proven)} proven`,
)}
${tile("Plans", formatCount(plans.length), gaps.length === 0 ? "Gaps unknown." : `The widest gap is ${formatShare(gaps.reduce((most, gap) => Math.max(most, gap), 0))}.`)}
</div>`;
}

const METHOD = {
  exact: "The curve holds at every value between the ends.",
  swept: "Only the values listed were looked at; nothing is claimed between them.",
} as const;
