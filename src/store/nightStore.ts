import type { Database, Queryable, Row } from "./database.js";
import { inBatches } from "./upkeep.js";

export const NIGHT_STATES = ["waiting", "planning", "done", "failed", "missed"] as const;
/** `waiting` for its orders, `planning` until it is delivered; then it is over. */
export type NightState = (typeof NIGHT_STATES)[number];

/** What became, or is to become, of a due instant of a schedule. */
export interface Night {
  readonly schedule: string;
  readonly due: Date;
  /** From 1; each time that the inputs were others, or it had failed, there is one more. */
  readonly revision: number;
  readonly state: NightState;
  /** Whether somebody asked for it. */
  readonly byHand: boolean;
  /** Of orders, channels and options. */
  readonly inputsSha256: string | null;
  readonly job: string | null;
  /** Whether the search ended before it was cut short; null until it is known. */
  readonly complete: boolean | null;
  readonly traceparent: string | null;
  /** Why it failed: a problem document. */
  readonly problem: object | null;
  /** What was delivered, and where. */
  readonly result: object | null;
  readonly finishedAt: Date | null;
}

export type NightKey = Pick<Night, "schedule" | "due" | "revision">;

/** The right to work on a night, as long as it is renewed. */
export interface NightLease {
  readonly night: Night;
  readonly token: string;
}

export interface NightEnding {
  readonly state: "done" | "failed" | "missed";
  readonly complete: boolean | null;
  readonly problem: object | null;
  readonly result: object | null;
}

/** How long a night is kept once it has ended. */
export interface NightKeeping {
  readonly seconds: number;
  /** Not to be entered again by a schedule that still looks back as far. */
  readonly atLeastUntil: Date;
}

const COLUMNS = `schedule, due, revision, state, by_hand AS "byHand", inputs_sha256 AS "inputsSha256", job, complete,
  traceparent, problem, result, finished_at AS "finishedAt"`;
const KEY =
  "schedule = $1 AND due = $2 AND revision = $3 AND lease_token = $4 AND state IN ('waiting', 'planning')";

/** The nights of schedules. What a lease allows is written only while it lasts. */
export class NightStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The instant after which nights of a schedule are to be entered: now where it is new, or was another one until now. */
  async since(schedule: string, cron: string, now: Date): Promise<Date> {
    const [row] = await this.#database.query<{ since: Date }>(
      `INSERT INTO packwright.schedule AS s (id, cron, since) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET cron = $2, since = CASE WHEN s.cron = $2 THEN s.since ELSE $3 END
       RETURNING since`,
      [schedule, cron, now],
    );
    return row!.since;
  }

  /** Enters the first revision of a due instant, unless there is one: perhaps somebody has run it by hand. */
  async enter(schedule: string, due: Date): Promise<void> {
    await this.#database.query(
      `WITH entered AS (UPDATE packwright.schedule SET since = greatest(since, $2) WHERE id = $1)
       INSERT INTO packwright.night (schedule, due, revision) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING`,
      [schedule, due],
    );
  }

  /** Takes a night that nobody works on, the one that is due first. @param schedules ids of those that are known here */
  async claim(schedules: readonly string[], owner: string, seconds: number): Promise<NightLease | null> {
    const [row] = await this.#database.query<Row & Night & { token: string }>(
      `UPDATE packwright.night n SET lease_token = gen_random_uuid(), lease_owner = $2,
         lease_until = now() + make_interval(secs => $3)
       FROM (SELECT schedule AS s, due AS d, revision AS r FROM packwright.night
             WHERE state IN ('waiting', 'planning') AND schedule = ANY($1::text[])
               AND (lease_until IS NULL OR lease_until < now())
             ORDER BY due, revision LIMIT 1 FOR UPDATE SKIP LOCKED) AS free
       WHERE schedule = s AND due = d AND revision = r RETURNING n.lease_token AS token, ${COLUMNS}`,
      [[...schedules], owner, seconds],
    );
    return row === undefined ? null : leaseOf(row);
  }

  /** Takes a night that nobody works on any more, by hand. @returns null where there is none, or somebody works on it */
  async resume(
    { schedule, due }: Pick<Night, "schedule" | "due">,
    owner: string,
    seconds: number,
  ): Promise<NightLease | null> {
    const [row] = await this.#database.query<Row & Night & { token: string }>(
      `UPDATE packwright.night SET lease_token = gen_random_uuid(), lease_owner = $3, by_hand = true,
         lease_until = now() + make_interval(secs => $4)
       WHERE schedule = $1 AND due = $2 AND state IN ('waiting', 'planning')
         AND (lease_until IS NULL OR lease_until < now()) RETURNING lease_token AS token, ${COLUMNS}`,
      [schedule, due, owner, seconds],
    );
    return row === undefined ? null : leaseOf(row);
  }

  /** Takes back a revision that is what the one before it was. */
  async drop({ night, token }: NightLease): Promise<void> {
    await this.#database.query(`DELETE FROM packwright.night WHERE ${KEY}`, [
      night.schedule,
      night.due,
      night.revision,
      token,
    ]);
  }

  /** Begins one more revision, by hand. @returns null where somebody else has just done so, or another one is under way */
  async begin(
    { schedule, due }: Pick<Night, "schedule" | "due">,
    owner: string,
    seconds: number,
  ): Promise<NightLease | null> {
    const [row] = await this.#database.query<Row & Night & { token: string }>(
      `INSERT INTO packwright.night (schedule, due, revision, by_hand, lease_token, lease_owner, lease_until)
       SELECT $1, $2, coalesce(max(revision), 0) + 1, true, gen_random_uuid(), $3, now() + make_interval(secs => $4)
       FROM packwright.night WHERE schedule = $1 AND due = $2
       HAVING coalesce(bool_and(state IN ('done', 'failed', 'missed')), true)
       ON CONFLICT DO NOTHING RETURNING lease_token AS token, ${COLUMNS}`,
      [schedule, due, owner, seconds],
    );
    return row === undefined ? null : leaseOf(row);
  }

  /** @returns whether the lease lasts */
  async renew({ night, token }: NightLease, seconds: number): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE packwright.night SET lease_until = now() + make_interval(secs => $5) WHERE ${KEY} RETURNING revision`,
      [night.schedule, night.due, night.revision, token, seconds],
    );
    return rows.length > 0;
  }

  /** Lets go of a night, for somebody else to take. */
  async release({ night, token }: NightLease): Promise<void> {
    await this.#database.query(`UPDATE packwright.night SET lease_until = NULL WHERE ${KEY}`, [
      night.schedule,
      night.due,
      night.revision,
      token,
    ]);
  }

  /**
   * Keeps others from a night until the transaction ends.
   *
   * @returns the night as it is now; null where the lease is lost
   */
  async lock(within: Queryable, { night, token }: NightLease): Promise<Night | null> {
    const [row] = await within.query<Row & Night>(
      `SELECT ${COLUMNS} FROM packwright.night WHERE ${KEY} FOR UPDATE`,
      [night.schedule, night.due, night.revision, token],
    );
    return row ?? null;
  }

  /** Says which job plans a night. @param within the transaction that has locked it, and that makes the job where it is new */
  async planned(
    within: Queryable,
    { night, token }: NightLease,
    { job, inputsSha256, traceparent }: { job: string; inputsSha256: string; traceparent: string | null },
  ): Promise<void> {
    await within.query(
      `UPDATE packwright.night SET state = 'planning', job = $5, inputs_sha256 = $6, traceparent = $7 WHERE ${KEY}`,
      [night.schedule, night.due, night.revision, token, job, inputsSha256, traceparent],
    );
  }

  /**
   * @param within the transaction that also tells of it
   * @returns the night as it is now; null where the lease is lost, or it has ended already
   */
  async end(
    within: Queryable,
    { night, token }: NightLease,
    ending: NightEnding,
    { seconds, atLeastUntil }: NightKeeping,
  ): Promise<Night | null> {
    const { state, complete, problem, result } = ending;
    const [ended] = await within.query<Row & Night>(
      `UPDATE packwright.night SET state = $5, complete = $6, problem = $7::jsonb, result = $8::jsonb,
         finished_at = now(), lease_until = NULL,
         keep_until = greatest(now() + make_interval(secs => $9), $10) WHERE ${KEY} RETURNING ${COLUMNS}`,
      [
        night.schedule,
        night.due,
        night.revision,
        token,
        state,
        complete,
        problem === null ? null : JSON.stringify(problem),
        result === null ? null : JSON.stringify(result),
        seconds,
        atLeastUntil,
      ],
    );
    return ended ?? null;
  }

  /** Whether a night has ended under a lease: the answer to its end may have been lost on its way. */
  async hasEnded(within: Queryable, { night, token }: NightLease): Promise<boolean> {
    const [row] = await within.query(
      `SELECT 1 FROM packwright.night WHERE schedule = $1 AND due = $2 AND revision = $3 AND lease_token = $4
         AND finished_at IS NOT NULL`,
      [night.schedule, night.due, night.revision, token],
    );
    return row !== undefined;
  }

  /** All revisions of a due instant, newest first. */
  async revisions(schedule: string, due: Date): Promise<Night[]> {
    return this.#database.query<Row & Night>(
      `SELECT ${COLUMNS} FROM packwright.night WHERE schedule = $1 AND due = $2 ORDER BY revision DESC`,
      [schedule, due],
    );
  }

  /** Nights of schedules, the last due first. */
  async list(schedules: readonly string[], limit: number): Promise<Night[]> {
    return this.#database.query<Row & Night>(
      `SELECT ${COLUMNS} FROM packwright.night WHERE schedule = ANY($1::text[])
       ORDER BY due DESC, schedule, revision DESC LIMIT $2`,
      [[...schedules], limit],
    );
  }

  /**
   * Throws away what need not be kept any longer. The last revision of a due instant that has ended stays: the next one counts from
   * it, and whoever runs it again is told that nothing has changed.
   */
  async expire(signal?: AbortSignal): Promise<void> {
    await inBatches(
      this.#database,
      signal,
      `DELETE FROM packwright.night WHERE (schedule, due, revision) IN (
         SELECT n.schedule, n.due, n.revision FROM packwright.night n
         WHERE n.keep_until < now() AND EXISTS (SELECT 1 FROM packwright.night later WHERE later.schedule = n.schedule
           AND later.due = n.due AND later.revision > n.revision AND later.finished_at IS NOT NULL)
         LIMIT $1 FOR UPDATE OF n SKIP LOCKED) RETURNING revision`,
    );
  }

  /** Lets go of everything: where no other process can use the database, nobody else is at it. */
  async releaseAll(): Promise<void> {
    await this.#database.query(
      "UPDATE packwright.night SET lease_until = NULL WHERE lease_until IS NOT NULL",
    );
  }
}

function leaseOf({ token, ...night }: Row & Night & { token: string }): NightLease {
  return { night: night as Night, token };
}
