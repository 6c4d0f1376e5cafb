import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Clock } from "../../../src/nightly/clock.js";
import type { FolderSource } from "../../../src/nightly/config.js";
import { ordersFromFolder } from "../../../src/nightly/folderSource.js";
import type { Blobs } from "../../../src/store/blobs.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DUE = Date.parse("2026-11-22T21:30:00Z");
const ORDERS = "id,bank,amount\na,ICBC,1.00\n";

function source(more: Partial<FolderSource> = {}): FolderSource {
  return {
    kind: "folder",
    folder: join(folder, "{date}"),
    files: "o-{yyyymmdd}*.csv.gz",
    settledSeconds: 10,
    marker: null,
    waitUntil: 0,
    ...more,
  };
}

/** Seconds after DUE at which something happens to the files. */
type Happening = readonly [seconds: number, happens: () => void];

/** Time passes as fast as it is waited for. */
async function collect(
  from: FolderSource,
  waits: number,
  happenings: readonly Happening[] = [],
  before: (stream: Readable) => Promise<void> = async () => {},
) {
  let now = DUE;
  const left = [...happenings];
  const pass = () => {
    while (left[0] !== undefined && now >= DUE + left[0][0] * 1_000) left.shift()![1]();
  };
  pass();
  const clock: Clock = {
    now: () => now,
    async wait(ms) {
      now += ms;
      pass();
    },
  };
  const { signal } = new AbortController();
  let content = "";
  const blobs = {
    async put(stream, given) {
      expect(given).toBe(signal);
      await before(stream);
      content = await text(stream);
      return { id: "x", bytes: content.length, sha256: "y" };
    },
  } as Pick<Blobs, "put"> as Blobs;
  const until = DUE + waits * 1_000;
  const told: string[] = [];
  const log = { info: (_: object, words: string) => told.push(words), warn: () => {}, error: () => {} };
  const found = await ordersFromFolder(from, { blobs, clock, due: DUE, until, askUntil: until, signal, log });
  return { ...found, content, told, after: (now - DUE) / 1_000 };
}

/** Writes a file, and says when. */
function write(name: string, content: string, seconds: number): Happening {
  return [
    seconds,
    () => {
      const day = join(folder, "2026-11-22");
      if (!existsSync(day)) mkdirSync(day);
      writeFileSync(join(day, name), content);
      utimesSync(join(day, name), DUE / 1_000 + seconds, DUE / 1_000 + seconds);
    },
  ];
}

it("takes a file that has long been there at once", async () => {
  const found = await collect(source(), 0, [write("o-20261122-a.csv.gz", ORDERS, -60)]);
  expect(found).toMatchObject({ content: ORDERS, format: "csv.gz", after: 0 });
  expect(found.from).toBe(join(folder, "2026-11-22", "o-20261122-a.csv.gz"));
});

it("waits for the folder, the file, and until it has not changed for long enough", async () => {
  const found = await collect(source(), 600, [
    write("o-20261122.csv.gz", "id", 100),
    write("o-20261122.csv.gz", "id,bank", 105),
    write("o-20261122.csv.gz", ORDERS, 112),
  ]);
  expect(found.content).toBe(ORDERS);
  expect(found.after).toBeGreaterThanOrEqual(122);
  expect(found.after).toBeLessThan(124);
});

it("waits for the marker, however long the file has been there", async () => {
  const found = await collect(source({ marker: ".done" }), 600, [
    write("o-20261122.csv.gz", ORDERS, -600),
    write("o-20261122.csv.gz.done", "", 300),
  ]);
  expect(found.after).toBe(300);
});

it("is late with what came in time", async () => {
  const found = await collect(source(), 60, [write("o-20261122.csv.gz", ORDERS, 58)]);
  expect(found.after).toBeGreaterThanOrEqual(68);
});

it("waits until a new file can be known to be whole though the time to wait is long over, and says so", async () => {
  const { content, after, told } = await collect(source(), -86_400, [write("o-20261122.csv.gz", ORDERS, -1)]);
  expect(content).toBe(ORDERS);
  expect(after).toBe(9);
  expect(told).toEqual([
    `waits until ${join(folder, "2026-11-22", "o-20261122.csv.gz")} has not changed for 10 s`,
  ]);
});

it("gives a file up that changes again when the time to wait is over", async () => {
  const happenings = [write("o-20261122.csv.gz", "id", -1), write("o-20261122.csv.gz", ORDERS, 5)];
  await expect(collect(source(), -86_400, happenings)).rejects.toThrow("still changes after 10 s");
});

it.each([
  ["nothing", {}, [], 'holds no "o-20261122*.csv.gz". Put it there, then run the night by hand'],
  ["another day's", {}, [write("o-20261121.csv.gz", ORDERS, 0)], "[SOURCE_MISSING]"],
  ["a name that only looks like it", {}, [write("o-20261122xcsvxgz", ORDERS, 0)], "[SOURCE_MISSING]"],
  [
    "two of them",
    {},
    [write("o-20261122.csv.gz", ORDERS, 0), write("o-20261122b.csv.gz", ORDERS, 0)],
    'holds 2 files of that name: "o-20261122.csv.gz", "o-20261122b.csv.gz"',
  ],
  [
    "no marker",
    { marker: ".done" },
    [write("o-20261122.csv.gz", ORDERS, -600)],
    'has no "o-20261122.csv.gz.done" beside it',
  ],
  [
    "a file that never ends",
    {},
    Array.from({ length: 30 }, (_, i) => write("o-20261122.csv.gz", ORDERS + i, i * 5)),
    "still changes after 10 s",
  ],
] as const)("refuses %s in time", async (_, from, happenings, message) => {
  await expect(collect(source(from), 60, happenings)).rejects.toThrow(message);
});

it("waits on where the file is taken away in the moment in which it is read", async () => {
  let taken = 0;
  const found = await collect(source(), 600, [write("o-20261122.csv.gz", ORDERS, -60)], async () => {
    if (taken++ > 0) return;
    rmSync(join(folder, "2026-11-22", "o-20261122.csv.gz"));
    setImmediate(() => write("o-20261122.csv.gz", ORDERS, 20)[1]());
  });
  expect(taken).toBe(2);
  expect(found.content).toBe(ORDERS);
});

it("fails with what goes wrong where orders are kept, as it is", async () => {
  const broken = Object.assign(new Error("gone"), { code: "ENOENT", path: "/data/files/ab" });
  const found = collect(source(), 600, [write("o-20261122.csv.gz", ORDERS, -60)], async (stream) => {
    await text(stream);
    throw broken;
  });
  await expect(found).rejects.toBe(broken);
});
