import type { PlanFile } from "../model/planFile.js";
import { drawing, swatch } from "./drawing.js";
import { html, type Markup, type Piece } from "./markup.js";
import { costUnits, formatCount, group, plural, ratio } from "./numbers.js";
import { costParts } from "./words.js";

type Cost = PlanFile["cost"];

/** A part of a bar: its share of the full width, its fill, and what it says for those who point at it. */
export interface BarPart {
  readonly share: number;
  readonly fill: string;
  readonly title: string;
}

/** Parts beside each other on one bar. */
export function partsBar(input: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly parts: readonly BarPart[];
  readonly height: number;
}): Markup {
  const { id, title, description, parts, height } = input;
  let left = 0;
  const edges: Markup[] = [];
  const drawn = parts.map(({ share, fill, title: says }, i) => {
    const width = 100 * share;
    const x = percent(left);
    if (i > 0) edges.push(html`<line class="edge" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`);
    left += width;
    return (
      width > 0 &&
      html`<rect x="${x}" width="${percent(width)}" height="${height}" fill="${fill}"><title>${says}</title></rect>`
    );
  });
  return drawing({
    id,
    className: "bar",
    title,
    description,
    height,
    body: [html`<rect class="track" width="100%" height="${height}"/>`, drawn, edges],
  });
}

/**
 * One cost as a bar of its parts.
 *
 * @param of what the full width stands for, in cost units
 */
export function costBar(input: {
  readonly id: string;
  readonly name: string;
  readonly cost: Cost;
  readonly of: bigint;
  readonly currency: string;
  readonly exponent: number;
  readonly height: number;
}): Markup {
  const { id, name, cost, of, currency, exponent, height } = input;
  const all = costParts(cost);
  // A discount has no length: it is named, and the other parts show what is paid before it.
  const drawn = all.filter(({ money }) => costUnits(money, exponent) > 0n);
  return partsBar({
    id,
    title: `Cost of ${name}`,
    description: all.map(({ label, money }) => `${label} ${currency} ${group(money)}`).join("; "),
    parts: drawn.map(({ key, label, money }) => ({
      share: ratio(costUnits(money, exponent), of),
      fill: `url(#fill-${key})`,
      title: `${label}: ${currency} ${group(money)}`,
    })),
    height,
  });
}

/** Cost units that a bar of a cost shows: all of its parts but discounts. */
export function drawnOf(cost: Cost, exponent: number): bigint {
  return costParts(cost)
    .map(({ money }) => costUnits(money, exponent))
    .reduce((sum, units) => (units > 0n ? sum + units : sum), 0n);
}

/** @param cost whose parts it names */
export function costLegend(cost: Cost): Markup {
  return legend(costParts(cost).map(({ key, label }) => [swatch(`url(#fill-${key})`), label]));
}

export function legend(entries: readonly (readonly [Markup, Piece])[]): Markup {
  return html`<ul class="legend">${entries.map(([mark, text]) => html`<li>${mark} ${text}</li>`)}</ul>`;
}

export interface Step {
  readonly label: string;
  readonly count: number;
}

/** Counts as columns with their figures above and their labels below. */
export function columnChart(input: {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly steps: readonly Step[];
}): Markup {
  const { id, title, unit, steps } = input;
  const plot = 96;
  const top = 18;
  const most = Math.max(1, ...steps.map(({ count }) => count));
  const each = 100 / steps.length;
  const columns = steps.map(({ label, count }, i) => {
    const height = count === 0 ? 1 : Math.max(2, (plot * count) / most);
    const middle = percent((i + 0.5) * each);
    const y = Number((top + plot - height).toFixed(1));
    return html`
<rect class="${count === 0 ? "p0" : "p1"}" x="${percent((i + 0.12) * each)}" width="${percent(0.76 * each)}" y="${y}" height="${Number(height.toFixed(1))}"/>${
      count > 0 &&
      html`<text class="value" x="${middle}" y="${y - 5}" text-anchor="middle">${formatCount(count)}</text>`
    }<text class="tick" x="${middle}" y="${top + plot + 15}" text-anchor="middle">${label}</text>`;
  });
  return drawing({
    id,
    className: "columns",
    title,
    description: steps
      .filter(({ count }) => count > 0)
      .map(({ label, count }) => `${label}: ${plural(count, unit)}`)
      .join("; "),
    height: top + plot + 22,
    body: columns,
  });
}

/** A share as a thin bar, for table cells; the figure stands beside it. */
export function shareBar(share: number): Markup {
  const width = Math.min(100, Math.max(0, share * 100));
  return html`<span class="share"><svg width="44" height="8" aria-hidden="true" focusable="false"><rect class="track" width="44" height="8"/><rect class="p1" width="${percent(width)}" height="8"/></svg> ${wholePercent(share)}</span>`;
}

/** Whole percent, cut off: only what is used up reads 100 %. */
function wholePercent(share: number): string {
  const percent = Math.floor(share * 100 + 1e-9);
  return `${percent === 0 && share > 0 ? "< 1" : formatCount(percent)} %`;
}

function percent(value: number): string {
  return `${Number(value.toFixed(3))}%`;
}
