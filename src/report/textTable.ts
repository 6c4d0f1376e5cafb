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
  /** Columns to leave out. */
  readonly omit?: readonly number[];
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

/**
 * Stands for each cell of a flexible text while the library lays the table out: it would measure emoji and combining
 * marks by its own rules, and lines could grow beyond the width. Ids are nowhere else, so nothing else contains it.
 */
const STAND_IN = "\ue000";

/** The table's lines, none wider than `width` as long as the columns that cannot give way leave room. */
export function textTable(input: TextTableInput): readonly string[] {
  const { paintFlexible = String, colors, width, omit = [] } = input;
  const kept = (row: Row) => row.filter((_, c) => !omit.includes(c));
  const place = (column: number) => column - omit.filter((c) => c < column).length;
  const flexible = place(input.flexible);
  const rightAligned = input.rightAligned.filter((c) => !omit.includes(c)).map(place);
  const head = input.head.length > 0 ? [kept(input.head)] : [];
  const foot = input.foot === undefined ? [] : [kept(input.foot)];
  const rows = input.rows.map((row) => kept(row).map((cell, c) => (c === flexible ? printable(cell) : cell)));

  const all = [...head, ...rows, ...foot];
  const columns = all[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, c) =>
    all.reduce((widest, row) => Math.max(widest, shownWidth(row[c]!)), 0),
  );
  const others = widths.reduce((sum, cells, c) => sum + (c === flexible ? 0 : cells), 0);
  const least = Math.min(LEAST, widths[flexible] ?? 0);
  const left = Math.max(least, width - INDENT - GUTTER * (columns - 1) - others);
  const texts: string[] = [];
  const fit = (row: Row) =>
    row.map((cell, c) => {
      if (c !== flexible) return cell;
      const text = truncateCells(cell, left);
      if (text !== "") texts.push(text);
      return STAND_IN.repeat(textWidth(text));
    });
  const paintAll = (paint: (text: string) => string) => (row: Row) =>
    fit(row).map((cell) => painted(cell, paint));

  const table = new Table({
    chars: NO_BORDERS,
    style: { "padding-left": 0, "padding-right": GUTTER, head: [], border: [], compact: true },
    colAligns: Array.from({ length: columns }, (_, c) => (rightAligned.includes(c) ? "right" : "left")),
  });
  table.push(
    ...head.map(paintAll(colors.dim)),
    ...rows.map((row) => fit(row).map((cell, c) => (c === flexible ? painted(cell, paintFlexible) : cell))),
    ...foot.map(paintAll(colors.bold)),
  );
  const text = table.toString().replace(STAND_INS, () => texts.shift()!);
  return text.split("\n").map((line) => " ".repeat(INDENT) + line.trimEnd());
}

const STAND_INS = new RegExp(`${STAND_IN}+`, "g");

function shownWidth(cell: string): number {
  return textWidth(stripVTControlCharacters(cell));
}

/** Colour codes around nothing would keep the end of a line from being trimmed. */
function painted(cell: string, paint: (text: string) => string): string {
  return cell.trim() === "" ? cell : paint(cell);
}

/** Fills numbers up with blanks on the right until their decimal points stand below each other. */
export function alignDecimals(texts: readonly string[]): readonly string[] {
  const tails = texts.map((text) => (text.includes(".") ? text.length - text.indexOf(".") : 0));
  const most = tails.reduce((longest, tail) => Math.max(longest, tail), 0);
  return texts.map((text, i) => text + " ".repeat(most - tails[i]!));
}

type Format = (text: string) => string;

/** How a table is to be drawn so that it fits. */
export interface Fit {
  readonly money: Format;
  /** To stand after a head of money: `""`, `" k"`, `" M"`, … */
  readonly unit: string;
  readonly omit: readonly number[];
}

/**
 * Renders with money as fine as the width allows: in the currency's decimals, in whole units, in thousands, and so on.
 * Where even the coarsest is too wide, columns are left out.
 *
 * @param droppable columns that may go, the first to go first
 */
export function fitMoney(
  { exponent, width, droppable }: { exponent: number; width: number; droppable: readonly number[] },
  render: (fit: Fit) => readonly string[],
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
  for (let dropped = 0; dropped <= droppable.length; dropped++)
    for (const [money, unit] of forms) {
      lines = render({ money, unit, omit: droppable.slice(0, dropped) });
      if (lines.every((line) => shownWidth(line) <= width)) return lines;
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
