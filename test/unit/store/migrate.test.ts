import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore, type StorePlace } from "../../../src/store/index.js";
import { initial } from "../../../src/store/migrations/0001-initial.js";
import { MIGRATIONS } from "../../../src/store/migrations/index.js";
import { onEachDatabase, onPostgres } from "../../support/store.js";

/** Rows as version 1 wrote them. */
const ROWS = readFileSync(join(import.meta.dirname, "version1.sql"), "utf8");
const JOB = "11111111-1111-4111-8111-111111111111";

describe("migrate", () => {
  onPostgres((test) => {
    it("does not wait for another process that is at it once it is given up", async () => {
      const giveUp = new AbortController();
      const begun = performance.now();
      const opening = test.store.database.transaction(async (within) => {
        // As another process that migrates has it.
        await within.query("SELECT pg_advisory_xact_lock($1)", [0x7061636b]);
        setTimeout(() => giveUp.abort(new Error("enough")), 300);
        await openStore(test.place, giveUp.signal);
      });
      await expect(opening).rejects.toThrow("enough");
      expect(performance.now() - begun).toBeLessThan(3_000);
    });
  });

  onEachDatabase((test) => {
    async function inVersion(version: number, sql: string): Promise<void> {
      await test.store.database.script(
        `DROP SCHEMA packwright CASCADE; CREATE SCHEMA packwright;
         CREATE TABLE packwright.migration (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
         ${sql}; INSERT INTO packwright.migration SELECT generate_series(1, ${version});`,
      );
    }
    const versions = async () =>
      (await test.store.database.query<{ version: number }>("SELECT version FROM packwright.migration")).map(
        ({ version }) => version,
      );
    /** A folder is this process's already, through the store of the test: what opening does is done again on that. */
    const migrateAgain = async () => {
      const { migrate } = await import("../../../src/store/migrate.js");
      await migrate(test.store.database);
    };

    it("brings data of version 1 up to date, and keeps every row", async () => {
      await inVersion(1, `${initial}; ${ROWS}`);
      await migrateAgain();
      expect(await versions()).toEqual(MIGRATIONS.map((_, i) => i + 1));
      expect(await test.store.jobs.get(JOB)).toMatchObject({
        state: "done",
        kind: "plan",
        attempt: 2,
        result: { gap: 0.001 },
      });
      expect((await test.store.jobs.files(JOB, "output")).map(({ name, bytes }) => [name, bytes])).toEqual([
        ["plan.json", 2],
      ]);
      expect(await test.store.orderSets.get("night")).toMatchObject({ format: "csv" });
      expect(await test.store.channels.get("contract")).toMatchObject({ version: 2 });
      expect(await test.store.keys.list()).toMatchObject([{ name: "ops", scopes: ["admin"] }]);
      expect(await test.store.idempotency.begin("", "k")).toMatchObject({ found: "job", job: JOB });
      await migrateAgain();
    });

    it("has an index on whatever refers to something large", async () => {
      const bare = await test.store.database.query(
        `SELECT c.conrelid::regclass::text AS name FROM pg_constraint c
         WHERE c.confrelid = 'packwright.blob'::regclass AND NOT EXISTS (
           SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])`,
      );
      expect(bare).toEqual([]);
    });

    it("keeps the nights of version 3, and knows up to when they were entered", async () => {
      await inVersion(
        3,
        `${MIGRATIONS.slice(0, 3).join(";")};
         INSERT INTO packwright.schedule (id, cron, since) VALUES
           ('often', '* * * * * UTC', '2026-11-01T00:00:00Z'), ('new', '* * * * * UTC', '2026-11-22T00:00:00Z');
         INSERT INTO packwright.night (schedule, due, revision, state, by_hand, finished_at) VALUES
           ('often', '2026-11-20T00:00:00Z', 1, 'done', false, '2026-11-20T00:01:00Z'),
           ('often', '2026-11-21T00:00:00Z', 1, 'waiting', false, NULL),
           ('often', '2026-11-22T00:00:00Z', 1, 'done', true, '2026-11-22T00:01:00Z')`,
      );
      await migrateAgain();
      const since = async (id: string) =>
        (await test.store.nights.since(id, "* * * * * UTC", new Date())).toISOString();
      expect(await since("often")).toBe("2026-11-21T00:00:00.000Z");
      expect(await since("new")).toBe("2026-11-22T00:00:00.000Z");
      expect(
        await test.store.database.query(
          "SELECT keep_until - finished_at = interval '30 days' AS kept FROM packwright.night ORDER BY due",
        ),
      ).toEqual([{ kept: true }, { kept: null }, { kept: true }]);
    });

    it("does nothing by halves", async () => {
      await inVersion(1, initial);
      const before = await versions();
      const broken = [...MIGRATIONS];
      (MIGRATIONS as string[]).push("CREATE TABLE packwright.more (id int); SELECT 1 / 0");
      try {
        await expect(migrateAgain()).rejects.toThrow(/division by zero/);
        expect(await versions()).toEqual(before);
        expect(await test.store.database.query("SELECT to_regclass('packwright.more') AS more")).toEqual([
          { more: null },
        ]);
      } finally {
        (MIGRATIONS as string[]).splice(0, MIGRATIONS.length, ...broken);
      }
      await migrateAgain();
    });

    it("refuses what a newer version wrote, and leaves it as it is", async () => {
      await inVersion(MIGRATIONS.length + 1, "");
      await expect(migrateAgain()).rejects.toMatchObject({
        issues: [expect.objectContaining({ code: "DATA_NEWER" })],
      });
      expect(await versions()).toHaveLength(MIGRATIONS.length + 1);
      await inVersion(0, "");
      await migrateAgain();
    });

    it("lets many begin at once", async () => {
      if (!test.store.isShared) return;
      await test.store.database.script("DROP SCHEMA packwright CASCADE");
      const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(test.place)));
      expect(await versions()).toHaveLength(MIGRATIONS.length);
      for (const store of stores) await store.close();
    });

    it("says so where a database lets nobody in", async () => {
      if (!test.store.isShared) return;
      const { databaseUrl } = test.place as Extract<StorePlace, { databaseUrl: string }>;
      const refused = { issues: [expect.objectContaining({ code: "DATABASE_REFUSED" })] };
      const wrong = new URL(databaseUrl);
      wrong.pathname = "/nothing";
      await expect(openStore({ databaseUrl: wrong.href })).rejects.toMatchObject(refused);
      const nobody = new URL(databaseUrl);
      nobody.username = "nobody";
      await expect(openStore({ databaseUrl: nobody.href })).rejects.toMatchObject(refused);
      await expect(openStore({ databaseUrl: "localhost" })).rejects.toMatchObject({
        issues: [expect.objectContaining({ code: "WRONG_ADDRESS" })],
      });
    });
  });
});
