import { z } from "zod";
import { RATE_SCALE, VOLUME_SCALE, type VolumeTerms } from "./contract.js";
import { amountField, costField, countField, type Quantity, rateField } from "./fields.js";
import { keyed } from "./zodIssues.js";

/** A channel's prices by the month's volume, as the channels file has them. */

/**
 * Counts and money for each order, or amounts and rates: `unit` says which, so that each has a schema of its own.
 *
 * @param exponent decimals of the currency
 */
export function volumeForm(exponent: number) {
  const count = countField(0);
  const cost = costField(exponent)
    .transform((units) => BigInt(units) * BigInt(VOLUME_SCALE))
    .meta({ quantity: "money", decimals: exponent + 4 } satisfies Quantity);
  const amount = amountField(exponent);
  const rate = rateField()
    .transform(BigInt)
    .meta({ quantity: "rate", decimals: RATE_SCALE } satisfies Quantity);
  return z.discriminatedUnion("unit", [formOf("orders", count, cost), formOf("amount", amount, rate)], {
    error: "must be orders or amount",
  });
}

/** @param price of a unit, in {@link VOLUME_SCALE}ths of a cost unit */
function formOf<
  Unit extends VolumeTerms["unit"],
  Volume extends z.ZodType<number>,
  Price extends z.ZodType<bigint>,
>(unit: Unit, volume: Volume, price: Price) {
  return keyed({
    unit: z.literal(unit),
    toDate: volume.optional(),
    kind: z.enum(["graduated", "allUnits"]).optional(),
    tiers: z
      .array(keyed({ from: volume, discount: price.optional(), fee: price.optional() }))
      .min(1)
      .optional(),
    minimum: keyed({ volume, shortfallFee: price }).optional(),
  });
}

export type VolumeForm = z.output<ReturnType<typeof volumeForm>>;

/** The form with all defaults filled in. The rules between its fields hold. */
export function toVolumeTerms(form: VolumeForm): VolumeTerms {
  return {
    unit: form.unit,
    toDate: form.toDate ?? 0,
    kind: form.kind ?? "graduated",
    tiers: (form.tiers ?? []).map(({ from, discount, fee }) => ({
      from,
      price: discount === undefined ? fee! : -discount,
    })),
    minimum:
      form.minimum === undefined
        ? null
        : { volume: form.minimum.volume, shortfall: form.minimum.shortfallFee },
  };
}
