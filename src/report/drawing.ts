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
</defs></svg>`;
}

/** A legend's small square. */
export function swatch(fill: string): Markup {
  return html`<svg class="swatch" width="14" height="12" aria-hidden="true" focusable="false"><rect width="14" height="12" rx="2" fill="${fill}"/></svg>`;
}
