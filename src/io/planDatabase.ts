import { resolve } from "node:path";
import { type Database, openDatabase } from "./duckdb.js";
import type { OrderStore } from "./orderStore.js";
import { plainPath } from "./plainPath.js";

/** A database in which the tables of one plan folder are written and read: it reaches nothing else and knows all ids. */
export interface PlanDatabase extends Pick<Database, "connection"> {
  /** The folder, as it was named. */
  readonly dir: string;
  /** Absolute, as DuckDB may read it. */
  readonly plain: string;
  /** May be asked for twice. */
  close(): Promise<void>;
}

export async function openPlanDatabase(dir: string, store: OrderStore): Promise<PlanDatabase> {
  const plain = await plainPath(dir);
  let database: Database | undefined;
  const close = async () => {
    database?.close();
    database = undefined;
    await plain.release();
  };
  try {
    database = await openDatabase({ folders: [...new Set([resolve(dir), plain.path])] });
    await store.copyIds(database.connection);
    const { connection } = database;
    return { dir, plain: plain.path, connection, close };
  } catch (error) {
    await close();
    throw error;
  }
}
