import type { CostTotal } from "../model/money.js";
import type { UnroutedReason } from "../model/plan.js";
import type { UnroutedColumns } from "../model/planFolder.js";
import { unroutedDetail } from "../model/unrouted.js";
import type { OrderName } from "./assignments.js";
import { deferReasons, type FinishedPlan } from "./deferral.js";
import type { Instance } from "./instance.js";
import { type Penalties, PenaltySum } from "./penalty.js";
import { rejectReasons } from "./rejection.js";
import type { Survey } from "./survey.js";
import type { ViolationList } from "./violations.js";

/** What the unrouted orders come to. */
export interface Unrouted {
  readonly rejected: number;
  readonly deferred: number;
  readonly penalties: CostTotal;
  /** Orders by the reason that is due, whatever the rows say. */
  readonly byReason: ReadonlyMap<UnroutedReason, number>;
}

/** Says why orders are unrouted, and at what penalty in all. */
class UnroutedCount {
  readonly #found: Survey;
  readonly #rejectReason: (order: number) => UnroutedReason;
  readonly #deferReason: (order: number) => UnroutedReason;
  readonly #sum: PenaltySum;
  readonly #byReason = new Map<UnroutedReason, number>();
  #rejected = 0;
  #deferred = 0;

  constructor(instance: Instance, found: Survey, penalties: Penalties, plan: FinishedPlan) {
    this.#found = found;
    this.#rejectReason = rejectReasons(instance);
    this.#deferReason = deferReasons(instance, found, plan);
    this.#sum = new PenaltySum(penalties);
  }

  /** @returns the reason that is due */
  add(order: number): UnroutedReason {
    const isRejected = this.#found.leastCharge[order] === Infinity;
    const reason = isRejected ? this.#rejectReason(order) : this.#deferReason(order);
    if (isRejected) {
      this.#rejected++;
    } else {
      this.#deferred++;
      this.#sum.add(order);
    }
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + 1);
    return reason;
  }

  get result(): Unrouted {
    return {
      rejected: this.#rejected,
      deferred: this.#deferred,
      penalties: this.#sum.total,
      byReason: this.#byReason,
    };
  }
}

/** Walks the unrouted orders: whether each is one, why, and at what penalty. Then every order must have been seen. */
export function checkUnrouted(
  instance: Instance,
  found: Survey,
  penalties: Penalties,
  plan: FinishedPlan,
  rows: UnroutedColumns,
  nameOf: OrderName,
  violations: ViolationList,
): Unrouted {
  const { profiles, profile, count } = instance.orders;
  const { seen } = plan.assigned;
  const counted = new UnroutedCount(instance, found, penalties, plan);
  const detailOf = details();
  for (let row = 0; row < rows.count; row++) {
    const order = rows.order[row]!;
    if (order < 0) {
      const id = rows.unknownOrders[-1 - order];
      violations.add("UNKNOWN_ORDER", "unrouted.order", {}, () => `Unrouted names an unknown order ${id}.`);
      continue;
    }
    if (seen[order] === 1) {
      violations.add(
        "ORDER_TWICE",
        "unrouted.order",
        { order },
        () => `Order ${nameOf(order)} is unrouted, but stands in the plan already.`,
      );
      continue;
    }
    seen[order] = 1;
    const reason = counted.add(order);
    const stated = rows.reasonNames[rows.reason[row]!]!;
    if (stated !== reason)
      violations.add(
        "UNROUTED_REASON",
        "unrouted.reason",
        { order },
        () => `Order ${nameOf(order)} is unrouted for ${reason}, not ${stated}.`,
      );
    const { bank } = profiles[profile[order]!]!;
    if (rows.detailNames[rows.detail[row]!] !== detailOf(reason, bank))
      violations.add(
        "UNROUTED_DETAIL",
        "unrouted.detail",
        { order },
        () => `The detail of order ${nameOf(order)} must be: ${detailOf(reason, bank)}`,
      );
  }
  for (let order = 0; order < count; order++)
    if (seen[order] === 0)
      violations.add(
        "ORDER_LOST",
        "plan.orders",
        { order },
        () => `Order ${nameOf(order)} is neither assigned nor unrouted.`,
      );
  return counted.result;
}

/** What the orders come to that no row assigns. */
export function leftOut(
  instance: Instance,
  found: Survey,
  penalties: Penalties,
  plan: FinishedPlan,
): Unrouted {
  const counted = new UnroutedCount(instance, found, penalties, plan);
  plan.assigned.seen.forEach((seen, order) => {
    if (seen === 0) counted.add(order);
  });
  return counted.result;
}

/** Writes each text once: there may be a million orders of few banks. */
function details(): (reason: UnroutedReason, bank: string) => string {
  const texts = new Map<UnroutedReason, Map<string, string>>();
  return (reason, bank) => {
    const ofReason = texts.get(reason) ?? new Map<string, string>();
    if (ofReason.size === 0) texts.set(reason, ofReason);
    const text = ofReason.get(bank) ?? unroutedDetail(reason, bank);
    ofReason.set(bank, text);
    return text;
  };
}
