import { textWidth } from "../textWidth.js";

/** Room for labels of charts, reckoned on a phone: what is clear of its neighbours there is so everywhere. */

/** Width of the narrowest field, in pixels. */
export const NARROWEST_PLOT = 230;
const CELL = 7.2;
/** What a label may stand over a field's edge. */
const OVERHANG = 12;

/** Pixels that a label takes at most. */
export function labelWidth(text: string): number {
  return textWidth(text) * CELL;
}

/** Where a label at a share of the width is held, so that it does not leave the chart. */
export function anchorAt(share: number, text: string): "start" | "middle" | "end" {
  const half = labelWidth(text) / 2 - OVERHANG;
  if (share * NARROWEST_PLOT < half) return "start";
  return (1 - share) * NARROWEST_PLOT < half ? "end" : "middle";
}

export interface LabelRows {
  /** How many rows there are. */
  readonly rows: number;
  /** Row from 0, the lowest, of each label; null where none has room. */
  readonly placed: readonly { readonly text: string; readonly row: number | null }[];
}

const MOST_ROWS = 3;
const AIR = 8;

/**
 * Labels above a chart in rows, none of them over another.
 *
 * @param labels with their places as shares of the width, left to right
 */
export function labelRows(labels: readonly { readonly at: number; readonly text: string }[]): LabelRows {
  const ends: number[] = [];
  const placed = labels.map(({ at, text }) => {
    const width = labelWidth(text);
    const before = { start: 0, middle: width / 2, end: width }[anchorAt(at, text)];
    const from = at * NARROWEST_PLOT - before;
    for (let row = 0; row < MOST_ROWS; row++)
      if ((ends[row] ?? -Infinity) + AIR <= from) {
        ends[row] = from + width;
        return { text, row };
      }
    return { text, row: null };
  });
  return { rows: ends.length, placed };
}
