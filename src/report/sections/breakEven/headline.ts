import type { BreakEvenFile } from "../../../model/breakEvenFile.js";
import { html, type Markup } from "../../markup.js";
import { formatCount, formatShare, group } from "../../numbers.js";
import { tile } from "../outcomes.js";
import type { BreakEvenData } from "./parameter.js";

/** What was varied, how it was looked at, and what came out. */
export function breakEvenHeadline({ file }: BreakEvenData): Markup {
  const { parameter, from, to, method, why, plans } = file;
  const gaps = plans.flatMap(({ gap }) => (gap === null ? [] : [gap]));
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
${breakTile(file)}
${tile("Plans", formatCount(plans.length), gaps.length === 0 ? "Gaps unknown." : `The widest gap is ${formatShare(gaps.reduce((most, gap) => Math.max(most, gap), 0))}.`)}
</div>`;
}

/** How many values are told in the head. */
const MOST_TOLD = 3;

function breakTile({ method, breakpoints }: BreakEvenFile): Markup {
  const what = "Break-even values";
  if (breakpoints.length === 0)
    return method === "exact"
      ? tile(what, "none", "One plan is the cheapest found all along.")
      : tile(what, "–", "A sweep tells of none: they may lie anywhere between its values.");
  const proven = breakpoints.filter((breakpoint) => breakpoint.proven).length;
  const told = breakpoints.length <= MOST_TOLD ? breakpoints : [];
  return tile(
    what,
    formatCount(breakpoints.length),
    html`${told.map(({ value }, i) => html`${i === 0 ? "At " : ", "}<strong>${group(value)}</strong>`)}${told.length > 0 && "; "}${proven === 0 ? "none" : formatCount(proven)} proven`,
  );
}

const METHOD = {
  exact: "The curve holds at every value between the ends.",
  swept: "Only the values listed were looked at; nothing is claimed between them.",
} as const;
