import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Assignment, Coverage, PackageRow, Unrouted } from "packwright/client";
import { makeFolder, readIfThere, writeWhole } from "./disk.js";
import { type Entry, Journal, type OrderProblem } from "./journal.js";
import { type Order, readOrders } from "./orders.js";

/** What is kept of a plan: enough to work it off, and to reconcile it, without asking again. */
export interface KeptPlan {
  readonly id: string;
  readonly contract: { readonly name: string; readonly version: number };
  /** All charges and package fees, as the plan states them. */
  readonly charges: string;
  readonly packageFees: string;
  /** In submission sequence within a channel; `package` is empty on single channels. */
  readonly assignments: readonly Assignment[];
  /** In submission sequence within a channel. */
  readonly packages: readonly PackageRow[];
  readonly unrouted: readonly Unrouted[];
}

/** What a channel made of an order. */
export interface Attempt {
  readonly channel: string;
  /** `untouched`: its package was refused, and it was not debited. */
  readonly outcome: "settled" | "failed" | "untouched";
  readonly fee: string;
  readonly reason: string;
}

export type End = "settled" | "failed" | "refused" | "deferred";

export interface OrderState {
  readonly attempts: readonly Attempt[];
  /** The single channel that it falls back to; null where it does not. */
  readonly fallBack: string | null;
  /** Null while it is open. */
  readonly end: End | null;
  readonly reason: string;
}

const ORDERS = "orders.csv";
const JOURNAL = "journal.ndjson";

const OPEN: OrderState = { attempts: [], fallBack: null, end: null, reason: "" };

/** Reasons for which no plan of this contract would ever take an order; for all others tomorrow may. */
const REFUSALS = new Set([
  "BANK_NOT_COVERED",
  "ATTRIBUTES_NOT_COVERED",
  "AMOUNT_OUT_OF_RANGE",
  "NO_CHANNEL_IN_TIME",
]);

/** A batch: its orders, and all that is known of them. What is known follows from the journal alone. */
export class Batch {
  readonly id: string;
  readonly orders: ReadonlyMap<string, Order>;
  readonly #folder: string;
  readonly #states = new Map<string, OrderState>();
  readonly #packages = new Map<string, "taken" | "refused" | "done">();
  readonly #journal: Journal;
  #indexed: PlanIndex | undefined;
  /** Null while there is none. */
  plan: KeptPlan | null = null;
  stage: "planning" | "submitting" | "done" | "unplannable" = "planning";
  /** Why there is no plan; none where there is one, or may be. */
  problems: readonly OrderProblem[] = [];
  /** Whether every order has come to its end, and the report is there. */
  isReconciled = false;

  private constructor(id: string, folder: string, orders: readonly Order[], journal: Journal) {
    this.id = id;
    this.#folder = folder;
    this.orders = new Map(orders.map((order) => [order.id, order]));
    this.#journal = journal;
  }

  /** Keeps the file of a new batch, whole or not at all. Its journal comes first: who has the orders has a journal, if an empty one. */
  static async create(folder: string, csv: string): Promise<void> {
    await makeFolder(folder);
    await writeWhole(folder, JOURNAL, "");
    await writeWhole(folder, ORDERS, csv);
  }

  /**
   * Opens a batch as its journal left it.
   *
   * @returns null where it never came in whole: a crash came first, its sender has no answer and sends it again
   * @throws where anything else is missing: without its journal a batch would be debited a second time
   */
  static async open(folder: string, id: string): Promise<Batch | null> {
    const csv = await readIfThere(join(folder, ORDERS));
    if (csv === null) return null;
    const { orders } = readOrders(csv);
    const entries: Entry[] = [];
    const journal = await Journal.open(join(folder, JOURNAL), (entry) => entries.push(entry));
    const batch = new Batch(id, folder, orders, journal);
    if (entries.some(({ type }) => type === "planned")) batch.plan = await batch.#read<KeptPlan>("plan.json");
    for (const entry of entries) batch.#apply(entry);
    return batch;
  }

  state(order: string): OrderState {
    return this.#states.get(order) ?? OPEN;
  }

  packageState(name: string): "unsent" | "taken" | "refused" | "done" {
    return this.#packages.get(name) ?? "unsent";
  }

  /** Makes facts known: to the disk first, then to whoever looks. */
  async record(...entries: readonly Entry[]): Promise<void> {
    await this.#journal.append(entries);
    for (const entry of entries) this.#apply(entry);
  }

  /** Keeps what the service covered when it was asked: what falls back later must not go by another contract. */
  async keepCoverage(coverage: Coverage): Promise<void> {
    await writeWhole(this.#folder, "coverage.json", JSON.stringify(coverage));
  }

  coverage(): Promise<Coverage> {
    return this.#read("coverage.json");
  }

  async keepPlan(plan: KeptPlan): Promise<void> {
    await writeWhole(this.#folder, "plan.json", JSON.stringify(plan));
    this.plan = plan;
    await this.record({ type: "planned", plan: plan.id });
  }

  async keepReport(report: object): Promise<void> {
    await writeWhole(this.#folder, "report.json", JSON.stringify(report, null, 2));
  }

  report(): Promise<object> {
    return this.#read("report.json");
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  async #read<T>(name: string): Promise<T> {
    return JSON.parse(await readFile(join(this.#folder, name), "utf8")) as T;
  }

  /** What an entry says, said twice, is said once: results are asked for again after a crash. */
  #apply(entry: Entry): void {
    switch (entry.type) {
      case "refused":
        this.#change(entry.order, { end: "refused", reason: entry.reason });
        break;
      case "planned":
        this.stage = "submitting";
        for (const { order, reason } of this.plan!.unrouted)
          this.#change(order, { end: REFUSALS.has(reason) ? "refused" : "deferred", reason });
        break;
      case "unplannable":
        this.stage = "unplannable";
        this.problems = entry.problems;
        for (const order of this.orders.keys())
          if (this.state(order).end === null) this.#change(order, { end: "refused", reason: entry.code });
        break;
      case "packageTaken":
        this.#packages.set(entry.package, "taken");
        break;
      case "packageRefused": {
        this.#packages.set(entry.package, "refused");
        const { reason } = entry;
        for (const { order, channel } of this.ordersOf(entry.package))
          this.#attempt(order, { channel, outcome: "untouched", fee: "0.00", reason });
        break;
      }
      case "packageDone":
        this.#packages.set(entry.package, "done");
        break;
      case "result": {
        const { order, channel, outcome, fee, reason } = entry;
        this.#attempt(order, { channel, outcome, fee, reason });
        if (outcome === "settled") this.#change(order, { end: "settled", reason: "" });
        else if (!this.#mayFallBack(order, channel)) this.#change(order, { end: "failed", reason });
        break;
      }
      case "fallBack":
        this.#change(entry.order, { fallBack: entry.to });
        break;
      case "noFallBack":
        this.#change(entry.order, { end: "failed", reason: "NO_SINGLE_CHANNEL" });
        break;
      case "reconciled":
        this.isReconciled = true;
        if (this.stage === "submitting") this.stage = "done";
    }
  }

  ordersOf(name: string): readonly Assignment[] {
    return this.#index().byPackage.get(name) ?? [];
  }

  /** Whoever failed in a package may; whoever failed singly has had its chance. */
  #mayFallBack(order: string, channel: string): boolean {
    const assigned = this.#index().byOrder.get(order)!;
    return assigned.package !== "" && assigned.channel === channel;
  }

  #index(): PlanIndex {
    this.#indexed ??= indexOf(this.plan!);
    return this.#indexed;
  }

  #attempt(order: string, attempt: Attempt): void {
    const { attempts } = this.state(order);
    if (attempts.some(({ channel }) => channel === attempt.channel)) return;
    this.#change(order, { attempts: [...attempts, attempt] });
  }

  #change(order: string, change: Partial<OrderState>): void {
    this.#states.set(order, { ...this.state(order), ...change });
  }
}

interface PlanIndex {
  readonly byOrder: ReadonlyMap<string, Assignment>;
  readonly byPackage: ReadonlyMap<string, readonly Assignment[]>;
}

function indexOf({ assignments }: KeptPlan): PlanIndex {
  const byPackage = new Map<string, Assignment[]>();
  for (const assignment of assignments) {
    if (assignment.package === "") continue;
    const own = byPackage.get(assignment.package);
    if (own === undefined) byPackage.set(assignment.package, [assignment]);
    else own.push(assignment);
  }
  return { byOrder: new Map(assignments.map((each) => [each.order, each])), byPackage };
}
