import { parseChannels } from "../../src/model/channelsFile.js";
import type { Contract } from "../../src/model/contract.js";
import { SourceNumber } from "../../src/model/fields.js";
import type { OrderTable } from "../../src/model/order.js";
import { orderSchemas } from "../../src/model/orderFields.js";
import { type Problem, problemOf } from "../../src/solver/problem.js";

/** The channels file as one would write it in JSON. */
export interface ChannelsForm {
  readonly currency: string;
  readonly planAt?: string;
  readonly objective?: {
    readonly delayCostPerOrderHour?: string;
    readonly failureCost?: string;
    readonly unroutedPenalty?: string;
    readonly unroutedPenaltyRate?: string;
  };
  readonly quotas?: readonly {
    readonly id: string;
    readonly channels: readonly string[];
    readonly limits: LimitsForm;
  }[];
  readonly channels: readonly ChannelForm[];
}

export interface LimitsForm {
  readonly maxOrders?: number;
  readonly maxAmount?: string;
  readonly maxPackages?: number;
}

export interface ChannelForm {
  readonly id: string;
  readonly mode: "batch" | "single";
  readonly coverage: readonly RuleForm[];
  readonly fee?: FeeForm;
  readonly failureFee?: string;
  readonly package?: {
    readonly fee?: string;
    readonly feeTiers?: readonly PackageFeeTierForm[];
    readonly maxOrders?: number;
    readonly minOrders?: number;
    readonly maxAmount?: string;
    readonly separateBy?: readonly string[];
    readonly uniqueBy?: readonly string[];
  };
  readonly limits?: LimitsForm;
  readonly queue?: QueueForm;
  readonly volume?: VolumeForm;
  readonly minimumFee?: { readonly fee: string; readonly chargesToDate?: string };
}

export interface VolumeForm {
  readonly unit: "orders" | "amount";
  readonly toDate?: string;
  readonly kind?: "graduated" | "allUnits";
  readonly tiers?: readonly { readonly from: string; readonly discount?: string; readonly fee?: string }[];
  readonly minimum?: { readonly volume: string; readonly shortfallFee: string };
}

export interface PackageFeeTierForm {
  readonly upTo?: number;
  readonly fee?: string;
  readonly perOrder?: string;
}

export interface RuleForm {
  readonly banks: "*" | readonly string[];
  readonly except?: readonly string[];
  readonly where?: Readonly<Record<string, readonly string[]>>;
  readonly amount?: { readonly min?: string; readonly max?: string };
  readonly fee?: FeeForm;
  readonly successRate?: string;
  readonly limits?: LimitsForm;
}

export interface TierForm {
  readonly upTo?: string;
  readonly flat?: string;
  readonly rate?: string;
  readonly min?: string;
  readonly max?: string;
}

export interface FeeForm extends Omit<TierForm, "upTo"> {
  readonly tiers?: readonly TierForm[];
  readonly apply?: "whole" | "marginal";
  readonly round?: { readonly to?: string; readonly mode?: "halfUp" | "halfEven" | "up" | "down" };
}

export interface QueueForm {
  readonly opensAt?: string;
  readonly cutOff?: string;
  readonly backlogSeconds?: number;
  readonly secondsPerPackage?: number;
  readonly secondsPerOrder?: number;
  readonly lanes?: number;
  readonly resultSeconds?: number;
}

/** An order as a row of text; absent fields are absent columns or empty cells. */
export interface OrderRow {
  readonly id: string;
  readonly bank: string;
  readonly amount: string;
  readonly dueBy?: string;
  readonly delayWeight?: string;
  readonly channels?: string;
  readonly unroutedPenalty?: string;
  /** The one attribute that instances use. */
  readonly kind?: string;
}

/** Both input files, as plain data. */
export interface Instance {
  readonly channels: ChannelsForm;
  readonly orders: readonly OrderRow[];
}

/** Source form of plain data: numbers marked as such. */
export function sourceForm(value: unknown): unknown {
  if (typeof value === "number") return new SourceNumber(String(value));
  if (Array.isArray(value)) return value.map(sourceForm);
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([key, member]) => [key, sourceForm(member)]));
  }
  return value;
}

export function contractOf(channels: unknown): Contract {
  return parseChannels(sourceForm(channels));
}

/** Orders parsed by the model's own schemas; equal rows share a profile, as the readers have it. */
export function tableOf(contract: Contract, rows: readonly OrderRow[]): OrderTable {
  const { amount, profile } = orderSchemas(contract);
  const profiles: OrderTable["profiles"][number][] = [];
  const known = new Map<string, number>();
  return {
    count: rows.length,
    profile: Int32Array.from(rows, (row) => {
      const { bank, dueBy = "", delayWeight = "", channels = "", unroutedPenalty = "", kind = "" } = row;
      const text = { bank, dueBy, delayWeight, channels, unroutedPenalty, attributes: { kind } };
      const identity = JSON.stringify(text);
      let index = known.get(identity);
      if (index === undefined) {
        index = profiles.push(profile.parse(text)) - 1;
        known.set(identity, index);
      }
      return index;
    }),
    profiles,
    amount: Float64Array.from(rows, (row) => amount.parse(row.amount)),
  };
}

export function problemFrom({ channels, orders }: Instance): Problem {
  const contract = contractOf(channels);
  return problemOf(contract, tableOf(contract, orders));
}

export const ORDER_COLUMNS = [
  "id",
  "bank",
  "amount",
  "dueBy",
  "delayWeight",
  "channels",
  "unroutedPenalty",
  "kind",
] as const;

/** The orders file of an instance, as CSV. Generated values hold no comma, quote or line break. */
export function ordersCsv(orders: readonly OrderRow[]): string {
  const rows = orders.map((row) => ORDER_COLUMNS.map((column) => row[column] ?? "").join(","));
  return `${[ORDER_COLUMNS.join(","), ...rows].join("\n")}\n`;
}
