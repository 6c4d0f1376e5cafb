import { z } from "zod";
import {
  amountField,
  attributeValue,
  complain,
  costField,
  countField,
  feePartField,
  instantField,
  name,
  rateField,
  secondsField,
  text,
} from "./fields.js";
import { suggest } from "./issue.js";
import type { Lenient } from "./lenientSchema.js";
import { currencyExponent, knownCurrencies } from "./money.js";
import { volumeForm } from "./volumeForm.js";
import { keyed } from "./zodIssues.js";

/** The form of the channels file: its zod schemas, which are the only source of its shape. */

/**
 * The schema of the file. It depends on the currency, because that fixes how fine money may be.
 *
 * @param exponent decimals of the currency
 */
export function channelsSchema(exponent: number) {
  const amount = amountField(exponent);
  const cost = costField(exponent);
  const limits = keyed({ maxOrders: countField(0).optional(), maxAmount: amount.optional() });
  const packageLimits = keyed({ ...limits.shape, maxPackages: countField(0).optional() });

  const feeParts = {
    flat: feePartField().optional(),
    rate: rateField().optional(),
    min: feePartField().optional(),
    max: feePartField().optional(),
  };
  const round = keyed({
    to: cost.optional(),
    mode: z.enum(["halfUp", "halfEven", "up", "down"]).optional(),
  });
  const tier = keyed({ upTo: amount.optional(), ...feeParts });
  const fee = keyed({
    ...feeParts,
    tiers: z.array(tier).min(1).optional(),
    apply: z.enum(["whole", "marginal"]).optional(),
    round: round.optional(),
  });

  const banks = z.union([z.literal("*"), z.array(name).min(1)], {
    error: 'must be "*" or a list of bank codes, such as [ICBC, CCB]',
  });
  const rule = keyed({
    id: name.optional(),
    banks,
    except: z.array(name).optional(),
    where: z.record(z.string(), z.array(attributeValue).min(1)).optional(),
    amount: keyed({ min: amount.optional(), max: amount.optional() }).optional(),
    fee: fee.optional(),
    successRate: rateField().optional(),
    limits: limits.optional(),
  });
  const packageFeeTier = keyed({
    upTo: countField(1).optional(),
    fee: cost.optional(),
    perOrder: cost.optional(),
  });
  const queue = keyed({
    opensAt: instantField().optional(),
    cutOff: instantField().optional(),
    backlogSeconds: secondsField().optional(),
    secondsPerPackage: secondsField().optional(),
    secondsPerOrder: secondsField().optional(),
    lanes: countField(1).optional(),
    resultSeconds: secondsField().optional(),
  });
  const channel = keyed({
    id: name,
    mode: z.enum(["batch", "single"]),
    coverage: z.array(rule).min(1),
    fee: fee.optional(),
    failureFee: cost.optional(),
    package: keyed({
      fee: cost.optional(),
      feeTiers: z.array(packageFeeTier).min(1).optional(),
      maxOrders: countField(1).optional(),
      minOrders: countField(1).optional(),
      maxAmount: amount.optional(),
      separateBy: z.array(name).optional(),
      uniqueBy: z.array(name).optional(),
    }).optional(),
    limits: packageLimits.optional(),
    queue: queue.optional(),
    volume: volumeForm(exponent).optional(),
    minimumFee: keyed({ fee: cost, chargesToDate: cost.optional() }).optional(),
  });
  return keyed({
    currency: currencyField,
    planAt: instantField().optional(),
    objective: keyed({
      delayCostPerOrderHour: cost.optional(),
      failureCost: cost.optional(),
      unroutedPenalty: cost.optional(),
      unroutedPenaltyRate: rateField().optional(),
    }).optional(),
    quotas: z.array(keyed({ id: name, channels: z.array(name).min(1), limits: packageLimits })).optional(),
    channels: z.array(channel).min(1),
  });
}

const currencyField = text.transform((value, context) => {
  if (currencyExponent(value) === undefined)
    return complain(
      context,
      "UNKNOWN_CURRENCY",
      "is no ISO 4217 currency",
      suggest(value, knownCurrencies()) || "Write a code such as CNY.",
    );
  return value;
});

/** The channels file in its own form, parsed: money in exact units, instants and durations in microseconds. */
export type ChannelsForm = z.output<ReturnType<typeof channelsSchema>>;
/** As much of it as can be parsed: what is wrong or missing is undefined, and lists keep their places. */
export type PartialForm = Lenient<ReturnType<typeof channelsSchema>>;
