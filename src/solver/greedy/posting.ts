import type { Problem } from "../problem.js";
import { Market } from "./market.js";
import type { Options } from "./options.js";
import type { Prices } from "./prices.js";

/** Sweeps over all prices on a sample of the orders. */
const SWEEPS = 9;
/** Orders in the sample. */
const SAMPLE = 12_000;
/** Sweeps on all orders, over the prices of what the sample's prices leave overbooked. */
const FULL_SWEEPS = 6;
/** Cells (order × channel) up to which all orders are looked at. */
const FULL_CELLS = 50_000_000;

/**
 * Finds prices at which what is scarce is just used up. One price after another is set to where demand meets room, the
 * others held: coordinate ascent on the Lagrangian dual (Bertsekas, Nonlinear Programming, section 6.3), which for one
 * price is a selection. First on a sample, then on all orders what is overbooked there: were it left to the repair, the
 * orders that lose most would find their second choices taken. Deterministic, unless it is stopped.
 *
 * @param shouldStop asked often; once it is true the prices stay as they are
 * @returns yields the sample's prices where there are more orders than that, then the prices of all orders; each is the
 *   same object, refined
 */
export function* postPrices(
  problem: Problem,
  options: Options,
  shouldStop: () => boolean,
): Generator<Prices, void> {
  const { members } = problem.classes;
  const sample = new Market(problem, options, Math.min(members.length, SAMPLE));
  for (let sweep = 1; sweep <= SWEEPS && !shouldStop(); sweep++) {
    sample.setQueuePrices(sweep);
    for (const scarcity of sample.scarcities) if (!shouldStop()) sample.clear(scarcity);
    sample.clearTogether();
  }
  yield sample.prices;
  if (members.length <= SAMPLE || shouldStop()) return;
  const perOrder = Math.max(1, options.channel.length / problem.classes.count);
  const full = new Market(
    problem,
    options,
    Math.min(members.length, Math.floor(FULL_CELLS / perOrder)),
    sample,
  );
  let changed = false;
  for (let sweep = 1; sweep <= FULL_SWEEPS && !shouldStop(); sweep++) {
    const overbooked = full.overbooked();
    if (overbooked.length === 0) break;
    for (const scarcity of overbooked) if (!shouldStop()) full.clear(scarcity);
    full.clearTogether();
    changed = true;
  }
  if (changed) yield full.prices;
}
