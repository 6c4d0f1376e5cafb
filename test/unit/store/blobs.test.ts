import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { inFolder } from "../../support/inFolder.js";
import { makeJob, onEachDatabase } from "../../support/store.js";

const MIB = 2 ** 20;

describe("Blobs", () => {
  onEachDatabase((test) => {
    const put = (content: Buffer) => test.store.blobs.put(Readable.from(pieces(content)));
    const age = (what: string, id: string, interval: string) =>
      test.store.database.query(
        `UPDATE packwright.${what} SET created_at = now() - $2::text::interval WHERE ${what === "blob" ? "id" : "blob"} = $1`,
        [id, interval],
      );
    const folder = () => join((test.place as { data: string }).data, "blobs");

    it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
      "gives back %d bytes, from anywhere",
      async (size) => {
        const content = randomBytes(size);
        const blob = await put(content);
        expect(blob.bytes).toBe(size);
        for (const from of [0, 1, MIB - 1, MIB, size - 1, size].filter((each) => each >= 0 && each <= size))
          expect(
            (await buffer(await test.store.blobs.read(blob.id, from))).equals(content.subarray(from)),
          ).toBe(true);
        await inFolder(async (dir) => {
          await test.store.blobs.copyTo(blob.id, join(dir, "orders.csv"));
          expect(readFileSync(join(dir, "orders.csv")).equals(content)).toBe(true);
        });
      },
    );

    it("keeps nothing of a stream that breaks off", async () => {
      async function* broken() {
        yield randomBytes(MIB + 5);
        throw new Error("cut off");
      }
      await expect(test.store.blobs.put(Readable.from(broken()))).rejects.toThrow("cut off");
      expect(await test.store.database.query("SELECT id FROM packwright.blob")).toEqual([]);
    });

    it("gives up when it is told to, and keeps nothing", async () => {
      const giving = new AbortController();
      function* endless() {
        for (let piece = 0; ; piece++) {
          if (piece === 5) giving.abort();
          yield randomBytes(MIB);
        }
      }
      const givenUp = { name: "AbortError" };
      await expect(test.store.blobs.put(Readable.from(endless()), giving.signal)).rejects.toMatchObject(
        givenUp,
      );
      expect(await test.store.database.query("SELECT id FROM packwright.blob")).toEqual([]);
      // In a folder it is no more than another name of the same file.
      if (!test.store.isShared) return;
      const { id } = await put(randomBytes(MIB));
      await inFolder(async (dir) => {
        const copying = test.store.blobs.copyTo(id, join(dir, "a"), AbortSignal.abort());
        await expect(copying).rejects.toMatchObject(givenUp);
      });
    });

    it("says so where there is none", async () => {
      const missing = { code: "BLOB_MISSING" };
      await expect(test.store.blobs.read(randomUUID())).rejects.toMatchObject(missing);
      await inFolder(async (dir) => {
        await expect(test.store.blobs.copyTo(randomUUID(), join(dir, "a"))).rejects.toMatchObject(missing);
      });
    });

    it("sweeps what nothing names and is older than an hour", async () => {
      const content = randomBytes(MIB + 1);
      const [job, set, channels, young, unnamed] = await Promise.all([1, 2, 3, 4, 5].map(() => put(content)));
      await makeJob(test.store, { inputs: [{ name: "orders.csv", blob: job!.id }] });
      await test.store.orderSets.put({ id: "s", format: "csv", blob: set!.id, orders: 1 }, null);
      await test.store.channels.put({ name: "c", format: "yaml", blob: channels!.id, sha256: "x" }, null);
      for (const { id } of [job!, set!, channels!, unnamed!]) await age("blob", id, "61 minutes");
      // On PostgreSQL its parts, in a folder its file.
      await age("blob_chunk", unnamed!.id, "61 minutes");
      if (!test.store.isShared) ageFile(join(folder(), unnamed!.id.slice(0, 2), unnamed!.id), 2);
      await test.store.blobs.sweep();
      for (const { id } of [job!, set!, channels!, young!])
        expect((await buffer(await test.store.blobs.read(id))).equals(content)).toBe(true);
      await expect(test.store.blobs.read(unnamed!.id)).rejects.toMatchObject({ code: "BLOB_MISSING" });
      if (!test.store.isShared)
        expect(existsSync(join(folder(), unnamed!.id.slice(0, 2), unnamed!.id))).toBe(false);
    });

    it("sweeps what was never finished", async () => {
      if (test.store.isShared) {
        const [old, growing] = [randomUUID(), randomUUID()];
        for (const id of [old, growing])
          for (const part of [0, 1])
            await test.store.database.query(
              "INSERT INTO packwright.blob_chunk (blob, part, content) VALUES ($1, $2, $3)",
              [id, part, Buffer.from("x")],
            );
        await age("blob_chunk", old, "2 hours");
        await test.store.database.query(
          "UPDATE packwright.blob_chunk SET created_at = now() - interval '2 hours' WHERE blob = $1 AND part = 0",
          [growing],
        );
        await test.store.blobs.sweep();
        const left = await test.store.database.query("SELECT DISTINCT blob FROM packwright.blob_chunk");
        expect(left).toEqual([{ blob: growing }]);
        return;
      }
      mkdirSync(join(folder(), "ab"), { recursive: true });
      const file = (name: string, hours: number) => {
        const path = join(folder(), "ab", name);
        writeFileSync(path, "x");
        ageFile(path, hours);
        return path;
      };
      const [part, stray, young] = [`${randomUUID()}.part`, randomUUID(), randomUUID()];
      const gone = [file(part, 2), file(stray, 2)];
      const kept = [file(young, 0), file(".nfs0001", 2), file("notes.txt", 2)];
      writeFileSync(join(folder(), "README"), "x");
      await test.store.blobs.sweep();
      for (const path of gone) expect(existsSync(path), path).toBe(false);
      for (const path of kept) expect(existsSync(path), path).toBe(true);
      expect(readdirSync(folder())).toContain("README");
    });

    it("tells of a part that is gone instead of giving less", async () => {
      if (!test.store.isShared) return;
      const { id } = await put(randomBytes(3 * MIB));
      await test.store.database.query("DELETE FROM packwright.blob_chunk WHERE blob = $1 AND part = 1", [id]);
      const read = await test.store.blobs.read(id);
      await expect(buffer(read)).rejects.toMatchObject({ code: "BLOB_MISSING" });
    });
  });
});

function ageFile(path: string, hours: number): void {
  const then = Date.now() / 1_000 - hours * 3_600;
  utimesSync(path, then, then);
}

/** Of sizes that fit no chunk. */
function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 70_001) yield content.subarray(at, at + 70_001);
}
