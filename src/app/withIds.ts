import type { OrderStore } from "../io/orderStore.js";

/** What a checker found, and the ids of the orders that it speaks of. */
export interface Named<Found> {
  readonly found: Found;
  /** By row of the order table. */
  readonly ids: ReadonlyMap<number, string>;
}

/**
 * Checks something, and where violations are about orders once more with their ids: rows mean nothing to a reader, and
 * only a broken plan pays for it.
 *
 * @param check the same check each time, with the ids for its messages
 */
export async function withIds<
  Found extends { readonly violations: readonly { readonly order?: number | undefined }[] },
>(store: OrderStore, check: (ids?: ReadonlyMap<number, string>) => Promise<Found>): Promise<Named<Found>> {
  const found = await check();
  const rows = found.violations.flatMap(({ order }) => (order === undefined ? [] : [order]));
  if (rows.length === 0) return { found, ids: new Map() };
  const ids = new Map((await store.ids(rows)).map((id, i) => [rows[i]!, id]));
  return { found: await check(ids), ids };
}
