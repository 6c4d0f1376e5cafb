import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import type pc from "picocolors";
import { group, roundMoney } from "./numbers.js";
import { printable, textWidth, truncateCells } from "./textWidth.js";

/** Tables for a terminal: no borders, a dim head, one column that gives way where the width is short. */

export type Row = readonly string[];

export interface TextTableInput {
  /** Empty for a table without a head. */
  readonly head: Row;
  readonly rows: readonly Row[];
  /** A last row in bold. */
  readonly foot?: Row;
  readonly rightAligned: readonly number[];
  /** The column whose texts are truncated to make the table fit: ids and the like, hence not coloured by the caller. */
  readonly flexible: number;
  readonly paintFlexible?: (text: string) => string;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly width: number;
}

const INDENT = 2;
const GUTTER = 2;
/** A flexible column narrower than this says nothing. */
const LEAST = 16;

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

/** The table's lines, none wider than `width` as long as the columns that cannot give way leave room. */
export function textTable(input: TextTableInput): readonly string[] {
  const { head, foot, rightAligned, flexible, paintFlexible = (text: string) => text, colors, width } = input;
  const rows = input.rows.map((row) => row.map((cell, c) => (c === flexible ? printable(cell) : cell)));
  const all = [...(head.length > 0 ? [head] : []), ...rows, ...(foot === undefined ? [] : [foot])];
  const columns = all[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...all.map((row) => shownWidth(row[c]!))),
  );
  const others = widths.reduce((sum, cells, c) => sum + (c === flexible ? 0 : cells), 0);
  const left = Math.max(
    Math.min(LEAST, widths[flexible] ?? 0),
    width - INDENT - GUTTER * (columns - 1) - others,
  );
  const fit = (row: Row, paint: (text: string) => string) =>
    row.map((cell, c) => (c === flexible ? paint(truncateCells(cell, left)) : cell));

  const table = new Table({
    chars: NO_BORDERS,
    style: { "padding-left": 0, "padding-right": GUTTER, head: [], border: [], compact: true },
    colAligns: Array.from({ length: columns }, (_, c) => (rightAligned.includes(c) ? "right" : "left")),
  });
  if (head.length > 0) table.push(fit(head, String).map((cell) => colors.dim(cell)));
  for (const row of rows) table.push(fit(row, paintFlexible));
  if (foot !== undefined) table.push(fit(foot, String).map((cell) => colors.bold(cell)));
  return table
    .toString()
    .split("\n")
    .map((line) => " ".repeat(INDENT) + line.trimEnd());
}

function shownWidth(cell: string): number {
  return textWidth(stripVTControlCharacters(cell));
}

/** Fills numbers up with blanks on the right until their decimal points stand below each other. */
export function alignDecimals(texts: readonly string[]): readonly string[] {
  const tails = texts.map((text) => (text.includes(".") ? text.length - text.indexOf(".") : 0));
  const most = Math.max(0, ...tails);
  return texts.map((text, i) => text + " ".repeat(most - tails[i]!));
}

type Format = (text: string) => string;

/**
 * Renders with money as fine as the width allows: in the currency's decimals, in whole units, in thousands, and so on.
 *
 * @param render is given a format for money, and the unit to name in the head
 */
export function fitMoney(
  exponent: number,
  width: number,
  render: (money: Format, unit: string) => readonly string[],
): readonly string[] {
  const forms: (readonly [Format, string])[] = [
    [(text) => group(roundMoney(text, exponent, exponent)), ""],
    [(text) => group(roundMoney(text, exponent, 0)), ""],
    ...[
      [3, " k"],
      [6, " M"],
      [9, " bn"],
      [12, " tn"],
    ].map(([digits, unit]): readonly [Format, string] => [
      (text) => group(inThousands(roundMoney(text, exponent, 0), digits as number)),
      unit as string,
    ]),
  ];
  let lines: readonly string[] = [];
  for (const [format, unit] of forms) {
    lines = render(format, unit);
    if (lines.every((line) => shownWidth(line) <= width)) break;
  }
  return lines;
}

/** `1234567` over 10^3 as `1234.6`. */
function inThousands(whole: string, digits: number): string {
  const negative = whole.startsWith("-");
  const step = 10n ** BigInt(digits - 1);
  const tenths = (BigInt(negative ? whole.slice(1) : whole) + step / 2n) / step;
  return `${negative && tenths > 0n ? "-" : ""}${tenths / 10n}.${tenths % 10n}`;
}
