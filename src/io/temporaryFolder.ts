import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its owner's alone among the system's temporary files. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it and all that it holds. */
  release(): Promise<void>;
}

const held = new Set<string>();

/**
 * Makes a folder that is gone at the latest when the process ends, even one that ends at once: what lies in it are
 * orders, which must not be left behind.
 */
export function makeTemporaryFolder(): TemporaryFolder {
  // Not asynchronous: between its making and its registration the process could end.
  const path = mkdtempSync(join(tmpdir(), "packwright-"));
  if (held.size === 0) process.on("exit", removeHeld);
  held.add(path);
  return {
    path,
    async release() {
      await rm(path, { recursive: true, force: true });
      held.delete(path);
      if (held.size === 0) process.off("exit", removeHeld);
    },
  };
}

/** Retries where a file was still being made in it. */
function removeHeld(): void {
  for (const path of held) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}
