import { html, type Markup, type Piece } from "./markup.js";
import { formatCount, group } from "./numbers.js";

/** Tables of the page: captions, scoped headers, figures whose decimal points stand below each other. */

export interface Column {
  readonly label: Piece;
  /** `text` is left-aligned; `money` takes decimal strings, `count` numbers, `figure` anything ready. */
  readonly kind: "text" | "money" | "count" | "figure";
  readonly className?: string;
}

export type Cell = Markup | string | number | null;

export interface TableInput {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its header. */
  readonly rows: readonly (readonly Cell[])[];
  readonly foot?: readonly Cell[];
  /** Rows of no weight, drawn lighter. */
  readonly muted?: (row: number) => boolean;
  readonly exponent: number;
}

/** A table in its own scroll container, which the keyboard can reach. */
export function table({ caption, columns, rows, foot, muted, exponent }: TableInput): Markup {
  const all = foot === undefined ? rows : [...rows, foot];
  const decimals = columns.map(({ kind }, c) =>
    kind === "money" ? all.reduce((most, row) => Math.max(most, decimalsOf(row[c] ?? null)), exponent) : 0,
  );
  const render = (row: readonly Cell[]) =>
    columns.map((column, c) => {
      const content = cellContent(row[c] ?? null, column, decimals[c]!, exponent);
      const name = classes(column);
      return c === 0 ? html`<th scope="row"${name}>${content}</th>` : html`<td${name}>${content}</td>`;
    });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${classes(column)}>${column.label}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row, r) => html`
<tr${muted?.(r) === true ? html` class="muted"` : null}>${render(row)}</tr>`,
  )}
</tbody>${
    foot &&
    html`
<tfoot><tr>${render(foot)}</tr></tfoot>`
  }
</table></div>`;
}

function classes({ kind, className }: Column): Markup {
  const names = [kind === "text" ? "" : "n", className ?? ""].filter((name) => name !== "").join(" ");
  return names === "" ? html`` : html` class="${names}"`;
}

function cellContent(cell: Cell, { kind }: Column, decimals: number, exponent: number): Piece {
  if (cell === null) return html`<span class="none">–</span>`;
  if (kind === "money" && typeof cell === "string") return money(cell, exponent, decimals);
  if (typeof cell === "number") return formatCount(cell);
  return cell;
}

/** Decimals of money as text; 0 for anything else. */
export function decimalsOf(cell: Cell): number {
  return typeof cell === "string" ? (cell.split(".")[1]?.length ?? 0) : 0;
}

/** A difference as {@link money}, with a plus where it is above 0. */
export function signedMoney(text: string, exponent: number, decimals = 0): Markup {
  return html`${Number(text) > 0 && "+"}${money(text, exponent, decimals)}`;
}

/**
 * Money with all its digits; those finer than the currency's smallest coin are set smaller.
 *
 * @param decimals where given, missing decimals are filled with blanks of a digit's width
 */
export function money(text: string, exponent: number, decimals = 0): Markup {
  const grouped = group(text);
  const point = grouped.indexOf(".");
  const own = point < 0 ? 0 : grouped.length - point - 1;
  const split = point < 0 ? grouped.length : point + 1 + Math.min(exponent, own);
  const cut = exponent === 0 && point >= 0 ? point : split;
  const blanks = (own === 0 && decimals > 0 ? "\u2008" : "") + "\u2007".repeat(Math.max(0, decimals - own));
  const rest = grouped.slice(cut) + blanks;
  return html`${grouped.slice(0, cut)}${rest === "" ? null : html`<small>${rest}</small>`}`;
}
