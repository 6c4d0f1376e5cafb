import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NightHead } from "../../../src/nightly/delivered.js";
import { LeaseLost } from "../../../src/nightly/keeper.js";
import { ordersFromQuery } from "../../../src/nightly/querySource.js";
import { deliverToTables } from "../../../src/nightly/tablesDestination.js";
import type { Blobs } from "../../../src/store/blobs.js";
import { type Database, Unavailable } from "../../../src/store/database.js";
import { openPostgres } from "../../../src/store/postgres.js";
import { type Postgres, startPostgres, WITHOUT_POSTGRES } from "../../support/postgres.js";

/** Databases that nights come from and go to: a server that comes and goes. */

const DUE = Date.parse("2026-11-22T21:30:00Z");
const HEAD: NightHead = {
  schemaVersion: 1,
  schedule: "bank-run",
  due: "2026-11-22T21:30:00Z",
  revision: 2,
  job: "11111111-1111-4111-8111-111111111111",
  complete: true,
  stoppedBy: "gap",
  late: false,
};
const FILES: Readonly<Record<string, string>> = {
  "plan.json": "{}",
  "packages.csv":
    "package,channel,sequence,orders,amount,charges,fee,startsAt,finishesAt\np1,batch,1,1,1.00,0.30,1.00,,\n",
  "assignments.csv": "order,channel,package,charge\na,batch,p1,0.30\n",
  "unrouted.csv": "order,reason,detail\n",
};

describe.skipIf(WITHOUT_POSTGRES !== null)("a database elsewhere", () => {
  let server: Postgres;
  let url: string;
  let admin: Database;
  beforeAll(async () => {
    server = await startPostgres(["fsync=off"]);
    url = await server.url("elsewhere");
    admin = openPostgres({ url, connections: 2 });
    await admin.script("CREATE ROLE clerk LOGIN; CREATE ROLE nobody NOLOGIN");
  }, 120_000);
  afterAll(async () => {
    await admin?.close();
    await server?.remove();
  });

  const as = (user: string) => url.replace("packwright@", `${user}@`);

  describe("that is asked for orders", () => {
    /** Time passes as fast as it is waited for. @param happens told of every wait, in ms */
    function collect(
      databaseUrl: string,
      askFor: number,
      {
        happens = async (_waits: readonly number[]) => {},
        put = kept,
        query = "SELECT 1 AS id",
        signal = new AbortController().signal,
      }: Partial<Happening> = {},
    ) {
      let now = DUE;
      const waits: number[] = [];
      const clock = {
        now: () => now,
        async wait(ms: number) {
          now += ms;
          waits.push(ms);
          await happens(waits);
        },
      };
      const found = ordersFromQuery(
        { kind: "query", databaseUrl, query, waitUntil: null },
        {
          blobs: { put } as Pick<Blobs, "put"> as Blobs,
          clock,
          due: DUE,
          until: DUE,
          askUntil: DUE + askFor * 1_000,
          signal,
          log: { info: () => {}, warn: () => {}, error: () => {} },
        },
      );
      return { found, waits };
    }
    interface Happening {
      readonly happens: (waits: readonly number[]) => Promise<void>;
      readonly put: Blobs["put"];
      readonly query: string;
      readonly signal: AbortSignal;
    }
    const kept: Blobs["put"] = async (content) => {
      const all = await text(content);
      return { id: all, bytes: all.length, sha256: "x" };
    };

    it("is asked again, less and less often, until it is back, though nothing says to wait for orders", async () => {
      await server.stop();
      const { found, waits } = collect(url, 3_600, {
        happens: async ({ length }) => {
          if (length === 8) await server.start();
        },
      });
      expect((await found).blob.id).toBe('{ "id" : "1" }\n');
      expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    });

    it("is given up when there is no time left to plan", async () => {
      // Nobody listens there.
      const { found, waits } = collect("postgres://packwright@127.0.0.1:1/none", 60);
      await expect(found).rejects.toMatchObject({
        issues: [expect.objectContaining({ code: "SOURCE_UNAVAILABLE", path: "source.databaseFrom" })],
      });
      expect(waits.reduce((all, wait) => all + wait)).toBeGreaterThanOrEqual(60_000);
    });

    it("is not told for away where our own is, which keeps the orders", async () => {
      const put: Blobs["put"] = async (content) => {
        await kept(content);
        throw new Unavailable("ours");
      };
      await expect(collect(url, 0, { put }).found).rejects.toThrow(new Unavailable("ours"));
    });

    it("is left in the middle of a query where the night is to be left", async () => {
      const stopping = new AbortController();
      const query = "SELECT 1 AS id FROM pg_sleep(8)";
      // As the stores of blobs do it.
      const put: Blobs["put"] = async (content, signal) => {
        await pipeline(content, async (lines) => void (await text(lines)), { signal });
        return { id: "x", bytes: 1, sha256: "x" };
      };
      const begun = performance.now();
      const { found, waits } = collect(url, 3_600, { query, put, signal: stopping.signal });
      setTimeout(() => stopping.abort(new Error("stopping")), 300);
      await expect(found).rejects.toThrow("stopping");
      expect(performance.now() - begun).toBeLessThan(3_000);
      expect(waits).toEqual([]);
    });

    it("fails at once where the query takes too long: it would the next time, too", async () => {
      const { found, waits } = collect(url, 3_600, { query: "SELECT 1 AS id FROM pg_sleep(5)" });
      // As its time limit does.
      const cancel = () =>
        admin.query(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%'",
        );
      const cancelling = setInterval(cancel, 100);
      await expect(found).rejects.toMatchObject({
        issues: [
          expect.objectContaining({
            code: "QUERY_FAILED",
            message: expect.stringMatching(/^takes too long/),
          }),
        ],
      });
      clearInterval(cancelling);
      expect(waits).toEqual([]);
    });

    it.each([
      ["no such database", () => url.replace("/elsewhere", "/nowhere"), /"nowhere" does not exist/],
      ["no such user", () => as("stranger"), /"stranger" does not exist/],
      ["a user who may not", () => as("nobody"), /not permitted to log in/],
    ])("says so where it does not let us in: %s", async (_why, address, message) => {
      const { found, waits } = collect(address(), 3_600);
      await expect(found).rejects.toMatchObject({
        issues: [
          expect.objectContaining({
            code: "DATABASE_REFUSED",
            path: "source.databaseFrom",
            message: expect.stringMatching(message),
          }),
        ],
      });
      expect(waits).toEqual([]);
    });
  });

  describe("that nights are delivered to", () => {
    beforeEach(() => admin.script("DROP SCHEMA IF EXISTS nights CASCADE"));

    const deliver = (
      head: Partial<NightHead> = {},
      { databaseUrl = url, mustBeOurs = async () => {}, signal = new AbortController().signal } = {},
    ) =>
      deliverToTables(
        { kind: "tables", databaseUrl, schema: "nights" },
        {
          head: { ...HEAD, ...head },
          files: Object.keys(FILES).map((name) => ({ name, blob: name, bytes: 1, sha256: "x" })),
          blobs: { read: async (name: string) => Readable.from([FILES[name]!]) } as Pick<
            Blobs,
            "read"
          > as Blobs,
          due: DUE,
          mustBeOurs,
          signal,
        },
      );
    const there = () => admin.query("SELECT schedule, revision FROM nights.night ORDER BY schedule");

    it("takes a newer revision and refuses an older one, night by night", async () => {
      expect(await deliver()).toEqual({ to: { schema: "nights" }, changed: true });
      expect(await deliver()).toEqual({ to: { schema: "nights" }, changed: false });
      await deliver({ revision: 3 });
      await expect(deliver()).rejects.toMatchObject({
        issues: [expect.objectContaining({ code: "NEWER_REVISION_THERE", value: "nights" })],
      });
      await deliver({ schedule: "cards", revision: 1 });
      expect(await there()).toEqual([
        { schedule: "bank-run", revision: 3 },
        { schedule: "cards", revision: 1 },
      ]);
    });

    it("keeps what it has where the night is taken by somebody else just before", async () => {
      await deliver({ revision: 1 });
      const mustBeOurs = async () => {
        throw new LeaseLost("taken");
      };
      await expect(deliver({}, { mustBeOurs })).rejects.toThrow(LeaseLost);
      expect(await there()).toEqual([{ schedule: "bank-run", revision: 1 }]);
    });

    it("makes newer ones wait for whoever is about to commit, so that they come last", async () => {
      let newer: Promise<unknown> = Promise.resolve();
      const mustBeOurs = async () => {
        newer = deliver({ revision: 3 });
        const waiting = () =>
          admin.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        while ((await waiting()).length === 0);
      };
      await deliver({}, { mustBeOurs });
      await newer;
      expect(await there()).toEqual([{ schedule: "bank-run", revision: 3 }]);
    });

    it("is given up in the middle of a statement, and keeps what it has until it comes again", async () => {
      await deliver({ revision: 1 });
      const stopping = new AbortController();
      const waiting = () =>
        admin.query("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE NOT l.granted");
      await admin.transaction(async (within) => {
        await within.query("LOCK TABLE nights.package");
        const delivery = deliver({}, { signal: stopping.signal });
        while ((await waiting()).length === 0);
        stopping.abort();
        await expect(delivery).rejects.toBe(stopping.signal.reason);
      });
      expect(await there()).toEqual([{ schedule: "bank-run", revision: 1 }]);
      expect(await deliver()).toMatchObject({ changed: true });
    });

    it("is left alone where its tables are of a newer packwright", async () => {
      await deliver({ revision: 1 });
      await admin.script("INSERT INTO nights.packwright_version (version) VALUES (1000)");
      await expect(deliver()).rejects.toMatchObject({
        issues: [expect.objectContaining({ code: "TABLES_NEWER", value: "nights" })],
      });
      expect(await there()).toEqual([{ schedule: "bank-run", revision: 1 }]);
    });

    it("has tables of before they had a version brought up to date, with what is in them", async () => {
      await deliver({ revision: 1 });
      await admin.script("DROP TABLE nights.packwright_version");
      await deliver({ schedule: "cards" });
      expect(await there()).toHaveLength(2);
      expect(await admin.query("SELECT version FROM nights.packwright_version")).toEqual([{ version: 1 }]);
    });

    it("makes its tables in a schema that somebody else has made for it", async () => {
      await admin.script("CREATE SCHEMA nights; GRANT USAGE, CREATE ON SCHEMA nights TO clerk");
      expect(await deliver({}, { databaseUrl: as("clerk") })).toMatchObject({ changed: true });
    });

    it("needs no right to make anything where the tables are", async () => {
      const clerk = { databaseUrl: as("clerk") };
      await expect(deliver({}, clerk)).rejects.toMatchObject({
        issues: [expect.objectContaining({ code: "DELIVERY_REFUSED" })],
      });
      await deliver({ revision: 1 });
      await admin.script(
        "GRANT USAGE ON SCHEMA nights TO clerk; GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA nights TO clerk",
      );
      expect(await deliver({}, clerk)).toMatchObject({ changed: true });
    });
  });
});
