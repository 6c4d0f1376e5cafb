import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openEmbedded } from "../../../src/store/embedded.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "packwright-embedded-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it("begins anew where it was killed while it made its database, and keeps what it made", async () => {
  const unfinished = join(dir, "postgres.new");
  await mkdir(join(unfinished, "global"), { recursive: true });
  // Enough to be taken for a database.
  await writeFile(join(unfinished, "PG_VERSION"), "18\n");
  const first = await openEmbedded(dir);
  await first.script("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
  await first.close();
  expect(existsSync(unfinished)).toBe(false);
  expect(await readdir(join(dir, "postgres"))).toContain("PG_VERSION");
  const second = await openEmbedded(dir);
  expect(await second.query("SELECT id FROM kept")).toEqual([{ id: 7 }]);
  await second.close();
});

it("says what is wrong with a folder that cannot be one", async () => {
  const file = join(dir, "file");
  await writeFile(file, "");
  for (const place of [file, join(file, "below")])
    await expect(openEmbedded(place)).rejects.toMatchObject({
      issues: [expect.objectContaining({ code: "NOT_A_FOLDER", file: place })],
    });
});
