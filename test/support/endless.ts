import { realistic } from "../conformance/instances.mjs";

/**
 * Writes `channels.json` and `orders.csv` of amounts that differ all, packed by amount, into a folder: with these options a search
 * is busy with them for far longer than any test takes, however fast the machine, and has a plan to keep all the while.
 */
export function endless(dir: string): {
  readonly options: { readonly engine: "exact"; readonly timeLimit: number };
} {
  realistic(dir, { N: 200, B: 10, C: 6, seed: 200 });
  return { options: { engine: "exact", timeLimit: 600 } };
}
