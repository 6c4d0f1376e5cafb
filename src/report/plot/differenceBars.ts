import { legend } from "../bars.js";
import { drawing, swatch } from "../drawing.js";
import { html, type Markup, type Piece } from "../markup.js";
import { signed } from "../numbers.js";
import { lineSwatch } from "./plot.js";

/** A difference of money, with the limits between which the difference of the optima lies. */
export interface DrawnDifference {
  /** For the drawing's title. */
  readonly name: string;
  /** Before the bar. */
  readonly label: Piece;
  /** Decimal strings. */
  readonly money: string;
  readonly least: string;
  readonly most: string;
  readonly proven: boolean;
  /** Behind the bar. */
  readonly figures: readonly Piece[];
}

const HEIGHT = 18;
/** Percent of the width that is free at both sides. */
const MARGIN = 1;

/** Differences as bars to both sides of 0, one below the other; what is not proven is hatched. */
export function differenceBars(id: string, rows: readonly DrawnDifference[], currency: string): Markup {
  const ends = rows.flatMap(({ money, least, most }) => [Number(money), Number(least), Number(most)]);
  const low = ends.reduce((lowest, end) => Math.min(lowest, end), 0);
  const high = ends.reduce((highest, end) => Math.max(highest, end), 0);
  const span = high - low || 1;
  const place = (value: number) => MARGIN + ((100 - 2 * MARGIN) * (value - low)) / span;
  const zero = place(0);
  return html`<ul class="bars differences">${rows.map(
    (row, i) => html`
<li><span class="name">${row.label}</span>${drawing({
      id: `${id}-${i}`,
      className: "bar",
      title: `Difference of ${row.name}`,
      description: `${currency} ${signed(row.money)}, ${row.proven ? "proven" : "not proven"}`,
      height: HEIGHT,
      body: barOf(row, place, zero),
    })}${row.figures.map((figure, f) => html`<span class="${f === 0 ? "figure" : "rate"}">${figure}</span>`)}</li>`,
  )}
</ul>`;
}

function barOf(row: DrawnDifference, place: (value: number) => number, zero: number): Markup {
  const at = place(Number(row.money));
  const fill = `url(#fill-${Number(row.money) < 0 ? "less" : "more"}${row.proven ? "" : "-open"})`;
  const [least, most] = [place(Number(row.least)), place(Number(row.most))];
  const middle = HEIGHT / 2;
  return html`<rect x="${percent(Math.min(zero, at))}" width="${percent(Math.abs(at - zero))}" y="2" height="${HEIGHT - 4}" fill="${fill}"/>${
    most > least &&
    html`<line class="whisker" x1="${percent(least)}" x2="${percent(most)}" y1="${middle}" y2="${middle}"/>`
  }<line class="zero" x1="${percent(zero)}" x2="${percent(zero)}" y1="-4" y2="${HEIGHT + 4}"/>`;
}

/** What the fills of {@link differenceBars} mean. */
export function differenceLegend(): Markup {
  return legend([
    [swatch("url(#fill-less)"), "cheaper, proven"],
    [swatch("url(#fill-more)"), "dearer, proven"],
    [
      html`${swatch("url(#fill-less-open)")}${swatch("url(#fill-more-open)")}`,
      "hatched: not proven which way it goes",
    ],
    [lineSwatch("whisker"), "where the difference of the two optima lies"],
  ]);
}

function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}
