import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { StorePlace } from "../store/index.js";
import { isRunning, ownMark, type ProcessMark } from "../store/processes.js";

/** A folder for what the tasks of this process read and write. */
export interface Scratch {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes a folder for this process, beside the data where there are such, so that files need not be copied. Folders of processes
 * that ended without a word, with the orders in them, are taken away.
 */
export async function makeScratch(place: StorePlace): Promise<Scratch> {
  // Runners work in folders of it: what is seen from here is not seen from there.
  const parent = "data" in place ? resolve(place.data, "tmp") : tmpdir();
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const own = ownMark();
  const path = await mkdtemp(join(parent, nameOf(own)));
  for (const name of await readdir(parent)) {
    if (!isLeft(name, own)) continue;
    // It may be another user's, or in use to the last by a task that is just ending: the next start tries again.
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 1 }).catch(() => {});
  }
  return { path, release: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** `packwright-3f2a90b1c4d5-4711-123456-`, and what `mkdtemp` adds. */
function nameOf({ pid, began, host }: ProcessMark): string {
  return `packwright-${hashOf(host)}-${pid}-${began ?? ""}-`;
}

const NAME = /^packwright-([0-9a-f]{12})-(\d+)-(\d*)-[^-]+$/;

/** Whether a folder is one of a process of this machine that is gone. */
function isLeft(name: string, { host }: ProcessMark): boolean {
  const [, hash, pid, began] = NAME.exec(name) ?? [];
  if (hash !== hashOf(host)) return false;
  return isRunning({ pid: Number(pid), began: began === "" ? null : began!, host }) === false;
}

function hashOf(host: string): string {
  return createHash("sha256").update(host).digest("hex").slice(0, 12);
}
