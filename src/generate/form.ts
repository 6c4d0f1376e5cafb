import { numberText } from "../model/decimal.js";

/**
 * The channels file in its own form, as plain data: money, rates and instants as the text that the file holds, counts
 * and durations as numbers. What it means is in the contract; what is valid, in `model/channelsForm.ts`.
 */
export interface ChannelsForm {
  readonly currency: string;
  readonly planAt?: string;
  readonly objective?: ObjectiveForm;
  readonly quotas?: readonly QuotaForm[];
  readonly channels: readonly ChannelForm[];
}

export interface ObjectiveForm {
  readonly delayCostPerOrderHour?: string;
  readonly failureCost?: string;
  readonly unroutedPenalty?: string;
  readonly unroutedPenaltyRate?: string;
}

export interface LimitsForm {
  readonly maxOrders?: number;
  readonly maxAmount?: string;
}

export interface PackageLimitsForm extends LimitsForm {
  readonly maxPackages?: number;
}

export interface QuotaForm {
  readonly id: string;
  readonly channels: readonly string[];
  readonly limits: PackageLimitsForm;
}

export interface ChannelForm {
  readonly id: string;
  readonly mode: "batch" | "single";
  readonly coverage: readonly RuleForm[];
  readonly fee?: FeeForm;
  readonly failureFee?: string;
  readonly package?: PackageForm;
  readonly limits?: PackageLimitsForm;
  readonly queue?: QueueForm;
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

export interface FeePartsForm {
  readonly flat?: string;
  readonly rate?: string;
  readonly min?: string;
  readonly max?: string;
}

export interface FeeForm extends FeePartsForm {
  readonly tiers?: readonly (FeePartsForm & { readonly upTo?: string })[];
  readonly round?: { readonly to?: string; readonly mode?: "halfUp" | "halfEven" | "up" | "down" };
}

export interface PackageForm extends LimitsForm {
  readonly fee?: string;
  readonly minOrders?: number;
  readonly separateBy?: readonly string[];
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

/** Plain data with source text at its leaves, which is what `parseChannels` reads. */
export function textTree(value: unknown): unknown {
  if (typeof value === "number") {
    const text = numberText(value);
    if (text === null) throw new RangeError(`${value} has no plain decimal form.`);
    return text;
  }
  if (Array.isArray(value)) return value.map(textTree);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, textTree(part)]));
  return value;
}
