import type { z } from "zod";
import { channelsSchema } from "./channelsForm.js";
import type { Quantity } from "./fields.js";

/** The fields of a channels file by their place, as its schema has them: what paths to them are held against. */
export type Field =
  | Mapping
  /** A mapping whose keys are free. */
  | { readonly kind: "record"; readonly value: Field }
  | { readonly kind: "list"; readonly item: Field }
  /** A mapping of which one member says what the others are; `forms` by the text of that one. */
  | { readonly kind: "choice"; readonly by: string; readonly forms: ReadonlyMap<string, Mapping> }
  /** A text, a word or a list of them: `quantity` null; else something that can be counted with. */
  | { readonly kind: "scalar"; readonly quantity: Quantity | null };

export interface Mapping {
  readonly kind: "mapping";
  readonly members: ReadonlyMap<string, Field>;
}

/** @param exponent decimals of the currency */
export function channelsFields(exponent: number): Field {
  return fieldOf(channelsSchema(exponent));
}

function fieldOf(schema: z.core.$ZodType): Field {
  const { def } = (schema as z.ZodType)._zod;
  const quantity = (schema as z.ZodType).meta() as Partial<Quantity> | undefined;
  if (quantity?.quantity !== undefined) return { kind: "scalar", quantity: quantity as Quantity };
  switch (def.type) {
    case "optional":
      return fieldOf((def as z.core.$ZodOptionalDef).innerType);
    case "object":
      return mappingOf(def as z.core.$ZodObjectDef);
    case "union": {
      const { discriminator: by, options } = def as z.core.$ZodDiscriminatedUnionDef;
      // Of other unions each member is one value.
      if (by === undefined) return { kind: "scalar", quantity: null };
      const forms = options.map((option) => (option as z.ZodType)._zod.def as z.core.$ZodObjectDef);
      return { kind: "choice", by, forms: new Map(forms.map((form) => [wordOf(form, by), mappingOf(form)])) };
    }
    case "record":
      return { kind: "record", value: fieldOf((def as z.core.$ZodRecordDef).valueType) };
    case "array": {
      const item = fieldOf((def as z.core.$ZodArrayDef).element);
      // A list of words is one value: nobody changes the third bank of a rule.
      return item.kind === "mapping" ? { kind: "list", item } : { kind: "scalar", quantity: null };
    }
    default:
      return { kind: "scalar", quantity: null };
  }
}

function mappingOf({ shape }: z.core.$ZodObjectDef): Mapping {
  const members = Object.entries(shape).map(([key, member]) => [key, fieldOf(member)] as const);
  return { kind: "mapping", members: new Map(members) };
}

/** The word that a form is chosen by. */
function wordOf({ shape }: z.core.$ZodObjectDef, by: string): string {
  const { values } = (shape[by] as z.ZodLiteral<string>)._zod.def;
  return values[0]!;
}

/** The members that a part of the file has, or would have if it said nothing of itself. */
export function membersOf(
  node: unknown,
  field: Extract<Field, { kind: "mapping" | "choice" }>,
): Mapping["members"] {
  if (field.kind === "mapping") return field.members;
  const word = (node as Record<string, unknown> | null | undefined)?.[field.by];
  const form = field.forms.get(String(word)) ?? field.forms.values().next().value!;
  return form.members;
}
