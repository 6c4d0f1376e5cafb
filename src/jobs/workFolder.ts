import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Store } from "../store/index.js";
import type { NamedBlob } from "../store/jobStore.js";
import { OUTPUT } from "./task.js";

/** A folder with a job's inputs, in which a runner works. */
export interface WorkFolder {
  readonly path: string;
  /**
   * Keeps files that a runner has left, by their names below {@link OUTPUT}.
   *
   * @throws AbortError where it is given up
   */
  keep(names: readonly string[], signal: AbortSignal): Promise<NamedBlob[]>;
  release(): Promise<void>;
}

/**
 * Makes a folder with files of a job.
 *
 * @param parent an existing folder
 * @throws AbortError where it is given up
 */
export async function makeWorkFolder(
  { blobs }: Pick<Store, "blobs">,
  parent: string,
  inputs: readonly NamedBlob[],
  signal?: AbortSignal,
): Promise<WorkFolder> {
  const path = await mkdtemp(join(parent, "job-"));
  const folder: WorkFolder = {
    path,
    async keep(names, given) {
      const kept: NamedBlob[] = [];
      for (const name of names) {
        const { id } = await blobs.put(createReadStream(join(path, OUTPUT, name)), given);
        kept.push({ name, blob: id });
      }
      return kept;
    },
    release: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
  try {
    for (const { name, blob } of inputs) {
      const to = join(path, name);
      await mkdir(dirname(to), { recursive: true });
      await blobs.copyTo(blob, to, signal);
    }
    return folder;
  } catch (error) {
    await folder.release();
    throw error;
  }
}
