import { createHash } from "node:crypto";
import {
  CancelledError,
  type Client,
  type Order as PlanOrder,
  ProblemError,
  UnreachableError,
} from "packwright/client";
import type { Batch, KeptPlan } from "./batch.js";
import { isCovered } from "./coverage.js";
import type { Order } from "./orders.js";
import { Unknown, untilKnown } from "./waiting.js";

export interface PlanningOptions {
  readonly client: Client;
  /** Name of the channel contract that packwright keeps. */
  readonly contract: string;
  /** Seconds for the search. */
  readonly timeLimit: number;
  readonly log: (message: string) => void;
}

/** Refuses what nobody covers, and has the rest planned. What a crash interrupts is simply done again: nothing has moved yet. */
export async function planBatch(batch: Batch, options: PlanningOptions): Promise<void> {
  const { client, contract, log } = options;
  const insist = <T>(ask: () => Promise<T>) => untilKnown(() => asUnknown(ask), log);
  let covered: readonly Order[] = [];
  try {
    const coverage = await insist(() => client.coverage(contract));
    await batch.keepCoverage(coverage);
    // What was refused before a crash stays refused, whatever a newer contract covers: its sender may have been told.
    const all = [...batch.orders.values()].filter(({ id }) => batch.state(id).end === null);
    covered = all.filter((order) => isCovered(order, coverage));
    const refused = all.filter((order) => !isCovered(order, coverage));
    await batch.record(
      ...refused.map(({ id }) => ({ type: "refused", order: id, reason: "NOT_COVERED" }) as const),
    );
    // The version that coverage was asked of: if the contract changes in between, both still go by the same one.
    const version = { name: coverage.name, version: coverage.version };
    await batch.keepPlan(await insist(() => plan(batch.id, covered, version, options)));
  } catch (error) {
    // What packwright refuses it would refuse again, and a plan that somebody has cancelled stays so. Nothing was sent anywhere, so
    // that the whole batch can be handed back.
    if (!(error instanceof ProblemError || error instanceof CancelledError)) throw error;
    log(`batch ${batch.id} cannot be planned: ${error.message}`);
    // Orders were sent a line each behind the request itself, which was line 1.
    const found = error instanceof ProblemError ? error.problems : [];
    const problems = found.map(({ line, message, hint }) => ({
      order: line === undefined ? null : (covered[line - 2]?.id ?? null),
      message: hint === undefined ? message : `${message} ${hint}`,
    }));
    await batch.record({ type: "unplannable", code: error.code, message: error.message, problems });
  }
}

async function plan(
  id: string,
  orders: readonly Order[],
  contract: KeptPlan["contract"],
  { client, timeLimit }: PlanningOptions,
): Promise<KeptPlan> {
  const asked = orders.map(planOrderOf);
  // After a crash the same orders are asked for with the same key, and lead to the plan that is being made already.
  const idempotencyKey = `${id}:${createHash("sha256")
    .update(JSON.stringify([contract, asked]))
    .digest("hex")}`;
  const pending = await client.plans.create(
    { channels: contract, orders: () => asked, options: { timeLimit } },
    { idempotencyKey },
  );
  // However long it takes. `wait` follows the plan's events and outlives broken connections.
  const { plan } = await pending.wait();
  const [assignments, packages, unrouted] = await Promise.all([
    all(client.plans.assignments(pending.id)),
    all(client.plans.packages(pending.id)),
    all(client.plans.unrouted(pending.id)),
  ]);
  const { charges, packageFees } = plan.cost;
  return { id: pending.id, contract, charges, packageFees, assignments, packages, unrouted };
}

/** What planning needs, and no more: accounts stay here. */
function planOrderOf({ id, bank, amountText, channels, attributes }: Order): PlanOrder {
  const named = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""));
  return {
    ...named,
    id,
    bank,
    amount: amountText,
    ...(channels === null ? {} : { channels: channels.join("|") }),
  };
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** The client has tried a few times by then. A batch waits for as long as it takes: packwright may be down for an hour. */
async function asUnknown<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isPassing = error instanceof ProblemError && !isFinal(error);
    if (!(error instanceof UnreachableError) && !isPassing) throw error;
    throw new Unknown(`packwright: ${error.message}`);
  }
}

/** Whether it is the batch that is wrong, or its plan that has failed. A key that has expired, say, is no reason to hand a batch back. */
function isFinal({ status, problem }: ProblemError): boolean {
  return problem.job !== undefined || [400, 413, 422].includes(status);
}
