import { InputError, type Issue, IssueList, quoteValue, suggest } from "../model/issue.js";
import {
  attributesUsed,
  ORDER_FIELDS,
  type OrderTerms,
  REQUIRED_ORDER_FIELDS,
} from "../model/orderFields.js";

export type OrderField = (typeof ORDER_FIELDS)[number];

/** Which column holds what; -1 where there is none. */
export interface OrderColumns {
  readonly names: readonly string[];
  readonly field: Readonly<Record<OrderField, number>>;
  /** Attributes that the contract asks for. */
  readonly used: readonly { readonly name: string; readonly column: number }[];
  /** Columns of all attributes, asked for or not. */
  readonly attributes: readonly number[];
}

/** Column names that are wrong. */
export class ColumnsError extends InputError {
  /**
   * @param taken what each column is all the same taken for, so that rows can be judged; null: it is passed over
   */
  constructor(
    { issues, total }: IssueList,
    readonly taken: readonly (string | null)[],
  ) {
    super(issues, total);
  }
}

/**
 * Understands a table's column names.
 *
 * @param place file and, where it is known, line of the names
 * @throws ColumnsError where names are missing, empty, twice there or near misses of a field's
 * @throws InputError where they are separated by something else than commas
 */
export function resolveColumns(
  names: readonly string[],
  terms: OrderTerms,
  place: Pick<Issue, "file" | "line">,
): OrderColumns {
  mustBeCommas(names, place);
  const found = new IssueList();
  const used = attributesUsed(terms);
  const seen = new Set<string>();
  names.forEach((name, i) => {
    const path = name === "" ? `column ${i + 1}` : name;
    const add = (issue: Issue) => found.add({ ...place, path, ...issue });
    if (name === "")
      add({ code: "EMPTY_COLUMN_NAME", message: "has no name in the header", hint: "Name it or remove it." });
    else if (seen.has(name))
      add({ code: "DUPLICATE_COLUMN", message: `column ${quoteValue(name)} stands twice in the header` });
    else {
      const issue = nearMiss(name, used);
      if (issue !== null) add(issue);
    }
    seen.add(name);
  });
  for (const field of REQUIRED_ORDER_FIELDS)
    if (!seen.has(field))
      found.add({
        ...place,
        code: "MISSING_COLUMN",
        path: field,
        message: `column "${field}" is missing`,
        hint:
          suggest(
            field,
            names.filter((name) => name !== ""),
          ) || "The first line names the columns: id,bank,amount.",
      });
  if (found.total > 0) throw new ColumnsError(found, takenFor(names, used));
  const columnOf = (name: string) => names.indexOf(name);
  const isField = (name: string) => (ORDER_FIELDS as readonly string[]).includes(name);
  return {
    names,
    field: Object.fromEntries(ORDER_FIELDS.map((field) => [field, columnOf(field)])) as Record<
      OrderField,
      number
    >,
    used: used.map((name) => ({ name, column: columnOf(name) })),
    attributes: names.flatMap((name, i) => (isField(name) ? [] : [i])),
  };
}

/**
 * What columns are meant to be. A near miss is the field itself, unless that is there as well; of twins the first
 * counts.
 */
function takenFor(names: readonly string[], used: readonly string[]): (string | null)[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const isMiss = nearMiss(name, used) !== null;
    const meant = isMiss ? fieldLike(name)! : name;
    if (meant === "" || taken.has(meant) || (isMiss && names.includes(meant))) return null;
    taken.add(meant);
    return meant;
  });
}

const bare = (name: string) => name.toLowerCase().replace(/[\s_-]/g, "");
const fieldLike = (name: string) => ORDER_FIELDS.find((known) => bare(known) === bare(name));

/**
 * A name that is a field's but for case, blanks, `_` or `-`: taken as an attribute, its rule would silently not hold.
 */
export function nearMiss(name: string, attributesInUse: readonly string[]): Issue | null {
  if ((ORDER_FIELDS as readonly string[]).includes(name) || attributesInUse.includes(name)) return null;
  const field = fieldLike(name);
  if (field === undefined) return null;
  return {
    code: "UNKNOWN_KEY",
    message: `${quoteValue(name)} is not the field "${field}"`,
    value: name,
    hint: `Did you mean "${field}"?`,
  };
}

/** @throws InputError where a header is one cell with separators of another kind in it */
export function mustBeCommas(names: readonly string[], place: Pick<Issue, "file" | "line">): void {
  const [separator] = names.length === 1 ? (/[;\t|]/.exec(names[0]!) ?? []) : [];
  if (separator === undefined) return;
  throw new InputError([
    {
      ...place,
      code: "WRONG_SEPARATOR",
      message: `separates its columns with ${JSON.stringify(separator)}, not with commas`,
      hint: "Save it as comma-separated CSV.",
    },
  ]);
}

/** The complaint about a table that is no list of orders at all. */
export function noHeader(file: string): InputError {
  return new InputError([
    {
      code: "EMPTY_FILE",
      file,
      message: "is empty",
      hint: "A file of no orders still has a header: id,bank,amount.",
    },
  ]);
}
