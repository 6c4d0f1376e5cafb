import { type CostTotal, ExactSum } from "../model/money.js";
import type { Classes } from "./classes.js";

/**
 * The simplest certified bound: with all prices zero every order pays at least the least of its charges and its
 * penalty (docs/certificate.md). Exact.
 */
export function zeroPriceBound(classes: Classes): CostTotal {
  const C = classes.channels;
  let total = 0n;
  const sum = new ExactSum();
  for (let k = 0; k < classes.count; k++) {
    let least = classes.penalty[k]!;
    for (let c = 0; c < C; c++) {
      const charge = classes.charge[k * C + c]!;
      if (charge >= 0 && charge < least) least = charge;
    }
    const product = least * classes.size[k]!;
    if (Number.isSafeInteger(product)) sum.add(product);
    else total += BigInt(least) * BigInt(classes.size[k]!);
  }
  return total + sum.total;
}
