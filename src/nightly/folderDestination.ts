import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { asOutputError, fileError } from "../io/fileErrors.js";
import { type FolderKind, PLAN_FOLDER } from "../io/planPlace.js";
import { stagePlanFolder } from "../io/stagedFolder.js";
import { CHANNELS_NAMES } from "./channels.js";
import type { FolderDestination } from "./config.js";
import { type Delivered, type Delivery, type NightHead, newerThere } from "./delivered.js";
import { clearDrafts, DRAFT_MARK } from "./drafts.js";
import { filledIn } from "./placeholders.js";

const HEAD = "night.json";

/** A plan folder that also says which night it is of, and which channels it was made with. */
const NIGHT_FOLDER: FolderKind = {
  main: PLAN_FOLDER.main,
  files: new Set([...PLAN_FOLDER.files, ...CHANNELS_NAMES, HEAD]),
};

/**
 * Makes the folder of a night, in place of another plan of it.
 *
 * Whoever has lost the lease of the night cannot bring its plan into the place: the lease is looked at just before, and who has it
 * now has begun by taking the drafts of others away.
 *
 * @throws InputError where the place holds anything else, or may not be written
 * @throws AbortError where it was given up: nothing is left of it then
 */
export async function deliverToFolder(
  destination: FolderDestination,
  delivery: Delivery,
): Promise<Delivered> {
  const folder = filledIn(destination.folder, delivery.due);
  const bring = () => bringTo(folder, delivery);
  const changed = await bring().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    // Our draft is gone. Whoever stood still with the lease of before has taken it away, and has none any more to do so twice.
    return bring();
  });
  return { to: { folder }, changed };
}

/** @returns whether something was changed */
async function bringTo(
  folder: string,
  { head, files, blobs, mustBeOurs, signal }: Delivery,
): Promise<boolean> {
  await mustBeOurs();
  await clearDrafts(folder);
  if (await isThere(folder, await namesIn(folder), files, head)) return false;
  await mustTake(folder, head);
  const staged = await stagePlanFolder(folder, {
    overwrite: true,
    kind: NIGHT_FOLDER,
    draftMark: DRAFT_MARK,
  });
  try {
    for (const { name, blob } of files)
      await pipeline(await blobs.read(blob), createWriteStream(join(staged.path, name)), { signal });
    await writeFile(join(staged.path, HEAD), headText(head));
    await mustTake(folder, head);
    await mustBeOurs();
  } catch (error) {
    await staged.discard();
    throw asOutputError(folder, error);
  }
  await staged.commit();
  return true;
}

function headText(head: NightHead): string {
  return `${JSON.stringify(head, null, 2)}\n`;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw asOutputError(folder, error);
  });
}

/** Whether a folder holds this plan, to the last byte. Whether it was late is said by whoever delivered it first. */
async function isThere(
  folder: string,
  names: readonly string[],
  files: Delivery["files"],
  head: NightHead,
): Promise<boolean> {
  const wanted = [...files.map(({ name }) => name), HEAD];
  if (names.length !== wanted.length || !wanted.every((name) => names.includes(name))) return false;
  const there = await readFile(join(folder, HEAD), "utf8");
  if (there !== headText({ ...head, late: true }) && there !== headText({ ...head, late: false }))
    return false;
  for (const { name, sha256 } of files) if ((await sha256Of(join(folder, name))) !== sha256) return false;
  return true;
}

/** @throws InputError where a folder holds anything but an older plan of the night, or another of the same revision */
async function mustTake(folder: string, head: NightHead): Promise<void> {
  const names = await namesIn(folder);
  if (names.length === 0) return;
  const there = names.includes(HEAD) ? headIn(await readFile(join(folder, HEAD), "utf8")) : null;
  if (there === null)
    throw fileError(folder, {
      code: "NOT_A_NIGHT",
      message: `is not empty, and holds no ${HEAD} that says of which night it is`,
      hint: "Only another plan of the same night is replaced; name another folder, or move that away.",
    });
  if (there.schedule !== head.schedule || Date.parse(there.due) !== Date.parse(head.due))
    throw fileError(folder, {
      code: "ANOTHER_NIGHT",
      message: `holds the night ${there.schedule} ${there.due}`,
      hint: "Each night of each schedule needs a folder of its own.",
    });
  if (there.revision > head.revision) throw newerThere(head, there.revision, { file: folder });
}

/** What a night.json says; null where it is none. */
function headIn(text: string): Pick<NightHead, "schedule" | "due" | "revision"> | null {
  let found: Partial<NightHead> | null;
  try {
    found = JSON.parse(text);
  } catch {
    // Somebody else's file of that name.
    return null;
  }
  const { schedule, due, revision } = found ?? {};
  if (typeof schedule !== "string" || typeof due !== "string" || !Number.isSafeInteger(revision)) return null;
  return { schedule, due, revision: revision! };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
