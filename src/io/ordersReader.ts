import type { Contract } from "../model/contract.js";
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
  contract: Contract,
  options: ReadOrdersOptions = {},
): Promise<OrderStore> {
  const source = await openOrderSource(path, options);
  try {
    const store = await readFrom(source, contract);
    if (!options.signal?.aborted) return store;
    await store.close();
    throw options.signal.reason;
  } finally {
    await source.release();
  }
}

async function readFrom(source: OrderSource, contract: Contract): Promise<OrderStore> {
  switch (source.format) {
    case "csv":
      return readCsvOrders(source, contract);
    case "ndjson":
      return readNdjsonOrders(source, contract);
    case "json":
      return readJsonOrders(source, contract);
    case "parquet": {
      const { readParquetOrders } = await import("./parquetOrders.js");
      return readParquetOrders(source, contract);
    }
  }
}
