import { LARGEST_WORTH } from "../model/certificate.js";
import type { Channel } from "../model/contract.js";
import { type CostTotal, ExactSum } from "../model/money.js";
import { MICROS_PER_HOUR } from "../model/time.js";
import { leastVolumeCost } from "./atVolumePrices.js";
import { orderFeeOf } from "./packageFee.js";
import type { Problem } from "./problem.js";
import { ANY_VOLUME, noVolumePrices } from "./volumePrices.js";

/**
 * The simplest certified bound: with all prices zero every order pays at least the least of its penalty and, over the
 * channels that could take it, of its charge, its part of a package's fee and the waiting until the first row of the queue
 * ends; and each channel's volume costs the least that it could (docs/certificate.md). Exact, in cost units.
 */
export function zeroPriceBound(problem: Problem): CostTotal {
  const { contract, classes } = problem;
  const C = classes.channels;
  const rate = BigInt(contract.objective.delayCostPerOrderHour);
  const waits = contract.channels.map((channel) => new FirstWait(channel, rate));
  const orderFees = contract.channels.map(orderFeeOf);
  const sum = new ExactSum();
  for (let k = 0; k < classes.count; k++) {
    let least = Math.min(LARGEST_WORTH, classes.penalty[k]!);
    for (let c = 0; c < C; c++) {
      const charge = classes.charge[k * C + c]!;
      if (charge >= 0 && charge < least)
        least = Math.min(least, charge + orderFees[c]! + waits[c]!.of(classes.weight[k]!));
    }
    const product = least * classes.size[k]!;
    if (Number.isSafeInteger(product)) sum.add(product);
    else sum.addBig(BigInt(least) * BigInt(classes.size[k]!));
  }
  const prices = { scale: 1, volume: noVolumePrices(C) };
  contract.channels.forEach((_, c) => {
    sum.addBig(leastVolumeCost(problem, prices, c, ANY_VOLUME)!);
  });
  return sum.total;
}

/** What waiting for the first row of a queue costs, rounded down, by weight. */
class FirstWait {
  readonly #known = new Map<number, number>();
  readonly #perWeight: bigint;
  readonly #never: boolean;

  constructor({ mode, queue, package: { minOrders } }: Channel, rate: bigint) {
    const row = mode === "single" ? queue.perOrder : queue.perPackage;
    // Not even one package of the fewest orders would be in time.
    this.#never = mode === "batch" && queue.start + row + minOrders * queue.perOrder > queue.cutOff;
    this.#perWeight = rate * BigInt(queue.start + row + queue.result);
  }

  of(weight: number): number {
    if (this.#never) return Infinity;
    let wait = this.#known.get(weight);
    if (wait === undefined) {
      const exact = (this.#perWeight * BigInt(weight)) / (1_000_000n * BigInt(MICROS_PER_HOUR));
      wait = exact > BigInt(LARGEST_WORTH) ? LARGEST_WORTH : Number(exact);
      this.#known.set(weight, wait);
    }
    return wait;
  }
}
