import type { Field } from "./channelsFields.js";
import { type Decimal, formatScaled, parseRate, type SignedDecimal, scaleDecimal } from "./decimal.js";
import { type FoundField, findFields, matchesPattern, type Place } from "./fieldPath.js";
import { type Quantity, SourceNumber } from "./fields.js";
import { suggest } from "./issue.js";
import { formatInstant, offsetMinutes, parseInstant } from "./time.js";

/** What a scenario does to the tree of a channels file. The tree itself is left as it is. */

export type Change =
  /** Gives fields a value: a text or number, a list, or a whole part of the file. */
  | { readonly verb: "set"; readonly path: string; readonly value: unknown }
  | { readonly verb: "scale"; readonly path: string; readonly by: Decimal }
  /** Of instants: seconds. */
  | { readonly verb: "add"; readonly path: string; readonly by: SignedDecimal }
  /** Takes fields out: a limit that is absent is no limit. */
  | { readonly verb: "remove"; readonly path: string }
  /** Closes a channel, by its id or a pattern with `*`. */
  | { readonly verb: "off"; readonly channel: string }
  /** Adds a channel. */
  | { readonly verb: "channel"; readonly value: unknown }
  /** Of a value that cannot be read: nothing but whether its path leads to a field. */
  | { readonly verb: "look"; readonly path: string };

/** Why a change cannot be made. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly value?: string;
}

export interface Changed {
  readonly tree: unknown;
  /** Places that a change has written to, with its index. */
  readonly touched: readonly { readonly place: Place; readonly change: number }[];
  readonly refusals: readonly (Refusal & { readonly change: number })[];
}

/** Fields that cannot differ between scenarios: amounts and times of the orders are read by them. */
const FIXED = ["currency", "planAt"];

/** Makes the changes one after the other. */
export function applyChanges(tree: unknown, fields: Field, changes: readonly Change[]): Changed {
  const copy = structuredCopy(tree);
  const touched: { place: Place; change: number }[] = [];
  const refusals: (Refusal & { change: number })[] = [];
  changes.forEach((change, index) => {
    const outcome = applyOne(copy, fields, change);
    if ("code" in outcome) refusals.push({ ...outcome, change: index });
    else for (const place of outcome.places) touched.push({ place, change: index });
  });
  return { tree: copy, touched, refusals };
}

type Outcome = Refusal | { readonly places: readonly Place[] };

function applyOne(tree: unknown, fields: Field, change: Change): Outcome {
  switch (change.verb) {
    case "off":
      return close(tree, change.channel);
    case "channel":
      return addChannel(tree, change.value);
    default:
      return changeFields(tree, fields, change);
  }
}

type FieldChange = Extract<Change, { path: string }>;

function changeFields(tree: unknown, fields: Field, change: FieldChange): Outcome {
  const { path } = change;
  const fixed = FIXED.find((field) => path === field || path.startsWith(`${field}.`));
  if (fixed !== undefined)
    return {
      code: "FIXED_FIELD",
      message: `"${fixed}" cannot differ between scenarios: the orders are read by it`,
      hint: "Make another channels file and another run.",
    };
  const found = findFields(tree, fields, path);
  if ("hint" in found) return { code: "UNKNOWN_PATH", ...found, value: path };
  const places: Place[] = [];
  let hint = "An absent limit is no limit. Use set to give it a value.";
  // From the last on, so that what is taken out of a list moves nothing that is still to be taken out.
  for (const field of [...found].reverse()) {
    if (path.includes("*") && isNoPackage(tree, field.place)) continue;
    const outcome = changeField(tree, field, change);
    if (outcome === "nothing there") {
      const list = tiersInstead(tree, field.place);
      if (list !== undefined) hint = tierHint(path, field.place, list);
      continue;
    }
    if (outcome !== "done") return { ...outcome, value: path };
    places.push(field.place);
  }
  if (places.length > 0) return { places };
  return {
    code: "NOTHING_TO_CHANGE",
    message: `there is no value to ${change.verb} at "${path}"`,
    hint,
    value: path,
  };
}

/** What only batch channels have. */
const OF_PACKAGES = ["package", "limits.maxPackages", "queue.secondsPerPackage"];

/** Patterns mean the packages of batch channels: single ones have none. */
function isNoPackage(tree: unknown, [list, channel, ...rest]: Place): boolean {
  const field = rest.join(".");
  if (list !== "channels" || !OF_PACKAGES.some((part) => field === part || field.startsWith(`${part}.`)))
    return false;
  return (valueAt(tree, ["channels", channel!]) as { mode?: unknown } | undefined)?.mode !== "batch";
}

function changeField(
  tree: unknown,
  { place, quantity }: FoundField,
  change: FieldChange,
): "done" | "nothing there" | Refusal {
  switch (change.verb) {
    case "set":
      write(tree, place, change.value);
      return "done";
    case "remove":
      return remove(tree, place) ? "done" : "nothing there";
    case "look":
      return "done";
  }
  if (quantity === null || (quantity.quantity === "instant" && change.verb === "scale"))
    return {
      code: "WRONG_VERB",
      message: `"${change.path}" is nothing to ${change.verb}`,
      hint: quantity === null ? "Use set." : "Use set, or add with seconds.",
    };
  const before = currentText(tree, place);
  if (before === null) return "nothing there";
  const after = reckon(before, quantity, change);
  if (typeof after !== "string") return after ?? "nothing there";
  write(tree, place, after);
  return "done";
}

/** The new text of a field; null where the old one is none of its kind, which the schema says better. */
function reckon(
  before: string,
  quantity: Quantity,
  change: Extract<FieldChange, { verb: "scale" | "add" }>,
): string | Refusal | null {
  if (quantity.quantity === "instant") return change.verb === "add" ? later(before, change.by) : null;
  const value = parseRate(before);
  if (value === null) return null;
  const { decimals } = quantity;
  const result =
    change.verb === "scale"
      ? roundTo(
          { digits: value.digits * change.by.digits, decimals: value.decimals + change.by.decimals },
          decimals,
        )
      : roundTo(value, decimals) + signed(change.by, decimals);
  if (result < 0n)
    return {
      code: "OUT_OF_RANGE",
      message: `"${change.path}" would be below 0: it is ${before}`,
      hint: "Take away less, or set it.",
    };
  return plain(result, decimals);
}

/** To the nearest of that many decimals, halves up. */
function roundTo({ digits, decimals }: Decimal, to: number): bigint {
  if (decimals <= to) return digits * 10n ** BigInt(to - decimals);
  const divisor = 10n ** BigInt(decimals - to);
  return (2n * digits + divisor) / (2n * divisor);
}

function signed(by: SignedDecimal, decimals: number): bigint {
  const magnitude = roundTo(by, decimals);
  return by.negative ? -magnitude : magnitude;
}

/** Without zeros at the end. */
function plain(value: bigint, scale: number): string {
  const text = formatScaled(value, scale, scale);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function later(instant: string, seconds: SignedDecimal): string | Refusal | null {
  const at = parseInstant(instant);
  const micros = scaleDecimal(seconds, 6);
  if (at === null) return null;
  if (micros === null)
    return { code: "TOO_MANY_DECIMALS", message: "seconds have up to 6 decimals", hint: "Write fewer." };
  const moved = at + (seconds.negative ? -1 : 1) * Number(micros);
  return formatInstant(moved, offsetMinutes(instant)!);
}

/** What fields are worth that a file need not state. Of others nothing can be scaled. */
const DEFAULTS: Readonly<Record<string, string>> = {
  successRate: "1",
  failureFee: "0",
  failureCost: "0",
  delayCostPerOrderHour: "0",
  unroutedPenaltyRate: "0",
  fee: "0",
  perOrder: "0",
  flat: "0",
  rate: "0",
  minOrders: "1",
  lanes: "1",
  backlogSeconds: "0",
  secondsPerPackage: "0",
  secondsPerOrder: "0",
  resultSeconds: "0",
  toDate: "0",
  chargesToDate: "0",
};
/** Parts of the file whose absence means that all in them is as by default. */
const OPTIONAL_PARTS = ["objective", "package", "queue"];

/** By the part of the file that they stand in: fields that a list of tiers, where there is one, takes the place of. */
const SAID_BY_TIERS: Readonly<Record<string, { readonly list: string; readonly fields: readonly string[] }>> =
  {
    fee: { list: "tiers", fields: ["flat", "rate", "min", "max"] },
    package: { list: "feeTiers", fields: ["fee"] },
  };

/** The list of tiers that stands there instead of a field: beside it the field has no value, not even its default. */
function tiersInstead(tree: unknown, place: Place): string | undefined {
  const part = place.slice(0, -1);
  const said = SAID_BY_TIERS[String(part.at(-1))];
  if (said === undefined || !said.fields.includes(String(place.at(-1)))) return undefined;
  return valueAt(tree, [...part, said.list]) === undefined ? undefined : said.list;
}

function tierHint(path: string, place: Place, list: string): string {
  const part = path.slice(0, path.lastIndexOf("."));
  return `Its tiers say it: write ${part}.${list}.*.${place.at(-1)}.`;
}

/** The text of a field, its default where it is absent; null where there is nothing to count with. */
function currentText(tree: unknown, place: Place): string | null {
  const value = valueAt(tree, place);
  if (value instanceof SourceNumber) return value.text;
  if (typeof value === "string") return value;
  if (value !== undefined) return null;
  const part = place.slice(0, -1);
  if (valueAt(tree, part) === undefined && !OPTIONAL_PARTS.includes(String(part.at(-1)))) return null;
  if (tiersInstead(tree, place) !== undefined) return null;
  // A tier of volume has a discount or a fee: neither goes without saying.
  if (part.at(-2) === "tiers" && part.at(-3) === "volume") return null;
  return DEFAULTS[String(place.at(-1))] ?? null;
}

function close(tree: unknown, pattern: string): Outcome {
  const channels = valueAt(tree, ["channels"]);
  const ids = Array.isArray(channels)
    ? channels.map((channel) => (channel as { id?: unknown } | null)?.id)
    : [];
  const places = ids.flatMap((id, c): Place[] =>
    typeof id === "string" && matchesPattern(pattern, id) ? [["channels", c, "limits", "maxOrders"]] : [],
  );
  if (places.length === 0)
    return {
      code: "UNKNOWN_CHANNEL",
      message: `there is no channel "${pattern}"`,
      hint: suggest(
        pattern,
        ids.filter((id) => typeof id === "string"),
      ),
      value: pattern,
    };
  for (const place of places) write(tree, place, "0");
  return { places };
}

function addChannel(tree: unknown, value: unknown): Outcome {
  const channels = valueAt(tree, ["channels"]);
  if (!Array.isArray(channels))
    return { code: "MISSING_FIELD", message: "the channels file has no list of channels" };
  channels.push(structuredCopy(value));
  return { places: [["channels", channels.length - 1]] };
}

function valueAt(tree: unknown, place: Place): unknown {
  let node = tree;
  for (const key of place) node = (node as Record<string | number, unknown> | null | undefined)?.[key];
  return node;
}

function write(tree: unknown, place: Place, value: unknown): void {
  let node = tree as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) {
    if (typeof node[key] !== "object" || node[key] === null) node[key] = {};
    node = node[key] as Record<string | number, unknown>;
  }
  node[place.at(-1)!] = structuredCopy(value);
}

function remove(tree: unknown, place: Place): boolean {
  const part = valueAt(tree, place.slice(0, -1));
  const key = place.at(-1)!;
  if (typeof part !== "object" || part === null || !(key in part)) return false;
  if (Array.isArray(part)) part.splice(Number(key), 1);
  else delete (part as Record<string | number, unknown>)[key];
  return true;
}

/** A copy of plain data that keeps what marks a number. */
function structuredCopy(value: unknown): unknown {
  if (value instanceof SourceNumber) return value;
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, structuredCopy(member)]));
  return value;
}
