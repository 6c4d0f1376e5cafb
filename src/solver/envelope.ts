/** What a plan costs as a parameter changes: a straight line over whole units of it. */
export interface Line {
  /** Cost units where the parameter is 0. */
  readonly constant: bigint;
  /** Cost units for each unit of the parameter. */
  readonly slope: bigint;
}

/** Values of a parameter at which one line is the least. */
export interface Piece {
  /** Index of the line. */
  readonly line: number;
  /** First and last whole value. */
  readonly from: bigint;
  readonly to: bigint;
}

export function valueAt({ constant, slope }: Line, parameter: bigint): bigint {
  return constant + slope * parameter;
}

/**
 * The lower envelope of lines over whole values: pieces from left to right, of ever lower slope. Of lines that are equally
 * low the one of the lower slope holds, and of those the first.
 *
 * @param lines at least one
 */
export function lowerEnvelope(lines: readonly Line[], from: bigint, to: bigint): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at <= to; ) {
    const line = lowestAt(lines, at);
    const end = lines.reduce((last, other) => {
      const until = lastBefore(lines[line]!, other, at);
      return until !== null && until < last ? until : last;
    }, to);
    pieces.push({ line, from: at, to: end });
    at = end + 1n;
  }
  return pieces;
}

function lowestAt(lines: readonly Line[], at: bigint): number {
  let best = 0;
  for (let i = 1; i < lines.length; i++) {
    const [value, least] = [valueAt(lines[i]!, at), valueAt(lines[best]!, at)];
    if (value < least || (value === least && lines[i]!.slope < lines[best]!.slope)) best = i;
  }
  return best;
}

/** The last value from `at` on at which a line is below one that falls further; null where it stays so for ever. */
function lastBefore(line: Line, other: Line, at: bigint): bigint | null {
  const gain = line.slope - other.slope;
  if (gain <= 0n) return null;
  const behind = valueAt(other, at) - valueAt(line, at);
  // Where they meet the one of the lower slope holds.
  return at + (behind - 1n) / gain;
}
