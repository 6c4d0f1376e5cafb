/** One rule of the contract that a plan breaks, or one figure that it states wrongly. */
export interface Violation {
  /** Stable upper-case name. */
  readonly code: string;
  /** The rule or figure concerned, as a dotted name: `package.maxOrders`, `plan.cost.delay`. */
  readonly rule: string;
  readonly message: string;
  /** Row of the order table. */
  readonly order?: number;
  readonly package?: string;
  readonly channel?: string;
  /** Line of the assignments that says so. */
  readonly line?: number;
  /** The id of an order or channel that there is not. */
  readonly value?: string;
}

/** What a violation is about, where it is about one thing. */
export type Where = Pick<Violation, "order" | "package" | "channel" | "line" | "value">;

/** At most this many violations are listed; the rest are counted. */
export const VIOLATION_LIMIT = 1000;

/** Gathers the first {@link VIOLATION_LIMIT} violations and counts the rest. */
export class ViolationList {
  readonly first: Violation[] = [];
  /** How many there are of each code, in the order in which codes were first met. */
  readonly byCode = new Map<string, number>();
  #total = 0;

  /** @param message is asked for only while the violation is still listed: a bad plan may break a rule a million times */
  add(code: string, rule: string, where: Where, message: () => string): void {
    this.#total++;
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
    if (this.first.length < VIOLATION_LIMIT) this.first.push({ code, rule, message: message(), ...where });
  }

  get total(): number {
    return this.#total;
  }
}
