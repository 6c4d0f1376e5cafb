import type { OrderTerms } from "../model/orderFields.js";
import { readCsvOrders } from "./csvOrders.js";
import { readJsonOrders, readNdjsonOrders } from "./jsonOrders.js";
import { type OpenOptions, type OrderSource, openOrderSource } from "./orderSource.js";
import type { OrderStore } from "./orderStore.js";

export { ordersFromObjects } from "./jsonOrders.js";
export type { OrderStore } from "./orderStore.js";

export type ReadOrdersOptions = OpenOptions;

/**
 * Reads orders from CSV, NDJSON, a JSON array or Parquet, the first three perhaps packed with gzip; `-` is standard
 * input.
 *
 * @returns the orders; its owner closes it
 * @throws InputError with every problem of the file (the first 100, and how many more)
 * @throws the signal's reason where that was given before all was read
 */
export async function readOrders(
  path: string,
  terms: OrderTerms,
  options: ReadOrdersOptions = {},
): Promise<OrderStore> {
  const source = await openOrderSource(path, options);
  try {
    const store = await readFrom(source, terms);
    if (!options.signal?.aborted) return store;
    await store.close();
    throw options.signal.reason;
  } finally {
    await source.release();
  }
}

async function readFrom(source: OrderSource, terms: OrderTerms): Promise<OrderStore> {
  switch (source.format) {
    case "csv":
      return readCsvOrders(source, terms);
    case "ndjson":
      return readNdjsonOrders(source, terms);
    case "json":
      return readJsonOrders(source, terms);
    case "parquet": {
      const { readParquetOrders } = await import("./parquetOrders.js");
      return readParquetOrders(source, terms);
    }
  }
}
