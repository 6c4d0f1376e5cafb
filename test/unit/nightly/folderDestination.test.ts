import { createHash } from "node:crypto";
import {
  chmodSync,
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
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Delivery, NightHead } from "../../../src/nightly/delivered.js";
import { clearDrafts } from "../../../src/nightly/drafts.js";
import { deliverToFolder } from "../../../src/nightly/folderDestination.js";
import { LeaseLost } from "../../../src/nightly/keeper.js";
import type { Blobs } from "../../../src/store/blobs.js";

let folder: string;
let place: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
  place = join(folder, "2026-11-22");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEAD: NightHead = {
  schemaVersion: 1,
  schedule: "bank-run",
  due: "2026-11-22T21:30:00+08:00",
  revision: 2,
  job: "11111111-1111-4111-8111-111111111111",
  complete: true,
  stoppedBy: "gap",
  late: false,
};
const PLAN = '{ "schemaVersion": 1 }';

function deliver(head: Partial<NightHead> = {}, more: Partial<Delivery> = {}) {
  return deliverToFolder(
    { kind: "folder", folder: join(folder, "{date}") },
    {
      head: { ...HEAD, ...head },
      files: [{ name: "plan.json", blob: "x", bytes: PLAN.length, sha256: "other each time" }],
      blobs: { read: async () => Readable.from([PLAN]) } as Pick<Blobs, "read"> as Blobs,
      due: Date.parse("2026-11-22T21:30:00Z"),
      mustBeOurs: async () => {},
      signal: new AbortController().signal,
      ...more,
    },
  );
}

const revision = () => JSON.parse(readFileSync(join(place, "night.json"), "utf8")).revision;
const refusal = (code: string, message: RegExp) => ({
  issues: [expect.objectContaining({ code, file: place, message: expect.stringMatching(message) })],
});

it("takes the place of an older revision, and of one that was left beside", async () => {
  await deliver({ revision: 1 });
  expect(await deliver()).toEqual({ to: { folder: place }, changed: true });
  expect(revision()).toBe(2);
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it.each([
  [{ schedule: "cards" }, "ANOTHER_NIGHT", /^holds the night cards 2026-11-22T21:30:00\+08:00$/],
  [{ due: "2026-11-22T22:30:00+08:00" }, "ANOTHER_NIGHT", /^holds the night bank-run 2026-11-22T22:30/],
  [{ revision: 3 }, "NEWER_REVISION_THERE", /^holds revision 3 of the night bank-run .* this is revision 2$/],
] as const)("refuses a folder of %j, and leaves it as it is", async (other, code, message) => {
  await deliver(other);
  const before = readFileSync(join(place, "night.json"), "utf8");
  await expect(deliver()).rejects.toMatchObject(refusal(code, message));
  expect(readFileSync(join(place, "night.json"), "utf8")).toBe(before);
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it("knows the night where it is written with another offset", async () => {
  await deliver({ revision: 1, due: "2026-11-22T13:30:00Z" });
  await deliver();
  expect(revision()).toBe(2);
});

it.each([
  ["plan.json", PLAN],
  ["night.json", "{"],
  ["night.json", "null"],
])("refuses a folder that holds %s, %s: it says of no night", async (name, content) => {
  mkdirSync(place);
  writeFileSync(join(place, name), content);
  await expect(deliver()).rejects.toMatchObject(refusal("NOT_A_NIGHT", /is not empty/));
  expect(readdirSync(place)).toEqual([name]);
});

it("leaves everything as it is where the night is taken by somebody else just before", async () => {
  await deliver({ revision: 1 });
  let asked = 0;
  const mustBeOurs = async () => {
    if (++asked === 2) throw new LeaseLost("taken");
  };
  await expect(deliver({}, { mustBeOurs })).rejects.toThrow(LeaseLost);
  expect(revision()).toBe(1);
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it("is given up in the middle of a file, and leaves everything as it is", async () => {
  await deliver({ revision: 1 });
  const stopping = new AbortController();
  async function* endless() {
    for (let i = 0; ; i++) {
      if (i === 3) stopping.abort();
      yield PLAN;
    }
  }
  const blobs = { read: async () => Readable.from(endless()) } as Pick<Blobs, "read"> as Blobs;
  await expect(deliver({}, { blobs, signal: stopping.signal })).rejects.toMatchObject({ name: "AbortError" });
  expect(revision()).toBe(1);
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it("leaves drafts alone where somebody else has the night", async () => {
  const draft = join(folder, ".2026-11-22-night.Ab12Cd");
  mkdirSync(draft);
  const mustBeOurs = async () => {
    throw new LeaseLost("taken");
  };
  await expect(deliver({}, { mustBeOurs })).rejects.toThrow(LeaseLost);
  expect(existsSync(draft)).toBe(true);
});

it("does not come into the place where another owner has delivered since it looked at its lease", async () => {
  let asked = 0;
  const mustBeOurs = async () => {
    if (++asked < 2) return;
    // It stood still here, its lease ran out, and whoever took the night made one more revision of it.
    await deliver({ revision: 3 });
  };
  await expect(deliver({}, { mustBeOurs })).rejects.toThrow();
  expect(revision()).toBe(3);
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it("takes away drafts of the night, not those of people, and puts back what was only moved aside", async () => {
  await deliver({ revision: 1 });
  const beside = (name: string) => join(folder, `.2026-11-22-${name}`);
  for (const name of ["night.Ab12Cd", "Ab12Cd", "night-Ab12Cd", "night.long-name"]) mkdirSync(beside(name));
  writeFileSync(join(beside("night.Ab12Cd"), "plan.json"), "half");
  rmSync(place, { recursive: true });
  mkdirSync(beside("night.Ef34Gh.old"));
  writeFileSync(join(beside("night.Ef34Gh.old"), "night.json"), JSON.stringify({ ...HEAD, revision: 5 }));
  // What was moved aside counts as what is there.
  await expect(deliver()).rejects.toMatchObject(refusal("NEWER_REVISION_THERE", /revision 5/));
  expect(revision()).toBe(5);
  expect(existsSync(beside("night.Ab12Cd"))).toBe(false);
  expect(readdirSync(folder).sort()).toEqual([
    ".2026-11-22-Ab12Cd",
    ".2026-11-22-night-Ab12Cd",
    ".2026-11-22-night.long-name",
    "2026-11-22",
  ]);
});

it("begins once more where its draft was taken by an owner of before, who had stood still", async () => {
  await deliver({ revision: 1 });
  let reads = 0;
  const taking: Delivery["blobs"]["read"] = async () => {
    if (++reads === 1) await clearDrafts(place);
    return Readable.from([PLAN]);
  };
  const blobs = { read: taking } as Pick<Blobs, "read"> as Blobs;
  expect(await deliver({}, { blobs })).toMatchObject({ changed: true });
  expect(revision()).toBe(2);
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it("does not begin again where the draft goes each time", async () => {
  const blobs = {
    async read() {
      await clearDrafts(place);
      return Readable.from([PLAN]);
    },
  } as Pick<Blobs, "read"> as Blobs;
  await expect(deliver({}, { blobs })).rejects.toMatchObject({ code: "ENOENT" });
  expect(readdirSync(folder)).toEqual([]);
});

it("takes away drafts beside a plan that is there already", async () => {
  const files = [
    {
      name: "plan.json",
      blob: "x",
      bytes: PLAN.length,
      sha256: createHash("sha256").update(PLAN).digest("hex"),
    },
  ];
  await deliver({}, { files });
  mkdirSync(join(folder, ".2026-11-22-night.Ab12Cd"));
  expect(await deliver({}, { files })).toMatchObject({ changed: false });
  expect(readdirSync(folder)).toEqual(["2026-11-22"]);
});

it("says so where the disk is full", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const blobs = {
    read: async () => new Readable({ read: () => {}, construct: (done) => done(full) }),
  } as Pick<Blobs, "read"> as Blobs;
  await expect(deliver({}, { blobs })).rejects.toMatchObject(refusal("DISK_FULL", /no room/));
});

it.skipIf(process.getuid?.() === 0)("says so where nothing may be written beside the place", async () => {
  await deliver({ revision: 1 });
  mkdirSync(join(folder, ".2026-11-22-night.Ab12Cd"));
  chmodSync(folder, 0o500);
  await expect(deliver()).rejects.toMatchObject(refusal("FOLDER_NOT_WRITABLE", /may not be written/));
  chmodSync(folder, 0o700);
});
