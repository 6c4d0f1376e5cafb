import type { z } from "zod";
import { SourceNumber } from "../model/fields.js";
import type { Issue, IssuePlace } from "../model/issue.js";
import type { OrderProfile } from "../model/order.js";
import { type OrderTerms, orderSchemas, type ProfileText } from "../model/orderFields.js";
import { issuesOf } from "../model/zodIssues.js";

const OPTIONAL = ["dueBy", "delayWeight", "channels", "unroutedPenalty"] as const;
export const PROFILE_FIELDS = ["bank", ...OPTIONAL] as const;

/** A problem of one field of an order. */
export interface FieldIssue {
  readonly field: string;
  readonly issue: Issue;
}

type Result = { readonly value: unknown } | { readonly issues: readonly Issue[] };

/**
 * Parses the fields that orders share. Orders have few different texts in each, so every text is parsed once: a file
 * whose orders all differ in due time still parses each bank once.
 */
export class ProfileParser {
  readonly #schemas: Readonly<Record<string, z.ZodType>>;
  readonly #attribute: z.ZodType;
  readonly #known = new Map<string, Map<string, Result>>();

  constructor(terms: OrderTerms) {
    const { fields, profile } = orderSchemas(terms);
    this.#schemas = { bank: profile.shape.bank, ...fields };
    this.#absent = Object.fromEntries(OPTIONAL.map((field) => [field, profile.shape[field].parse("")]));
    this.#attribute = profile.shape.attributes.valueType;
  }

  readonly #absent: Readonly<Record<string, unknown>>;

  /** The profile, or every problem of its fields. */
  parse(
    text: ProfileText,
  ): { readonly profile: OrderProfile } | { readonly problems: readonly FieldIssue[] } {
    const problems: FieldIssue[] = [];
    const take = (field: string, result: Result): unknown => {
      if ("value" in result) return result.value;
      for (const issue of result.issues) problems.push({ field, issue });
      return undefined;
    };
    const values: Record<string, unknown> = { bank: take("bank", this.#field("bank", text.bank)) };
    for (const field of OPTIONAL) values[field] = take(field, this.#field(field, text[field]));
    const attributes: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(text.attributes))
      attributes[name] = take(name, this.attribute(name, value));
    if (problems.length > 0) return { problems };
    return { profile: { ...values, attributes } as unknown as OrderProfile };
  }

  #field(field: (typeof PROFILE_FIELDS)[number], value: unknown): Result {
    if (isMissing(value) && field !== "bank") return { value: this.#absent[field] };
    return this.#parse(field, this.#schemas[field]!, value ?? undefined);
  }

  /** The value of an attribute; missing is empty. */
  attribute(name: string, value: unknown): Result {
    return this.#parse(`attribute ${name}`, this.#attribute, value ?? "");
  }

  #parse(field: string, schema: z.ZodType, value: unknown): Result {
    const key = keyOf(value);
    let results = this.#known.get(field);
    if (results === undefined) {
      results = new Map();
      this.#known.set(field, results);
    }
    const known = results.get(key);
    if (known !== undefined) return known;
    const parsed = schema.safeParse(value);
    const result: Result = parsed.success
      ? { value: parsed.data }
      : { issues: issuesOf(parsed.error, value, () => ({})) };
    results.set(key, result);
    return result;
  }
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Tells values apart that a field may treat differently: a text, a number, and whatever else. */
export function keyOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof SourceNumber) return `\u0000n${value.text}`;
  // No field takes a list or an object, whichever it is; its text may be endless, or none.
  if (typeof value === "object") return "\u0000object";
  return `\u0000${typeof value}${String(value)}`;
}

/** Puts a field's problem in its place. */
export function placed(issue: Issue, place: IssuePlace): Issue {
  const { code, message, value, hint } = issue;
  return {
    code,
    message,
    ...(value === undefined ? {} : { value }),
    ...(hint === undefined ? {} : { hint }),
    ...place,
  };
}
