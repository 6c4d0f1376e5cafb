import { parseChannels } from "../../../src/model/channelsFile.js";
import { type Contract, RATE_ONE, type RoundMode, type Rule } from "../../../src/model/contract.js";
import { SourceNumber } from "../../../src/model/fields.js";
import type { OrderTable } from "../../../src/model/order.js";
import { orderSchemas } from "../../../src/model/orderFields.js";

/** A channels file as one would write it, parsed. */
export function contractOf(file: unknown): Contract {
  return parseChannels(sourceText(file));
}

function sourceText(value: unknown): unknown {
  if (typeof value === "number") return new SourceNumber(String(value));
  if (Array.isArray(value)) return value.map(sourceText);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sourceText(inner)]));
  return value;
}

export interface OrderText {
  readonly bank: string;
  readonly amount: string;
  readonly dueBy?: string;
  readonly delayWeight?: string;
  readonly channels?: string;
  readonly unroutedPenalty?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

const NOTHING_OPTIONAL = { dueBy: "", delayWeight: "", channels: "", unroutedPenalty: "", attributes: {} };

/** Orders as one would write them, parsed; each has a profile of its own. */
export function ordersOf(contract: Contract, rows: readonly OrderText[]): OrderTable {
  const { amount, profile } = orderSchemas(contract);
  return {
    count: rows.length,
    profiles: rows.map((row) => profile.parse({ ...NOTHING_OPTIONAL, ...row })),
    profile: Int32Array.from(rows, (_, i) => i),
    amount: Float64Array.from(rows, (row) => amount.parse(row.amount)),
  };
}

/** A rule for every order with this fee schedule. */
export function ruleOf(
  tiers: Rule["fee"]["tiers"],
  roundTo: number,
  roundMode: RoundMode,
  successRate = RATE_ONE,
  apply: Rule["fee"]["apply"] = "whole",
): Rule {
  return {
    banks: null,
    except: [],
    where: [],
    amountMin: 0,
    amountMax: Infinity,
    fee: { tiers, apply, roundTo, roundMode },
    successRate,
    limits: { maxOrders: Infinity, maxAmount: Infinity },
  };
}
