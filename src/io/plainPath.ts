import { symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeTemporaryFolder } from "./temporaryFolder.js";

/** A path that DuckDB takes for no pattern. */
export interface PlainPath {
  /** Absolute. */
  readonly path: string;
  release(): Promise<void>;
}

/**
 * DuckDB takes `*`, `?` and `[` in the path of a file to read for a pattern, and knows no way to quote them: such a file
 * or folder is reached through a link.
 */
export async function plainPath(path: string): Promise<PlainPath> {
  const target = resolve(path);
  if (!/[*?[\]{}]/.test(target)) return { path: target, release: async () => {} };
  const folder = makeTemporaryFolder();
  const link = join(folder.path, "plain");
  await symlink(target, link);
  return { path: link, release: folder.release };
}
