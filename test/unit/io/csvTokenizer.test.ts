import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvScanner } from "../../../src/io/csvScanner.js";
import { type CsvProblem, CsvTokenizer, csvCell } from "../../../src/io/csvTokenizer.js";

function tokenize(text: string, pieces = [text]) {
  const rows: { cells: string[]; line: number }[] = [];
  const problems: CsvProblem[] = [];
  const tokenizer = new CsvTokenizer({
    row: (cells, line) => rows.push({ cells, line }),
    problem: (problem) => problems.push(problem),
  });
  for (const piece of pieces) tokenizer.push(piece);
  tokenizer.end();
  return { rows, problems };
}

function scan(text: string, cells: number, piece = Number.POSITIVE_INFINITY): number | null {
  const scanner = new CsvScanner(cells);
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += Math.min(piece, bytes.length))
    scanner.push(bytes.subarray(i, i + Math.min(piece, bytes.length)));
  return scanner.end();
}

const cell = fc.string({ unit: fc.constantFrom("a", "é", " ", ",", '"', "\n", "\r\n", "中"), maxLength: 4 });
const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
  fc.record({
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    end: fc.constantFrom("\n", "\r\n"),
    final: fc.boolean(),
  }),
);
const textOf = ({ rows, end, final }: { rows: string[][]; end: string; final: boolean }) =>
  rows.map((row) => row.map(csvCell).join(",")).join(end) + (final ? end : "");

describe("CsvTokenizer", () => {
  it("reads what RFC 4180 writes, as csv-parse does, however it is cut", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 5 }), (value, size) => {
        const text = textOf(value);
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        const { rows, problems } = tokenize(text, pieces);
        expect(problems).toEqual([]);
        expect(rows.map((row) => row.cells)).toEqual(value.rows);
        expect(rows.map((row) => row.cells)).toEqual(parse(text, { skip_empty_lines: true }));
      }),
    );
  });

  it("knows the physical line, with newlines in quotes and blank lines", () => {
    const { rows } = tokenize('a,b\r\n"x\r\ny\nz",1\r\n\r\n\r\n"",2\r\n3,4');
    expect(rows.map((row) => row.line)).toEqual([1, 2, 7, 8]);
  });

  it("takes LF, CRLF and CR, mixed", () => {
    expect(
      tokenize("a,b\nc,d\r\ne,f\rg,h").rows.map(({ cells, line }) => `${line}${cells.join("")}`),
    ).toEqual(["1ab", "2cd", "3ef", "4gh"]);
  });

  it.each([
    ['a"b,c\nd,e', "STRAY_QUOTE", 1, 1],
    [' "a",c\nd,e', "STRAY_QUOTE", 1, 1],
    ['"a" ,c\nd,e', "STRAY_QUOTE", 1, 1],
    ['x,y\n"a\nb"c,d\ne,f', "STRAY_QUOTE", 2, 2],
    ['x,y\n\n"a,c\nd,e\n', "UNCLOSED_QUOTE", 3, 1],
  ])("complains about %j", (text, code, line, rows) => {
    const result = tokenize(text);
    expect(result.problems.map((problem) => [problem.code, problem.line])).toEqual([[code, line]]);
    expect(result.rows).toHaveLength(rows);
  });
});

describe("CsvScanner", () => {
  it("counts the records of a file that all readers read alike", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (value, size) => {
        fc.pre(value.rows[0]![0] !== "" || value.rows[0]!.length > 1);
        expect(scan(textOf(value), value.rows[0]!.length, size)).toBe(value.rows.length);
      }),
    );
  });

  it("agrees with the tokenizer on any text it calls clean", () => {
    const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " "), maxLength: 14 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 3 }), (value, size) => {
        const records = scan(value, 2, size);
        if (records === null) return;
        const { rows, problems } = tokenize(value);
        expect(problems).toEqual([]);
        expect(rows).toHaveLength(records);
        expect(rows.every(({ cells }) => cells.length === 2)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["a,b\nc,d\r\n", "mixed line ends"],
    ["a,b\rc,d\r", "CR alone"],
    ["\na,b\n", "a blank first line"],
    ["a,b\nc\n", "a cell too few"],
    ["a,b\nc,d,\n", "an empty cell too many"],
    ['a,b\nc,d"e\n', "a stray quote"],
    ['a,b\n"c,d\n', "an open quote"],
    ['a,b\n"c"d,e\n', "text after a quote"],
    ["a,b\n  \n", "blanks alone on a line"],
  ])("leaves %j (%s) to the other reader", (text) => {
    expect(scan(text, 2)).toBeNull();
  });

  it("skips a byte order mark and blank lines", () => {
    expect(scan("\uFEFFa,b\n\nc,d\n\n", 2)).toBe(2);
  });
});
