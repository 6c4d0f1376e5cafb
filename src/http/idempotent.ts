import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Queryable } from "../store/database.js";
import type { IdempotencyStore } from "../store/idempotencyStore.js";
import { HttpProblem } from "./httpProblem.js";
import { onClose } from "./onClose.js";

/** What an `Idempotency-Key` has come to. */
export type Idempotency =
  | { readonly found: "job"; readonly job: string; readonly requestSha256: string }
  | {
      readonly found: "nothing";
      readonly caller: string;
      readonly key: string;
      readonly holder: string;
      settled: boolean;
    };

declare module "fastify" {
  interface FastifyRequest {
    idempotency: Idempotency | null;
  }
}

/** Holders go on holding while they read. */
const HOLD_MS = 5_000;

/** Looks what is known of a request's key before its body is read. @throws HttpProblem where another one is at it */
export function idempotencyHook(store: IdempotencyStore) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const key = request.headers["idempotency-key"];
    if (typeof key !== "string" || request.method !== "POST") return;
    if (key === "" || key.length > 255)
      throw new HttpProblem(400, "WRONG_IDEMPOTENCY_KEY", "Idempotency-Key must have 1 to 255 characters.");
    const caller = request.caller.key ?? "";
    const earlier = await store.begin(caller, key);
    if (earlier.found === "inProgress")
      throw new HttpProblem(
        409,
        "REQUEST_IN_PROGRESS",
        "A request with this Idempotency-Key is still being read.",
        {},
        1,
      );
    if (earlier.found === "job") {
      request.idempotency = earlier;
      return;
    }
    const own: Idempotency = { ...earlier, caller, key, settled: false };
    request.idempotency = own;
    const timer = setInterval(() => {
      store.hold(caller, key, own.holder).catch(() => {});
    }, HOLD_MS);
    onClose(reply, () => {
      clearInterval(timer);
      // What came to nothing may be tried again at once.
      if (!own.settled) store.forget(caller, key, own.holder).catch(() => {});
    });
  };
}

/** Keeps a key that has led to a job from being let go. */
export function settled(idempotency: Idempotency | null): void {
  if (idempotency?.found === "nothing") idempotency.settled = true;
}

export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The job that an equal request has led to; null where there was none. @throws HttpProblem where it was not equal */
export function earlierJob(idempotency: Idempotency | null, sha256: string): string | null {
  if (idempotency?.found !== "job") return null;
  if (idempotency.requestSha256 === sha256) return idempotency.job;
  throw new HttpProblem(
    422,
    "IDEMPOTENCY_KEY_REUSED",
    "This Idempotency-Key came with another request before.",
    {
      detail: "Take a new key for a new request.",
    },
  );
}

/** Says in the transaction that makes a job which one it is. @throws HttpProblem where another request was faster */
export async function settleKey(
  store: IdempotencyStore,
  within: Queryable,
  idempotency: Idempotency | null,
  sha256: string,
  job: string,
): Promise<void> {
  if (idempotency?.found !== "nothing") return;
  const { caller, key, holder } = idempotency;
  if (await store.settle(within, { caller, key, holder, sha256 }, job)) return;
  throw new HttpProblem(
    409,
    "REQUEST_IN_PROGRESS",
    "Another request with this Idempotency-Key was faster.",
    {},
    1,
  );
}
