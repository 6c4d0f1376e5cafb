import { JOB_PRIORITIES, type JobKind, type JobSize, type JobState, type JobStop } from "../model/job.js";
import type { Database, Queryable, Row } from "./database.js";
import { inBatches } from "./upkeep.js";

/** Something to work out, and what came of it. Large contents are files of it, which see {@link JobFile}. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly size: JobSize;
  /** One of {@link JOB_PRIORITIES}. */
  readonly priority: number;
  /** What was asked, without the orders. */
  readonly request: object;
  /** Id of the key that asked; null where none was needed. */
  readonly createdBy: string | null;
  /** W3C trace context of the request. */
  readonly traceparent: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** When it is thrown away; null while it is not ended. */
  readonly keepUntil: Date | null;
  /** Times that somebody began it. */
  readonly attempt: number;
  readonly stop: JobStop | null;
  /** How far it is; of the last attempt. */
  readonly progress: object | null;
  readonly result: object | null;
  /** Why it failed: a problem document. */
  readonly problem: object | null;
}

export interface JobFile {
  readonly name: string;
  readonly blob: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A job's file before its job is there or done. */
export type NamedBlob = Pick<JobFile, "name" | "blob">;

export type NewJob = Pick<Job, "id" | "kind" | "size" | "request" | "createdBy" | "traceparent"> & {
  /** Default 0. */
  readonly priority?: number;
  readonly inputs: readonly NamedBlob[];
};

/** The right to work on a job, as long as it is renewed. */
export interface Lease {
  readonly job: Job;
  readonly token: string;
}

/** How a job ended. */
export interface Ending {
  readonly state: "done" | "failed" | "cancelled";
  readonly result?: object;
  readonly problem?: object;
  readonly outputs?: readonly NamedBlob[];
}

export interface JobFilter {
  readonly kind?: JobKind;
  readonly state?: JobState;
  /** Jobs older than this one. */
  readonly after?: string;
  readonly limit: number;
}

/** What is counted of a plan. */
export interface PlanMade {
  readonly id: string;
  readonly engine: string;
  readonly status: string;
  readonly gap: number | null;
  readonly secondsAgo: number;
}

const COLUMNS = `id, kind, state, size, priority, request, created_by AS "createdBy", traceparent, created_at AS "createdAt",
  started_at AS "startedAt", finished_at AS "finishedAt", keep_until AS "keepUntil", attempt, stop, progress, result, problem`;

/**
 * Ends the lease of the jobs `freed`, each to its state `next`, with what has been counted of it. $3 is the problem of those that
 * fail, $4 how long they are kept.
 */
const FREE = `UPDATE packwright.job SET state = next, crashes = counted_crashes, losses = counted_losses,
    lease_token = NULL, lease_until = NULL, progress = NULL,
    problem = CASE WHEN next = 'failed' THEN $3::jsonb END,
    finished_at = CASE WHEN next <> 'queued' THEN now() END,
    keep_until = CASE WHEN next <> 'queued' THEN now() + make_interval(secs => $4) END
  FROM freed WHERE id = freed RETURNING ${COLUMNS}`;

/** How jobs are taken from workers that are lost. */
export interface Retaking {
  /** Jobs that whoever asks works on itself: a lease may run out while its own process stands still. */
  readonly own: readonly string[];
  /** Times that a worker may be lost with a job. */
  readonly losses: number;
  /** Of those with which it was lost as often. */
  readonly problem: object;
  readonly keepSeconds: number;
  /**
   * Seconds that the server must have been there for: while it was away nobody could renew. One that began in the future has had
   * its clock set back since, and is taken for an old one. Null where no other process can have a lease: then none but the own
   * jobs are being worked on.
   */
  readonly wait: number | null;
}

/** The rows of jobs. What a lease allows is written only while it lasts, whoever else has taken the job since. */
export class JobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param within the transaction that also makes it known to the queue */
  async create(within: Queryable, { inputs, ...job }: NewJob): Promise<void> {
    await within.query(
      `INSERT INTO packwright.job (id, kind, size, request, created_by, traceparent, priority)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
      [
        job.id,
        job.kind,
        job.size,
        textOf(job.request),
        job.createdBy,
        job.traceparent,
        job.priority ?? JOB_PRIORITIES.request,
      ],
    );
    await addFiles(within, job.id, "input", inputs);
  }

  async get(id: string): Promise<Job | null> {
    const [job] = await this.#jobs(`SELECT ${COLUMNS} FROM packwright.job WHERE id = $1`, [id]);
    return job ?? null;
  }

  /** Those that there are. */
  async getAll(ids: readonly string[]): Promise<Job[]> {
    return this.#jobs(`SELECT ${COLUMNS} FROM packwright.job WHERE id = ANY($1::uuid[])`, [ids]);
  }

  /** Newest first. */
  async list({ kind, state, after, limit }: JobFilter): Promise<Job[]> {
    return this.#jobs(
      `SELECT ${COLUMNS} FROM packwright.job
       WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR state = $2)
         AND ($3::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM packwright.job WHERE id = $3))
       ORDER BY created_at DESC, id DESC LIMIT $4`,
      [kind ?? null, state ?? null, after ?? null, limit],
    );
  }

  async files(id: string, role: "input" | "output"): Promise<JobFile[]> {
    return this.#database.query<Row & JobFile>(
      `SELECT f.name, f.blob, b.bytes::float8 AS bytes, b.sha256
       FROM packwright.job_file f JOIN packwright.blob b ON b.id = f.blob
       WHERE f.job = $1 AND f.role = $2 ORDER BY f.name`,
      [id, role],
    );
  }

  /** Jobs by state; those that ended are not counted. */
  async waiting(): Promise<{ state: "queued" | "running"; size: JobSize; jobs: number }[]> {
    return this.#database.query(
      `SELECT state, size, count(*)::int AS jobs FROM packwright.job
       WHERE state IN ('queued', 'running') GROUP BY state, size`,
    );
  }

  /** Plans that were made within so many seconds. */
  async plansMade(seconds: number): Promise<PlanMade[]> {
    return this.#database.query<Row & PlanMade>(
      `SELECT id, coalesce(result->>'engine', 'unknown') AS engine, coalesce(result->>'status', 'unknown') AS status,
         (result->>'gap')::float8 AS gap, extract(epoch FROM now() - finished_at)::float8 AS "secondsAgo"
       FROM packwright.job WHERE kind = 'plan' AND state = 'done' AND finished_at > now() - make_interval(secs => $1)`,
      [seconds],
    );
  }

  /**
   * Takes a job that waits.
   *
   * @param seconds the lease lasts unless it is renewed
   * @returns null where it does not wait any more
   */
  async claim(within: Queryable, id: string, owner: string, seconds: number): Promise<Lease | null> {
    const [row] = await within.query<Row & Job & { token: string }>(
      `UPDATE packwright.job SET state = 'running', attempt = attempt + 1, lease_token = gen_random_uuid(),
         lease_owner = $2, lease_until = now() + make_interval(secs => $3), started_at = now(), progress = NULL
       WHERE id = $1 AND state = 'queued' RETURNING lease_token AS token, ${COLUMNS}`,
      [id, owner, seconds],
    );
    if (row === undefined) return null;
    const { token, ...job } = row;
    return { job, token };
  }

  /**
   * Renews a lease and says how far the job is.
   *
   * @returns whether it is to stop; null where the lease is lost
   */
  async renew(
    { job, token }: Lease,
    seconds: number,
    progress: object | null,
  ): Promise<{ readonly stop: JobStop | null } | null> {
    const [row] = await this.#database.query<{ stop: JobStop | null }>(
      `UPDATE packwright.job SET lease_until = now() + make_interval(secs => $3),
         progress = coalesce($4::jsonb, progress)
       WHERE id = $1 AND lease_token = $2 AND state = 'running' RETURNING stop`,
      [job.id, token, seconds, textOf(progress ?? undefined)],
    );
    return row ?? null;
  }

  /**
   * Ends a job, with all its files or not at all.
   *
   * @param keepSeconds until it is thrown away
   * @returns false where the lease is lost and nothing was written
   */
  async end({ job, token }: Lease, ending: Ending, keepSeconds: number): Promise<boolean> {
    const { state, result, problem, outputs = [] } = ending;
    return this.#database.transaction(async (within) => {
      const rows = await within.query(
        `UPDATE packwright.job SET state = $3, result = $4::jsonb, problem = $5::jsonb, finished_at = now(),
           keep_until = now() + make_interval(secs => $6), lease_until = NULL
         WHERE id = $1 AND lease_token = $2 AND state = 'running' RETURNING id`,
        [job.id, token, state, textOf(result), textOf(problem), keepSeconds],
      );
      if (rows.length > 0) {
        await addFiles(within, job.id, "output", outputs);
        return true;
      }
      // An answer that was lost on its way may have been a yes.
      const [own] = await within.query(
        "SELECT 1 FROM packwright.job WHERE id = $1 AND lease_token = $2 AND state = $3",
        [job.id, token, state],
      );
      return own !== undefined;
    });
  }

  /**
   * Gives a job back, for somebody else to take; one that is to be thrown away is cancelled, one that took its process along
   * often enough fails.
   *
   * @param crash that it took its process along, and what then, or null
   * @returns its state; null where the lease is lost
   */
  async giveBack(
    within: Queryable,
    { job, token }: Lease,
    crash: { readonly most: number; readonly problem: object } | null,
    keepSeconds: number,
  ): Promise<JobState | null> {
    const most = crash?.most ?? null;
    const [row] = await within.query<Row & Job>(
      `WITH freed AS (
         SELECT id AS freed, ${crash === null ? "crashes" : "crashes + 1"} AS counted_crashes, losses AS counted_losses,
           CASE WHEN stop = 'discard' THEN 'cancelled' WHEN crashes + 1 >= $5 THEN 'failed' ELSE 'queued' END AS next
         FROM packwright.job WHERE id = $1 AND lease_token = $2 AND state = 'running' FOR UPDATE)
       ${FREE}`,
      [job.id, token, textOf(crash?.problem), keepSeconds, most],
    );
    return row?.state ?? null;
  }

  /**
   * Puts jobs whose worker has not been heard of back to waiting; those that are to be thrown away are cancelled, those that
   * took their workers along often enough fail.
   *
   * @returns all of them
   */
  async retake(within: Queryable, { own, losses, problem, keepSeconds, wait }: Retaking): Promise<Job[]> {
    return within.query<Row & Job>(
      `WITH freed AS (
         SELECT id AS freed, crashes AS counted_crashes, losses + 1 AS counted_losses,
           CASE WHEN stop = 'discard' THEN 'cancelled' WHEN losses + 1 >= $5 THEN 'failed' ELSE 'queued' END AS next
         FROM packwright.job
         WHERE state = 'running' AND id <> ALL($1::uuid[]) AND ($2::float8 IS NULL OR (lease_until < now()
           AND now() NOT BETWEEN pg_postmaster_start_time() AND pg_postmaster_start_time() + make_interval(secs => $2)))
         FOR UPDATE SKIP LOCKED)
       ${FREE}`,
      [own, wait, textOf(problem), keepSeconds, losses],
    );
  }

  /**
   * Asks a job to stop; one that waits is cancelled at once.
   *
   * @returns the job as it is now; null where there is none
   */
  async stop(id: string, stop: JobStop, keepSeconds: number): Promise<Job | null> {
    await this.#database.query(
      `UPDATE packwright.job SET
         stop = CASE WHEN stop = 'discard' THEN stop ELSE $2 END,
         state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
         finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END,
         keep_until = CASE WHEN state = 'queued' THEN now() + make_interval(secs => $3) ELSE keep_until END
       WHERE id = $1 AND state IN ('queued', 'running')`,
      [id, stop, keepSeconds],
    );
    return this.get(id);
  }

  /** Asks a job to end with the best that it has, as soon as it has something: one that waits goes on waiting. */
  async hurry(id: string): Promise<void> {
    await this.#database.query(
      "UPDATE packwright.job SET stop = 'keep' WHERE id = $1 AND state IN ('queued', 'running') AND stop IS NULL",
      [id],
    );
  }

  /**
   * Puts a job that waits before others.
   *
   * @param within the transaction that also makes it known to the queue
   * @returns the job as it is now; null where it does not wait, or is there already
   */
  async raise(within: Queryable, id: string, priority: number): Promise<Job | null> {
    const [job] = await within.query<Row & Job>(
      `UPDATE packwright.job SET priority = $2 WHERE id = $1 AND state = 'queued' AND priority < $2 RETURNING ${COLUMNS}`,
      [id, priority],
    );
    return job ?? null;
  }

  /** Puts a job that failed or was cancelled back to waiting, as if it were new. @returns null where there is none such */
  async retry(within: Queryable, id: string): Promise<Job | null> {
    const [job] = await within.query<Row & Job>(
      `UPDATE packwright.job SET state = 'queued', stop = NULL, attempt = 0, crashes = 0, losses = 0,
         problem = NULL, started_at = NULL, finished_at = NULL, keep_until = NULL, progress = NULL
       WHERE id = $1 AND state IN ('failed', 'cancelled') RETURNING ${COLUMNS}`,
      [id],
    );
    return job ?? null;
  }

  /** Throws a job that has ended and its files away. @returns false where there is none such */
  async remove(id: string): Promise<boolean> {
    const rows = await this.#database.query(
      "DELETE FROM packwright.job WHERE id = $1 AND state IN ('done', 'failed', 'cancelled') RETURNING id",
      [id],
    );
    return rows.length > 0;
  }

  /** Throws away what need not be kept any longer. A night that is still to be delivered needs its job, however long that takes. */
  async expire(signal?: AbortSignal): Promise<void> {
    // Several workers may do this at a time: each leaves alone what another is at.
    await inBatches(
      this.#database,
      signal,
      `DELETE FROM packwright.job WHERE id IN (
         SELECT id FROM packwright.job WHERE keep_until < now() AND state IN ('done', 'failed', 'cancelled')
           AND id NOT IN (SELECT job FROM packwright.night WHERE state = 'planning' AND job IS NOT NULL)
         LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id`,
    );
  }

  #jobs(sql: string, values: readonly unknown[]): Promise<Job[]> {
    return this.#database.query<Row & Job>(sql, values);
  }
}

async function addFiles(
  within: Queryable,
  job: string,
  role: "input" | "output",
  files: readonly NamedBlob[],
): Promise<void> {
  if (files.length === 0) return;
  await within.query(
    `INSERT INTO packwright.job_file (job, role, name, blob)
     SELECT $1, $2, name, blob FROM unnest($3::text[], $4::uuid[]) AS file (name, blob)`,
    [job, role, files.map(({ name }) => name), files.map(({ blob }) => blob)],
  );
}

/**
 * JSON as `jsonb` takes it: of what a caller may write there, it refuses the character 0 and halves of characters, which JSON
 * has as escapes. They become the character that stands for such.
 */
function textOf(value: object | undefined): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value).replace(REFUSED, "$1\\ufffd");
}

const REFUSED = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;
