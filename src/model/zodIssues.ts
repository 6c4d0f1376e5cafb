import { z } from "zod";
import type { IssueParams } from "./fields.js";
import { SourceNumber } from "./fields.js";
import { type Issue, type IssuePlace, quoteValue, suggest } from "./issue.js";

/** Names file and line of a path into the input, as far as they are known. */
export type Locate = (path: readonly PropertyKey[]) => IssuePlace;

const KEY_SEPARATOR = "\n";

/**
 * An object that takes no unknown keys. The complaint about one carries the known ones as its message, because zod's
 * own does not and {@link issuesOf} names the nearest.
 */
export function keyed<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? Object.keys(shape).join(KEY_SEPARATOR) : undefined,
  });
}

/** zod's problems in the form that people get: code, place, value, hint. */
export function issuesOf(error: z.ZodError, tree: unknown, locate: Locate): Issue[] {
  return error.issues.flatMap((issue) => toIssues(issue, tree, locate));
}

type Path = readonly PropertyKey[];

/** Whether a field, or something in it or around it, is wrong: what a lenient parse has no value for is not absent then. */
export function faultsIn(error: z.ZodError | undefined): (path: Path) => boolean {
  const faulty: readonly Path[] = (error?.issues ?? []).flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  return (path) => faulty.some((other) => isWithin(other, path) || isWithin(path, other));
}

/** Whether a path is another one or goes on from it. */
export function isWithin(inner: Path, outer: Path): boolean {
  return outer.every((key, i) => inner[i] === key);
}

function toIssues(issue: z.core.$ZodIssue, tree: unknown, locate: Locate): Issue[] {
  const value = at(tree, issue.path);
  const place = (path: readonly PropertyKey[]) => ({ path: pathText(path), ...locate(path) });
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = issue.message.split(KEY_SEPARATOR);
      return issue.keys.map((key) => ({
        code: "UNKNOWN_KEY",
        message: `unknown key "${key}"`,
        ...hinted(suggest(key, known)),
        ...place([...issue.path, key]),
      }));
    }
    case "custom": {
      const params = issue.params as IssueParams | undefined;
      if (params === undefined) return [missingOrWrong(issue.message, value, place(issue.path))];
      return [
        {
          code: params.code,
          message: `${shown(value)}${issue.message}`,
          ...valued(value),
          ...hinted(params.hint ?? ""),
          ...place(issue.path),
        },
      ];
    }
    case "invalid_value": {
      const options = issue.values.map(String);
      const hint = typeof value === "string" ? suggest(value, options) : `Known here: ${options.join(", ")}.`;
      if (value === undefined) return [missingOrWrong("", value, place(issue.path), hint)];
      return [
        {
          code: "UNKNOWN_VALUE",
          message: `${shown(value)}is not one of ${options.join(", ")}`,
          ...valued(value),
          ...hinted(hint),
          ...place(issue.path),
        },
      ];
    }
    case "invalid_union": {
      const inner = issue.errors.flat().filter((nested) => nested.path.length > 0);
      if (Array.isArray(value) && inner.length > 0)
        return inner.flatMap((nested) =>
          toIssues({ ...nested, path: [...issue.path, ...nested.path] } as z.core.$ZodIssue, tree, locate),
        );
      return [missingOrWrong(issue.message, value, place(issue.path))];
    }
    case "too_small":
      if (issue.origin !== "array") return [outOfRange(issue.message, value, place(issue.path))];
      return [{ code: "EMPTY_LIST", message: "must not be empty", ...place(issue.path) }];
    case "too_big":
      return [outOfRange(issue.message, value, place(issue.path))];
    case "invalid_type":
      return [
        missingOrWrong(
          `must be ${issue.expected === "array" ? "a list" : issue.expected === "object" || issue.expected === "record" ? "a mapping" : `a ${issue.expected}`}`,
          value,
          place(issue.path),
          // It is a number or a word without quotes.
          issue.expected === "string" && scalarText(value) !== undefined
            ? `Write it as a text: ${JSON.stringify(scalarText(value))}.`
            : "",
        ),
      ];
    default:
      return [
        {
          code: "WRONG_VALUE",
          message: `${shown(value)}${issue.message}`,
          ...valued(value),
          ...place(issue.path),
        },
      ];
  }
}

const COMPARED: Readonly<Record<string, string>> = {
  ">=": "at least",
  "<=": "at most",
  ">": "more than",
  "<": "less than",
};

/** @param message zod's own: `Too small: expected number to be >=1` */
function outOfRange(message: string, value: unknown, place: IssuePlace): Issue {
  const expected = message
    .replace(/^Too (small|big): expected \w+ (to be|to have) /, "")
    .replace(/^(>=|<=|>|<)/, (sign) => `${COMPARED[sign]} `);
  return { code: "OUT_OF_RANGE", message: `${shown(value)}must be ${expected}`, ...valued(value), ...place };
}

function missingOrWrong(message: string, value: unknown, place: IssuePlace, hint = ""): Issue {
  if (value === undefined) return { code: "MISSING_FIELD", message: "is missing", ...hinted(hint), ...place };
  return {
    code: "WRONG_TYPE",
    message: `${shown(value)}${message}`,
    ...valued(value),
    ...hinted(hint),
    ...place,
  };
}

/** What stands at a path, as it is written; undefined where that is no scalar. */
export function sourceText(tree: unknown, path: Path): string | undefined {
  return scalarText(at(tree, path))?.slice(0, 200);
}

function at(tree: unknown, path: readonly PropertyKey[]): unknown {
  let node = tree;
  for (const key of path) node = (node as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return node;
}

function scalarText(value: unknown): string | undefined {
  if (value instanceof SourceNumber) return value.text;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

function shown(value: unknown): string {
  const text = scalarText(value);
  return text === undefined ? "" : `${quoteValue(text)} `;
}

function valued(value: unknown): { value?: string } {
  const text = scalarText(value);
  return text === undefined ? {} : { value: text.slice(0, 200) };
}

function hinted(hint: string): { hint?: string } {
  return hint === "" ? {} : { hint };
}

/** `["channels", 2, "package"]` as `channels[2].package`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`))
    .join("");
}
