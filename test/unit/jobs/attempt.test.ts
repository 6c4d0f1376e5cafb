import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AttemptEnd, attempt } from "../../../src/jobs/attempt.js";
import type { Runner } from "../../../src/jobs/runner.js";
import { OUTPUT, type Task } from "../../../src/jobs/task.js";
import type { Blobs } from "../../../src/store/blobs.js";
import { StorageFull } from "../../../src/store/database.js";
import { keepText, makeJob, onEachDatabase } from "../../support/store.js";

/** A runner whose tasks leave one file. */
const AT_ONCE = {
  async run({ dir }: Task) {
    mkdirSync(join(dir, OUTPUT));
    writeFileSync(join(dir, OUTPUT, "plan.json"), "{}");
    return { ok: true, summary: {}, files: ["plan.json"] };
  },
  stop: () => {},
  kill: () => {},
} as unknown as Runner;

describe("attempt", () => {
  onEachDatabase((test) => {
    let tmp: string;
    beforeEach(() => {
      tmp = mkdtempSync(join(tmpdir(), "packwright-attempt-"));
    });
    afterEach(() => rmSync(tmp, { recursive: true, force: true }));

    /** Attempts a job while contents are moved without end; `then` is what happens meanwhile. */
    async function attemptWith(
      blobs: (endless: (signal?: AbortSignal) => Promise<never>) => Partial<Blobs>,
      then: (id: string) => unknown,
      giveBack = new AbortController().signal,
      runner = AT_ONCE,
    ): Promise<AttemptEnd> {
      const orders = await keepText(test.store, "id");
      const { id } = await makeJob(test.store, { inputs: [{ name: "orders.csv", blob: orders }] });
      const { jobs, database } = test.store;
      const lease = await database.transaction((within) => jobs.claim(within, id, randomUUID(), 60));
      const endless = (signal?: AbortSignal) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
          void then(id);
        });
      const store = { ...test.store, blobs: { ...test.store.blobs, ...blobs(endless) } };
      const end = await attempt(lease!, {
        store,
        runner,
        tmp,
        threads: 1,
        leaseSeconds: 60,
        onProgress: () => {},
        onTrouble: () => {},
        giveBack,
      });
      expect(readdirSync(tmp)).toEqual([]);
      return end;
    }
    const cancel = (id: string) => test.store.jobs.stop(id, "discard", 60);
    const take = (id: string) =>
      test.store.database.query("UPDATE packwright.job SET lease_token = $2 WHERE id = $1", [
        id,
        randomUUID(),
      ]);

    it("hears of a cancel, of its loss and of the end while inputs are copied", async () => {
      const copying = (endless: (signal?: AbortSignal) => Promise<never>) => ({
        copyTo: (_id: string, _path: string, signal?: AbortSignal) => endless(signal),
      });
      expect(await attemptWith(copying, cancel)).toEqual({ state: "cancelled" });
      expect(await attemptWith(copying, take)).toEqual({ state: "lost" });
      const ending = new AbortController();
      expect(await attemptWith(copying, () => ending.abort(), ending.signal)).toEqual({ state: "givenBack" });
    });

    it("hears of a cancel and of its loss while what came of it is kept", async () => {
      const keeping = (endless: (signal?: AbortSignal) => Promise<never>) => ({
        put: (_content: unknown, signal?: AbortSignal) => endless(signal),
      });
      expect(await attemptWith(keeping, cancel)).toEqual({ state: "cancelled" });
      expect(await attemptWith(keeping, take)).toEqual({ state: "lost" });
    });

    it.each([
      { fault: { code: "UNEXPECTED", message: "IO Error: Could not write file: No space left on device" } },
      { fault: { code: "UNEXPECTED", message: "ENOSPC: no space left on device, write" } },
      { issues: [{ code: "DISK_FULL", message: "cannot be written" }], total: 1 },
    ])("takes a full disk for no fault of the job: %j", async (bad) => {
      const runner = { ...AT_ONCE, run: async () => ({ ok: false, ...bad }) } as unknown as Runner;
      const end = await attemptWith(
        () => ({}),
        () => {},
        undefined,
        runner,
      );
      expect(end).toEqual({ state: "died", how: "there was no room left where it worked" });
    });

    it("waits for room for what is done already", async () => {
      let tries = 0;
      const end = await attemptWith(
        () => ({
          put: (content, signal) =>
            tries++ === 0 ? Promise.reject(new StorageFull("full")) : test.store.blobs.put(content, signal),
        }),
        () => {},
      );
      expect(end).toMatchObject({ state: "done", outputs: [{ name: "plan.json" }] });
      expect(tries).toBe(2);
    });

    it("keeps what is done already where others shall go on", async () => {
      const ending = new AbortController();
      const end = await attemptWith(
        () => ({
          put(content, signal) {
            ending.abort();
            return test.store.blobs.put(content, signal);
          },
        }),
        () => {},
        ending.signal,
      );
      expect(end).toMatchObject({ state: "done", outputs: [{ name: "plan.json" }] });
    });
  });
});
