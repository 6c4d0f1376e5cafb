import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { InputError } from "../model/issue.js";
import { isRunning, ownMark, type ProcessMark } from "./processes.js";

/** The right to be the only process that uses a folder of data. */
export interface DataLock {
  /** Told once if another process has taken the folder nevertheless, as it may after this one stood still for long. */
  onLost(tell: () => void): void;
  /**
   * Whether this process is still the only one, as far as anybody can tell. After it stood still the file is looked at before anything
   * else is: by then another process may be at work.
   */
  isOurs(): Promise<boolean>;
  release(): Promise<void>;
}

/** Who holds a lock, in the lock file. */
interface Holder extends ProcessMark {
  readonly token: string;
}

export interface LockTimes {
  /** How often a holder shows that it is there. */
  readonly beatMs: number;
  /** A holder whose process cannot be seen from here is gone when its file was not touched for so long. */
  readonly silentMs: number;
}

const TIMES: LockTimes = { beatMs: 2_000, silentMs: 20_000 };
const SETTLE_MS = 100;

/**
 * Takes a folder for this process alone. Where a process on another machine held it last, it takes up to
 * {@link LockTimes.silentMs} to see that it is gone.
 *
 * @throws InputError where another process holds it, DATA_IN_USE
 */
export async function lockData(dir: string, times: LockTimes = TIMES): Promise<DataLock> {
  const path = join(dir, "lock");
  const own: Holder = { token: randomUUID(), ...ownMark() };
  await take(path, own, dir, times);
  let tellLost = () => {};
  let isLost = false;
  // By both clocks: the one jumps, the other stands still with a machine that is suspended.
  let shownAt = clocks();
  const timer = setInterval(() => void beat(), times.beatMs);
  timer.unref();
  async function beat(): Promise<void> {
    const holder = await holderOf(path).catch(() => "unread" as const);
    // What cannot be read now says nothing about who holds it.
    if (isLost || holder === "unread") return;
    if (holder?.token === own.token) {
      const now = new Date();
      shownAt = clocks();
      // Where it cannot be touched now, the next beat will; others wait for many.
      await utimes(path, now, now).catch(() => {});
      return;
    }
    isLost = true;
    clearInterval(timer);
    tellLost();
  }
  return {
    onLost(tell) {
      tellLost = tell;
    },
    async isOurs() {
      const now = clocks();
      if (now.some((at, i) => Math.abs(at - shownAt[i]!) > times.silentMs / 2)) await beat();
      return !isLost;
    },
    async release() {
      clearInterval(timer);
      if ((await holderOf(path))?.token === own.token) await rm(path, { force: true });
    },
  };
}

function clocks(): readonly number[] {
  return [performance.now(), Date.now()];
}

async function take(path: string, own: Holder, dir: string, times: LockTimes): Promise<void> {
  // Written whole beside it and then linked: linking fails where there is one, and nobody reads half of it.
  const draft = `${path}.${own.token}`;
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await linked(draft, path)) {
        if (attempt === 0) return;
        // Two starts that find the same dead lock may get in each other's way: the last one stays.
        await setTimeout(SETTLE_MS);
        const holder = await holderOf(path);
        if (holder?.token === own.token) return;
        throw inUse(dir, holder);
      }
      const holder = await holderOf(path);
      if (holder !== null && (await isAlive(path, holder, times))) throw inUse(dir, holder);
      await takeAway(path, holder?.token, own.token);
    }
    throw inUse(dir, await holderOf(path));
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Takes a lock away that was found dead. One that another start has made in its place meanwhile is put back. */
async function takeAway(path: string, dead: string | undefined, own: string): Promise<void> {
  const aside = `${path}.${own}.dead`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another start was faster.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await holderOf(aside))?.token !== dead) await linked(aside, path);
  await rm(aside, { force: true });
}

/** @returns null where there is none, or none that says who it is: what a machine that lost its power left half-written */
async function holderOf(path: string): Promise<Holder | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  try {
    const { token, pid, began, host } = JSON.parse(text) as Partial<Holder>;
    if (typeof token !== "string" || typeof pid !== "number" || typeof host !== "string") return null;
    return { token, pid, began: began ?? null, host };
  } catch {
    return null;
  }
}

async function isAlive(path: string, holder: Holder, { silentMs, beatMs }: LockTimes): Promise<boolean> {
  const running = isRunning(holder);
  if (running !== null) return running;
  // Clocks of two machines may differ by more than a holder is silent: what counts is whether its file is touched.
  const first = await touchedAt(path);
  for (let waited = 0; waited < silentMs; waited += beatMs / 2) {
    await setTimeout(beatMs / 2);
    if ((await touchedAt(path)) !== first) return (await holderOf(path)) !== null;
  }
  return false;
}

/** Opened, not only looked at: file systems of other machines tell what is new when a file is opened. */
async function touchedAt(path: string): Promise<number | null> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
  }
}

function inUse(dir: string, holder: Holder | null): InputError {
  const who = holder === null ? "another process" : `process ${holder.pid} on ${holder.host.split(" ")[0]}`;
  return new InputError([
    {
      code: "DATA_IN_USE",
      file: dir,
      message: `is used by ${who}; two of them would lose each other's rows`,
      hint: "Stop that one, give this one another folder, or use PostgreSQL with --database-url.",
    },
  ]);
}
