import { randomUUID } from "node:crypto";
import type { Database, Queryable } from "./database.js";
import { inBatches } from "./upkeep.js";

/** What is known of a request that named an `Idempotency-Key`. */
export type Earlier =
  /** None such: go on, and {@link IdempotencyStore.settle} with the holder or {@link IdempotencyStore.forget} it. */
  | { readonly found: "nothing"; readonly holder: string }
  /** Somebody is at it. */
  | { readonly found: "inProgress" }
  /** It led to a job; whether the body was the same is for the caller to compare. */
  | { readonly found: "job"; readonly job: string; readonly requestSha256: string };

const KEPT = "24 hours";
/** Somebody who began and is not heard of any more does not hold a key for longer. */
const HELD = "15 seconds";

export class IdempotencyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param caller the key holder's id; each has keys of its own */
  async begin(caller: string, key: string): Promise<Earlier> {
    const holder = randomUUID();
    const [own] = await this.#database.query(
      `INSERT INTO packwright.idempotency AS i (caller, key, holder, held_until)
       VALUES ($1, $2, $3, now() + interval '${HELD}')
       ON CONFLICT (caller, key) DO UPDATE SET holder = $3, held_until = now() + interval '${HELD}', job = NULL,
         request_sha256 = NULL, created_at = now()
       WHERE i.created_at < now() - interval '${KEPT}' OR (i.job IS NULL AND i.held_until < now())
       RETURNING holder`,
      [caller, key, holder],
    );
    if (own !== undefined) return { found: "nothing", holder };
    const [row] = await this.#database.query<{ job: string | null; requestSha256: string }>(
      `SELECT job, request_sha256 AS "requestSha256" FROM packwright.idempotency WHERE caller = $1 AND key = $2`,
      [caller, key],
    );
    return row?.job == null
      ? { found: "inProgress" }
      : { found: "job", job: row.job, requestSha256: row.requestSha256 };
  }

  /** Goes on holding a key while a long body is being read. */
  async hold(caller: string, key: string, holder: string): Promise<void> {
    await this.#database.query(
      `UPDATE packwright.idempotency SET held_until = now() + interval '${HELD}'
       WHERE caller = $1 AND key = $2 AND holder = $3`,
      [caller, key, holder],
    );
  }

  /**
   * Says which job a request led to.
   *
   * @param within the transaction that makes the job
   * @returns false where the key was taken over meanwhile: then the job must not be made
   */
  async settle(
    within: Queryable,
    request: { caller: string; key: string; holder: string; sha256: string },
    job: string,
  ): Promise<boolean> {
    const rows = await within.query(
      `UPDATE packwright.idempotency SET job = $4, request_sha256 = $5
       WHERE caller = $1 AND key = $2 AND holder = $3 AND job IS NULL RETURNING key`,
      [request.caller, request.key, request.holder, job, request.sha256],
    );
    return rows.length > 0;
  }

  /** Lets go of a key whose request came to nothing. */
  async forget(caller: string, key: string, holder: string): Promise<void> {
    await this.#database.query(
      "DELETE FROM packwright.idempotency WHERE caller = $1 AND key = $2 AND holder = $3 AND job IS NULL",
      [caller, key, holder],
    );
  }

  /** Lets go of all keys that are held, for a place that nobody else uses: whoever held them is gone. */
  async forgetHeld(): Promise<void> {
    await this.#database.query("DELETE FROM packwright.idempotency WHERE job IS NULL");
  }

  async expire(signal?: AbortSignal): Promise<void> {
    await inBatches(
      this.#database,
      signal,
      `DELETE FROM packwright.idempotency WHERE (caller, key) IN (
         SELECT caller, key FROM packwright.idempotency WHERE created_at < now() - interval '${KEPT}'
         LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING key`,
    );
  }
}
