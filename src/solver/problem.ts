import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import { MICROS_PER_HOUR } from "../model/time.js";
import { type Classes, classify } from "./classes.js";
import { type LimitTable, limitTable } from "./limits.js";

/** Everything a solver works on: the input, classed. Plain data on shared memory: it can be sent to any thread. */
export interface Problem {
  readonly contract: Contract;
  readonly orders: OrderTable;
  readonly classes: Classes;
  readonly limits: LimitTable;
}

export function problemOf(contract: Contract, orders: OrderTable): Problem {
  return { contract, orders, classes: classify(contract, orders), limits: limitTable(contract) };
}

/** Cost units for one millionth of weight waiting one microsecond, as a double: for estimates only. */
export function delayRate(contract: Contract): number {
  return contract.objective.delayCostPerOrderHour / (1_000_000 * MICROS_PER_HOUR);
}
