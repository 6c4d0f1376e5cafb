import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PGlite, Transaction } from "@electric-sql/pglite";
import { asOutputError } from "../io/fileErrors.js";
import { Fault } from "../model/issue.js";
import {
  asStorageFull,
  type Database,
  type Queryable,
  type Row,
  type TransactionOptions,
} from "./database.js";
import { type DataLock, lockData } from "./dataLock.js";

/**
 * Opens PostgreSQL within this process, its files in a folder of which this process becomes the only user.
 *
 * @param dir made where it is missing
 * @param onTaken told if another process has taken the folder nevertheless; nothing more is written then
 * @throws InputError where another process uses the folder, or it cannot be made or written
 */
export async function openEmbedded(dir: string, onTaken?: () => void): Promise<Database> {
  const lock = await lockFolder(dir);
  try {
    return await openLocked(dir, lock, onTaken);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function lockFolder(dir: string): Promise<DataLock> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return await lockData(dir);
  } catch (error) {
    throw asOutputError(dir, error);
  }
}

async function openLocked(dir: string, lock: DataLock, onTaken?: () => void): Promise<Database> {
  // It takes a second and hundreds of megabytes: nobody but a service wants it.
  const { PGlite } = await import("@electric-sql/pglite");
  const place = join(dir, "postgres");
  if (!existsSync(place)) {
    // Under another name until it is whole: one that is killed over it begins anew. What was needed to make it, half of the
    // memory, is free once it is closed.
    const unfinished = join(dir, "postgres.new");
    await rm(unfinished, { recursive: true, force: true });
    await (await PGlite.create(unfinished)).close();
    await rename(unfinished, place);
  }
  const postgres = await PGlite.create(place);
  lock.onLost(() => onTaken?.());
  const mustBeOurs = async () => {
    if (!(await lock.isOurs()))
      throw new Fault("DATA_TAKEN", `${dir} was taken by another process while this one stood still`);
  };
  async function transaction<T>(
    work: (within: Queryable) => Promise<T>,
    { signal }: TransactionOptions = {},
  ): Promise<T> {
    await mustBeOurs();
    signal?.throwIfAborted();
    // Its end may find no room, too.
    return (await postgres.transaction((within) => work(queries(within))).catch(full))!;
  }
  return {
    async query<R extends Row>(sql: string, values?: readonly unknown[]) {
      await mustBeOurs();
      return queries(postgres).query<R>(sql, values);
    },
    // There is one connection for everybody: one that has a transaction of its own and fails leaves it to nobody.
    script: (sql) => transaction((within) => within.script(sql)),
    transaction,
    async close() {
      // Its files are another's: what it has not written yet must not come now.
      if (await lock.isOurs()) await postgres.close();
      await lock.release();
    },
  };
}

function queries(on: PGlite | Transaction): Queryable {
  return {
    async query<R extends Row>(sql: string, values: readonly unknown[] = []) {
      const { rows } = await on.query<R>(sql, [...values]).catch(full);
      return rows;
    },
    async script(sql) {
      return (await on.exec(sql).catch(full)).at(-1)?.rows ?? [];
    },
  };
}

function full(error: unknown): never {
  throw asStorageFull(error);
}
