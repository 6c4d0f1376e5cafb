import { mustHaveFewChannels } from "../model/channelCount.js";
import { parseChannels } from "../model/channelsFile.js";
import type { Contract } from "../model/contract.js";
import { numberText } from "../model/decimal.js";
import { SourceNumber } from "../model/fields.js";
import { InputError, type Issue, IssueList } from "../model/issue.js";
import type { ChannelsTree } from "../model/scenarioContract.js";
import { pathText } from "../model/zodIssues.js";
import { DEEPEST, TOO_DEEP } from "./nesting.js";
import { readTreeFile, type TreeFile } from "./treeFile.js";

export interface ChannelsSource extends TreeFile, ChannelsTree {}

/**
 * Reads a channels file: JSON where its name ends in `.json`, else YAML.
 *
 * @param maxChannels default any number
 * @throws InputError with every problem of the file, each with its line
 */
export async function readChannels(path: string, maxChannels?: number): Promise<ChannelsSource> {
  const source = await readTreeFile(path);
  mustHaveFewChannels(source.tree, maxChannels, source.locate);
  return { ...source, contract: parseChannels(source.tree, source.locate), maxChannels };
}

/**
 * Parses a channels file given as JavaScript objects. Numbers count as their decimal text, up to 15 significant digits.
 *
 * @throws InputError with every problem, each with its path
 */
export function parseChannelsObject(value: unknown): Contract {
  return channelsTreeOf(value).contract;
}

/** As {@link parseChannelsObject}, with the tree that it was parsed from. */
export function channelsTreeOf(value: unknown, maxChannels?: number): ChannelsTree {
  const tree = plainTree(value);
  const locate = () => ({});
  mustHaveFewChannels(tree, maxChannels, locate);
  return { contract: parseChannels(tree), tree, locate, maxChannels };
}

/**
 * JavaScript objects in the form in which files hand over data.
 *
 * @throws InputError where a number is no plain decimal of up to 15 significant digits
 */
export function plainTree(value: unknown): unknown {
  const found = new IssueList();
  const tree = sourceForm(value, [], (issue) => found.add(issue), new Set());
  found.throwIfAny();
  return tree;
}

type Path = readonly (string | number)[];

/** The form in which files hand over data: text and {@link SourceNumber}s at the leaves, absent members left out. */
function sourceForm(
  value: unknown,
  path: Path,
  complain: (issue: Issue) => void,
  open: Set<object>,
): unknown {
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "bigint":
      return value.toString();
    case "number": {
      const text = numberText(value);
      if (text !== null) return new SourceNumber(text);
      complain({
        code: "NUMBER_TOO_LONG",
        path: pathText(path),
        message: `${value} is no plain decimal of up to 15 significant digits`,
        value: String(value),
        hint: "Pass it as a string.",
      });
      return undefined;
    }
    case "object":
      break;
    default:
      return value;
  }
  if (value === null || value instanceof SourceNumber) return value ?? undefined;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (open.has(value))
    throw new InputError([{ code: "WRONG_TYPE", path: pathText(path), message: "refers to itself" }]);
  if (path.length >= DEEPEST) throw new InputError([{ ...TOO_DEEP, path: pathText(path) }]);
  open.add(value);
  const form = Array.isArray(value)
    ? value.map((item, i) => sourceForm(item, [...path, i], complain, open))
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== undefined && member !== null)
          .map(([key, member]) => [key, sourceForm(member, [...path, key], complain, open)]),
      );
  open.delete(value);
  return form;
}
