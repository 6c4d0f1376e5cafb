import type { Problem } from "../problem.js";
import type { InteriorPointResult } from "./interiorPoint.js";
import type { Lots } from "./lots.js";
import type { RelaxedProblem } from "./relax.js";

/** `[channel][key]` what a share in an opening costs the orders that buy one, on average, in the relaxation's units. */
export function meanShares(
  { classes }: Problem,
  lots: Lots,
  relaxed: RelaxedProblem,
  found: InteriorPointResult,
): Float64Array[] {
  const C = classes.channels;
  const shares = relaxed.places.map((keys) => new Float64Array(keys.length));
  const flows = relaxed.places.map((keys) => new Float64Array(keys.length));
  const { cellStart, opening } = relaxed.relaxation;
  for (let lot = 0; lot < lots.count; lot++)
    for (let j = cellStart[lot]!; j < cellStart[lot + 1]!; j++) {
      if (opening[j]! < 0) continue;
      const c = relaxed.cellChannel[j]!;
      const key = classes.key[lots.classOf[lot]! * C + c]!;
      shares[c]![key]! += found.sharePrice[j]! * found.flow[j]!;
      flows[c]![key]! += found.flow[j]!;
    }
  return shares.map((sums, c) =>
    sums.map((sum, key) => (flows[c]![key]! > 1e-9 ? sum / flows[c]![key]! : 0)),
  );
}
