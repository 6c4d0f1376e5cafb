import { open } from "node:fs/promises";

/** Makes the names in a folder outlast a loss of power; where the system has no such thing, it is done with the files. */
export async function flushFolder(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
