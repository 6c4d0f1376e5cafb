import type { Readable } from "node:stream";
import type { Contract } from "../model/contract.js";
import { readCsvOrders } from "./csvOrders.js";
import { readJsonOrders, readNdjsonOrders } from "./jsonOrders.js";
import { type OrderFormat, openOrderSource } from "./orderSource.js";
import type { OrderStore } from "./orderStore.js";

export { ordersFromObjects } from "./jsonOrders.js";
export type { OrderStore } from "./orderStore.js";

export interface ReadOrdersOptions {
  /** Instead of what the file's name or, on standard input, its first bytes show. */
  readonly format?: OrderFormat;
  /** What `-` stands for; the process's standard input unless given. */
  readonly stdin?: Readable;
}

/**
 * Reads orders from CSV, NDJSON, a JSON array or Parquet, the first three perhaps packed with gzip; `-` is standard
 * input.
 *
 * @returns the orders; its owner closes it
 * @throws InputError with every problem of the file (the first 100, and how many more)
 */
export async function readOrders(
  path: string,
  contract: Contract,
  options: ReadOrdersOptions = {},
): Promise<OrderStore> {
  const source = await openOrderSource(path, options.format, options.stdin);
  try {
    switch (source.format) {
      case "csv":
        return await readCsvOrders(source, contract);
      case "ndjson":
        return await readNdjsonOrders(source, contract);
      case "json":
        return await readJsonOrders(source, contract);
      case "parquet": {
        const { readParquetOrders } = await import("./parquetOrders.js");
        return await readParquetOrders(source, contract);
      }
    }
  } finally {
    await source.release();
  }
}
