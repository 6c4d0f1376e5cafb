import { delayRate, type Problem } from "../problem.js";
import type { RelaxationAnswer } from "./answer.js";

/**
 * `[channel][key]` what a channel asks of an order beyond its expense in a certificate (certificate.md, step 2), shares in
 * openings aside: the price of a place and, where packages pay for slots, the waiting of its package. In the relaxation's
 * units; NaN for keys that have no places.
 */
export function keyPrices(problem: Problem, { relaxed, found, queue }: RelaxationAnswer): Float64Array[] {
  const rate = delayRate(problem.contract) / relaxed.costUnit;
  return problem.contract.channels.map((channel, c) => {
    const terms = queue.channels[c]!;
    const single = channel.mode === "single";
    // Slots of a single channel ask for its rows, as its places do in the relaxation.
    const asksTwice = single && terms.slots.length > 0;
    const { start, result, perPackage } = channel.queue;
    const waiting = rate * problem.classes.reach[c]!.meanWeight;
    return Float64Array.from(relaxed.places[c]!, (place, key) => {
      if (place < 0) return Number.NaN;
      const wait =
        single || !terms.perPackage ? 0 : waiting * (start + result + (terms.row[key] ?? 1) * perPackage);
      return (asksTwice ? 0 : found.price[place]!) + wait;
    });
  });
}
