import type { z } from "zod";
import { channelsSchema } from "./channelsForm.js";
import type { Quantity } from "./fields.js";

/** The fields of a channels file by their place, as its schema has them: what paths to them are held against. */
export type Field =
  | { readonly kind: "mapping"; readonly members: ReadonlyMap<string, Field> }
  /** A mapping whose keys are free. */
  | { readonly kind: "record"; readonly value: Field }
  | { readonly kind: "list"; readonly item: Field }
  /** A text, a word or a list of them: `quantity` null; else something that can be counted with. */
  | { readonly kind: "scalar"; readonly quantity: Quantity | null };

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
      return {
        kind: "mapping",
        members: new Map(
          Object.entries((def as z.core.$ZodObjectDef).shape).map(([key, member]) => [key, fieldOf(member)]),
        ),
      };
    case "record":
      return { kind: "record", value: fieldOf((def as z.core.$ZodRecordDef).valueType) };
    case "array": {
      const item = fieldOf((def as z.core.$ZodArrayDef).element);
      // A list of words is one value: nobody changes the third bank of a rule.
      return item.kind === "mapping" ? { kind: "list", item } : { kind: "scalar", quantity: null };
    }
    case "union":
      return merged((def as z.core.$ZodUnionDef).options.map(fieldOf));
    default:
      return { kind: "scalar", quantity: null };
  }
}

/** Fields of which either may stand in a place: what they have in common, and of mappings whatever one of them has. */
function merged(fields: readonly Field[]): Field {
  const mappings = fields.filter((field) => field.kind === "mapping");
  if (mappings.length === fields.length) {
    const keys = new Set(mappings.flatMap(({ members }) => [...members.keys()]));
    const membersOf = (key: string) => mappings.flatMap(({ members }) => members.get(key) ?? []);
    return { kind: "mapping", members: new Map([...keys].map((key) => [key, merged(membersOf(key))])) };
  }
  const lists = fields.filter((field) => field.kind === "list");
  if (lists.length === fields.length) return { kind: "list", item: merged(lists.map(({ item }) => item)) };
  const [first, ...others] = fields;
  const isSame = (field: Field) =>
    first?.kind === "scalar" &&
    field.kind === "scalar" &&
    JSON.stringify(first.quantity) === JSON.stringify(field.quantity);
  return first !== undefined && others.every(isSame) ? first : { kind: "scalar", quantity: null };
}
