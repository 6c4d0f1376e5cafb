import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvText } from "../../../src/io/csvText.js";
import { asNdjson, readPage, type TableRow } from "../../../src/io/tables.js";

const COLUMNS = ["order", "detail"];

/** A file that comes in pieces of some bytes. */
function file(rows: readonly (readonly string[])[], size: number) {
  const bytes = Buffer.from(csvText([COLUMNS, ...rows]));
  return async (from: number) =>
    Readable.from(
      (function* () {
        for (let at = from; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })(),
      { objectMode: false },
    );
}

const cell = fc.oneof(fc.stringMatching(/^[ab",\n\r 😀]{0,6}$/u), fc.string({ unit: "grapheme" }));
const rowsOf = fc.array(
  fc.tuple(
    fc.string({ minLength: 1, unit: "grapheme" }).filter((id) => id.trim() !== ""),
    cell,
  ),
);
const objects = (rows: readonly (readonly string[])[]): TableRow[] =>
  rows.map(([order, detail]) => ({ order: order!, detail: detail! }));

describe("tables", () => {
  it("gives every row once, page by page, whatever its cells hold", async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsOf,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, limit, size) => {
          const open = file(rows, size);
          const found: TableRow[] = [];
          let from: number | null = 0;
          for (let pages = 0; from !== null; pages++) {
            expect(pages).toBeLessThanOrEqual(rows.length);
            const page = await readPage(open, COLUMNS, { from, limit });
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            if (page.next !== null) expect(page.rows.length).toBe(limit);
            found.push(...page.rows);
            from = page.next;
          }
          expect(found).toEqual(objects(rows));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives every row as a line of JSON", async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const lines = (await text(Readable.from(asNdjson(await file(rows, size)(0), COLUMNS)))).split("\n");
        expect(lines.pop()).toBe("");
        expect(lines.map((line) => JSON.parse(line))).toEqual(objects(rows));
      }),
      { numRuns: 200 },
    );
  });

  it("has one empty page of a table without rows", async () => {
    expect(await readPage(file([], 10), COLUMNS, { from: 0, limit: 10 })).toEqual({ rows: [], next: null });
  });
});
