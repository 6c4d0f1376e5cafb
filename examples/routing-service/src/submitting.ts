import type { Assignment, PackageRow } from "packwright/client";
import type { Batch } from "./batch.js";
import type { Callbacks } from "./callbacks.js";
import type { Channel, DebitResult } from "./channel.js";
import { channelsFor } from "./coverage.js";
import { money } from "./money.js";
import { Lanes, untilKnown } from "./waiting.js";

export interface SubmittingOptions {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly callbacks: Callbacks;
  readonly log: (message: string) => void;
  /** Debits at a time on a single channel. */
  readonly lanes: number;
}

/**
 * Works a plan off: packages in their sequence, single orders, and singly what failed in packages. It begins wherever the
 * journal left off, because every step looks there first whether it has been done, and because a channel that is asked again
 * with the same key does nothing again.
 */
export async function submitBatch(batch: Batch, options: SubmittingOptions): Promise<void> {
  const { assignments, packages } = batch.plan!;
  const coverage = await batch.coverage();
  const lanes = new Map<string, Lanes>();

  /** Debits an order singly, unless that is known already. */
  async function debit(order: string, channel: string): Promise<void> {
    if (batch.state(order).attempts.some((attempt) => attempt.channel === channel)) return;
    if (!lanes.has(channel)) lanes.set(channel, new Lanes(options.lanes));
    const { log } = options;
    const ask = () => channelOf(channel).debit(batch.id, batch.orders.get(order)!);
    const result = await lanes.get(channel)!.run(() => untilKnown(ask, log));
    mustBeKnown(`the answer of ${channel} for order ${order}`, [result], [order]);
    await batch.record(entryOf(result, channel));
  }

  /**
   * The one place where an order changes channel. It is known here that its batch channel has not debited it and never will:
   * either the channel said that the debit failed, or it refused the whole package. No answer is no failure.
   */
  async function fallBack(order: string): Promise<void> {
    const { fallBack: to, end } = batch.state(order);
    if (end !== null) return;
    if (to !== null) return debit(order, to);
    const [single] = channelsFor(batch.orders.get(order)!, coverage, "single");
    if (single === undefined) return batch.record({ type: "noFallBack", order });
    await batch.record({ type: "fallBack", order, to: single });
    return debit(order, single);
  }

  async function finish({ package: name, channel }: PackageRow): Promise<void> {
    const own = batch.ordersOf(name).map(({ order }) => order);
    if (batch.packageState(name) === "taken") await collect(name, channelOf(channel));
    await Promise.all(own.map(fallBack));
  }

  /** Waits for the results of a package. Being called back only makes it ask sooner; what counts is what the channel answers. */
  async function collect(name: string, channel: Channel): Promise<void> {
    for (;;) {
      const found = await untilKnown(() => channel.result(batch.id, name), options.log);
      if (found === null) throw new Error(`${channel.id} has lost package ${name}, which it had taken`);
      if (found.state === "refused")
        return batch.record({ type: "packageRefused", package: name, reason: found.reason });
      if (found.state === "done") {
        const expected = batch.ordersOf(name).map(({ order }) => order);
        mustBeKnown(`the results of package ${name}`, found.results, expected);
        const results = found.results.map((result) => entryOf(result, channel.id));
        return batch.record(...results, { type: "packageDone", package: name });
      }
      await options.callbacks.next(batch.id, name);
    }
  }

  /** In their sequence, as the plan's times depend on it; what becomes of them is awaited side by side. */
  async function submitPackages(own: readonly PackageRow[]): Promise<void> {
    const finishing: Promise<void>[] = [];
    try {
      for (const row of own) {
        const { package: name, channel } = row;
        if (batch.packageState(name) === "unsent") {
          const orders = batch.ordersOf(name).map(({ order }) => batch.orders.get(order)!);
          const callback = options.callbacks.address(batch.id, name);
          const ask = () => channelOf(channel).submit(batch.id, name, orders, callback);
          const answer = await untilKnown(ask, options.log);
          await batch.record(
            answer.taken
              ? { type: "packageTaken", package: name }
              : { type: "packageRefused", package: name, reason: answer.reason },
          );
        }
        const finished = finish(row);
        // It may fail while others are still being submitted; that is told below.
        finished.catch(() => {});
        finishing.push(finished);
      }
    } finally {
      await allOf(finishing);
    }
  }

  function channelOf(id: string): Channel {
    const channel = options.channels.get(id);
    if (channel === undefined)
      throw new Error(`the plan uses channel ${id}, whose address is not configured`);
    return channel;
  }

  const isSingle = (assignment: Assignment) => assignment.package === "";
  await allOf([
    ...groups(packages, ({ channel }) => channel).map(submitPackages),
    ...assignments.filter(isSingle).map(({ order, channel }) => debit(order, channel)),
  ]);
}

/**
 * Every order that was asked about has exactly one result, which says what became of it and what that cost; or nothing of it is to
 * be believed, nor kept: a person has to ask the channel. Who fell back on a wrong answer might debit somebody twice.
 */
function mustBeKnown(what: string, results: readonly DebitResult[], orders: readonly string[]): void {
  const told = new Set(results.map(({ order }) => order));
  const isComplete = results.length === orders.length && told.size === orders.length;
  if (!isComplete || !orders.every((order) => told.has(order)))
    throw new Error(`${what} are not those of what was asked`);
  for (const { outcome, fee } of results) {
    // Anything else, "processing" say, may still be debited.
    if (outcome !== "settled" && outcome !== "failed")
      throw new Error(`${what} say neither that it is settled nor that it failed`);
    money(fee);
  }
}

function entryOf({ order, outcome, fee, reason }: DebitResult, channel: string) {
  return { type: "result", order, channel, outcome, fee, reason } as const;
}

/** Waits for all, and only then tells of the first that failed: the others' results are wanted whatever happens to one. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return [...found.values()];
}
