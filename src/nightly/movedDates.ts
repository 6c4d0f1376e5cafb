import { SourceNumber } from "../model/fields.js";
import { formatInstant, parseInstant } from "../model/time.js";
import { daysBetween, daysLater, localOf, offsetAt } from "../model/zone.js";

type Tree = Readonly<Record<string, unknown>>;

/** Instants of a channel's queue. */
const QUEUE_INSTANTS = ["opensAt", "cutOff"] as const;

/**
 * A channels file with its instants moved by whole local days, so that `planAt` is on the day that is due: ten at night stays ten
 * at night, whatever clocks did between.
 *
 * @param tree of a file that has been parsed without a complaint
 * @param due milliseconds since 1970
 * @returns a tree of the same form; the same where there is no `planAt`, which every other instant needs
 */
export function withMovedDates(tree: unknown, due: number, zone: string): unknown {
  const file = tree as Tree;
  const planAt = millisOf(file.planAt);
  if (planAt === null) return tree;
  const days = daysBetween(localOf(planAt, zone), localOf(due, zone));
  const moved = (value: unknown) => {
    const at = millisOf(value);
    if (at === null) return value;
    const later = daysLater(at, days, zone);
    // What is finer than a millisecond, which no calendar knows of, goes along.
    const micros = parseInstant(String(value))! - at * 1_000;
    return formatInstant(later * 1_000 + micros, offsetAt(later, zone));
  };
  const channels = (file.channels as readonly Tree[]).map((channel) => {
    const queue = channel.queue as Tree | undefined;
    if (queue === undefined) return channel;
    const changed = QUEUE_INSTANTS.filter((key) => key in queue).map((key) => [key, moved(queue[key])]);
    return { ...channel, queue: { ...queue, ...Object.fromEntries(changed) } };
  });
  return { ...file, planAt: moved(file.planAt), channels };
}

function millisOf(value: unknown): number | null {
  const at = typeof value === "string" ? parseInstant(value) : null;
  return at === null ? null : Math.floor(at / 1_000);
}

/** A tree as JSON that reads as it does: every scalar as its source text. */
export function jsonOfTree(tree: unknown): string {
  return `${JSON.stringify(tree, (_key, value: unknown) => (value instanceof SourceNumber ? value.text : value), 2)}\n`;
}
