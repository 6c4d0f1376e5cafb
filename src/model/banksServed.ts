import { z } from "zod";
import { count, money } from "./fileParts.js";

/** Which banks a contract serves, by which channels, within which limits: the only description of that form. */

const offer = z.object({
  channel: z.string(),
  where: z
    .record(z.string(), z.array(z.string()))
    .describe("Attributes that an order must have, each with one of the values"),
  amount: z.object({ min: money, max: money.nullable() }).describe("Inclusive; max null where there is none"),
  until: z
    .string()
    .nullable()
    .describe(
      "The last moment to begin: what begins later is not out by the cut-off. Null where there is no cut-off",
    ),
});
export type Offer = z.output<typeof offer>;

const offers = z.object({ batch: z.array(offer), single: z.array(offer) });

export const banksServedSchema = z.object({
  currency: z.string(),
  channels: z.array(
    z.object({
      id: z.string(),
      mode: z.enum(["batch", "single"]),
      opensAt: z
        .string()
        .nullable()
        .describe("When its first lane is free, behind its backlog; null where the contract has no planAt"),
      cutOff: z.string().nullable(),
      package: z.object({ minOrders: count, maxOrders: count.nullable() }).optional(),
    }),
  ),
  /** Banks that a rule names. One without any offer is excepted everywhere. */
  banks: z.array(offers.extend({ bank: z.string() })),
  /** Every other bank. */
  others: offers,
});
export type BanksServed = z.output<typeof banksServedSchema>;
