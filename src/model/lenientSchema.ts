import { z } from "zod";

/** What {@link lenient} makes of a schema's output: every member of an object, list or record may be undefined. */
export type Lenient<Schema> =
  Schema extends z.ZodOptional<infer Inner>
    ? Lenient<Inner>
    : Schema extends z.ZodObject<infer Shape>
      ? { readonly [Key in keyof Shape]?: Lenient<Shape[Key]> | undefined }
      : Schema extends z.ZodArray<infer Element>
        ? readonly (Lenient<Element> | undefined)[]
        : Schema extends z.ZodRecord<infer _, infer Value>
          ? Readonly<Record<string, Lenient<Value> | undefined>>
          : z.output<Schema>;

/**
 * Parses as much of a value as a schema allows. What is wrong becomes undefined, at the innermost place that holds it;
 * unknown keys are left out; elements of lists keep their places, so that paths stay those of the value.
 */
export function parseLeniently<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Lenient<Schema> | undefined {
  return lenient(schema).parse(value) as Lenient<Schema> | undefined;
}

function lenient(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return lenient(schema.unwrap());
  return inner(schema).optional().catch(undefined);
}

/** Unions and single fields are taken or not as a whole. */
function inner(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject)
    return z.object(
      Object.fromEntries(
        Object.entries(schema.shape).map(([key, member]) => [key, lenient(member as z.core.$ZodType)]),
      ),
    );
  if (schema instanceof z.ZodArray) return z.array(lenient(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), lenient(schema.valueType));
  return schema as z.ZodType;
}
