import type { DuckDBConnection } from "@duckdb/node-api";
import { nearest } from "../model/issue.js";
import type { OrderTable } from "../model/order.js";
import { appendColumns, appendTexts, type Database, eachChunk, integers, sqlText } from "./duckdb.js";

/** Orders that were read, and their ids, which no computation needs and which therefore stay where they are. */
export interface OrderStore {
  readonly table: OrderTable;
  /** As the caller named it; null where the orders came from no file. */
  readonly file: string | null;
  /** Of the file's bytes as they are, in hex. */
  readonly sha256: string | null;
  /** Ids of rows of the table, in the order asked. */
  ids(rows: Int32Array | readonly number[]): Promise<string[]>;
  /** Rows of ids, in the order asked; -1 where no order has one. */
  rows(ids: readonly string[]): Promise<number[]>;
  /**
   * Ids of orders that look most like some that are none, in the order asked, for messages: null behind the first
   * {@link MOST_NEAREST}, and where there are no orders.
   */
  nearest(ids: readonly string[]): Promise<(string | null)[]>;
  /** Makes `ids (row INTEGER, id VARCHAR)`, all orders of the table, in another database. */
  copyIds(into: DuckDBConnection): Promise<void>;
  close(): Promise<void>;
}

export interface StoreSource {
  readonly file: string | null;
  readonly sha256: string | null;
}

/** All orders are looked at for each. */
const MOST_NEAREST = 20;

const CREATE_IDS = "CREATE TABLE ids (row INTEGER, id VARCHAR)";

/** Ids in JavaScript's memory. */
export function memoryStore(source: StoreSource, table: OrderTable, ids: readonly string[]): OrderStore {
  return {
    ...source,
    table,
    ids: async (rows) => Array.from(rows, (row) => ids[row]!),
    rows: async (wanted) => {
      const rowOf = new Map(wanted.map((id) => [id, -1]));
      ids.forEach((id, row) => {
        if (rowOf.has(id)) rowOf.set(id, row);
      });
      return wanted.map((id) => rowOf.get(id)!);
    },
    nearest: async (wanted) => wanted.map((id, i) => (i < MOST_NEAREST ? nearest(id, ids) : null)),
    copyIds: async (into) => {
      await into.run(CREATE_IDS);
      await appendTexts(into, "ids", ids);
    },
    close: async () => {},
  };
}

/** Up to this many rows are asked for by a list in the query. */
const FEW_ROWS = 1000;

/** Ids in DuckDB: a table `orders` with a column `id`, whose row ids are the rows of the table. */
export function databaseStore(source: StoreSource, table: OrderTable, database: Database): OrderStore {
  const { connection } = database;
  let open = true;
  return {
    ...source,
    table,
    async ids(rows) {
      const texts = new Array<string>(rows.length);
      if (rows.length === 0) return texts;
      if (rows.length <= FEW_ROWS) {
        const byRow = new Map<number, string>();
        const list = Array.from(rows, Number).join(", ");
        await eachChunk(
          connection,
          `SELECT rowid::INTEGER, id FROM orders WHERE rowid IN (${list})`,
          (chunk) => {
            const found = chunk.getColumnValues(1);
            integers(chunk, 0).forEach((row, i) => {
              byRow.set(row, found[i] as string);
            });
          },
        );
        return Array.from(rows, (row) => byRow.get(row)!);
      }
      await connection.run("CREATE OR REPLACE TEMP TABLE wanted (place INTEGER, row INTEGER)");
      const places = Int32Array.from(rows, (_, i) => i);
      await appendColumns(connection, "wanted", [places, Int32Array.from(rows)]);
      await eachChunk(
        connection,
        "SELECT place, id FROM wanted JOIN orders ON orders.rowid = wanted.row",
        (chunk) => {
          const found = chunk.getColumnValues(1);
          integers(chunk, 0).forEach((place, i) => {
            texts[place] = found[i] as string;
          });
        },
      );
      await connection.run("DROP TABLE wanted");
      return texts;
    },
    async rows(ids) {
      const rowOf = new Map<string, number>();
      if (ids.length > 0)
        await eachChunk(
          connection,
          `SELECT rowid::INTEGER, id FROM orders WHERE id IN (${ids.map(sqlText).join(", ")})`,
          (chunk) => {
            const found = chunk.getColumnValues(1);
            integers(chunk, 0).forEach((row, i) => {
              rowOf.set(found[i] as string, row);
            });
          },
        );
      return ids.map((id) => rowOf.get(id) ?? -1);
    },
    async nearest(ids) {
      const found = new Map<string, string>();
      const wanted = ids.slice(0, MOST_NEAREST).map((id) => `(${sqlText(id)})`);
      if (wanted.length > 0)
        await eachChunk(
          connection,
          `SELECT wanted.id, arg_min(orders.id, (levenshtein(lower(orders.id), lower(wanted.id)), orders.rowid))
            FROM orders, (VALUES ${wanted.join(", ")}) AS wanted(id) GROUP BY wanted.id`,
          (chunk) => {
            const nearestTo = chunk.getColumnValues(1);
            chunk.getColumnValues(0).forEach((id, i) => {
              found.set(id as string, nearestTo[i] as string);
            });
          },
        );
      return ids.map((id) => found.get(id) ?? null);
    },
    async copyIds(into) {
      await into.run(CREATE_IDS);
      const appender = await into.createAppender("ids");
      // A chunk goes from one database to the other as it is: no text becomes a JavaScript string.
      await eachChunk(connection, "SELECT rowid::INTEGER, id FROM orders", (chunk) =>
        appender.appendDataChunk(chunk),
      );
      appender.closeSync();
    },
    async close() {
      if (open) database.close();
      open = false;
    },
  };
}
