import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../../src/cli/failure.js";
import { asStorageFull, isAway, StorageFull } from "../../../src/store/database.js";
import { openStore } from "../../../src/store/index.js";
import { onEachDatabase } from "../../support/store.js";

describe("a disk without room", () => {
  onEachDatabase((test) => {
    it("is told as such by the database", async () => {
      const { database } = test.store;
      const full = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$";
      const tries = [
        () => database.query(full),
        () => database.script(full),
        () => database.transaction((within) => within.query(full)),
      ];
      for (const each of tries) await expect(each()).rejects.toBeInstanceOf(StorageFull);
      expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    });
  });

  it("is told as such of a content that is to be a file, of which nothing is left", async () => {
    const data = mkdtempSync(join(tmpdir(), "packwright-full-"));
    const store = await openStore({ data });
    try {
      const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      const stream = new Readable({
        read() {
          this.destroy(full);
        },
      });
      await expect(store.blobs.put(stream)).rejects.toBeInstanceOf(StorageFull);
      expect(await store.database.query("SELECT 1 FROM packwright.blob")).toEqual([]);
    } finally {
      await store.close();
      rmSync(data, { recursive: true, force: true });
    }
  });

  it("is worth another try, and nothing else is taken for it", () => {
    const full = asStorageFull(Object.assign(new Error("quota"), { code: "EDQUOT" }));
    expect(isAway(full)).toBe(true);
    expect(describeFailure(full, "")).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/\[DISK_FULL\]$/),
    });
    for (const other of [new Error("x"), Object.assign(new Error("x"), { code: "EIO" }), null, "x"])
      expect(asStorageFull(other)).toBe(other);
  });
});
