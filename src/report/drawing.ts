import { html, type Markup, type Piece } from "./markup.js";

/**
 * The frame of every drawing: an image with a name and a description for those who cannot see it. Widths are percent,
 * so a drawing fills its place at any size while its text keeps its own.
 */
export function drawing(input: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly body: Piece;
  readonly className?: string;
}): Markup {
  const { id, title, description, height, body, className } = input;
  return html`<svg class="drawing ${className}" role="img" aria-labelledby="${id}-t ${id}-d" width="100%" height="${height}">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${body}</svg>`;
}

/** What the fills `fill-series0`, `fill-series1`, … have drawn over their colour, so that no two need it to be told apart. */
const SERIES: readonly (Markup | null)[] = [
  null,
  html`<rect class="ink" width="1.8" height="6"/>`,
  html`<circle class="ink" cx="3" cy="3" r="1.4"/>`,
  html`<rect class="ink" width="1.4" height="6"/><rect class="ink" width="6" height="1.4"/>`,
  html`<rect class="ink" width="6" height="1.8"/>`,
  html`<rect class="ink" width="6" height="3"/>`,
  html`<rect class="ink" width="1.8" height="6"/>`,
  html`<circle class="ink" cx="1.5" cy="1.5" r="1.2"/><circle class="ink" cx="4.5" cy="4.5" r="1.2"/>`,
];

/** How many things {@link seriesFill} tells apart. */
export const SERIES_FILLS = SERIES.length;

/** @param index from 0, below {@link SERIES_FILLS} */
export function seriesFill(index: number): string {
  return `url(#fill-series${index})`;
}

/** Fills that differ in pattern as well as in colour; drawings refer to them by id. Stands once in the page. */
export function patterns(): Markup {
  return html`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="fill-charges" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="c-charges" width="8" height="8"/></pattern>
<pattern id="fill-packageFees" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="c-packageFees" width="6" height="6"/><rect class="ink" width="1.6" height="6"/></pattern>
<pattern id="fill-delay" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="c-delay" width="6" height="6"/><circle class="ink" cx="3" cy="3" r="1.3"/></pattern>
<pattern id="fill-volume" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="c-volume" width="6" height="6"/><rect class="ink" width="6" height="1.6"/></pattern>
<pattern id="fill-penalties" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="c-penalties" width="7" height="7"/><rect class="ink" width="1.5" height="7"/><rect class="ink" width="7" height="1.5"/></pattern>
<pattern id="fill-package" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="p1" width="8" height="8"/></pattern>
<pattern id="fill-closed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="hatch" width="1.2" height="6"/></pattern>
<pattern id="fill-single" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="p0" width="5" height="5"/><rect class="p1" y="2" width="5" height="1.4"/></pattern>
${SERIES.map(
  (ink, i) =>
    html`<pattern id="fill-series${i}" width="6" height="6" patternUnits="userSpaceOnUse"${i % 2 === 1 && html` patternTransform="rotate(45)"`}><rect class="s${i}" width="6" height="6"/>${ink}</pattern>
`,
)}<pattern id="fill-less" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="less" width="8" height="8"/></pattern>
<pattern id="fill-more" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="more" width="8" height="8"/></pattern>
<pattern id="fill-less-open" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="sheet" width="6" height="6"/><rect class="less" width="2" height="6"/></pattern>
<pattern id="fill-more-open" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="sheet" width="6" height="6"/><rect class="more" width="2" height="6"/></pattern>
</defs></svg>`;
}

/** A legend's small square. */
export function swatch(fill: string): Markup {
  return html`<svg class="swatch" width="14" height="12" aria-hidden="true" focusable="false"><rect width="14" height="12" rx="2" fill="${fill}"/></svg>`;
}
