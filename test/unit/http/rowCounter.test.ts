import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountedFormat, rowCounter } from "../../../src/http/rowCounter.js";
import { csvText } from "../../../src/io/csvText.js";

/** Counts a text that comes in pieces of some bytes. */
function counted(format: CountedFormat, text: string, size = text.length + 1): number {
  const counter = rowCounter(format);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) counter.push(bytes.subarray(at, at + size));
  return counter.rows;
}

const size = fc.integer({ min: 1, max: 9 });

describe("rowCounter", () => {
  it("counts CSV records, whatever their cells hold", () => {
    const cell = fc.stringMatching(/^[ab",\n\r]{0,5}$/).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), size, (rows, pieces) => {
        const text = csvText([["id", "bank"], ...rows]);
        expect(counted("csv", text, pieces)).toBe(rows.length);
      }),
    );
  });

  it.each([
    ["csv", 'id,note\na,"x\n', 5],
    ["csv", 'id,note\na,"x\n"\nb', 1],
    ["ndjson", '{"id":1}\n{"id', 4],
    ["ndjson", '{"id":1}\n', 0],
    ["json", '[{"id":"a,b"},{"id":[1,2', 10],
  ] as const)("says how long the row is that goes on: %s %j", (format, text, open) => {
    const counter = rowCounter(format);
    for (const byte of Buffer.from(text)) counter.push(Buffer.from([byte]));
    expect(counter.open).toBe(open);
  });

  it("counts lines of NDJSON that are not blank", () => {
    const line = fc.oneof(
      fc.constantFrom("", " ", "\r"),
      fc.object().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.array(line), size, (lines, pieces) => {
        expect(counted("ndjson", lines.join("\n"), pieces)).toBe(
          lines.filter((each) => each.trim() !== "").length,
        );
      }),
    );
  });

  it("counts the entries of a JSON list", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), size, fc.constantFrom(0, 2), (list, pieces, indent) => {
        expect(counted("json", JSON.stringify(list, null, indent), pieces)).toBe(list.length);
      }),
    );
  });

  it.each([
    ["csv", "", 0],
    ["csv", "id", 0],
    ["csv", "id\na", 1],
    ["csv", "id\ra\rb", 2],
    ["csv", "id\r\na\r\nb\r\n\r\n", 2],
    ["csv", 'id\n"a\n\nb"\n', 1],
    ["ndjson", "\n\n{}\n{}", 2],
    ["json", "[]", 0],
    ["json", "[[],[]]", 2],
    ["json", '["],[", "\\",", 1]', 3],
  ] as const)("of %s finds in %j %i", (format, text, rows) => {
    expect(counted(format, text)).toBe(rows);
    expect(counted(format, text, 1)).toBe(rows);
  });
});
