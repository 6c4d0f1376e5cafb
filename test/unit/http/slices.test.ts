import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceMembers } from "../../../src/http/slices.js";
import { DEEPEST } from "../../../src/io/nesting.js";
import { InputError } from "../../../src/model/issue.js";

const parsed = (text: string) =>
  Object.fromEntries(
    [...sliceMembers(Buffer.from(text))].map(([key, { bytes }]) => [key, JSON.parse(bytes.toString())]),
  );

/** JSON with blanks wherever they may stand. */
function spaced(value: unknown, blank: string): string {
  return JSON.stringify(value, null, blank);
}

describe("sliceMembers", () => {
  it("finds the members that JSON.parse finds", () => {
    const blanks = fc.constantFrom("", " ", "\t", "\n", "\r\n ");
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), blanks, blanks, (value, blank, around) => {
        const text = around + spaced(value, blank.replace(/\r?\n/, " ")) + around;
        expect(parsed(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it("counts the entries of lists, and the bytes of the longest", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        const slice = sliceMembers(Buffer.from(JSON.stringify({ list }))).get("list");
        expect(slice?.entries).toBe(list.length);
        const bytes = list.map((entry) => Buffer.byteLength(JSON.stringify(entry)));
        expect(slice?.longest).toBe(Math.max(0, ...bytes));
      }),
    );
  });

  it("counts the lines before each", () => {
    const text = '\n{\n"a": [1,\n2], "b":\n\n"c",\r\n"d": 1}';
    const lines = [...sliceMembers(Buffer.from(text))].map(([key, { linesBefore }]) => [key, linesBefore]);
    expect(lines).toEqual([
      ["a", 2],
      ["b", 5],
      ["d", 6],
    ]);
  });

  it("takes no more levels than readers do", () => {
    const nested = (levels: number) => Buffer.from(`{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`);
    expect(sliceMembers(nested(DEEPEST)).size).toBe(1);
    expect(() => sliceMembers(nested(DEEPEST + 1))).toThrow(/NESTED_TOO_DEEP/);
    expect(() => sliceMembers(Buffer.from(`{"a":${'{"b":'.repeat(1e6)}`))).toThrow(/NESTED_TOO_DEEP/);
  });

  it("takes nothing for an object that JSON.parse takes for none", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"',
      ",",
      ":",
      "a",
      '"a"',
      "1",
      "null",
      " ",
      "\\",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (list) => {
        const text = list.join("");
        let right: unknown;
        try {
          right = JSON.parse(text);
        } catch {}
        if (typeof right === "object" && right !== null && !Array.isArray(right)) {
          // The last of two keys of a name would win there; here they are refused.
          if (Object.keys(right).length === (text.match(/"a"\s*:/g) ?? []).length || !text.includes('"a"'))
            expect(parsed(text)).toEqual(right);
          return;
        }
        // What is wrong within a value shows when the value is read.
        expect(() => parsed(text)).toThrow();
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["", "NOT_JSON"],
    ["[]", "NOT_JSON"],
    ["null", "NOT_JSON"],
    ['{"a":1', "NOT_JSON"],
    ['{"a":1}x', "NOT_JSON"],
    ['{"a":1,}', "NOT_JSON"],
    ['{"a" 1}', "NOT_JSON"],
    ["{a:1}", "NOT_JSON"],
    ['{"a":"', "NOT_JSON"],
    ['{"a":[1,{"b":2}', "NOT_JSON"],
    ['{"a":1,"a":2}', "DUPLICATE_KEY"],
    ['{"a":1,"\\u0061":2}', "DUPLICATE_KEY"],
  ])("refuses %j with %s", (text, code) => {
    const error = (() => {
      try {
        sliceMembers(Buffer.from(text));
      } catch (thrown) {
        return thrown;
      }
      return null;
    })();
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).issues[0]?.code).toBe(code);
  });

  it("leaves a byte order mark out", () => {
    expect(parsed("\ufeff{}")).toEqual({});
  });

  it("keeps strange keys as what they are", () => {
    const members = sliceMembers(Buffer.from('{"__proto__":{"polluted":1},"constructor":2}'));
    expect([...members.keys()]).toEqual(["__proto__", "constructor"]);
  });
});
