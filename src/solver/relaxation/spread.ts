import type { Classes } from "../classes.js";

/** Options that cost so many mean least charges more than the cheapest are none: what they cost does not matter. */
const FAR = 2;
/** What an order's amount weighs beside its charges, for room by amount: of a mean amount, in mean least charges. */
const OF_AMOUNT = 0.1;

/**
 * How unlike orders are, one after the other, in the square root of the loss: in slices of equal length on this scale orders
 * lose least by being treated as their mean. For what a slice loses is its orders times the width of their charges; with n
 * orders to a unit of width the sum over all slices is least where each is 1/√n wide (Panter and Dite's quantiser,
 * doi:10.1109/JRPROC.1951.230419, for the width itself instead of its square).
 *
 * @param members orders, those of one kind together and by amount
 * @param kind `[member]`
 * @returns `[member]` length from the first one, which grows within a kind only
 */
export function runningSpread(
  { channels: C, classOf, charge, penalty }: Classes,
  amount: Float64Array,
  members: Int32Array,
  kind: Int32Array,
): Float64Array {
  const length = new Float64Array(members.length);
  const { leastCharge, meanAmount } = means(C, classOf, charge, penalty, amount, members);
  const far = FAR * leastCharge;
  /** `[channel]`, the last for deferral: how much more it costs than the cheapest, at most `far`. */
  const more = new Float64Array(C + 1);
  let total = 0;
  for (let m = 0; m < members.length; m++) {
    const order = members[m]!;
    const k = classOf[order]!;
    const least = leastOf(C, charge, penalty, k);
    let widest = 0;
    for (let c = 0; c <= C; c++) {
      const cost = c === C ? penalty[k]! : charge[k * C + c]!;
      const value = cost < 0 ? far : Math.min(far, cost - least);
      widest = Math.max(widest, Math.abs(value - more[c]!));
      more[c] = value;
    }
    if (m > 0 && kind[m] === kind[m - 1]) {
      const step = Math.abs(amount[order]! - amount[members[m - 1]!]!);
      const width = leastCharge > 0 ? widest / leastCharge : 0;
      total += Math.sqrt(width + (OF_AMOUNT * step) / meanAmount);
    }
    length[m] = total;
  }
  return length;
}

function means(
  C: number,
  classOf: Int32Array,
  charge: Float64Array,
  penalty: Float64Array,
  amount: Float64Array,
  members: Int32Array,
): { leastCharge: number; meanAmount: number } {
  let charges = 0;
  let amounts = 0;
  for (const order of members) {
    charges += leastOf(C, charge, penalty, classOf[order]!);
    amounts += amount[order]!;
  }
  return { leastCharge: charges / members.length, meanAmount: amounts / members.length };
}

/** What routing or deferring an order of a class costs at least. */
function leastOf(C: number, charge: Float64Array, penalty: Float64Array, k: number): number {
  let least = penalty[k]!;
  for (let c = 0; c < C; c++) {
    const cost = charge[k * C + c]!;
    if (cost >= 0 && cost < least) least = cost;
  }
  return least;
}
