import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, sqlText } from "../../../src/io/duckdb.js";
import { checkGivenRows, readGivenRows } from "../../../src/io/givenReader.js";
import { memoryStore } from "../../../src/io/orderStore.js";

const store = memoryStore(
  { file: null, sha256: null },
  { count: 3, profiles: [], profile: new Int32Array(3), amount: new Float64Array(3) },
  ["o1", "o2", "o3"],
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packwright-given-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Cells of every row. */
async function read(path: string) {
  const rows = await readGivenRows(path, store);
  return {
    ignored: rows.ignored,
    rows: Array.from({ length: rows.count }, (_, row) => [
      rows.order[row]! < 0 ? rows.unknownOrders[-1 - rows.order[row]!]! : `row ${rows.order[row]}`,
      rows.channelNames[rows.channel[row]!],
      rows.packageNames[rows.package[row]!],
      rows.sequence[row],
    ]),
  };
}

const TEXT = "sequence,order,note,channel,package\n2,o3,x,a,p\n,o9,y,s,\n1,o1,z,a,q\n";
const ROWS = {
  ignored: ["note"],
  rows: [
    ["row 2", "a", "p", 2],
    ["o9", "s", "", 0],
    ["row 0", "a", "q", 1],
  ],
};

describe("assignments of others", () => {
  test.each([
    ["CSV", "given.csv", TEXT],
    ["packed CSV", "given.csv.gz", gzipSync(TEXT)],
    [
      "CSV of another make",
      "given.csv",
      `\ufeff${TEXT.replaceAll("\n", "\r\n").replace("z,a", '"z\r\n",a')}`,
    ],
  ])("are read from %s", async (_, name, content) => {
    expect(await read(file(name, content))).toEqual(ROWS);
  });

  test("are read from Parquet", async () => {
    const path = join(folder, "given.parquet");
    const { connection, close } = await openDatabase({ folders: [folder] });
    await connection.run(
      `COPY (SELECT * FROM (VALUES (2, 'o3', 'x', 'a', 'p'), (NULL, 'o9', 'y', 's', NULL), (1, 'o1', 'z', 'a', 'q'))
       t(sequence, "order", note, channel, package)) TO ${sqlText(path)} (FORMAT parquet)`,
    );
    close();
    expect(await read(path)).toEqual(ROWS);
  });

  test.each([
    ["a line each", "order,channel\no1,a\no2,a\n", [2, 3]],
    ["no end of the last line", "order,channel\r\no1,a\r\no2,a", [2, 3]],
    ["a cell of two lines", 'order,channel\n"o\n1",a\no2,a\no3,a', [2, 4, 5]],
    ["nothing", "order,channel\n", []],
  ])("are found on their lines: %s", async (_, text, lines) => {
    for (const path of [file("given.csv", text), file("given.csv.gz", gzipSync(text))])
      expect([...(await readGivenRows(path, store)).line!]).toEqual(lines);
  });

  test("need no packages", async () => {
    expect(await read(file("given.csv", "order,channel\no1,a\n"))).toEqual({
      ignored: [],
      rows: [["row 0", "a", "", 0]],
    });
  });

  test("of a plan folder come with the sequence of its packages", async () => {
    mkdirSync(join(folder, "plan"));
    file("plan/assignments.csv", "order,channel,package,charge\no1,a,p,0.10\no2,a,q,0.10\no3,s,,0.10\n");
    file("plan/packages.csv", "package,channel,sequence\nq,a,1\np,a,2\n");
    expect((await read(join(folder, "plan"))).rows).toEqual([
      ["row 0", "a", "p", 2],
      ["row 1", "a", "q", 1],
      ["row 2", "s", "", 0],
    ]);
  });

  test("keep their order beyond one block of rows", async () => {
    const many = Array.from({ length: 300_000 }, (_, i) => `x${i},a,p${i % 7},${(i % 7) + 1}`);
    const { rows } = await read(file("given.csv", `order,channel,package,sequence\n${many.join("\n")}\n`));
    expect(rows.map((row) => row.join(","))).toEqual(many);
  }, 20_000);

  const problems: readonly [string, string, string | Buffer, string][] = [
    [
      "misspelt columns",
      "given.csv",
      "Order_ID,channels\no1,a\n",
      `{}:1: Order_ID: "Order_ID" is not the column "order". Did you mean "order"? [UNKNOWN_KEY]
{}:1: channels: "channels" is not the column "channel". Did you mean "channel"? [UNKNOWN_KEY]
{}:1: order: column "order" is missing. Known here: Order_ID, channels. [MISSING_COLUMN]
{}:1: channel: column "channel" is missing. Did you mean "channels"? [MISSING_COLUMN]`,
    ],
    [
      "no header",
      "given.csv",
      "",
      `{}:1: order: column "order" is missing. The first line names the columns: order,channel,package. [MISSING_COLUMN]
{}:1: channel: column "channel" is missing. The first line names the columns: order,channel,package. [MISSING_COLUMN]`,
    ],
    [
      "a column twice",
      "given.csv",
      "order,channel,order\no1,a,o1\n",
      '{}:1: order: column "order" stands twice in the header. [DUPLICATE_COLUMN]',
    ],
    [
      "semicolons",
      "given.csv",
      "order;channel\no1;a\n",
      '{}:1: separates its columns with ";", not with commas. Save it as comma-separated CSV. [WRONG_SEPARATOR]',
    ],
    [
      "rows of other lengths",
      "given.csv",
      "order,channel\no1\no2,a,b\n",
      `{}:2: has 1 cell, but the table has 2 columns. [WRONG_CELL_COUNT]
{}:3: has 3 cells, but the table has 2 columns. [WRONG_CELL_COUNT]`,
    ],
    [
      "sequences that are none",
      "given.csv",
      "order,channel,sequence\no1,a,0\no2,a,1.5\no3,a,3\n",
      `{}:2: sequence: "0" is no place of a package in a queue. A whole number from 1 to 999999999, or nothing. [NOT_A_COUNT]
{}:3: sequence: "1.5" is no place of a package in a queue. A whole number from 1 to 999999999, or nothing. [NOT_A_COUNT]`,
    ],
    [
      "rows that name no order",
      "given.csv",
      'order,channel,note\no1,a,"on two\nlines"\n,,\no2,a,\n,a,x',
      `{}:4: order: names no order. Every row names one: write its id, or take the row out. [EMPTY_TEXT]
{}:6: order: names no order. Every row names one: write its id, or take the row out. [EMPTY_TEXT]`,
    ],
    [
      "another format",
      "given.json",
      "[]",
      "{}: assignments are CSV or Parquet, and it is neither by its name or its first bytes. Name it .csv, .csv.gz or .parquet, or name a plan folder. [UNKNOWN_FORMAT]",
    ],
    ["no Parquet", "given.parquet", "no", "{}: is not a Parquet file. Write it again. [NOT_PARQUET]"],
  ];
  test.each(problems)("are refused with %s", async (_, name, content, message) => {
    const path = file(name, content);
    await expect(read(path)).rejects.toThrow(message.replaceAll("{}", path));
  });

  test("are looked at before the orders", async () => {
    await expect(checkGivenRows(join(folder, "none.csv"))).rejects.toThrow("[FILE_NOT_FOUND]");
    await expect(checkGivenRows(file("given.csv", "order\no1\n"))).rejects.toThrow("[MISSING_COLUMN]");
    await expect(checkGivenRows(folder)).rejects.toThrow("[FILE_NOT_FOUND]");
    await checkGivenRows("-");
  });
});
