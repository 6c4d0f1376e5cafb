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
          : Schema extends z.ZodDiscriminatedUnion<infer Forms>
            ? Lenient<Forms[number]>
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

/** Single fields and unions without a member that says which form it is are taken or not as a whole. */
function inner(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return z.object(lenientShape(schema));
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const by = schema.def.discriminator;
    return z.union(
      schema.options.map((form) => {
        const { shape } = form as z.ZodObject;
        return z.object({ ...lenientShape(form as z.ZodObject), [by]: shape[by]! });
      }),
    );
  }
  if (schema instanceof z.ZodArray) return z.array(lenient(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), lenient(schema.valueType));
  return schema as z.ZodType;
}

function lenientShape({ shape }: z.ZodObject): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, member]) => [key, lenient(member)]));
}
