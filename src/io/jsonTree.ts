import { parse } from "lossless-json";
import { SourceNumber } from "../model/fields.js";
import { InputError } from "../model/issue.js";
import { TOO_DEEP, tooDeepAt } from "./nesting.js";
import { parseYaml, type SourceTree } from "./yamlTree.js";

/**
 * Reads JSON into plain data whose numbers keep their source text, and knows where its parts stand.
 *
 * @throws InputError with line where it is not JSON
 */
export function parseJson(file: string, text: string): SourceTree {
  const tree = withoutNulls(parseLossless(file, text));
  let located: SourceTree | undefined;
  return {
    tree,
    locate: (path) => {
      // JSON is YAML, whose parser knows lines; it is slow, so it runs for messages only.
      try {
        located ??= parseYaml(file, text);
      } catch {
        return { file };
      }
      return located.locate(path);
    },
  };
}

/**
 * @returns objects, arrays, strings, booleans, nulls and {@link SourceNumber}s
 * @throws InputError with line where the text is not JSON, nests too deep or an object has a key twice
 */
export function parseLossless(file: string, text: string, firstLine = 1): unknown {
  const deep = tooDeepAt(text);
  if (deep >= 0) throw new InputError([{ ...TOO_DEEP, file, line: firstLine + newlines(text, deep) }]);
  const duplicates: { key: string; position: number }[] = [];
  let tree: unknown;
  try {
    tree = parse(text, undefined, {
      parseNumber: (source) => new SourceNumber(source),
      onDuplicateKey: ({ key, position, newValue }) => {
        duplicates.push({ key, position });
        return newValue;
      },
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = Number(/position (\d+)/.exec(error.message)?.[1] ?? 0);
    throw new InputError([
      {
        code: "NOT_JSON",
        file,
        line: firstLine + newlines(text, position),
        message: `is not JSON: ${plainMessage(error.message)}`,
        hint: "Check commas, brackets and quotes near this line.",
      },
    ]);
  }
  if (duplicates.length > 0)
    throw new InputError(
      duplicates.slice(0, 100).map(({ key, position }) => ({
        code: "DUPLICATE_KEY",
        file,
        line: firstLine + newlines(text, position),
        message: `key "${key}" stands twice in the same object`,
        hint: "Keep one of the two.",
      })),
      duplicates.length,
    );
  return tree;
}

/** What the parser says, without its position, which we give as a line. */
function plainMessage(message: string): string {
  const text = message.replace(/( but got .*)? at position \d+.*$/s, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  const shown = text.replace(/[\u0000-\u001f]/g, (c) => JSON.stringify(c).slice(1, -1));
  // "JSON value expected" begins with a name.
  return /^[A-Z]{2}/.test(shown) ? shown : shown.slice(0, 1).toLowerCase() + shown.slice(1);
}

function newlines(text: string, end: number): number {
  let count = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < end; i = text.indexOf("\n", i + 1)) count++;
  return count;
}

/** A null member is a missing one; a boolean is its text, as in YAML. */
function withoutNulls(value: unknown): unknown {
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  if (value === null || typeof value !== "object" || value instanceof SourceNumber) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
