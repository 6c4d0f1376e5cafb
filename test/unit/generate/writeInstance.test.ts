import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateInstance, ORDER_COLUMNS, writeInstance } from "../../../src/generate/index.js";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "packwright-generate-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const OPTIONS = { orders: 12_000, banks: 60, channels: 9, seed: 4 };
const bytes = (dir: string) =>
  ["channels.yaml", "orders.csv"].map((file) => readFileSync(join(dir, file), "utf8"));

describe("writeInstance", () => {
  it("writes the same files for the same options, byte for byte", async () => {
    const [a, b] = [join(root, "a"), join(root, "deep", "er", "b")];
    await writeInstance(a, generateInstance(OPTIONS));
    await writeInstance(b, generateInstance(OPTIONS));
    expect(bytes(a)).toEqual(bytes(b));
    expect(readdirSync(root).sort()).toEqual(["a", "deep"]);
  });

  it("writes a header and a line for each order", async () => {
    const dir = join(root, "lines");
    const instance = generateInstance(OPTIONS);
    const progress: number[] = [];
    await writeInstance(dir, instance, { onProgress: (orders) => progress.push(orders) });
    const lines = readFileSync(join(dir, "orders.csv"), "utf8").trimEnd().split("\n");
    expect(lines[0]).toBe(ORDER_COLUMNS.join(","));
    expect(lines).toHaveLength(OPTIONS.orders + 1);
    const [first] = instance.orders;
    expect(lines[1]).toBe(ORDER_COLUMNS.map((column) => first![column]).join(","));
    expect(progress.at(-1)).toBe(OPTIONS.orders);
  });

  it("refuses a folder that exists, and replaces only its own files when told to overwrite", async () => {
    const dir = join(root, "taken");
    mkdirSync(dir);
    writeFileSync(join(dir, "notes.txt"), "mine");
    const instance = generateInstance({ ...OPTIONS, orders: 10 });
    await expect(writeInstance(dir, instance)).rejects.toThrow(/exists already/);
    expect(readdirSync(dir)).toEqual(["notes.txt"]);
    await writeInstance(dir, instance, { overwrite: true });
    expect(readdirSync(dir).sort()).toEqual(["channels.yaml", "notes.txt", "orders.csv"]);
  });

  it("leaves nothing behind when it is ended early", async () => {
    const dir = join(root, "ended");
    const before = readdirSync(root);
    const abort = new AbortController();
    const writing = writeInstance(dir, generateInstance({ ...OPTIONS, orders: 1_000_000 }), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(writing).rejects.toThrow();
    expect(existsSync(dir)).toBe(false);
    expect(readdirSync(root)).toEqual(before);
  });
});

describe("channels.yaml", () => {
  it("says how it was made and keeps its lines short", async () => {
    const dir = join(root, "yaml");
    await writeInstance(dir, generateInstance({ orders: 10, banks: 400, channels: 8, seed: 6 }));
    const [yaml] = bytes(dir);
    expect(yaml).toMatch(/^# Generated: packwright generate --orders 10 --banks 400 --channels 8 --seed 6\n/);
    for (const line of yaml!.split("\n")) expect(line.length).toBeLessThanOrEqual(112);
    expect(yaml).not.toMatch(/[&*]a\d/);
  });
});
