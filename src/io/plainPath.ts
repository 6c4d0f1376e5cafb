import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

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
  const folder = await mkdtemp(join(tmpdir(), "packwright-"));
  const link = join(folder, "plain");
  await symlink(target, link);
  return { path: link, release: () => rm(folder, { recursive: true, force: true }) };
}
