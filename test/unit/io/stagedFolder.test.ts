import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { stagePlanFolder } from "../../../src/io/stagedFolder.js";

/** What was asked of the disk, in its order. */
const asked: string[] = [];
let root = "";
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    async open(path: string, flags?: string) {
      const handle = await real.open(path, flags);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        asked.push(`sync ${nameOf(path)}`);
        await sync();
      };
      return handle;
    },
    async rename(from: string, to: string) {
      await real.rename(from, to);
      asked.push(`rename ${nameOf(to)}`);
    },
  };
});

const nameOf = (path: string) => relative(root, path).replace(/-\w{6}(?=\/|$)/, "-xxxxxx") || ".";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "packwright-test-"));
  asked.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it.skipIf(process.platform === "win32")(
  "has everything on the disk, names too, before it says so",
  async () => {
    const staged = await stagePlanFolder(join(root, "a", "b", "plan"), { overwrite: false });
    writeFileSync(join(staged.path, "plan.json"), "{}");
    await staged.commit();
    expect(asked).toEqual([
      "sync a/b/.plan-xxxxxx/plan.json",
      "sync a/b/.plan-xxxxxx",
      "rename a/b/plan",
      "sync a/b",
      "sync a",
      "sync .",
    ]);
  },
);
