import type { Batch, End, KeptPlan } from "./batch.js";
import type { Statement } from "./channel.js";
import { formatMoney, type Money, money, sum } from "./money.js";

/** What a plan would have a group of orders cost, and what was charged for them. */
export interface ChargeRow {
  readonly what: string;
  readonly orders: number;
  readonly planned: string;
  readonly charged: string;
}

export interface Report {
  readonly batch: string;
  readonly plan: string | null;
  /** Whether every order is accounted for once, every sum agrees, and channels and we say the same. */
  readonly balanced: boolean;
  readonly orders: Readonly<Record<"in" | End, number>>;
  readonly amounts: Readonly<Record<"in" | End, string>>;
  /** Where what was charged differs from the plan, and why. */
  readonly charges: readonly ChargeRow[];
  readonly planned: string;
  readonly charged: string;
  /** Charged beyond what was planned; below 0 where it was less. */
  readonly difference: string;
  /** What does not agree, a sentence each. */
  readonly discrepancies: readonly string[];
}

const ENDS: readonly End[] = ["settled", "failed", "refused", "deferred"];

/** Accounts for every order and every charge of a batch. Channels' own statements are one side, our journal the other. */
export function reconcile(batch: Batch, statements: ReadonlyMap<string, Statement>): Report {
  const wrong: string[] = [];
  const orders = countEnds(batch, wrong);
  const amounts = sumEnds(batch, wrong);
  if (batch.plan !== null) comparePlan(batch, batch.plan, wrong);
  compareDebits(batch, statements, wrong);
  comparePackages(batch, statements, wrong);
  const charges = batch.plan === null ? [] : explainCharges(batch, batch.plan, statements, wrong);
  const planned = sum(charges.map((row) => money(row.planned)));
  const charged = sum(charges.map((row) => money(row.charged)));
  return {
    batch: batch.id,
    plan: batch.plan?.id ?? null,
    balanced: wrong.length === 0,
    orders,
    amounts,
    charges,
    planned: formatMoney(planned),
    charged: formatMoney(charged),
    difference: formatMoney(charged - planned),
    discrepancies: wrong,
  };
}

function countEnds(batch: Batch, wrong: string[]): Report["orders"] {
  const counts = { in: batch.orders.size, settled: 0, failed: 0, refused: 0, deferred: 0 };
  for (const id of batch.orders.keys()) {
    const { end } = batch.state(id);
    if (end === null) wrong.push(`order ${id} is open`);
    else counts[end]++;
  }
  return counts;
}

function sumEnds(batch: Batch, wrong: string[]): Report["amounts"] {
  const all = [...batch.orders.values()];
  const of = (end: End) =>
    sum(all.filter(({ id }) => batch.state(id).end === end).map((each) => each.amount));
  const total = sum(all.map(({ amount }) => amount));
  const parts = ENDS.map((end) => [end, of(end)] as const);
  if (sum(parts.map(([, part]) => part)) !== total) wrong.push("the amounts do not add up to what came in");
  const texts = parts.map(([end, part]) => [end, formatMoney(part)] as const);
  return { in: formatMoney(total), ...(Object.fromEntries(texts) as Record<End, string>) };
}

/** A plan says something of every order that it was asked about, once. */
function comparePlan(batch: Batch, plan: KeptPlan, wrong: string[]): void {
  const said = new Map<string, number>();
  for (const { order } of [...plan.assignments, ...plan.unrouted])
    said.set(order, (said.get(order) ?? 0) + 1);
  for (const [id] of batch.orders) {
    const times = said.get(id) ?? 0;
    const expected = batch.state(id).reason === "NOT_COVERED" ? 0 : 1;
    if (times !== expected) wrong.push(`the plan has order ${id} ${times} times`);
    said.delete(id);
  }
  for (const id of said.keys()) wrong.push(`the plan has order ${id}, which nobody sent`);
}

/** Every debit that a channel states is one of our attempts, and the other way round; and nobody is debited twice. */
function compareDebits(batch: Batch, statements: ReadonlyMap<string, Statement>, wrong: string[]): void {
  const settled = new Map<string, string>();
  const stated = new Set<string>();
  for (const [channel, { debits }] of statements)
    for (const { order, outcome, fee, amount } of debits) {
      const where = `order ${order} on ${channel}`;
      if (stated.has(`${channel} ${order}`)) wrong.push(`${where} is stated twice`);
      stated.add(`${channel} ${order}`);
      if (outcome === "settled") {
        const before = settled.get(order);
        if (before !== undefined) wrong.push(`order ${order} was debited on ${before} and on ${channel}`);
        settled.set(order, channel);
      }
      const attempt = batch.state(order).attempts.find((each) => each.channel === channel);
      if (attempt === undefined) wrong.push(`${where} is stated, and we know nothing of it`);
      else if (attempt.outcome !== outcome)
        wrong.push(`${where} is stated as ${outcome}, we have ${attempt.outcome}`);
      else if (money(attempt.fee) !== money(fee))
        wrong.push(`${where} is stated at ${fee}, we have ${attempt.fee}`);
      const asked = batch.orders.get(order);
      if (asked !== undefined && money(amount) !== asked.amount)
        wrong.push(`${where} was debited ${amount} instead of ${asked.amountText}`);
    }
  for (const id of batch.orders.keys()) {
    const { attempts, end } = batch.state(id);
    for (const { channel, outcome } of attempts)
      if (outcome !== "untouched" && !stated.has(`${channel} ${id}`))
        wrong.push(`order ${id} was ${outcome} on ${channel}, which does not state it`);
    if ((end === "settled") !== settled.has(id))
      wrong.push(`order ${id} ends as ${end}, and channels say otherwise`);
  }
}

function comparePackages(batch: Batch, statements: ReadonlyMap<string, Statement>, wrong: string[]): void {
  const stated = new Map<string, string>();
  for (const { packages } of statements.values())
    for (const { package: name, fee } of packages) {
      if (stated.has(name)) wrong.push(`package ${name} is stated twice`);
      stated.set(name, fee);
    }
  for (const { package: name, fee } of batch.plan?.packages ?? []) {
    const isDone = batch.packageState(name) === "done";
    const charged = stated.get(name);
    if (isDone !== (charged !== undefined))
      wrong.push(
        `package ${name} is ${isDone ? "done" : "refused"} here, and not by the channel's statement`,
      );
    else if (charged !== undefined && money(charged) !== money(fee))
      wrong.push(`package ${name} cost ${charged} instead of ${fee}`);
    stated.delete(name);
  }
  for (const name of stated.keys()) wrong.push(`package ${name} is stated, and we know nothing of it`);
}

/** Puts every charge where it belongs: all rows together are the plan on one side, the statements on the other. */
function explainCharges(
  batch: Batch,
  plan: KeptPlan,
  statements: ReadonlyMap<string, Statement>,
  wrong: string[],
): ChargeRow[] {
  const rows = new Map<string, { orders: number; planned: Money; charged: Money }>();
  const add = (what: string, planned: Money, charged: Money) => {
    const row = rows.get(what) ?? { orders: 0, planned: 0n, charged: 0n };
    rows.set(what, {
      orders: row.orders + 1,
      planned: row.planned + planned,
      charged: row.charged + charged,
    });
  };
  for (const { order, channel, charge } of plan.assignments) {
    const { attempts } = batch.state(order);
    const planned = money(charge);
    const charged = sum(attempts.map(({ fee }) => money(fee)));
    const first = attempts.find((attempt) => attempt.channel === channel);
    if (first?.outcome === "settled") {
      add("settled as planned", planned, charged);
      // The contract of this example has no success rates: what was planned is what has to be charged.
      if (planned !== charged)
        wrong.push(`order ${order} cost ${formatMoney(charged)} on ${channel} instead of ${charge}`);
    } else if (first?.outcome === "untouched") add("in a refused package", planned, charged);
    else if (batch.state(order).fallBack !== null) add("failed in a package, then singly", planned, charged);
    else add("failed where planned", planned, charged);
  }
  const table = [...rows].map(([what, { orders, planned, charged }]) => ({
    what,
    orders,
    planned: formatMoney(planned),
    charged: formatMoney(charged),
  }));
  const all = [...statements.values()];
  const packageFees = sum(all.flatMap(({ packages }) => packages.map(({ fee }) => money(fee))));
  table.push({
    what: "package fees",
    orders: 0,
    planned: plan.packageFees,
    charged: formatMoney(packageFees),
  });
  const planned = sum(table.map((row) => money(row.planned)));
  if (planned !== money(plan.charges) + money(plan.packageFees))
    wrong.push("the charges of the plan's orders do not add up to what the plan states");
  const charged = sum(table.map((row) => money(row.charged)));
  const stated = packageFees + sum(all.flatMap(({ debits }) => debits.map(({ fee }) => money(fee))));
  if (charged !== stated)
    wrong.push(`channels state ${formatMoney(stated)} of charges, we have ${formatMoney(charged)}`);
  return table;
}
