import { textTree } from "../../src/generate/form.js";
import { ordersFromObjects } from "../../src/io/ordersReader.js";
import { parseChannels } from "../../src/model/channelsFile.js";
import { type Problem, problemOf } from "../../src/solver/problem.js";
import type { PublicInstance } from "../support/public/instanceFiles.js";

/** A public instance as the solvers see it. */
export async function problemOfPublic({ channels, orders }: PublicInstance): Promise<Problem> {
  const contract = parseChannels(textTree(channels));
  const records = orders.rows.map((row) =>
    Object.fromEntries(orders.columns.map((column, i) => [column, row[i]!])),
  );
  const store = await ordersFromObjects(records, contract);
  try {
    return problemOf(contract, store.table);
  } finally {
    await store.close();
  }
}
