import { type Field, membersOf } from "./channelsFields.js";
import type { Quantity } from "./fields.js";
import { suggest } from "./issue.js";

/**
 * Paths to fields of a channels file as people write them: `channels.union-batch.package.fee`, with channels, quotas and
 * rules by id (or by their number from 0, where they have none) and `*` for any part of an id: `channels.union-*.limits.maxOrders`,
 * `channels.*.coverage.*.successRate`.
 */

/** A place in the tree of a channels file. */
export type Place = readonly (string | number)[];

/** A field that a path leads to. */
export interface FoundField {
  readonly place: Place;
  /** What it counts; null for texts, lists and whole parts of the file. */
  readonly quantity: Quantity | null;
}

/** A path that leads nowhere: what is wrong with it, and a better one. */
export interface LostPath {
  readonly message: string;
  readonly hint: string;
}

/** Good paths looked at for a hint at most, and names shown in one. */
const MOST_LISTED = 20_000;
const MOST_SHOWN = 12;

/**
 * All fields that a path leads to in a channels file, present or not: at least one.
 *
 * @param tree the channels file as plain data
 */
export function findFields(tree: unknown, fields: Field, path: string): readonly FoundField[] | LostPath {
  const found: FoundField[] = [];
  walk(tree, fields, path, [], found);
  if (found.length > 0) return found;
  return { message: `the path "${path}" leads to no field`, hint: suggestPath(tree, fields, path) };
}

function walk(node: unknown, field: Field, rest: string, place: Place, found: FoundField[]): void {
  if (rest === "") {
    found.push({ place, quantity: field.kind === "scalar" ? field.quantity : null });
    return;
  }
  switch (field.kind) {
    case "mapping":
    case "choice":
      for (const [key, member] of membersOf(node, field)) {
        const after = without(rest, key);
        if (after !== null) walk(childOf(node, key), member, after, [...place, key], found);
      }
      return;
    case "record":
      for (const key of keysIn(node, rest)) {
        const after = without(rest, key);
        if (after !== null) walk(childOf(node, key), field.value, after, [...place, key], found);
      }
      return;
    case "list":
      namesOf(node).forEach((names, i) => {
        for (const name of names) {
          const after = without(rest, name);
          if (after === null) continue;
          walk(childOf(node, i), field.item, after, [...place, i], found);
          return;
        }
      });
      return;
    case "scalar":
  }
}

/** What is left of a path behind a name, which its first part must match; null where it does not. */
function without(rest: string, name: string): string | null {
  // Ids may have dots of their own.
  if (rest === name) return "";
  if (rest.startsWith(`${name}.`)) return rest.slice(name.length + 1);
  const [head, ...tail] = rest.split(".");
  if (!head!.includes("*")) return null;
  return matchesPattern(head!, name) ? tail.join(".") : null;
}

/** Whether a name is what a pattern says, in which `*` stands for anything. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}

/** `[item]` what each may be called by in a path: its id, else its number. */
function namesOf(list: unknown): readonly (readonly string[])[] {
  if (!Array.isArray(list)) return [];
  return list.map((item, i) => {
    const id = (item as { id?: unknown } | null)?.id;
    return typeof id === "string" ? [id, String(i)] : [String(i)];
  });
}

/** Keys of a record that are there, and the one that the path would add. */
function keysIn(node: unknown, rest: string): readonly string[] {
  const there = typeof node === "object" && node !== null ? Object.keys(node) : [];
  const named = rest.split(".")[0]!;
  return named.includes("*") || there.includes(named) ? there : [...there, named];
}

function childOf(node: unknown, key: string | number): unknown {
  return typeof node === "object" && node !== null
    ? (node as Record<string | number, unknown>)[key]
    : undefined;
}

/** The nearest good path. */
function suggestPath(tree: unknown, fields: Field, path: string): string {
  const good: string[] = [];
  list(tree, fields, "", good);
  const near = suggest(path, good);
  return near === "" ? known(tree, fields, path) : near;
}

/** What there is where a path begins to lead nowhere. */
function known(tree: unknown, fields: Field, path: string): string {
  const parts = path.split(".");
  for (let length = parts.length - 1; length >= 0; length--) {
    const found: FoundField[] = [];
    walk(tree, fields, parts.slice(0, length).join("."), [], found);
    if (found.length === 0) continue;
    const names = namesAt(tree, fields, found[0]!.place);
    const shown =
      names.length <= MOST_SHOWN ? names.join(", ") : `${names.slice(0, MOST_SHOWN).join(", ")}, …`;
    const before = length === 0 ? "A path begins with" : `"${parts.slice(0, length).join(".")}" goes on with`;
    return names.length === 0
      ? `"${parts.slice(0, length).join(".")}" has no parts.`
      : `${before}: ${shown}.`;
  }
  return "Write a path such as channels.union-batch.package.fee.";
}

/** By what the path to a place can go on. */
function namesAt(tree: unknown, fields: Field, place: Place): readonly string[] {
  let node = tree;
  let field = fields;
  for (const key of place) {
    const part = node;
    node = childOf(node, key);
    if (field.kind === "mapping" || field.kind === "choice") field = membersOf(part, field).get(String(key))!;
    else if (field.kind === "list") field = field.item;
    else if (field.kind === "record") field = field.value;
  }
  switch (field.kind) {
    case "mapping":
    case "choice":
      return [...membersOf(node, field).keys()].filter((key) => key !== "id");
    case "list":
      return namesOf(node).map(([name]) => name!);
    case "record":
      return typeof node === "object" && node !== null ? Object.keys(node) : [];
    case "scalar":
      return [];
  }
}

function list(node: unknown, field: Field, prefix: string, good: string[]): void {
  if (good.length >= MOST_LISTED) return;
  const under = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  switch (field.kind) {
    case "mapping":
    case "choice":
      for (const [key, member] of membersOf(node, field))
        if (key !== "id") list(childOf(node, key), member, under(key), good);
      return;
    case "record":
      for (const key of typeof node === "object" && node !== null ? Object.keys(node) : [])
        list(childOf(node, key), field.value, under(key), good);
      return;
    case "list":
      namesOf(node).forEach(([name], i) => {
        list(childOf(node, i), field.item, under(name!), good);
      });
      return;
    case "scalar":
      good.push(prefix);
  }
}
