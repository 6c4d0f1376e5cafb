import type { FolderDestination, TablesDestination } from "./config.js";
import type { Delivered, Delivery } from "./delivered.js";
import { deliverToFolder } from "./folderDestination.js";
import { deliverToTables } from "./tablesDestination.js";

/**
 * Puts a plan where it is wanted, whole or not at all; where it is already, nothing is changed.
 *
 * @throws InputError where the place is not fit for it, or holds a newer revision
 * @throws AwayElsewhere where the database to deliver to does not answer
 * @throws Unavailable where our own does not
 * @throws LeaseLost where another process has taken the night
 * @throws AbortError where it was given up
 */
export function deliver(
  destination: FolderDestination | TablesDestination,
  delivery: Delivery,
): Promise<Delivered> {
  return destination.kind === "folder"
    ? deliverToFolder(destination, delivery)
    : deliverToTables(destination, delivery);
}
