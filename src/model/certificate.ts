import { z } from "zod";

/**
 * What proves a bound without the solver: prices, as docs/certificate.md defines them. A *price unit* is `1 / scale`
 * of a cost unit. Every number is an integer that a double holds exactly.
 */

/** Largest worth of an order, in price units; a larger one would let sums of doubles round. */
export const LARGEST_WORTH = 2 ** 51;
/** Prices of amount are in price units for so many minor units. */
export const AMOUNT_PRICE_UNIT = 1_000_000;

/** Shares of charges are in so many parts. */
export const CHARGES_SHARE_UNIT = 1_000_000;

/** Most steps of amount that a package may hold where its contents are worked out. */
export const FINEST_CONTENTS = 2 ** 20;
/** Work that all contents of a certificate may be together, in orders × steps: seconds, not minutes. */
export const MOST_CONTENTS_WORK = 2 ** 31;

const price = z.int().min(0).max(LARGEST_WORTH);
const signedPrice = z.int().min(-LARGEST_WORTH).max(LARGEST_WORTH);

const limitPricesSchema = z.object({
  /** Exactly one of the three says whose limits these are; a rule is counted from 0 within its channel. */
  channel: z.string().optional(),
  rule: z.int().min(0).optional(),
  quota: z.string().optional(),
  /** For one order. */
  orders: price.optional(),
  /** For {@link AMOUNT_PRICE_UNIT} minor units. */
  amount: price.optional(),
  /** For one package. */
  packages: price.optional(),
});
export type LimitPrices = z.output<typeof limitPricesSchema>;

/**
 * Prices of the rows of a queue: `rows` rows one after the other, the first at `price`, each next `step` less; and so for
 * {@link AMOUNT_PRICE_UNIT} minor units in them, at `amount` and `amountStep` less.
 */
const slotPricesSchema = z.object({
  rows: z.int().min(1),
  price,
  step: price,
  amount: price.optional(),
  amountStep: price.optional(),
});
export type SlotPrices = z.output<typeof slotPricesSchema>;

const channelPricesSchema = z.object({
  channel: z.string(),
  /** What an order pays for the channel beyond its charge, limits, amount and waiting; absent: the order need not buy. */
  place: price.optional(),
  /** As `place`, by values of the channel's `separateBy` fields; what is not listed has no price. */
  places: z.array(z.object({ key: z.array(z.string()), price })).optional(),
  /** For {@link AMOUNT_PRICE_UNIT} minor units of package amount. */
  amount: price.optional(),
  /** As `amount`, by values of the channel's `separateBy` fields; what is not listed pays `amount`. */
  amounts: z.array(z.object({ key: z.array(z.string()), price })).optional(),
  /**
   * Where packages are priced as wholes: a package of the channel sells no more than the best contents would, with
   * amounts counted in steps of so many minor units.
   */
  contents: z.object({ unit: z.int().min(1) }).optional(),
  /**
   * For one package of a channel that was asked about: what up to so many packages cost is due for as many as the
   * answer allows, what at least so many are paid back for as few.
   */
  mostPackages: price.optional(),
  leastPackages: price.optional(),
  /**
   * What a unit of the channel's volume costs more: an order, or {@link AMOUNT_PRICE_UNIT} minor
   * units; below 0 where it costs less.
   */
  volume: signedPrice.optional(),
  /** Which share of a charge is owed to the minimum fee anyway, in {@link CHARGES_SHARE_UNIT}ths. */
  minimumFee: z.int().min(0).max(CHARGES_SHARE_UNIT).optional(),
  slots: z.object({ per: z.enum(["place", "package"]), prices: z.array(slotPricesSchema) }).optional(),
  /** Orders of a lane and of a package at which the waiting that orders cause each other is taken up by tangents. */
  laneOrders: z
    .int()
    .min(0)
    .max(2 ** 31)
    .optional(),
  packageOrders: z
    .int()
    .min(0)
    .max(2 ** 31)
    .optional(),
});
export type ChannelPrices = z.output<typeof channelPricesSchema>;

const leafSchema = z.object({
  limits: z.array(limitPricesSchema).default([]),
  channels: z.array(channelPricesSchema).default([]),
  /** `[group]` what routing an order of it is worth at most. */
  worth: z.array(signedPrice).optional(),
});
/** One set of prices. */
export type PriceSet = z.output<typeof leafSchema>;

/**
 * Either prices, or a question about a channel's number of packages or its volume with a proof for each answer. Volume is
 * the plan's, in orders or minor units as the channel's terms have it.
 */
export type Proof =
  | { prices: PriceSet }
  | { channel: string; packages: number; atMost: Proof; above: Proof }
  | { channel: string; volume: number; atMost: Proof; above: Proof };

const proofSchema: z.ZodType<Proof> = z.lazy(() =>
  z.union([
    z.object({ prices: leafSchema }),
    z.object({
      channel: z.string(),
      packages: z.int().min(0),
      atMost: proofSchema,
      above: proofSchema,
    }),
    z.object({
      channel: z.string(),
      volume: z.int().min(0),
      atMost: proofSchema,
      above: proofSchema,
    }),
  ]),
);

export const certificateSchema = z.object({
  schemaVersion: z.literal(2),
  inputs: z.object({ channels: z.string().nullable(), orders: z.string().nullable() }),
  /** Money, as in plan.json. */
  bound: z.string(),
  /** Price units in a cost unit. */
  scale: z.int().min(1).max(1_000_000),
  /** The group of each order in file order, for `worth`; null for none. */
  groups: z.array(z.int().min(0).nullable()).optional(),
  proof: proofSchema,
});
export type Certificate = z.output<typeof certificateSchema>;
