import { MoveGraph } from "./chains.js";
import { routeDeferred } from "./ejection.js";
import { relocateOrders, swapOrders } from "./moves.js";
import type { Trials } from "./trials.js";

/** Rounds that gain less than this part of the objective are the last: what is left is not worth the time. */
export const WORTHWHILE = 1e-5;

/**
 * Moves and exchanges until a whole round gains next to nothing. The packing is refreshed afterwards.
 *
 * @param deferredFirst whether deferred orders are squeezed in before exchanges have used up what room there is
 */
export function polish(trials: Trials, deferredFirst: boolean): void {
  const { packing } = trials;
  for (let round = 0; round < 20 && !trials.shouldStop(); round++) {
    const before = packing.objective;
    trials.attempt(() => relocateOrders(packing) > 0);
    if (deferredFirst) routeDeferred(trials);
    // Chains first: they do in bulk what exchanges do one by one.
    applyChains(trials);
    trials.attempt(() => swapOrders(packing) > 0);
    if (before - packing.objective < Math.max(0.5, before * WORTHWHILE)) break;
  }
}

/** Chains tried in a row: each one may be applied thousands of times. */
const CHAINS = 40;

function applyChains(trials: Trials): void {
  const { packing } = trials;
  const graph = new MoveGraph(packing);
  if (graph.isTooLarge) return;
  for (let tries = 0; tries < CHAINS && !trials.shouldStop(); tries++) {
    const before = packing.objective;
    const chain = graph.negativeChain();
    if (chain === undefined || !trials.attempt(() => graph.apply(chain) > 0)) return;
    if (before - packing.objective < before * WORTHWHILE * 0.1) return;
    graph.update(chain);
  }
}
