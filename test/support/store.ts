import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { openStore, type Store, type StorePlace } from "../../src/store/index.js";
import type { Job, NewJob } from "../../src/store/jobStore.js";
import { type Postgres, startPostgres, WITHOUT_POSTGRES } from "./postgres.js";

/** What a test of the store may use; ready when its tests run. */
export interface TestStore {
  readonly store: Store;
  /** Where it is, for another process or a second opening. */
  readonly place: StorePlace;
}

/** Runs the same tests on PGlite and on a PostgreSQL server, each with empty tables. */
export function onEachDatabase(body: (test: TestStore) => void): void {
  describe("PGlite", () => {
    body(
      opened(async () => {
        const folder = mkdtempSync(join(tmpdir(), "packwright-store-"));
        return {
          place: { data: folder },
          remove: async () => rmSync(folder, { recursive: true, force: true }),
        };
      }),
    );
  });
  onPostgres(body);
}

/** Runs tests on a PostgreSQL server alone: what is tested is not the database. */
export function onPostgres(body: (test: TestStore) => void): void {
  describe.skipIf(WITHOUT_POSTGRES !== null)("PostgreSQL", () => {
    body(
      opened(async () => {
        const server: Postgres = await startPostgres(["fsync=off"]);
        return { place: { databaseUrl: await server.url() }, remove: () => server.remove() };
      }),
    );
  });
}

const TABLES = ["job", "job_file", "order_set", "channels", "blob", "blob_chunk", "api_key", "idempotency"];

function opened(
  make: () => Promise<{ readonly place: StorePlace; readonly remove: () => Promise<void> }>,
): TestStore {
  let store: Store | undefined;
  let made: Awaited<ReturnType<typeof make>> | undefined;
  beforeAll(async () => {
    made = await make();
    store = await openStore(made.place);
  });
  beforeEach(async () => {
    await store!.database.script(`TRUNCATE ${TABLES.map((name) => `packwright.${name}`).join(", ")} CASCADE`);
  });
  afterAll(async () => {
    await store?.close();
    await made?.remove();
  });
  return {
    get store() {
      return store!;
    },
    get place() {
      return made!.place;
    },
  };
}

/** Makes a job, or one with other fields. */
export async function makeJob(store: Store, job: Partial<NewJob> = {}): Promise<Job> {
  const full: NewJob = {
    id: randomUUID(),
    kind: "plan",
    size: "small",
    request: { options: {} },
    createdBy: null,
    traceparent: null,
    inputs: [],
    ...job,
  };
  await store.database.transaction((within) => store.jobs.create(within, full));
  return (await store.jobs.get(full.id))!;
}

/** Keeps a text. @returns its id */
export async function keepText(store: Store, text: string): Promise<string> {
  return (await store.blobs.put(Readable.from([Buffer.from(text)]))).id;
}
