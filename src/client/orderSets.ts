import { pagesFrom } from "./tables.js";
import type { CallOptions, Transport } from "./transport.js";
import type { OrderSet, OrderSetPage } from "./types.js";
import { type Upload, uploadBody } from "./uploads.js";

const TYPES = {
  csv: "text/csv",
  ndjson: "application/x-ndjson",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
} as const;

export type OrdersFormat = keyof typeof TYPES;

export interface PutOrdersOptions extends CallOptions {
  /** Default by the ending of a file's name, `.csv` or `.csv.gz`. */
  readonly format?: OrdersFormat;
  /** Whether to pack it on the way; default false. What is called `.gz` is sent as it is. */
  readonly gzip?: boolean;
}

export interface NamedListOptions extends CallOptions {
  /** Entries of a page at most, 1 to 1,000; default 100. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/** `/v1/order-sets`: orders that are uploaded once and planned by reference. */
export class OrderSets {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads orders under a name: 1 to 100 letters, digits, `.`, `_` or `-`. What was there before is replaced.
   *
   * @throws TypeError where the format is neither given nor known from a file's name
   */
  async put(id: string, orders: Upload, options: PutOrdersOptions = {}): Promise<OrderSet> {
    const { format, gzip, ...call } = options;
    const name = typeof orders === "object" && "file" in orders ? orders.file : "";
    const isPacked = /\.gz$/i.test(name);
    const ending = /\.(csv|ndjson|json|parquet)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
    const known = format ?? (ending as OrdersFormat | undefined);
    if (known === undefined)
      throw new TypeError(`The format of ${name || "the orders"} is not known: give it as \`format\`.`);
    const body = uploadBody(orders, { type: TYPES[known], gzip, isPacked });
    return this.#transport.json({ ...call, method: "PUT", path: pathOf(id), body });
  }

  get(id: string, options: CallOptions = {}): Promise<OrderSet> {
    return this.#transport.json({ ...options, method: "GET", path: pathOf(id) });
  }

  /** The orders, as they came. */
  content(id: string, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    const path = `${pathOf(id)}/content`;
    return this.#transport.stream({ ...options, method: "GET", path, accept: "*/*" });
  }

  /** A page of them, by name. */
  list({ limit, after, ...options }: NamedListOptions = {}): Promise<OrderSetPage> {
    return this.#transport.json({
      ...options,
      method: "GET",
      path: "/v1/order-sets",
      query: { limit, after },
    });
  }

  pages({ after, ...options }: NamedListOptions = {}): AsyncGenerator<OrderSetPage> {
    return pagesFrom(
      (from) => this.list({ ...options, ...(from === undefined ? {} : { after: from }) }),
      after,
    );
  }

  /** Forgets a set; plans of it keep theirs. Tried again, what is gone already is NOT_FOUND. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.done({ ...options, method: "DELETE", path: pathOf(id) });
  }
}

function pathOf(id: string): string {
  return `/v1/order-sets/${encodeURIComponent(id)}`;
}
