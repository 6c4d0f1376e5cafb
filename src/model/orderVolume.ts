import type { Issue } from "./issue.js";
import type { OrderTable } from "./order.js";
import type { OrderVolume } from "./scenarios.js";

/** Orders of another number. */
export interface ScaledOrders {
  readonly table: OrderTable;
  /** `[order]` row of the order that it is a copy of. */
  readonly origin: Int32Array;
}

/**
 * Every order as many times as the scale says; of its fraction each order draws for itself. Who is there at a scale is there at
 * every larger one of the same seed, so that scales can be compared.
 */
export function scaleOrders(
  { count, profiles, profile, amount }: OrderTable,
  volume: OrderVolume,
): ScaledOrders {
  const { digits, decimals } = volume.scale;
  const one = 10n ** BigInt(decimals);
  const whole = Number(digits / one);
  /** Draws below it have one more. */
  const threshold = Number(((digits % one) << 32n) / one);
  const times = (row: number) => whole + (draw(row, volume.seed) < threshold ? 1 : 0);
  let total = 0;
  for (let row = 0; row < count; row++) total += times(row);
  const table = {
    count: total,
    profiles,
    profile: new Int32Array(new SharedArrayBuffer(4 * total)),
    amount: new Float64Array(new SharedArrayBuffer(8 * total)),
  };
  const origin = new Int32Array(total);
  let next = 0;
  for (let row = 0; row < count; row++)
    for (let copies = times(row); copies > 0; copies--) {
      origin[next] = row;
      table.profile[next] = profile[row]!;
      table.amount[next] = amount[row]!;
      next++;
    }
  return { table, origin };
}

/**
 * What is wrong with a volume for the number of orders that there would be, before they are made.
 *
 * @param count orders that there are
 * @param most default any number
 */
export function tooManyScaled(count: number, { scale }: OrderVolume, most: number | undefined): Issue | null {
  const one = 10n ** BigInt(scale.decimals);
  const total = (BigInt(count) * scale.digits + one - 1n) / one;
  if (most === undefined || total <= BigInt(most)) return null;
  return {
    code: "TOO_MANY_ORDERS",
    path: "orders.scale",
    message: `${count} orders would become ${total}, more than the ${most} that are taken`,
    hint: "Take a smaller scale.",
  };
}

/** 32 random bits of a row: the finaliser of MurmurHash3 over a Weyl sequence. */
function draw(row: number, seed: number): number {
  let bits = (Math.imul(row + 1, 0x9e3779b9) ^ Math.imul(seed + 1, 0x85ebca6b)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
