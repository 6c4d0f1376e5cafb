import PgBoss from "pg-boss";
import { Fault } from "../model/issue.js";
import { JOB_PRIORITIES, JOB_SIZES, type JobSize } from "../model/job.js";
import type { Database, Queryable } from "../store/database.js";

/** Apart from a queue of the same name that another program may have in the same database. */
const SCHEMA = "packwright_queue";

/** SQLSTATEs of what is there already (a unique value, a schema, a table, an object, a function), and of a dead lock. */
const MADE_TWICE = new Set(["23505", "42P06", "42P07", "42710", "42723", "40P01"]);
const ATTEMPTS = 5;
const AT_ONCE = { graceful: false, wait: true, close: false };

/**
 * Which jobs wait, in which order. An entry says no more than that a job is to be looked at: it goes in with the job's row and
 * comes out with its lease, in one transaction each, so that neither is there without the other.
 */
export class JobQueue {
  readonly #boss: PgBoss;
  readonly #database: Database;

  private constructor(boss: PgBoss, database: Database) {
    this.#boss = boss;
    this.#database = database;
  }

  /** @param onError told of faults of its upkeep, which it tries again by itself */
  static async open(database: Database, onError: (error: Error) => void): Promise<JobQueue> {
    for (let attempt = 1; ; attempt++) {
      const boss = new PgBoss({
        schema: SCHEMA,
        db: sqlOf(database),
        schedule: false,
        archiveCompletedAfterSeconds: 3_600,
        deleteAfterDays: 1,
      });
      boss.on("error", onError);
      try {
        await boss.start();
        for (const size of JOB_SIZES) await boss.createQueue(size);
        return new JobQueue(boss, database);
      } catch (error) {
        await boss.stop(AT_ONCE);
        // Two that start at once on an empty database both make the tables: for the one that was too late they are there now.
        const { code = "" } = ((error as Error).cause ?? error) as { code?: string };
        if (!MADE_TWICE.has(code) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /**
   * A job that is sent a second time while it waits is taken by the higher of its entries; the other one is thrown away in its turn.
   *
   * @param within the transaction that makes the job, or that puts it back
   * @param again whether it was begun before: then it comes before those of its priority that were not
   */
  async send(
    within: Queryable,
    job: { readonly id: string; readonly size: JobSize; readonly priority?: number },
    again = false,
  ): Promise<void> {
    const entry = await this.#boss.send(
      job.size,
      { id: job.id },
      {
        db: sqlOf(within),
        priority: 2 * (job.priority ?? JOB_PRIORITIES.request) + (again ? 1 : 0),
        // What waits for longer than a fortnight would be thrown away by default.
        retentionDays: 365,
        expireInHours: 1,
      },
    );
    // A queue that is gone takes nothing and says nothing.
    if (entry === null) throw new Fault("QUEUE_MISSING", `the queue ${SCHEMA}.${job.size} is missing`);
  }

  /**
   * Takes the entry that has waited longest. Entries of jobs that do not wait any more are thrown away on the way.
   *
   * @param claim takes the job, in the same transaction; null where it does not wait any more
   * @returns what it returned; null where nothing waits
   */
  async take<T>(
    size: JobSize,
    claim: (within: Queryable, id: string) => Promise<T | null>,
  ): Promise<T | null> {
    return this.#database.transaction(async (within) => {
      let failure: unknown;
      const db = sqlOf(within, (error) => {
        failure = error;
      });
      for (;;) {
        const [entry] = await this.#boss.fetch<{ id: string }>(size, { db });
        // The library takes whatever fails here for an empty queue.
        if (failure !== undefined) throw failure;
        if (entry === undefined) return null;
        await this.#boss.deleteJob(size, entry.id, { db });
        const claimed = await claim(within, entry.data.id);
        if (claimed !== null) return claimed;
      }
    });
  }

  async close(): Promise<void> {
    await this.#boss.stop(AT_ONCE);
  }
}

/** A database as the queue's library wants it. */
function sqlOf(on: Queryable, onError: (error: unknown) => void = () => {}): PgBoss.Db {
  return {
    async executeSql(text, values) {
      try {
        return { rows: values?.length ? await on.query(text, values) : await on.script(text) };
      } catch (error) {
        onError(error);
        throw error;
      }
    },
  };
}
