import type { Order } from "./orders.js";
import { Unknown } from "./waiting.js";

/** A payment channel, as it is spoken to. Everything asked twice with the same key is done once: that is its contract with us. */

export interface DebitResult {
  readonly order: string;
  readonly outcome: "settled" | "failed";
  /** What the channel charged for it. */
  readonly fee: string;
  readonly reason: string;
}

export type PackageAnswer = { readonly taken: true } | { readonly taken: false; readonly reason: string };

export type PackageResult =
  | { readonly state: "working" }
  | { readonly state: "refused"; readonly reason: string }
  | { readonly state: "done"; readonly results: readonly DebitResult[] };

/** What a channel says, in the end, that it has done for a batch. */
export interface Statement {
  readonly packages: readonly { readonly package: string; readonly fee: string }[];
  readonly debits: readonly (DebitResult & { readonly amount: string })[];
}

export class Channel {
  constructor(
    readonly id: string,
    readonly url: string,
    /** Seconds after which what has not answered is not known, and asked again. */
    readonly timeout: number,
  ) {}

  /** Hands a package in. @throws Unknown where it is not known whether it arrived */
  async submit(
    batch: string,
    name: string,
    orders: readonly Order[],
    callback: string,
  ): Promise<PackageAnswer> {
    const debits = orders.map(debitOf);
    const { status, body } = await this.#ask("POST", "/packages", {
      key: keyOf(batch, name),
      body: { batch, package: name, debits, callback },
    });
    if (status === 202) return { taken: true };
    if (status === 422) return { taken: false, reason: (body as { reason: string }).reason };
    throw this.#unexpected("POST /packages", status);
  }

  /** Asks what became of a package. @returns null where the channel does not know it: it never arrived */
  async result(batch: string, name: string): Promise<PackageResult | null> {
    const { status, body } = await this.#ask("GET", `/packages/${encodeURIComponent(keyOf(batch, name))}`);
    if (status === 200) return body as PackageResult;
    if (status === 404) return null;
    throw this.#unexpected("GET /packages", status);
  }

  /** Has one order debited. @throws Unknown where it is not known whether it was */
  async debit(batch: string, order: Order): Promise<DebitResult> {
    const { status, body } = await this.#ask("POST", "/debits", {
      key: keyOf(batch, order.id),
      body: { batch, ...debitOf(order) },
    });
    if (status === 200) return body as DebitResult;
    throw this.#unexpected("POST /debits", status);
  }

  async statement(batch: string): Promise<Statement> {
    const { status, body } = await this.#ask("GET", `/statement?batch=${encodeURIComponent(batch)}`);
    if (status === 200) return body as Statement;
    throw this.#unexpected("GET /statement", status);
  }

  async #ask(
    method: string,
    path: string,
    sent?: { readonly key: string; readonly body: object },
  ): Promise<{ status: number; body: unknown }> {
    let status = 0;
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        signal: AbortSignal.timeout(this.timeout * 1_000),
        ...(sent === undefined
          ? {}
          : {
              headers: { "content-type": "application/json", "idempotency-key": sent.key },
              body: JSON.stringify(sent.body),
            }),
      });
      status = response.status;
      const body: unknown = await response.json();
      if (status < 500 && status !== 429) return { status, body };
    } catch (error) {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Unknown(`${this.id} does not answer ${method} ${path} (${String(reason)})`);
    }
    throw new Unknown(`${this.id} answers ${status} to ${method} ${path}`);
  }

  /** Neither yes nor no nor later: one of us is wrong, and asking again would not help. */
  #unexpected(what: string, status: number): Error {
    return new Error(`${this.id} answers ${status} to ${what}, which its contract does not know`);
  }
}

/**
 * The same for the same order and the same package, whenever and by whichever process it is sent. A batch's id is the
 * caller's and unique, so that a key is unique among all batches.
 */
function keyOf(batch: string, name: string): string {
  return `${encodeURIComponent(batch)}/${encodeURIComponent(name)}`;
}

function debitOf({ id, bank, account, amountText }: Order) {
  return { order: id, bank, account, amount: amountText };
}
