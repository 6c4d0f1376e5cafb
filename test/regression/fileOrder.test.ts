import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readOrders } from "../../src/io/ordersReader.js";
import { contractOf } from "../support/instance.js";

const folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Enough for DuckDB to read several blocks of 32 MB at once. */
const ROWS = 1_000_000;
const idOf = (row: number) => `order-${row}-of-a-merchant-with-a-rather-long-name-for-its-orders`;
const BANKS = 40;
const amountOf = (row: number) => 1 + ((row * 7_919) % 1_000_003);

describe("orders of a large file", () => {
  // DuckDB 1.5.6 keeps no order where columns are computed in parallel.
  it("keep the order of the file", async () => {
    const lines = ["id,bank,amount"];
    for (let i = 0; i < ROWS; i++)
      lines.push(`${idOf(i)},BANK${i % BANKS},${(amountOf(i) / 100).toFixed(2)}`);
    const file = join(folder, "orders.csv");
    writeFileSync(file, `${lines.join("\n")}\n`);
    const contract = contractOf({
      currency: "CNY",
      channels: [{ id: "s", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.00" } }],
    });
    const store = await readOrders(file, contract);
    try {
      const { table } = store;
      let misplaced = 0;
      for (let i = 0; i < ROWS; i++)
        if (table.amount[i] !== amountOf(i) || table.profiles[table.profile[i]!]!.bank !== `BANK${i % BANKS}`)
          misplaced++;
      expect(misplaced).toBe(0);
      const rows = Int32Array.of(0, 1, 499_999, ROWS - 1);
      expect(await store.ids(rows)).toEqual(Array.from(rows, idOf));
    } finally {
      await store.close();
    }
  }, 60_000);
});
