import type { Database, Queryable, Row } from "./database.js";
import { inBatches } from "./upkeep.js";

export const WEBHOOK_STATES = ["pending", "delivered", "givenUp"] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** Something that somebody is to be told, and how far that is. */
export interface Webhook {
  readonly id: string;
  /** `job.done`, `night.ready` and the like. */
  readonly event: string;
  readonly url: string;
  readonly job: string | null;
  readonly traceparent: string | null;
  /** What is told beside the event. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly state: WebhookState;
  /** Times that it was sent. */
  readonly attempts: number;
  /** HTTP status of the last answer; null where there was none. */
  readonly lastStatus: number | null;
  /** Why the last attempt came to nothing. */
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly nextAt: Date;
  readonly finishedAt: Date | null;
}

export type NewWebhook = Pick<Webhook, "event" | "url" | "job" | "traceparent" | "content">;

/** How an attempt went: the answer's status or what went wrong, and after how many seconds to try again, null for never. */
export interface Attempted {
  readonly status: number | null;
  readonly error: string | null;
  readonly againIn: number | null;
}

const COLUMNS = `id, event, url, job, traceparent, content, state, attempts, last_status AS "lastStatus",
  last_error AS "lastError", created_at AS "createdAt", next_at AS "nextAt", finished_at AS "finishedAt"`;

/** What is over is kept for so long. */
const KEPT = "30 days";

/** What is to be told to whom. Rows of jobs are written by a trigger of the job table, with the end of the job. */
export class WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param within the transaction that makes it true */
  async create(within: Queryable, { event, url, job, traceparent, content }: NewWebhook): Promise<void> {
    await within.query(
      `INSERT INTO packwright.webhook (event, url, job, traceparent, content) VALUES ($1, $2, $3, $4, $5::jsonb)`,
      [event, url, job, traceparent, JSON.stringify(content)],
    );
  }

  /**
   * Takes what has been due for longest. Unless it is said how the attempt went, it is due again when the attempt counts as lost.
   *
   * @param seconds after which it does
   * @returns null where nothing is due
   */
  async take(seconds: number): Promise<Webhook | null> {
    const [row] = await this.#database.query<Row & Webhook>(
      `UPDATE packwright.webhook SET attempts = attempts + 1, next_at = now() + make_interval(secs => $1)
       WHERE id = (SELECT id FROM packwright.webhook WHERE state = 'pending' AND next_at <= now()
                   ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING ${COLUMNS}`,
      [seconds],
    );
    return row ?? null;
  }

  /** Says how an attempt went; one that counted as lost meanwhile says nothing any more, unless it went well. */
  async settle({ id, attempts }: Webhook, { status, error, againIn }: Attempted): Promise<void> {
    const state = error === null ? "delivered" : againIn === null ? "givenUp" : "pending";
    await this.#database.query(
      `UPDATE packwright.webhook SET state = $3, last_status = $4, last_error = $5,
         next_at = now() + make_interval(secs => $6), finished_at = CASE WHEN $3 = 'pending' THEN NULL ELSE now() END
       WHERE id = $1 AND state = 'pending' AND (attempts = $2 OR $3 = 'delivered')`,
      [id, attempts, state, status, error, againIn ?? 0],
    );
  }

  /** Of a job, oldest first. */
  async ofJob(job: string): Promise<Webhook[]> {
    return this.#database.query<Row & Webhook>(
      `SELECT ${COLUMNS} FROM packwright.webhook WHERE job = $1 ORDER BY created_at, id`,
      [job],
    );
  }

  async expire(signal?: AbortSignal): Promise<void> {
    await inBatches(
      this.#database,
      signal,
      `DELETE FROM packwright.webhook WHERE id IN (
         SELECT id FROM packwright.webhook WHERE state <> 'pending' AND finished_at < now() - interval '${KEPT}'
         LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id`,
    );
  }
}
