import type { DebitResult, Statement } from "../channel.js";
import { formatMoney, type Money } from "../money.js";

/** The books of a mock channel: what it was asked, what it answered, and what it charged. */

export interface Debit {
  readonly order: string;
  readonly bank: string;
  readonly account: string;
  readonly amount: string;
}

/** What has been answered under a key: the same key gets the same answer, and another request under it none. */
export class Keys<T> {
  readonly #known = new Map<string, { readonly request: string; readonly value: T }>();

  /** @returns what the key stands for; undefined where it is new; null where it came with another request */
  find(key: string, request: string): T | undefined | null {
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    return known.request === request ? known.value : null;
  }

  get(key: string): T | undefined {
    return this.#known.get(key)?.value;
  }

  keep(key: string, request: string, value: T): void {
    this.#known.set(key, { request, value });
  }
}

export class Ledger {
  readonly #packages: { batch: string; package: string; fee: string }[] = [];
  readonly #debits: (DebitResult & { readonly batch: string; readonly amount: string })[] = [];

  chargePackage(batch: string, name: string, fee: Money): void {
    this.#packages.push({ batch, package: name, fee: formatMoney(fee) });
  }

  debit(batch: string, { order, amount }: Debit, fee: Money, failure: string | null): DebitResult {
    const result: DebitResult = {
      order,
      outcome: failure === null ? "settled" : "failed",
      fee: formatMoney(fee),
      reason: failure ?? "",
    };
    this.#debits.push({ batch, amount, ...result });
    return result;
  }

  statement(batch: string): Statement {
    const own = <T extends { readonly batch: string }>(rows: readonly T[]) =>
      rows.filter((row) => row.batch === batch).map(({ batch: _, ...row }) => row);
    return { packages: own(this.#packages), debits: own(this.#debits) };
  }
}
