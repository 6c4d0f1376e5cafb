import { describe, expect, it } from "vitest";
import type { Database } from "../../../src/store/database.js";
import { inBatches, ROWS_AT_ONCE } from "../../../src/store/upkeep.js";
import { onEachDatabase } from "../../support/store.js";

/** More than two batches. */
const MANY = 2 * ROWS_AT_ONCE + 7;

describe("upkeep", () => {
  onEachDatabase((test) => {
    /** Counts what each statement that deletes rows takes. */
    async function counted(table: string): Promise<void> {
      await test.store.database.script(
        `CREATE TABLE IF NOT EXISTS packwright.counted (name text, gone int);
         CREATE OR REPLACE FUNCTION packwright.count_gone() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN INSERT INTO packwright.counted SELECT TG_TABLE_NAME, count(*) FROM gone; RETURN NULL; END $$;
         CREATE TRIGGER counting AFTER DELETE ON packwright.${table} REFERENCING OLD TABLE AS gone
           FOR EACH STATEMENT EXECUTE FUNCTION packwright.count_gone()`,
      );
    }
    const took = async (name: string) => {
      const rows = await test.store.database.query<{ gone: number }>(
        "SELECT gone FROM packwright.counted WHERE name = $1",
        [name],
      );
      return rows.map(({ gone }) => gone);
    };

    it.each([
      [
        "job",
        `INSERT INTO packwright.job (id, kind, state, size, request, keep_until)
         SELECT gen_random_uuid(), 'plan', 'done', 'small', '{}', now() - interval '1 day' FROM generate_series(1, ${MANY})`,
        () => test.store.jobs.expire(),
      ],
      [
        "idempotency",
        `INSERT INTO packwright.idempotency (caller, key, holder, held_until, created_at)
         SELECT 'me', n::text, gen_random_uuid(), now(), now() - interval '2 days' FROM generate_series(1, ${MANY}) n`,
        () => test.store.idempotency.expire(),
      ],
      [
        "webhook",
        `INSERT INTO packwright.webhook (event, url, content, state, finished_at)
         SELECT 'job.done', 'http://a', '{}', 'delivered', now() - interval '1 year' FROM generate_series(1, ${MANY})`,
        () => test.store.webhooks.expire(),
      ],
      [
        "night",
        // The last revision stays.
        `INSERT INTO packwright.night (schedule, due, revision, state, finished_at, keep_until)
         SELECT 'a', now(), n, 'done', now(), now() - interval '1 day' FROM generate_series(1, ${MANY + 1}) n`,
        () => test.store.nights.expire(),
      ],
      [
        "blob",
        `INSERT INTO packwright.blob (id, bytes, sha256, created_at)
         SELECT gen_random_uuid(), 1, '', now() - interval '1 day' FROM generate_series(1, ${MANY})`,
        () => test.store.blobs.sweep(),
      ],
    ])("takes what is left of %s part by part", async (table, fill, expire) => {
      await counted(table);
      await test.store.database.script(fill);
      await expire();
      expect(await took(table)).toEqual([ROWS_AT_ONCE, ROWS_AT_ONCE, 7]);
      expect(await test.store.database.query(`SELECT 1 FROM packwright.${table}`)).toHaveLength(
        table === "night" ? 1 : 0,
      );
    });

    it("gives everything else its turn between two parts", async () => {
      const { database, jobs, blobs } = test.store;
      await database.script(
        `INSERT INTO packwright.job (id, kind, state, size, request, keep_until)
         SELECT gen_random_uuid(), 'plan', 'done', 'small', '{}', now() - interval '1 day' FROM generate_series(1, ${MANY});
         INSERT INTO packwright.blob (id, bytes, sha256) SELECT gen_random_uuid(), 1, '' FROM generate_series(1, ${MANY})`,
      );
      for (const work of [() => jobs.expire(), () => blobs.sweep()]) {
        let turns = 0;
        let done = false;
        const turn = () => {
          turns++;
          if (!done) setImmediate(turn);
        };
        setImmediate(turn);
        await work();
        done = true;
        expect(turns).toBeGreaterThanOrEqual(2);
      }
      expect(await database.query("SELECT 1 FROM packwright.blob")).toHaveLength(MANY);
    });

    it("is given up between two parts, and what it has done stays done", async () => {
      const { database } = test.store;
      await database.script(
        `CREATE TABLE packwright.heap (n int); INSERT INTO packwright.heap SELECT generate_series(1, ${MANY})`,
      );
      const giveUp = new AbortController();
      const watched: Database = {
        ...database,
        async transaction(work, options) {
          const done = await database.transaction(work, options);
          giveUp.abort();
          return done;
        },
      };
      const sql =
        "DELETE FROM packwright.heap WHERE n IN (SELECT n FROM packwright.heap LIMIT $1) RETURNING n";
      await expect(inBatches(watched, giveUp.signal, sql)).rejects.toThrow("aborted");
      expect(await database.query("SELECT 1 FROM packwright.heap")).toHaveLength(MANY - ROWS_AT_ONCE);
    });

    it("leaves parts of contents to the worker that looks at them already", async () => {
      if (!test.store.isShared) return;
      const { database, blobs } = test.store;
      await database.script(
        `INSERT INTO packwright.blob_chunk (blob, part, content, created_at)
         VALUES ('11111111-1111-4111-8111-111111111111', 0, 'x', now() - interval '1 day')`,
      );
      const parts = () => database.query("SELECT part FROM packwright.blob_chunk");
      await database.transaction(async (within) => {
        await within.query("SELECT pg_advisory_xact_lock($1)", [0x70617374]);
        await blobs.sweep();
        expect(await parts()).toHaveLength(1);
      });
      await blobs.sweep();
      expect(await parts()).toEqual([]);
    });

    it("takes a content of many rows part by part", async () => {
      if (!test.store.isShared) return;
      await counted("blob_chunk");
      await test.store.database.script(
        `INSERT INTO packwright.blob_chunk (blob, part, content, created_at)
         SELECT '11111111-1111-4111-8111-111111111111', n, 'x', now() - interval '1 day' FROM generate_series(1, ${MANY}) n`,
      );
      await test.store.blobs.sweep();
      expect(await took("blob_chunk")).toEqual([ROWS_AT_ONCE, ROWS_AT_ONCE, 7]);
    });
  });
});
