import type { Collecting, NightOrders } from "./collecting.js";
import type { FolderSource, QuerySource } from "./config.js";
import { ordersFromFolder } from "./folderSource.js";
import { ordersFromQuery } from "./querySource.js";

/**
 * Waits for the orders of a night and keeps them.
 *
 * @throws InputError where there are none in time, or not one but several
 */
export function collectOrders(
  source: FolderSource | QuerySource,
  collecting: Collecting,
): Promise<NightOrders> {
  return source.kind === "folder"
    ? ordersFromFolder(source, collecting)
    : ordersFromQuery(source, collecting);
}
