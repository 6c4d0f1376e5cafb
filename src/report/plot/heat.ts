import { html, type Markup, type Piece } from "../markup.js";

/** Tables of figures whose cells are coloured by size; every figure is written out, the colour only helps the eye. */

export interface HeatCell {
  readonly content: Piece;
  /** −1 to 1: where it stands between the lowest and the highest; 0 has no colour. */
  readonly heat: number;
  /** More of it, for those who point at it. */
  readonly title?: string;
}

export interface HeatInput {
  readonly caption: Piece;
  /** What its scroll container is called. */
  readonly name: string;
  readonly corner: Piece;
  readonly columns: readonly Piece[];
  readonly rows: readonly { readonly label: Piece; readonly cells: readonly (HeatCell | null)[] }[];
  readonly foot?: readonly Piece[];
}

const LEVELS = 4;

export function heatTable({ caption, name, corner, columns, rows, foot }: HeatInput): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${name}"><table class="heat">
<caption>${caption}</caption>
<thead><tr><th scope="col">${corner}</th>${columns.map((column) => html`<th scope="col" class="n">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ label, cells }) => html`
<tr><th scope="row">${label}</th>${cells.map(cellOf)}</tr>`,
  )}
</tbody>${
    foot &&
    html`
<tfoot><tr>${foot.map((cell, c) => (c === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="n">${cell}</td>`))}</tr></tfoot>`
  }
</table></div>`;
}

function cellOf(cell: HeatCell | null): Markup {
  if (cell === null) return html`<td class="n none">–</td>`;
  const { content, heat, title } = cell;
  const level = Math.min(LEVELS, Math.ceil(Math.abs(heat) * LEVELS - 1e-9));
  const colour = level === 0 ? "" : ` ${heat < 0 ? "cool" : "warm"}${level}`;
  return html`<td class="n${colour}"${title !== undefined && html` title="${title}"`}>${content}</td>`;
}
