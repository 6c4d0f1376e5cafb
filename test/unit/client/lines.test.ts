import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOf, jobEventsOf } from "../../../src/client/events.js";
import { linesOf, ndjsonOf } from "../../../src/client/lines.js";

/** Text as it comes over the network: its bytes, cut at these places. */
async function* cut(text: string, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < at.length; i++) yield bytes.subarray(at[i - 1], at[i]);
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const places = fc.array(fc.nat(500), { maxLength: 20 });
/** With characters of one to four bytes, and none that ends a line. */
const line = fc
  .array(fc.constantFrom("a", ":", " ", "é", "组", "\u{1f4b3}", "data", "\t"), { maxLength: 6 })
  .map((parts) => parts.join(""));

describe("lines of a stream", () => {
  it("are the same wherever it is cut", async () => {
    const lines = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(lines, places, async (parts, cuts) => {
        // A lone CR before an empty line that ends in LF is one end of a line, not two.
        const text = parts.map(([content, end]) => content + end).join("");
        expect(await all(linesOf(cut(text, cuts)))).toEqual(text.split(/\r\n|\r|\n/).slice(0, -1));
      }),
    );
  });

  it("include one that the stream ends within", async () => {
    expect(await all(linesOf(cut("a\nb", [])))).toEqual(["a", "b"]);
    expect(await all(linesOf(cut("", [])))).toEqual([]);
  });

  it("are refused where one has no end", async () => {
    await expect(all(linesOf(cut("a".repeat(30), [10, 20]), 15))).rejects.toThrow(RangeError);
  });

  it("hold objects", async () => {
    const rows = fc.array(fc.record({ order: line, amount: line }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, places, async (expected, cuts) => {
        const text = expected.map((row) => `${JSON.stringify(row)}\n`).join("");
        expect(await all(ndjsonOf(cut(text, cuts)))).toEqual(expected);
      }),
    );
  });
});

describe("server-sent events", () => {
  it("are the same wherever they are cut", async () => {
    const event = fc.record({ event: fc.constantFrom("progress", "end"), data: line });
    const end = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 6 }), end, places, async (expected, nl, cuts) => {
        const text = expected
          .map(({ event, data }) => [`event: ${event}`, ": alive", `data: ${data}`, "", ""].join(nl))
          .join("");
        expect(await all(eventsOf(cut(text, cuts)))).toEqual(expected);
      }),
    );
  });

  it.each([
    ["no name", "data: 1\n\n", [{ event: "message", data: "1" }]],
    ["no blank after the colon", "event:a\ndata:1\n\n", [{ event: "a", data: "1" }]],
    ["only one blank taken off", "data:  1\n\n", [{ event: "message", data: " 1" }]],
    ["data on several lines", "data: 1\ndata\ndata: 2\n\n", [{ event: "message", data: "1\n\n2" }]],
    ["no data", "event: a\n\ndata: 1\n\n", [{ event: "message", data: "1" }]],
    ["other fields", "id: 7\nretry: 10\nx\ndata: 1\n\n", [{ event: "message", data: "1" }]],
    ["a byte order mark", "\uFEFFdata: 1\n\n", [{ event: "message", data: "1" }]],
    ["no end", "data: 1\n\ndata: 2\n", [{ event: "message", data: "1" }]],
    ["comments alone", ": alive\n\n", []],
  ])("may have %s", async (_name, text, expected) => {
    expect(await all(eventsOf(cut(text, [])))).toEqual(expected);
  });

  it("of a job are typed, and of other kinds passed over", async () => {
    const text =
      'event: progress\ndata: {"state":"running"}\n\nevent: news\ndata: 1\n\nevent: end\ndata: {"state":"done"}\n\n';
    expect(await all(jobEventsOf(cut(text, [])))).toEqual([
      { event: "progress", state: "running" },
      { event: "end", state: "done" },
    ]);
  });
});
