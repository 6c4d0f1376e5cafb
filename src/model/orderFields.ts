import { z } from "zod";
import {
  amountField,
  attributeValue,
  complain,
  costField,
  instantField,
  name,
  text,
  weightField,
} from "./fields.js";
import { suggest } from "./issue.js";
import type { OrderProfile } from "./order.js";
import type { Micros } from "./time.js";

/** Fields of an order with a meaning of their own; any other is an attribute. */
export const ORDER_FIELDS = [
  "id",
  "bank",
  "amount",
  "dueBy",
  "delayWeight",
  "channels",
  "unroutedPenalty",
] as const;
export const REQUIRED_ORDER_FIELDS = ["id", "bank", "amount"] as const;

/**
 * What it takes of a channels file to judge orders. A contract is that; so is what can be known of a file that is not
 * right yet.
 */
export interface OrderTerms {
  /** Decimals of the currency. */
  readonly exponent: number;
  /** Time zero in microseconds since 1970; null where there is none. */
  readonly planAt: Micros | null;
  readonly channels: readonly {
    readonly id: string;
    readonly coverage: readonly { readonly where: readonly { readonly attribute: string }[] }[];
    readonly package: { readonly separateBy: readonly string[]; readonly uniqueBy: readonly string[] };
  }[];
}

/** Attribute names that the contract asks for, in coverage rules, `separateBy` or `uniqueBy`, sorted. */
export function attributesUsed({ channels }: Pick<OrderTerms, "channels">): readonly string[] {
  const used = new Set<string>();
  for (const channel of channels) {
    for (const rule of channel.coverage) for (const { attribute } of rule.where) used.add(attribute);
    for (const field of [...channel.package.separateBy, ...channel.package.uniqueBy])
      if (field !== "bank") used.add(field);
  }
  return [...used].sort();
}

/** A field whose absence, or empty text, means a default. */
function optional<Field extends z.ZodType, Default>(field: Field, value: Default) {
  const empty = z.union([z.undefined(), z.literal("")]).transform(() => value);
  return z
    .union([empty, field])
    .optional()
    .transform((parsed) => (parsed === undefined ? value : parsed));
}

/**
 * Schemas of an order's fields, given its channels file: money depends on the currency, permitted channels on the ids
 * and due times on time zero. A missing optional field is undefined or empty text.
 */
export function orderSchemas(terms: OrderTerms) {
  const ids = terms.channels.map((channel) => channel.id);
  const amount = amountField(terms.exponent).transform((minor, context) =>
    minor > 0 ? minor : complain(context, "OUT_OF_RANGE", "must be above 0"),
  );
  const channels = text.transform((value, context): readonly number[] => {
    const indices = new Set<number>();
    for (const id of value.split("|")) {
      const index = ids.indexOf(id);
      if (index < 0)
        return complain(context, "UNKNOWN_CHANNEL", `names no channel "${id}"`, suggest(id, ids));
      indices.add(index);
    }
    return [...indices].sort((a, b) => a - b);
  });
  const dueBy = instantField().transform(({ at }, context) => {
    if (terms.planAt === null)
      return complain(context, "MISSING_PLAN_AT", "needs a time zero", "Add planAt to the channels file.");
    return at - terms.planAt;
  });
  const fields = {
    dueBy,
    delayWeight: weightField(),
    channels,
    unroutedPenalty: costField(terms.exponent),
  };
  const profile = z.object({
    bank: name,
    dueBy: optional(fields.dueBy, Number.POSITIVE_INFINITY),
    delayWeight: optional(fields.delayWeight, 1_000_000),
    channels: optional(fields.channels, null),
    unroutedPenalty: optional(fields.unroutedPenalty, null),
    attributes: z.record(z.string(), attributeValue),
  });
  return { id: name, amount, fields, profile };
}

/** Text fields of an order but its id and amount, as every reader hands them over. */
export interface ProfileText {
  readonly bank: unknown;
  readonly dueBy?: unknown;
  readonly delayWeight?: unknown;
  readonly channels?: unknown;
  readonly unroutedPenalty?: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type ProfileSchema = ReturnType<typeof orderSchemas>["profile"];

// The schema's output is the domain type: a change of one without the other does not compile.
const _profileIsOutput = (profile: z.output<ProfileSchema>): OrderProfile => profile;
void _profileIsOutput;
