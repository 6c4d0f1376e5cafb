import { type ParquetSize, parquetSize } from "../io/parquetOrders.js";

/**
 * How many orders a Parquet file holds, and, where they are no more than `mostRows`, how much text; whether they are right is not looked at.
 *
 * @param orders path of the file
 * @throws InputError where it is no Parquet file
 */
export function countParquet(orders: string, mostRows: number): Promise<ParquetSize> {
  return parquetSize(orders, mostRows);
}
