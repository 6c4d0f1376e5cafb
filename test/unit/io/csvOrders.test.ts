import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsvFast, readCsvSlowly, readHeader } from "../../../src/io/csvOrders.js";
import { csvCell } from "../../../src/io/csvTokenizer.js";
import { openOrderSource } from "../../../src/io/orderSource.js";
import { ordersFromObjects, readOrders } from "../../../src/io/ordersReader.js";
import { InputError } from "../../../src/model/issue.js";
import { brief, contract, fileOf, inputErrorOf, issuesOf } from "./support.js";

const HEADER = "id,bank,amount,accountType,dueBy,delayWeight,channels,unroutedPenalty";
const row = (id: string, changes: Partial<Record<string, string>> = {}) =>
  HEADER.split(",")
    .map((name) => changes[name] ?? { id, bank: "ICBC", amount: "1.00" }[name] ?? "")
    .join(",");

const plain = ["id,bank,amount", "a,X,1", "b,Y,2.5", "c,X,3.75", ""];

const broken = (text: string | Uint8Array, extension = ".csv") =>
  issuesOf(() => readOrders(fileOf(text, extension), contract));

async function read(text: string | Uint8Array, extension = ".csv") {
  const store = await readOrders(fileOf(text, extension), contract);
  try {
    const rows = Int32Array.from({ length: store.table.count }, (_, i) => i);
    const { count, profiles } = store.table;
    return {
      count,
      profiles,
      ids: await store.ids(rows),
      amount: [...store.table.amount],
      profile: [...store.table.profile],
      sha256: store.sha256,
    };
  } finally {
    await store.close();
  }
}

describe("readOrders, CSV", () => {
  it("reads every field", async () => {
    const text = `${HEADER},memo
${row("a", { accountType: "personal", dueBy: "2026-11-22T23:00:00+08:00", delayWeight: "1.5" })},x
"b ""2""",0102,1234.5,,,,fast-single|union-batch,3,"multi
line"
`;
    const { profiles, ids, amount, profile } = await read(text);
    expect(ids).toEqual(["a", 'b "2"']);
    expect(amount).toEqual([100, 123450]);
    expect(profile).toEqual([0, 1]);
    expect(profiles).toEqual([
      {
        bank: "ICBC",
        attributes: { accountType: "personal" },
        channels: null,
        dueBy: 3_600_000_000,
        delayWeight: 1_500_000,
        unroutedPenalty: null,
      },
      {
        bank: "0102",
        attributes: { accountType: "" },
        channels: [0, 1],
        dueBy: Number.POSITIVE_INFINITY,
        delayWeight: 1_000_000,
        unroutedPenalty: 3_000_000,
      },
    ]);
  });

  it.each([
    ["LF", plain.join("\n")],
    ["CRLF", plain.join("\r\n")],
    ["CR", plain.join("\r")],
    ["mixed line ends", "id,bank,amount\r\na,X,1\nb,Y,2.5\rc,X,3.75"],
    ["no last line end", plain.join("\n").trimEnd()],
    ["a byte order mark", `\uFEFF${plain.join("\n")}`],
    ["blank lines", `${plain.join("\n\n\n")}\n\n`],
    ["blank lines and CRLF", `\r\n${plain.join("\r\n\r\n")}\r\n`],
    ["blank lines first", `\n\n${plain.join("\n")}`],
    ["quotes", 'id,bank,"amount"\n"a",X,"1"\nb,"Y",2.5\nc,X,3.75\n'],
    ["another column order", "amount,id,bank\n1,a,X\n2.5,b,Y\n3.75,c,X\n"],
    ["leading zeros", "id,bank,amount\na,X,0000000000000000000000000001.00\nb,Y,02.5\nc,X,3.75\n"],
  ])("reads %s", async (_, text) => {
    const { ids, amount, profile, profiles } = await read(text);
    expect(ids).toEqual(["a", "b", "c"]);
    expect(amount).toEqual([100, 250, 375]);
    expect(profile).toEqual([0, 1, 0]);
    expect(profiles.map((each) => each.bank)).toEqual(["X", "Y"]);
  });

  it("reads gzip, and hashes the packed bytes", async () => {
    const packed = gzipSync(plain.join("\n"));
    const { ids, sha256 } = await read(packed, ".csv.gz");
    expect(ids).toEqual(["a", "b", "c"]);
    expect(sha256).not.toBe((await read(plain.join("\n"))).sha256);
    expect((await read(packed, ".csv")).ids).toEqual(["a", "b", "c"]);
  });

  it("reads no orders at all", async () => {
    expect((await read("id,bank,amount\n")).count).toBe(0);
    expect((await read("id,bank,amount")).count).toBe(0);
  });

  it("reads files whose names look like patterns", async () => {
    expect((await read(plain.join("\n"), "[a]*?'.csv")).ids).toEqual(["a", "b", "c"]);
  });

  it("puts the table on shared memory", async () => {
    const store = await readOrders(fileOf(plain.join("\n"), ".csv"), contract);
    expect(store.table.amount.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(store.table.profile.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(await store.ids([2, 0, 2])).toEqual(["c", "a", "c"]);
    await store.close();
    await store.close();
  });

  it.each([
    ["largest safe amount", "90071992547409.91", 9007199254740991],
    ["one unit", "0.01", 1],
  ])("reads the %s", async (_, amount, minor) => {
    expect((await read(`id,bank,amount\na,X,${amount}\n`)).amount).toEqual([minor]);
  });
});

describe("readCsvFast", () => {
  it.each([
    ["LF", plain.join("\n"), ".csv"],
    ["CRLF", plain.join("\r\n"), ".csv"],
    ["a byte order mark, blank lines, no last line end", `\uFEFF${plain.join("\n\n").trimEnd()}`, ".csv"],
    ["quotes", 'id,"bank",amount\n"a\r\n,""",X,"1"\n"b",Y,2\n', ".csv"],
    ["a pattern's name", plain.join("\n"), "[a]*?'.csv"],
    ["gzip", gzipSync(plain.join("\n")), ".csv.gz"],
  ])("takes %s", async (_, text, extension) => {
    const source = await openOrderSource(fileOf(text, extension));
    const store = await readCsvFast(source, await readHeader(source, contract), contract);
    expect(store).toBeTypeOf("object");
    await source.release();
  });

  it("never differs from the reader that explains", async () => {
    const part = fc.constantFrom(
      "a",
      "1",
      "0",
      ".",
      "-",
      "=",
      " ",
      "é",
      "中",
      "\u0000",
      "\u00a0",
      "\uFEFF",
      "e",
      ",",
      '"',
      "\n",
      "\r",
    );
    const cell = fc.string({ unit: part, maxLength: 3 });
    const amount = fc.oneof(
      cell,
      fc.constantFrom("1", "2.50", "0.00", "00.1", "9007199254740991", "90071992547409.92"),
    );
    const order = fc.tuple(cell, cell, amount, cell).map((cells) => cells.map(csvCell).join(","));
    const raw = fc.string({ unit: part, maxLength: 12 });
    const lines = fc.array(fc.oneof({ weight: 4, arbitrary: order }, { weight: 1, arbitrary: raw }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom("\n", "\r\n"), async (rows, end) => {
        const path = fileOf(["id,bank,amount,accountType", ...rows].join(end), ".csv");
        const source = await openOrderSource(path);
        const columns = await readHeader(source, contract);
        const fast = await readCsvFast(source, columns, contract);
        const slow = await readCsvSlowly(source, columns, contract).catch(
          (error: unknown) => error as InputError,
        );
        if (typeof fast === "object") {
          expect(slow).not.toBeInstanceOf(Error);
          if (slow instanceof Error) return;
          expect(fast.table).toEqual(slow.table);
          const all = [...fast.table.profile.keys()];
          expect(await fast.ids(all)).toEqual(await slow.ids(all));
          await fast.close();
        } else if (fast === "wrong") expect(slow).toBeInstanceOf(InputError);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 60) },
    );
  });
});

describe("readOrders, problems of an order", () => {
  it.each([
    ["12.345", "TOO_MANY_DECIMALS"],
    ["12.340", "TOO_MANY_DECIMALS"],
    ["1e3", "NOT_A_DECIMAL"],
    ["1_000", "NOT_A_DECIMAL"],
    ['"1,000.00"', "NOT_A_DECIMAL"],
    ["-1.00", "NOT_A_DECIMAL"],
    ["+1.00", "NOT_A_DECIMAL"],
    [" 1.00", "NOT_A_DECIMAL"],
    ["1.", "NOT_A_DECIMAL"],
    [".5", "NOT_A_DECIMAL"],
    ["１", "NOT_A_DECIMAL"],
    ["NaN", "NOT_A_DECIMAL"],
    ["", "NOT_A_DECIMAL"],
    ["0", "OUT_OF_RANGE"],
    ["0.00", "OUT_OF_RANGE"],
    ["90071992547409.92", "OUT_OF_RANGE"],
    ["12345678901234567.89", "OUT_OF_RANGE"],
    ["99999999999999999999999999999999999999999999", "OUT_OF_RANGE"],
  ])("amount %s", async (amount, code) => {
    const issues = await broken(`${HEADER}\n${row("a")}\n${row("b", { amount })}\n`);
    expect(issues.map(brief)).toEqual([`3 amount ${code}`]);
  });

  it.each(["=1+1", "+1", "-1", "@x", "\tx", "\u0000x", "\u007f"])("formula prefix %j", async (text) => {
    const cells = { id: text, bank: text, accountType: text };
    const issues = await broken(`${HEADER},memo\n${row("a", cells)},${text}\n`);
    expect(issues.map(brief)).toEqual([
      "2 id UNSAFE_TEXT",
      "2 bank UNSAFE_TEXT",
      "2 accountType UNSAFE_TEXT",
      "2 memo UNSAFE_TEXT",
    ]);
  });

  it.each([
    [{ id: "" }, "id EMPTY_TEXT"],
    [{ bank: "" }, "bank EMPTY_TEXT"],
    [{ dueBy: "2026-11-22" }, "dueBy NOT_AN_INSTANT"],
    [{ dueBy: "2026-11-22T22:00:00" }, "dueBy NOT_AN_INSTANT"],
    [{ dueBy: "2026-02-30T22:00:00Z" }, "dueBy NOT_AN_INSTANT"],
    [{ delayWeight: "-1" }, "delayWeight NOT_A_DECIMAL"],
    [{ delayWeight: "1.0000001" }, "delayWeight TOO_MANY_DECIMALS"],
    [{ unroutedPenalty: "0.0000001" }, "unroutedPenalty TOO_MANY_DECIMALS"],
    [{ channels: "union-bach" }, "channels UNKNOWN_CHANNEL"],
    [{ channels: "fast-single|" }, "channels UNKNOWN_CHANNEL"],
  ])("%j", async (changes, expected) => {
    const issues = await broken(`${HEADER}\n${row("x", changes)}\n`);
    expect(issues.map(brief)).toEqual([`2 ${expected}`]);
  });

  it("names the nearest channel", async () => {
    const [issue] = await broken(`${HEADER}\n${row("x", { channels: "union-bach" })}\n`);
    expect(issue!.message).toContain('no channel "union-bach"');
    expect(issue!.hint).toBe('Did you mean "union-batch"?');
  });

  it("names the line of an id's first use, past quoted newlines, CRLF and blank lines", async () => {
    const text = `\uFEFFid,bank,amount,memo\r\na,X,1,"one\r\ntwo"\r\n\r\nb,X,1,\r\n"a",X,1,\r\n`;
    const [issue, ...others] = await broken(text);
    expect(others).toEqual([]);
    expect(brief(issue!)).toBe("6 id DUPLICATE_ID");
    expect(issue!.message).toContain('"a" is used twice, first at line 2');
    expect((await broken(gzipSync(text), ".csv.gz")).map(brief)).toEqual(["6 id DUPLICATE_ID"]);
  });

  it("finds every problem of every order", async () => {
    const issues = await broken(
      `${HEADER}\n${row("=a", { amount: "x", dueBy: "y" })}\n${row("b")}\n${row("b", { bank: "" })}\n`,
    );
    expect(issues.map(brief)).toEqual([
      "2 id UNSAFE_TEXT",
      "2 amount NOT_A_DECIMAL",
      "2 dueBy NOT_AN_INSTANT",
      "4 id DUPLICATE_ID",
      "4 bank EMPTY_TEXT",
    ]);
  });

  it("lists a hundred and counts the rest", async () => {
    const lines = Array.from({ length: 250 }, (_, i) => `o${i},X,1.001`);
    const error = await inputErrorOf(() =>
      readOrders(fileOf(["id,bank,amount", ...lines].join("\n"), ".csv"), contract),
    );
    expect(error.issues).toHaveLength(100);
    expect(error.total).toBe(250);
    expect(error.message).toContain("and 150 more");
  });
});

describe("readOrders, problems of a CSV file's form", () => {
  it.each([
    ["too few cells", "id,bank,amount\na,X\nb,X,1\n", ["2 - WRONG_CELL_COUNT"]],
    ["too many cells", "id,bank,amount\nb,X,1\na,X,1,2\n", ["3 - WRONG_CELL_COUNT"]],
    ["an empty cell too many", "id,bank,amount\na,X,1,\n", ["2 - WRONG_CELL_COUNT"]],
    ["blanks alone on a line", "id,bank,amount\n  \na,X,1\n", ["2 - WRONG_CELL_COUNT"]],
    ["an unclosed quote", 'id,bank,amount\na,X,1\n\n"b,X,1\nc,X,1\n', ["4 - UNCLOSED_QUOTE"]],
    ["a stray quote", 'id,bank,amount\na"b,X,1\nc,X,y\n', ["2 - STRAY_QUOTE", "3 amount NOT_A_DECIMAL"]],
    ["an unclosed quote in the header", 'id,"bank,amount\na,X,1\n', ["1 - UNCLOSED_QUOTE"]],
    ["no id column", "bank,amount\nX,1\n", ["1 id MISSING_COLUMN"]],
    ["semicolons", "id;bank;amount\na;X;1\n", ["1 - WRONG_SEPARATOR"]],
    ["tabs", "id\tbank\tamount\na\tX\t1\n", ["1 - WRONG_SEPARATOR"]],
    ["a duplicate column", "id,bank,amount,memo,memo\na,X,1,,\n", ["1 memo DUPLICATE_COLUMN"]],
    ["an unnamed column", "id,bank,amount,\na,X,1,\n", ["1 column 4 EMPTY_COLUMN_NAME"]],
    ["a misspelt field", "id,bank,amount,due_by\na,X,1,\n", ["1 due_by UNKNOWN_KEY"]],
    ["other capitals", "id,bank,amount,Channels\na,X,1,\n", ["1 Channels UNKNOWN_KEY"]],
    ["an empty file", "", ["- - EMPTY_FILE"]],
    ["blank lines alone", "\n\n\r\n", ["- - EMPTY_FILE"]],
  ])("%s", async (_, text, expected) => {
    expect((await broken(text)).map(brief)).toEqual(expected);
  });

  it("guesses that a thousands separator made a cell", async () => {
    const [issue] = await broken("id,bank,amount\na,X,1,234.00\n");
    expect(issue!.hint).toContain('Is "1,234.00" one amount?');
  });

  it("names the nearest column", async () => {
    const [issue] = await broken("id,bnak,amount\na,X,1\n");
    expect(issue!.hint).toBe('Did you mean "bnak"?');
  });

  it("does not confuse columns that differ in case", async () => {
    expect((await read("id,bank,amount,memo,Memo\na,X,1,p,q\n")).ids).toEqual(["a"]);
  });

  const gbk = Buffer.from([0xb9, 0xa4, 0xc9, 0xcc]);
  it.each([
    [
      "GBK",
      Buffer.concat([Buffer.from("id,bank,amount\na,X,1\nb,"), gbk, Buffer.from(",1\n")]),
      "GB18030",
      3,
    ],
    [
      "GBK in the header",
      Buffer.concat([Buffer.from("id,bank,amount,"), gbk, Buffer.from("\na,X,1,\n")]),
      "GB18030",
      1,
    ],
    ["Latin-1", Buffer.from("id,bank,amount\nJosé,X,1\n", "latin1"), "ISO-8859-1", 2],
    ["UTF-16", Buffer.from("\uFEFFid,bank,amount\na,X,1\n", "utf16le"), "UTF-16LE", undefined],
  ])("%s", async (_, bytes, encoding, line) => {
    const [issue, ...others] = await broken(bytes);
    expect(others).toEqual([]);
    expect(issue!.code).toBe("WRONG_ENCODING");
    expect(issue!.line).toBe(line);
    expect(issue!.hint).toContain(`iconv -f ${encoding} -t UTF-8`);
    if (line !== undefined) expect((await broken(gzipSync(bytes), ".csv.gz"))[0]!.line).toBe(line);
  });

  it("names GBK far into a file", async () => {
    const lines = Array.from({ length: 400_000 }, (_, i) => `order-${i},X,1.00`);
    const bytes = Buffer.concat([
      Buffer.from(`id,bank,amount\n${lines.join("\n")}\n`),
      gbk,
      Buffer.from(",X,1\n"),
    ]);
    expect((await broken(bytes)).map(brief)).toEqual(["400002 - WRONG_ENCODING"]);
  });

  it.each([
    ["/no/such/orders.csv", "FILE_NOT_FOUND"],
    ["/tmp", "NOT_A_FILE"],
    [fileOf("x", ".txt"), "UNKNOWN_FORMAT"],
    [fileOf(gzipSync("id,bank,amount\na,X,1\n").subarray(0, 25), ".csv.gz"), "BROKEN_GZIP"],
  ])("%s", async (path, code) => {
    expect((await issuesOf(() => readOrders(path, contract))).map((issue) => issue.code)).toEqual([code]);
  });

  it("needs planAt for dueBy", async () => {
    const issues = await issuesOf(() =>
      ordersFromObjects([{ id: "a", bank: "X", amount: "1", dueBy: "2026-11-22T22:00:00Z" }], {
        ...contract,
        planAt: null,
      }),
    );
    expect(issues.map(brief)).toEqual(["- [0].dueBy MISSING_PLAN_AT"]);
  });
});

describe("readOrders, a wrong header", () => {
  it.each<[string, string, string[]]>([
    [
      "with a misspelt field, which the rows are judged by",
      "Id,bank,amount\na,X,1\na,Y,1.234\n",
      ["1 Id UNKNOWN_KEY", "1 id MISSING_COLUMN", "3 id DUPLICATE_ID", "3 amount TOO_MANY_DECIMALS"],
    ],
    [
      "without an amount, which no row is blamed for",
      "id,bank\na,X\n,Y\nc,=Z\n",
      ["1 amount MISSING_COLUMN", "3 id EMPTY_TEXT", "4 bank UNSAFE_TEXT"],
    ],
    [
      "without ids and banks",
      "amount\n1\nx\n2\n",
      ["1 id MISSING_COLUMN", "1 bank MISSING_COLUMN", "3 amount NOT_A_DECIMAL"],
    ],
    [
      "with twins, of which the first counts",
      "id,bank,amount,amount\na,X,1,one\nb,X,two,2\n",
      ["1 amount DUPLICATE_COLUMN", "3 amount NOT_A_DECIMAL"],
    ],
    [
      "with a misspelt field beside the field itself, which counts",
      "AMOUNT,id,bank,amount\nx,a,X,1\nx,b,X,y\n",
      ["1 AMOUNT UNKNOWN_KEY", "3 amount NOT_A_DECIMAL"],
    ],
    [
      "with a column without a name",
      "id,bank,amount,\na,X,1,=1\nb,X,1\n",
      ["1 column 4 EMPTY_COLUMN_NAME", "3 - WRONG_CELL_COUNT"],
    ],
    [
      "and rows that are no CSV",
      'id,bank,amount,\na,X,"1\n',
      ["1 column 4 EMPTY_COLUMN_NAME", "2 - UNCLOSED_QUOTE"],
    ],
    [
      "that is none, whose rows are not judged",
      "1,ICBC,5.00\n2,=CCB,x\n",
      ["1 id MISSING_COLUMN", "1 bank MISSING_COLUMN", "1 amount MISSING_COLUMN"],
    ],
    ["with other separators, whose rows are not judged", "id;bank;amount\na;=X;y\n", ["1 - WRONG_SEPARATOR"]],
  ])("%s", async (_, text, expected) => {
    expect((await broken(text)).map(brief)).toEqual(expected);
  });

  it("hides no other encoding, and is not hidden by it", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`id,bank,amount,\n${"a,X,1,\n".repeat(60_000)}`),
      Buffer.from([0xb9, 0xa4, 0xd0, 0xd0, 0xd6, 0xd0, 0xb9, 0xfa]),
      Buffer.from(",X,1,\n"),
    ]);
    expect((await broken(bytes)).map(brief)).toEqual([
      "1 column 4 EMPTY_COLUMN_NAME",
      "60002 - WRONG_ENCODING",
    ]);
  });

  it("counts what it does not list", async () => {
    const text = `id,bank,amount,\n${Array.from({ length: 150 }, (_, i) => `${i},X,0,\n`).join("")}`;
    const error = await inputErrorOf(() => readOrders(fileOf(text, ".csv"), contract));
    expect([error.issues.length, error.total]).toEqual([100, 151]);
  });
});
