import { describe, expect, it } from "vitest";
import { StatementTimeout } from "../../../src/store/database.js";
import { openPostgres } from "../../../src/store/postgres.js";
import { UPKEEP_SECONDS } from "../../../src/store/upkeep.js";
import { onEachDatabase, onPostgres } from "../../support/store.js";

describe("Database", () => {
  onPostgres((test) => {
    it("tells a statement that took too long from a server that is away, and lets upkeep take its time", async () => {
      const { databaseUrl: url } = test.place as { databaseUrl: string };
      const database = openPostgres({ url, statementSeconds: 0.1 });
      try {
        const slow = database.query("SELECT pg_sleep(60)");
        await expect(slow).rejects.toBeInstanceOf(StatementTimeout);
        const slept = await database.transaction(
          (within) => within.query("SELECT pg_sleep(0.5), current_setting('statement_timeout') AS most"),
          { statementSeconds: UPKEEP_SECONDS },
        );
        expect(slept).toMatchObject([{ most: "1h" }]);
        expect(await database.query("SHOW statement_timeout")).toEqual([{ statement_timeout: "100ms" }]);
      } finally {
        await database.close();
      }
    });

    it("gives a transaction up in the middle of a statement, and leaves nothing of it", async () => {
      const { database } = test.store;
      await database.script("CREATE TABLE packwright.given_up (n int)");
      const giveUp = new AbortController();
      const begun = performance.now();
      const given = database.transaction(
        async (within) => {
          await within.query("INSERT INTO packwright.given_up VALUES (1)");
          setTimeout(() => giveUp.abort(new Error("enough")), 100);
          await within.query("SELECT pg_sleep(4)");
        },
        { signal: giveUp.signal },
      );
      await expect(given).rejects.toThrow("enough");
      expect(performance.now() - begun).toBeLessThan(2_000);
      expect(await database.query("SELECT n FROM packwright.given_up")).toEqual([]);
      await expect(database.transaction(async () => {}, { signal: giveUp.signal })).rejects.toThrow("enough");
    });
  });

  onEachDatabase((test) => {
    it("lets a script that fails spoil nobody else's transaction", async () => {
      const { database } = test.store;
      const failing = database.script("BEGIN; SELECT 1 / 0; COMMIT");
      const neighbours = [1, 2, 3].map((n) =>
        database.transaction(async (within) => {
          const [row] = await within.query<{ n: number }>("SELECT $1::int AS n", [n]);
          return row!.n;
        }),
      );
      await expect(failing).rejects.toThrow(/division by zero/);
      expect(await Promise.all(neighbours)).toEqual([1, 2, 3]);
    });

    it("runs a script with a transaction of its own", async () => {
      const { database } = test.store;
      const rows = await database.script(
        "BEGIN; CREATE TABLE packwright.script (n int); INSERT INTO packwright.script VALUES (7); COMMIT; SELECT n FROM packwright.script",
      );
      expect(rows).toEqual([{ n: 7 }]);
      expect(await database.script("DROP TABLE packwright.script; SELECT 1 AS done")).toEqual([{ done: 1 }]);
    });
  });
});
