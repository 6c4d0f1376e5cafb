import type { CostUnits, MinorUnits } from "./money.js";
import type { Micros } from "./time.js";

/**
 * Everything about an order but its id and its amount. Orders of a file share few profiles, so text is parsed
 * once for each profile and never once for each order.
 */
export interface OrderProfile {
  readonly bank: string;
  /** Values of the attributes that the channels file asks for, by name; missing = empty. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Indices of the only channels the order may use, ascending; null = all. */
  readonly channels: readonly number[] | null;
  /** Since time zero; Infinity where absent. */
  readonly dueBy: Micros;
  /** In millionths. */
  readonly delayWeight: number;
  readonly unroutedPenalty: CostUnits | null;
}

/** Orders as columns on shared memory. Row i of every column is the i-th order of the file. */
export interface OrderTable {
  readonly count: number;
  readonly profiles: readonly OrderProfile[];
  /** `[order]` index into `profiles`. */
  readonly profile: Int32Array;
  /** `[order]` amount in minor units: positive safe integers. */
  readonly amount: Float64Array;
}

/** The amount of one order as a typed value. */
export function amountOf(orders: OrderTable, order: number): MinorUnits {
  return orders.amount[order]!;
}

/** A value of an order's field by the name a `separateBy` or a `where` uses. */
export function fieldOf(profile: OrderProfile, field: string): string {
  return field === "bank" ? profile.bank : (profile.attributes[field] ?? "");
}
