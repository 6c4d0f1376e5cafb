import { type Entries, jsonBody, ndjsonBody, type Sending } from "./bodies.js";
import type { Call, CallOptions } from "./transport.js";
import type { Order } from "./types.js";

/** Of a call that makes a job. */
export interface SubmitOptions extends CallOptions {
  /** Seconds to wait for the end of the job before there is an answer; default 0: at once. The service has a limit of its own. */
  readonly wait?: number;
  /**
   * The same key and request lead to the same job for 24 hours. Default a random one for each call, which serves its own retries;
   * give one that you can give again where a request must lead to one job even if your process dies.
   */
  readonly idempotencyKey?: string;
  /** Whether to pack the request; default false. */
  readonly gzip?: boolean;
}

/** A request whose orders may also come one by one: they are sent as they come, and are never all in memory. */
export type Streaming<Request> = Omit<Request, "orders"> & {
  readonly orders?: ("orders" extends keyof Request ? Request["orders"] : never) | Entries<Order>;
};

/** So many orders are sent as JSON; more go line by line, which the service takes in any number. */
const MOST_IN_JSON = 5_000;

/** @param path of the route @param request as the route has it, orders perhaps one by one */
export function submission(path: string, request: object, options: SubmitOptions = {}): Call {
  const { wait = 0, idempotencyKey = randomKey(), gzip = false, headers, ...call } = options;
  const prefer = wait > 0 ? `wait=${Math.ceil(wait)}` : "respond-async";
  return {
    ...call,
    method: "POST",
    path,
    wait,
    body: bodyOf(request, gzip),
    headers: { prefer, "idempotency-key": idempotencyKey, ...headers },
  };
}

function bodyOf({ orders, ...request }: { readonly orders?: unknown }, gzip: boolean): Sending {
  if (orders === undefined) return jsonBody(request, gzip);
  if (isStreamed(orders)) return ndjsonBody(request, orders, gzip);
  return jsonBody({ ...request, orders }, gzip);
}

function isStreamed(orders: unknown): orders is Entries<Order> {
  if (Array.isArray(orders)) return orders.length > MOST_IN_JSON;
  if (typeof orders === "function") return true;
  return typeof orders === "object" && (Symbol.iterator in orders! || Symbol.asyncIterator in orders!);
}

/** Unlike `randomUUID`, `getRandomValues` is there on pages that came over plain HTTP, too. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
