import { parseDecimal } from "../model/decimal.js";
import { SourceNumber } from "../model/fields.js";
import { type Issue, IssueList, type IssuePlace, quoteValue } from "../model/issue.js";
import type { OrderProfile, OrderTable } from "../model/order.js";
import { attributesUsed, ORDER_FIELDS, type OrderTerms, orderSchemas } from "../model/orderFields.js";
import { issuesOf } from "../model/zodIssues.js";
import { nearMiss } from "./orderColumns.js";
import { isMissing, keyOf, PROFILE_FIELDS, ProfileParser, placed } from "./orderProfiles.js";

/** How a reader names places: its positions are lines, rows or indices. */
export interface Places {
  /** A field of the order at a position; without a field the order as a whole. */
  at(position: number, field?: string): IssuePlace;
  /** A position in a sentence: `line 17`. */
  name(position: number): string;
}

/** One order as a reader found it, by field: text, {@link SourceNumber}s, or whatever else stood there. */
export type OrderRecord = Readonly<Record<string, unknown>>;

/**
 * Checks orders one by one and gathers them into a table. It defines what a valid order is; DuckDB's faster way has to
 * agree with it.
 */
export class OrderIntake {
  readonly found = new IssueList();
  readonly #profileOf = new Map<string, number>();
  readonly #profiles: OrderProfile[] = [];
  readonly #parser: ProfileParser;
  readonly #schemas: ReturnType<typeof orderSchemas>;
  readonly #used: readonly string[];
  readonly #ids: string[] = [];
  readonly #seen = new Map<string, number>();
  readonly #names = new Map<string, Issue | null>();
  readonly #profile: number[] = [];
  readonly #amount: number[] = [];
  readonly #plainAmount: RegExp;

  constructor(
    readonly terms: OrderTerms,
    readonly places: Places,
  ) {
    this.#parser = new ProfileParser(terms);
    this.#schemas = orderSchemas(terms);
    this.#used = attributesUsed(terms);
    this.#plainAmount = plainAmount(terms.exponent);
  }

  /** @param position of the order in the file's own counting, for messages */
  add(record: OrderRecord, position: number): void {
    const before = this.found.total;
    const id = this.#id(record.id, position);
    const amount = this.#minorUnits(record.amount, position);
    const profile = this.#profileIndex(record, position);
    this.#checkOthers(record, position);
    if (this.found.total > before) return;
    this.#ids.push(id);
    this.#amount.push(amount);
    this.#profile.push(profile);
  }

  complain(issue: Issue): void {
    this.found.add(issue);
  }

  /** @throws InputError where any order had a problem */
  finish(): { readonly table: OrderTable; readonly ids: readonly string[] } {
    this.found.throwIfAny();
    const table = emptyTable(this.#ids.length, this.#profiles);
    table.profile.set(this.#profile);
    table.amount.set(this.#amount);
    return { table, ids: this.#ids };
  }

  #id(value: unknown, position: number): string {
    const result = this.#quickText(value) ?? this.#schemas.id.safeParse(value ?? undefined);
    if (!result.success) {
      this.#report(
        position,
        "id",
        issuesOf(result.error, value ?? undefined, () => ({})),
      );
      return "";
    }
    const first = this.#seen.get(result.data);
    if (first === undefined) this.#seen.set(result.data, position);
    else
      this.#report(position, "id", [
        {
          code: "DUPLICATE_ID",
          message: `${quoteValue(result.data)} is used twice, first at ${this.places.name(first)}`,
          value: result.data.slice(0, 200),
          hint: "Give every order its own id.",
        },
      ]);
    return result.data;
  }

  /** Most ids begin with a letter or digit and hold no halves of characters: they need no schema. */
  #quickText(value: unknown): { readonly success: true; readonly data: string } | null {
    return typeof value === "string" && /^[0-9A-Za-z][^\ud800-\udfff]*$/.test(value)
      ? { success: true, data: value }
      : null;
  }

  #minorUnits(value: unknown, position: number): number {
    const { exponent } = this.terms;
    if (typeof value === "string" && value.length <= 15 && this.#plainAmount.test(value)) {
      const minor = shortAmount(value, exponent);
      if (minor > 0) return minor;
    }
    const result = this.#schemas.amount.safeParse(value ?? undefined);
    if (!result.success) {
      this.#report(
        position,
        "amount",
        issuesOf(result.error, value ?? undefined, () => ({})),
      );
      return 0;
    }
    const text = value instanceof SourceNumber ? value.text : String(value);
    // Elsewhere trailing zeros are no matter; an amount has the currency's decimals and no more.
    if ((parseDecimal(text)?.decimals ?? 0) > exponent)
      this.#report(position, "amount", [
        {
          code: "TOO_MANY_DECIMALS",
          message: `${quoteValue(text)} has more than the currency's ${exponent} decimals`,
          value: text.slice(0, 200),
          hint: "Nothing is rounded here: write the exact value.",
        },
      ]);
    return result.data;
  }

  #profileIndex(record: OrderRecord, position: number): number {
    let key = "";
    for (const field of PROFILE_FIELDS) key += `${this.#part(record[field])}\u0001`;
    for (const name of this.#used) key += `${this.#part(ownValue(record, name))}\u0001`;
    const known = this.#profileOf.get(key);
    if (known !== undefined) return known;
    const attributes = Object.fromEntries(this.#used.map((name) => [name, ownValue(record, name)]));
    const parsed = this.#parser.parse({
      bank: record.bank,
      dueBy: record.dueBy,
      delayWeight: record.delayWeight,
      channels: record.channels,
      unroutedPenalty: record.unroutedPenalty,
      attributes,
    });
    if ("problems" in parsed) {
      for (const { field, issue } of parsed.problems) this.#report(position, field, [issue]);
      return -1;
    }
    const index = this.#profiles.push(parsed.profile) - 1;
    this.#profileOf.set(key, index);
    return index;
  }

  #part(value: unknown): string {
    return isMissing(value) ? "" : keyOf(value);
  }

  /** Attributes that no rule asks for must be harmless all the same, and no misspelt fields. */
  #checkOthers(record: OrderRecord, position: number): void {
    for (const name of Object.keys(record)) {
      let miss = this.#names.get(name);
      if (miss === undefined) {
        miss = nearMiss(name, this.#used);
        this.#names.set(name, miss);
        if (miss !== null) this.#report(position, name, [miss]);
      }
      const value = record[name];
      // It is invisible, so that two ids that look the same would differ.
      if (typeof value === "string" && value.startsWith("\uFEFF")) {
        this.#report(position, name, [
          {
            code: "UNSAFE_TEXT",
            message: "begins with an invisible byte order mark (U+FEFF)",
            hint: "Remove it; files that were joined leave one at each seam.",
          },
        ]);
        continue;
      }
      if ((ORDER_FIELDS as readonly string[]).includes(name) || this.#used.includes(name)) continue;
      if (isMissing(value) || this.#quickText(value) !== null) continue;
      const result = this.#parser.attribute(name, value);
      if ("issues" in result) this.#report(position, name, result.issues);
    }
  }

  #report(position: number, field: string, issues: readonly Issue[]): void {
    for (const issue of issues) this.found.add(placed(issue, this.places.at(position, field)));
  }
}

function ownValue(record: OrderRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** An amount that may be right: a plain decimal with no more than the currency's decimals. */
export function plainAmount(exponent: number): RegExp {
  return new RegExp(exponent === 0 ? "^\\d+$" : `^\\d+(\\.\\d{1,${exponent}})?$`);
}

/** Minor units of a plain amount of at most 15 characters: every step is a safe integer. */
function shortAmount(text: string, exponent: number): number {
  const point = text.indexOf(".");
  if (point < 0) {
    const minor = Number(text) * 10 ** exponent;
    return Number.isSafeInteger(minor) ? minor : 0;
  }
  const fraction = text.slice(point + 1).padEnd(exponent, "0");
  return Number(text.slice(0, point)) * 10 ** exponent + Number(fraction);
}

/** A table on shared memory, its columns still zero. */
export function emptyTable(count: number, profiles: readonly OrderProfile[]): OrderTable {
  return {
    count,
    profiles,
    profile: new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT)),
    amount: new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT)),
  };
}
