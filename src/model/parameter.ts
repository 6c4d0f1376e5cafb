import { applyChanges } from "./changes.js";
import { channelsFields } from "./channelsFields.js";
import { parseChannels } from "./channelsFile.js";
import type { Contract } from "./contract.js";
import { formatScaled, parseDecimal, parseRate, scaleDecimal } from "./decimal.js";
import { findFields, type Place } from "./fieldPath.js";
import { type Quantity, SourceNumber } from "./fields.js";
import { InputError, type Issue, quoteValue } from "./issue.js";
import type { ChannelsTree } from "./scenarioContract.js";
import { pathText } from "./zodIssues.js";

/** One number of a channels file that is varied while all else stays. Values are whole units of 10^-decimals of it. */
export interface Parameter {
  /** As it was asked for; leads to one field. */
  readonly path: string;
  /** Id of the channel whose field it is; null where it is no channel's. */
  readonly channel: string | null;
  /** The path behind the channel, or all of it. */
  readonly field: string;
  readonly quantity: Quantity;
  /** What the file says; null where it says nothing. */
  readonly asItIs: string | null;
}

/** @throws InputError where the path leads to no number, or to several */
export function findParameter({ contract, tree }: ChannelsTree, path: string): Parameter {
  const found = findFields(tree, channelsFields(contract.exponent), path);
  if ("hint" in found) throw refused({ code: "UNKNOWN_PATH", ...found }, path);
  const [{ place, quantity } = { place: [], quantity: null }, ...others] = found;
  if (others.length > 0)
    throw refused(
      {
        code: "SEVERAL_FIELDS",
        message: `the path "${path}" leads to ${found.length} fields`,
        hint: `Name one of them, for example ${placeText(place, contract)}.`,
      },
      path,
    );
  if (quantity === null || quantity.quantity === "instant")
    throw refused(
      {
        code: "NO_NUMBER",
        message: `"${path}" is no number`,
        hint:
          quantity === null
            ? "Name a field that is one, for example channels.union-batch.package.fee."
            : "Sweep it with what-if: add seconds to it.",
      },
      path,
    );
  const [list, index] = place;
  const channel = list === "channels" ? contract.channels[Number(index)]!.id : null;
  const field = (channel === null ? place : place.slice(2)).join(".");
  return { path, channel, field, quantity, asItIs: textAt(tree, place) };
}

function refused(issue: Issue, value: string): InputError {
  return new InputError([{ path: "path", value, ...issue }]);
}

/** A place as a path. */
function placeText(place: Place, { channels }: Contract): string {
  return place
    .map((key, i) => (i === 1 && place[0] === "channels" ? channels[Number(key)]!.id : key))
    .join(".");
}

function textAt(tree: unknown, place: Place): string | null {
  let node = tree;
  for (const key of place) node = (node as Record<string | number, unknown> | null | undefined)?.[key];
  if (node instanceof SourceNumber) return node.text;
  return typeof node === "string" ? node : null;
}

/**
 * A value from text, rates in per cent as well.
 *
 * @param option that the text is of, for messages
 * @throws InputError where it is no plain decimal, or finer than the field may be
 */
export function parseValue({ quantity, path }: Parameter, text: string, option: string): bigint {
  const units = unitsOf(quantity, text);
  if (typeof units === "bigint") return units;
  const { decimals } = quantity;
  throw new InputError([
    units === "not a decimal"
      ? {
          code: "NOT_A_DECIMAL",
          path: option,
          message: `${quoteValue(text)} is not a plain decimal`,
          value: text,
          hint: "Write it as the channels file would, for example 12 or 6.50.",
        }
      : {
          code: "TOO_MANY_DECIMALS",
          path: option,
          message: `${quoteValue(text)} is finer than ${path} may be`,
          value: text,
          hint: decimals === 0 ? "Write a whole number." : `Write up to ${decimals} decimals.`,
        },
  ]);
}

/** What the file says as a value; null where it says nothing. */
export function valueAsItIs({ quantity, asItIs }: Parameter): bigint | null {
  if (asItIs === null) return null;
  const units = unitsOf(quantity, asItIs);
  return typeof units === "bigint" ? units : null;
}

function unitsOf({ quantity, decimals }: Quantity, text: string): bigint | "not a decimal" | "too fine" {
  const value = quantity === "rate" ? parseRate(text) : parseDecimal(text);
  return value === null ? "not a decimal" : (scaleDecimal(value, decimals) ?? "too fine");
}

/** A value as text: money with the currency's decimals, all else with as many as it needs. */
export function formatValue({ quantity }: Parameter, value: bigint, exponent: number): string {
  const { decimals } = quantity;
  const least = quantity.quantity === "money" ? exponent : 0;
  const text = formatScaled(value, decimals, decimals);
  const spare = /0*$/.exec(text)![0].length;
  const cut = Math.min(spare, decimals - least);
  return cut <= 0 ? text : text.slice(0, text.length - cut).replace(/\.$/, "");
}

/**
 * The contract with a value of the parameter.
 *
 * @param option that the value is of, for messages
 * @throws InputError with all that the value makes wrong
 */
export function contractAt(
  { contract, tree }: ChannelsTree,
  parameter: Parameter,
  value: bigint,
  option: string,
): Contract {
  const { exponent } = contract;
  const text = formatValue(parameter, value, exponent);
  const set = { verb: "set", path: parameter.path, value: text } as const;
  const { tree: changed, touched, refusals } = applyChanges(tree, channelsFields(exponent), [set]);
  if (refusals.length > 0)
    throw new InputError(refusals.map(({ change: _, ...refusal }) => ({ path: "path", ...refusal })));
  const isTouched = (path: readonly PropertyKey[]) =>
    touched.some(({ place }) => place.every((key, i) => path[i] === key));
  // The file holds without the value, so that whatever is wrong now the value has made wrong.
  return parseChannels(changed, (path) => ({
    path: isTouched(path) ? option : `${option} (${pathText(path)})`,
  }));
}
