import { z } from "zod";
import { type Decimal, parseDecimal, parseSigned, type SignedDecimal } from "./decimal.js";
import { complain, countField, name, text } from "./fields.js";
import type { Lenient } from "./lenientSchema.js";
import { keyed } from "./zodIssues.js";

/** The scenarios file as it is written, before what its parts name is put together. */

/** What a sweep may do to its field. */
export const AXIS_VERBS = ["set", "scale", "add"] as const;

const anything = z.custom<unknown>((value) => value !== undefined, { error: "is missing" });

const decimal = text.transform((value, context): Decimal => {
  return (
    parseDecimal(value) ?? complain(context, "NOT_A_DECIMAL", "is not a plain decimal", "Write 0.9 or 1.25.")
  );
});

const signedDecimal = text.transform((value, context): SignedDecimal => {
  return parseSigned(value) ?? complain(context, "NOT_A_DECIMAL", "is not a decimal", "Write 2.50 or -2.50.");
});

const orders = keyed({ scale: decimal, seed: countField(0).optional() });

const change = keyed({
  set: z.record(z.string(), anything).optional(),
  scale: z.record(z.string(), decimal).optional(),
  add: z.record(z.string(), signedDecimal).optional(),
  remove: z.array(text).min(1).optional(),
  off: z.array(text).min(1).optional(),
  channel: anything.optional(),
});

const axis = keyed({
  set: text.optional(),
  scale: text.optional(),
  add: text.optional(),
  values: z.array(text).min(1).optional(),
  from: signedDecimal.optional(),
  to: signedDecimal.optional(),
  step: decimal.optional(),
});

const scenario = {
  id: name,
  extends: name.optional(),
  changes: z.array(change).optional(),
  orders: orders.optional(),
};

export const scenariosSchema = keyed({
  scenarios: z.array(keyed(scenario)).optional(),
  sweeps: z
    .array(
      keyed({
        ...scenario,
        over: z.array(axis).min(1),
      }),
    )
    .optional(),
});

/** A file as far as it can be parsed: what is wrong is undefined. */
export type ScenariosForm = Lenient<typeof scenariosSchema>;
type Defined<Type> = NonNullable<Type>;
export type ScenarioForm = Defined<Defined<ScenariosForm["scenarios"]>[number]>;
export type ChangeForm = Defined<Defined<ScenarioForm["changes"]>[number]>;
export type SweepForm = Defined<Defined<ScenariosForm["sweeps"]>[number]>;
export type AxisForm = Defined<Defined<SweepForm["over"]>[number]>;
