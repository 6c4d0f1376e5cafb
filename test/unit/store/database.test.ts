import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { StatementTimeout, Unavailable } from "../../../src/store/database.js";
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

  onPostgres((test) => {
    it("ends what was given up in the server, too", async () => {
      const { database } = test.store;
      const giveUp = new AbortController();
      const given = database.transaction(
        async (within) => {
          setTimeout(() => giveUp.abort(new Error("enough")), 200);
          await within.query("SELECT pg_sleep(600) AS given_up");
        },
        { statementSeconds: UPKEEP_SECONDS, signal: giveUp.signal },
      );
      await expect(given).rejects.toThrow("enough");
      const going = () =>
        database.query(
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%AS given_up%' AND pid <> pg_backend_pid()",
        );
      await expect.poll(going, { timeout: 5_000 }).toEqual([]);
    });

    it("takes a transaction that stands still its rows away, and tells it as a server that is away", async () => {
      const { databaseUrl: url } = test.place as { databaseUrl: string };
      await test.store.database.script(
        "CREATE TABLE packwright.held (n int); INSERT INTO packwright.held VALUES (1)",
      );
      const database = openPostgres({ url, idleSeconds: 0.5 });
      try {
        const still = database.transaction(async (within) => {
          await within.query("UPDATE packwright.held SET n = 2");
          await pause(1_500);
          return within.query("SELECT n FROM packwright.held");
        });
        const told = expect(still).rejects.toBeInstanceOf(Unavailable);
        await pause(100);
        expect(await test.store.database.query("UPDATE packwright.held SET n = n + 10 RETURNING n")).toEqual([
          { n: 11 },
        ]);
        await told;
        // Nothing is left of it in this process either.
        expect(await database.query("SELECT n FROM packwright.held")).toEqual([{ n: 11 }]);
      } finally {
        await database.close();
      }
    });

    it("tells it as such also to a process that stood still itself", async () => {
      const { databaseUrl: url } = test.place as { databaseUrl: string };
      const database = openPostgres({ url, idleSeconds: 0.2 });
      try {
        const still = database.transaction(async (within) => {
          await within.query("SELECT 1");
          // Its event loop has heard nothing of the end when it goes on.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
          await within.query("SELECT 2");
        });
        await expect(still).rejects.toBeInstanceOf(Unavailable);
      } finally {
        await database.close();
      }
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
