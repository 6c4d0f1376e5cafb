import { type Field, type Mapping, membersOf } from "./channelsFields.js";
import { type Quantity, SourceNumber } from "./fields.js";

/** A number of a channels file that a scenario can change. */
export interface ContractNumber extends Quantity {
  /** As in scenarios: `channels.union-batch.fee.flat`. */
  readonly path: string;
  /** Id of the channel or quota that it belongs to; null of the objective. */
  readonly owner: string | null;
  /** The path behind its owner: `fee.flat`. */
  readonly field: string;
  /** As the file says it; null where it says nothing, and the number is at its default or there is no such limit. */
  readonly value: string | null;
}

/** Parts of which absent numbers are named, too: to state one makes sense by itself. */
const OPEN_PARTS = ["limits", "queue", "package", "objective"];
/** What only batch channels have. */
const OF_BATCH = /^(package\.|limits\.maxPackages$|queue\.secondsPerPackage$)/;

/**
 * The numbers of a channels file: those that it states, and those that it could state beside them.
 *
 * @param tree the file as plain data, which holds
 * @param fields of the file
 */
export function contractNumbers(tree: unknown, fields: Field): ContractNumber[] {
  const root = membersOf(tree, fields as Mapping);
  const objective = numbersIn(childOf(tree, "objective"), root.get("objective")!, "objective");
  return [
    ...objective.map((number) => ({ ...number, owner: null, field: number.path })),
    ...ownedBy(tree, root, "quotas"),
    ...ownedBy(tree, root, "channels"),
  ];
}

function ownedBy(tree: unknown, root: Mapping["members"], part: "quotas" | "channels"): ContractNumber[] {
  const { item } = root.get(part) as Extract<Field, { kind: "list" }>;
  return ((childOf(tree, part) ?? []) as unknown[]).flatMap((node) => {
    const owner = textOf(childOf(node, "id"))!;
    const head = `${part}.${owner}`;
    return numbersIn(node, item, head)
      .map((number) => ({ ...number, owner, field: number.path.slice(head.length + 1) }))
      .filter(({ field }) => childOf(node, "mode") !== "single" || !OF_BATCH.test(field));
  });
}

type Found = Omit<ContractNumber, "owner" | "field">;

function numbersIn(node: unknown, field: Field, path: string): Found[] {
  switch (field.kind) {
    case "scalar":
      return field.quantity === null ? [] : [{ path, value: textOf(node), ...field.quantity }];
    case "mapping":
    case "choice":
      return [...membersOf(node, field)].flatMap(([key, member]) => {
        const child = childOf(node, key);
        const isNamed = child !== undefined || isOpen(node, path, key);
        return isNamed ? numbersIn(child, member, `${path}.${key}`) : [];
      });
    case "list":
      return ((node ?? []) as unknown[]).flatMap((item, i) =>
        numbersIn(item, field.item, `${path}.${textOf(childOf(item, "id")) ?? i}`),
      );
    case "record":
      return [];
  }
}

/** Whether something absent is worth naming: an open part, or a number in one, unless tiers say it there. */
function isOpen(node: unknown, path: string, key: string): boolean {
  if (OPEN_PARTS.includes(key)) return true;
  if (key === "fee" && childOf(node, "feeTiers") !== undefined) return false;
  return OPEN_PARTS.includes(path.slice(path.lastIndexOf(".") + 1)) && key !== "feeTiers";
}

function childOf(node: unknown, key: string): unknown {
  return (node as Record<string, unknown> | null | undefined)?.[key];
}

function textOf(value: unknown): string | null {
  if (value instanceof SourceNumber) return value.text;
  return typeof value === "string" ? value : null;
}
