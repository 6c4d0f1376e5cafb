import { writtenMoment } from "../../clock.js";
import { html, type Markup } from "../../markup.js";
import { formatCount, plural, signedPercent } from "../../numbers.js";
import { signedMoney } from "../../table.js";
import { currencyFigure, tile } from "../outcomes.js";
import { type FrontierData, valueText } from "./points.js";

/** The cheapest plan, the knee, and the far end. */
export function frontierHeadline({ file, exponent }: FrontierData): Markup {
  const { points, knee, against, currency, searched, dominated } = file;
  const [first, last] = [points[0]!, points.at(-1)!];
  const place = ({ value, finishAt }: typeof first) =>
    against === "packages"
      ? valueText(against, value)
      : html`${valueText(against, value)} after the start${finishAt !== null && html`, <span class="nowrap">${writtenMoment(finishAt)}</span>`}`;
  const dearer = (point: typeof first) =>
    html`<span class="cur">${currency}</span> ${signedMoney(point.difference.money, exponent)}`;
  const percent = ({ difference }: typeof first) =>
    difference.percent !== null && html` (<strong>${signedPercent(difference.percent)}</strong>)`;
  return html`<div class="tiles">
${tile("The cheapest plan costs", currencyFigure(currency, first.cost.objective, exponent), place(first))}
${
  knee === null
    ? tile("Best compromise", "–", "No plan lies below the straight line between both ends.")
    : tile(
        "Best compromise: the knee",
        dearer(points[knee]!),
        html`against the cheapest${percent(points[knee]!)}; ${place(points[knee]!)}`,
      )
}
${
  points.length === 1
    ? tile(
        against === "packages" ? "Fewest packages" : "Fastest",
        "–",
        "No other plan is better in anything.",
      )
    : tile(
        against === "packages" ? "Fewest packages" : "Fastest",
        dearer(last),
        html`against the cheapest${percent(last)}; ${place(last)}`,
      )
}
${tile(
  "Plans on the frontier",
  html`${formatCount(points.length)} <span class="of">of ${formatCount(searched)} searched</span>`,
  dominated === 0
    ? "None is dominated."
    : `${plural(dominated, "plan")} dominated: another one is no worse in anything.`,
)}
</div>`;
}
