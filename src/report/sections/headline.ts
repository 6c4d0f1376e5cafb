import { readMoment } from "../clock.js";
import { html, type Markup } from "../markup.js";
import { formatCount, formatShare } from "../numbers.js";
import { decimalsOf, money } from "../table.js";
import { BASELINE_MEANING, bestBaseline, savingWords, verdict } from "../words.js";
import type { ReportData } from "./section.js";

/** What a manager with a minute needs: the cost, what it saves, how good it is, what is left out. */
export function headline({ plan, contract }: ReportData): Markup {
  const { exponent } = contract;
  const { counts } = plan;
  const { short, sentence } = verdict(plan, exponent);
  const finish = readMoment(plan.finishAt, contract);
  const best = bestBaseline(plan, exponent);
  const words = best === null ? "" : savingWords(best.saving);
  const left = [
    counts.deferred > 0 ? `${formatCount(counts.deferred)} deferred` : "",
    counts.rejected > 0 ? `${formatCount(counts.rejected)} rejected` : "",
  ].filter((text) => text !== "");
  return html`<div class="tiles">
<div class="tile main"><p class="what">The plan costs</p><p class="${bigClass(plan.cost.objective)}"><span class="cur">${plan.currency}</span> ${money(plan.cost.objective, exponent)}</p>
<p>${
    best === null
      ? "No baseline to compare with."
      : html`<strong>${words}</strong> ${/(less|more)$/.test(words) ? "than" : "as"} the cheapest way by hand (${best.id})`
  }</p></div>
<div class="tile"><p class="what">How good it is</p><p class="mid">${short}</p><p>${sentence}</p></div>
<div class="tile"><p class="what">Routed</p><p class="mid">${formatCount(counts.routed)} <span class="of">of ${formatCount(counts.orders)} orders</span></p>
<p>${counts.orders > 0 ? formatShare(counts.routed / counts.orders) : "No orders"}${left.length > 0 ? `; ${left.join(", ")}` : counts.orders > 0 ? "; none left out" : ""}</p></div>
<div class="tile"><p class="what">Packages</p><p class="mid">${formatCount(counts.packages)}</p>
<p>${finish === null ? "No times: the channels file has no planAt." : html`Last result <span class="nowrap">${finish}</span>`}</p></div>
</div>
${savings({ plan, contract })}`;
}

/** The saving against each baseline, one line each. */
function savings({ plan, contract }: Pick<ReportData, "plan" | "contract">): Markup | false {
  if (plan.baselines.length === 0) return false;
  const decimals = Math.max(...plan.baselines.map(({ saving }) => decimalsOf(saving.money)));
  return html`<h2 class="minor">Saving against routing by hand, ${plan.currency}</h2>
<ul class="savings">${plan.baselines.map(
    ({ id, saving }) => html`
<li><span class="figure">${money(saving.money, contract.exponent, decimals)}</span><span class="rate">${savingWords(saving)}</span><span class="against"><strong>${id}</strong> ${BASELINE_MEANING[id]}</span></li>`,
  )}
</ul>`;
}

/** Large figures in smaller type, so that they stay on one line. */
function bigClass(objective: string): string {
  return objective.length > 20 ? "big longer" : objective.length > 15 ? "big long" : "big";
}
