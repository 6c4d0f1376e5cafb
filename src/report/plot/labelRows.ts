import { textWidth } from "../textWidth.js";

/** Labels above a chart, in rows so that none covers another on a phone. */
export interface LabelRows {
  readonly rows: number;
  /** Row from 0, the lowest, of each label; null where no row has room. */
  readonly placed: readonly { readonly text: string; readonly row: number | null }[];
}

const MOST_ROWS = 3;
/** Width of the narrowest plot, of a cell of a label, and the air between two; pixels. */
const NARROWEST_PLOT = 250;
const CELL = 7;
const AIR = 8;

/** @param labels with their places as shares of the width, left to right */
export function labelRows(labels: readonly { readonly at: number; readonly text: string }[]): LabelRows {
  const ends: number[] = [];
  const placed = labels.map(({ at, text }) => {
    const width = textWidth(text) * CELL;
    // As `upright` anchors them.
    const from = at * NARROWEST_PLOT - (at < 0.25 ? 0 : at > 0.75 ? width : width / 2);
    for (let row = 0; row < MOST_ROWS; row++)
      if ((ends[row] ?? -Infinity) + AIR <= from) {
        ends[row] = from + width;
        return { text, row };
      }
    return { text, row: null };
  });
  return { rows: ends.length, placed };
}
