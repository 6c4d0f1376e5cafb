import { createReadStream, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readCsvSlowly, readHeader } from "../../../src/io/csvOrders.js";
import { openDatabase } from "../../../src/io/duckdb.js";
import { openOrderSource } from "../../../src/io/orderSource.js";
import { type OrderStore, ordersFromObjects, readOrders } from "../../../src/io/ordersReader.js";
import { isOfFile, parquetSize } from "../../../src/io/parquetOrders.js";
import { brief, contract, fileOf, folder, issuesOf } from "./support.js";

const HEADER = [
  "id",
  "bank",
  "amount",
  "accountType",
  "dueBy",
  "delayWeight",
  "channels",
  "unroutedPenalty",
  "memo",
];

/** Orders with most of what a field can hold, the same for the same count. */
function records(count: number): Record<string, string>[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i % 7 === 0 ? `o "${i}", x` : `o${i}`,
    bank: `0${i % 13}`,
    amount: `${(i * 7919) % 100_000}.${String(1 + (i % 99)).padStart(2, "0")}`,
    accountType: ["personal", "corporate", ""][i % 3]!,
    dueBy: i % 5 === 0 ? `2026-11-23T0${i % 10}:00:00+08:00` : "",
    delayWeight: i % 11 === 0 ? "1.5" : "",
    channels: i % 17 === 0 ? "fast-single" : "",
    unroutedPenalty: i % 19 === 0 ? "12.345678" : "",
    memo: i % 23 === 0 ? "two\nlines" : "",
  }));
}

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csvOf = (rows: Record<string, string>[], end = "\n") =>
  [HEADER, ...rows.map((row) => HEADER.map((name) => quoted(row[name]!)))]
    .map((row) => row.join(","))
    .join(end) + end;

const numeric = ["amount", "delayWeight", "unroutedPenalty"];
/** A JSON object: amounts as number tokens, absent values as null. */
const jsonOf = (row: Record<string, string>) =>
  `{${HEADER.map((name) => {
    const text = row[name]!;
    const value = text === "" ? "null" : numeric.includes(name) ? text : JSON.stringify(text);
    return `${JSON.stringify(name)}: ${value}`;
  }).join(", ")}}`;

async function contents(store: OrderStore) {
  const { count, profiles, profile, amount } = store.table;
  const ids = await store.ids(Int32Array.from({ length: count }, (_, i) => i));
  await store.close();
  return { count, profiles, profile: [...profile], amount: [...amount], ids };
}

const rows = records(300);
const expected = await contents(ordersFromObjects(rows, contract));

describe("every format gives the same table", () => {
  it.each([
    ["CSV", csvOf(rows), ".csv"],
    ["CSV with CRLF", csvOf(rows, "\r\n"), ".CSV"],
    ["packed CSV", gzipSync(csvOf(rows)), ".csv.gz"],
    ["NDJSON", rows.map(jsonOf).join("\n"), ".ndjson"],
    ["JSON lines with CRLF and blank lines", `\uFEFF${rows.map(jsonOf).join("\r\n\r\n")}\r\n`, ".jsonl"],
    ["packed NDJSON", gzipSync(rows.map(jsonOf).join("\n")), ".ndjson.gz"],
    ["a JSON array", `[${rows.map(jsonOf).join(",\n")}]`, ".json"],
    ["a packed JSON array", gzipSync(`[${rows.map(jsonOf).join(",")}]`), ".json.gz"],
  ])("%s", async (_, content, extension) => {
    expect(await contents(await readOrders(fileOf(content, extension), contract))).toEqual(expected);
  });

  it.each([
    ["CSV", csvOf(rows)],
    ["NDJSON", rows.map(jsonOf).join("\n")],
    ["a JSON array", `\n [${rows.map(jsonOf).join(",\n")}]`],
    ["packed CSV", gzipSync(csvOf(rows))],
    ["packed NDJSON", gzipSync(rows.map(jsonOf).join("\n"))],
  ])("%s on standard input", async (_, content) => {
    const store = await readOrders("-", contract, { stdin: Readable.from([Buffer.from(content)]) });
    expect(store.file).toBe("-");
    expect(store.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await contents(store)).toEqual(expected);
  });

  it("hashes standard input as it hashes the file", async () => {
    const path = fileOf(csvOf(rows), ".csv");
    const file = await readOrders(path, contract);
    const stdin = await readOrders("-", contract, { stdin: createReadStream(path), format: "csv" });
    expect(stdin.sha256).toBe(file.sha256);
    await Promise.all([file.close(), stdin.close()]);
  });
});

it("names the id that looks most like one that there is not, whatever holds the ids", async () => {
  const ids = ["A-100", "A-200", "b-'3'00", "银行-7"];
  const orders = ids.map((id) => ({ id, bank: "ICBC", amount: "1.00" }));
  const stores = [
    ordersFromObjects(orders, contract),
    await readOrders(
      fileOf(`id,bank,amount\n${ids.map((id) => `${id},ICBC,1.00\n`).join("")}`, ".csv"),
      contract,
    ),
  ];
  for (const store of stores) {
    expect(await store.nearest([])).toEqual([]);
    expect(await store.nearest(["a-20", "B-'3'0", "银行-77", "a-20"])).toEqual([
      "A-200",
      "b-'3'00",
      "银行-7",
      "A-200",
    ]);
    const many = await store.nearest(Array.from({ length: 25 }, (_, i) => `A-1${i}`));
    expect(many.map((id) => id !== null)).toEqual(Array.from({ length: 25 }, (_, i) => i < 20));
    await store.close();
  }
  const none = ordersFromObjects([], contract);
  expect(await none.nearest(["a"])).toEqual([null]);
});

async function parquet(sql: string, name: string): Promise<string> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const path = join(folder, name);
  await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

describe("Parquet", () => {
  it("gives the same table", async () => {
    const path = await parquet(
      `SELECT * FROM read_csv('${fileOf(csvOf(rows), ".csv")}', all_varchar = true)`,
      "a.parquet",
    );
    expect(await contents(await readOrders(path, contract))).toEqual(expected);
    const store = await readOrders("-", contract, { stdin: createReadStream(path) });
    expect(await contents(store)).toEqual(expected);
  });

  it("takes exact types for the text of their values", async () => {
    const path = await parquet(
      `SELECT 17::BIGINT AS id, 102::SMALLINT AS bank, 12.5::DECIMAL(18, 6) AS amount, true AS "accountType",
         TIMESTAMPTZ '2026-11-22 23:00:00.5+08' AS "dueBy", 1.5::DOUBLE AS "delayWeight", [1] AS tags
       UNION ALL SELECT 18, 103, 3, NULL, NULL, NULL, NULL ORDER BY id`,
      "b.parquet",
    );
    const { ids, amount, profiles } = await contents(await readOrders(path, contract));
    expect(ids).toEqual(["17", "18"]);
    expect(amount).toEqual([1250, 300]);
    expect(profiles[0]).toMatchObject({
      bank: "102",
      attributes: { accountType: "true" },
      dueBy: 3_600_500_000,
      delayWeight: 1_500_000,
    });
    expect(profiles[1]).toMatchObject({ attributes: { accountType: "" }, dueBy: Number.POSITIVE_INFINITY });
  });

  it.each([
    ["'a' AS id, 'X' AS bank, 12.345::DECIMAL(9, 3) AS amount", "- row 1, amount TOO_MANY_DECIMALS"],
    ["'a' AS id, 'X' AS bank, 1234567890123456.5::DOUBLE AS amount", "- row 1, amount NUMBER_TOO_LONG"],
    ["'a' AS id, 'X' AS bank, 1e30::DOUBLE AS amount", "- row 1, amount NOT_A_DECIMAL"],
    ["'a' AS id, 'X' AS bank, -1 AS amount", "- row 1, amount NOT_A_DECIMAL"],
    ["NULL AS id, 'X' AS bank, 1 AS amount", "- row 1, id EMPTY_TEXT"],
    ["'a' AS id, '@X' AS bank, 1 AS amount", "- row 1, bank UNSAFE_TEXT"],
    [
      "'a' AS id, 'X' AS bank, 1 AS amount, TIMESTAMP '2026-11-22 23:00:00' AS \"dueBy\"",
      "- dueBy NO_TIME_ZONE",
    ],
    ["'a' AS id, ['X'] AS bank, 1 AS amount", "- bank WRONG_TYPE"],
    ["'a' AS id, 'X' AS bank", "- amount MISSING_COLUMN"],
  ])("%s", async (sql, expectedIssue) => {
    const path = await parquet(`SELECT ${sql}`, `c${expectedIssue.length}${sql.length}.parquet`);
    expect((await issuesOf(() => readOrders(path, contract))).map(brief)).toEqual([expectedIssue]);
  });

  it("names both rows of an id used twice", async () => {
    const path = await parquet("SELECT 'a' AS id, 'X' AS bank, 1 AS amount FROM range(2)", "d.parquet");
    const [issue] = await issuesOf(() => readOrders(path, contract));
    expect(brief(issue!)).toBe("- row 2, id DUPLICATE_ID");
    expect(issue!.message).toContain("first at row 1");
  });

  it.each([["nothing like it"], ["PAR1 but broken PAR1"], [""]])("refuses %j", async (text) => {
    const issues = await issuesOf(() => readOrders(fileOf(text, ".parquet"), contract));
    expect(issues.map((issue) => issue.code)).toEqual(["NOT_PARQUET"]);
  });
});

describe("parquetSize", () => {
  it("goes through no rows of a file that has more than are taken", async () => {
    const path = await parquet(
      "SELECT 'o' || i AS id, repeat('x', i) AS note FROM range(300) AS t(i)",
      "size.parquet",
    );
    expect(await parquetSize(path, 300)).toEqual({ rows: 300, texts: { bytes: 45_940, longest: 303 } });
    const bytes = readFileSync(path);
    // Its rows are broken, and what it says of them is whole: whoever goes through them sees that.
    writeFileSync(path, bytes.fill(0xff, 4, 500));
    expect(await parquetSize(path, 299)).toEqual({ rows: 300, texts: null });
    const [issue] = await issuesOf(() => parquetSize(path, 300));
    expect(issue!.code).toBe("NOT_PARQUET");
  });

  it.each([
    ["Invalid Error: TProtocolException: Invalid data", true],
    ['Invalid Input Error: Failed to read file "orders.parquet": Snappy decompression failure', true],
    ["Out of Memory Error: failed to allocate data of size 1.0 GiB", false],
    ["Out of Memory Error: could not read orders.parquet", false],
  ])("tells a file that is broken from what has nothing to do with it: %s", (message, expected) => {
    expect(isOfFile(new Error(message), "orders.parquet")).toBe(expected);
  });
});

describe("JSON and NDJSON problems", () => {
  const good = '{"id": "a", "bank": "X", "amount": 1}';
  const ndjson = (...lines: string[]) =>
    issuesOf(() => readOrders(fileOf(lines.join("\n"), ".ndjson"), contract));
  const json = (text: string) => issuesOf(() => readOrders(fileOf(text, ".json"), contract));

  it.each([
    ["1e3", "NOT_A_DECIMAL"],
    ["12345678901234567.89", "NUMBER_TOO_LONG"],
    ["12.345", "TOO_MANY_DECIMALS"],
    ["1.000", "TOO_MANY_DECIMALS"],
    ["-1", "NOT_A_DECIMAL"],
    ["0", "OUT_OF_RANGE"],
    ["null", "MISSING_FIELD"],
    ["true", "NOT_A_DECIMAL"],
    ["[1]", "WRONG_TYPE"],
    ['{"a": 1}', "WRONG_TYPE"],
    ['"12345678901234567.89"', "OUT_OF_RANGE"],
  ])("amount %s", async (amount, code) => {
    const bad = `{"id": "b", "bank": "X", "amount": ${amount}}`;
    expect((await ndjson(good, "", bad)).map(brief)).toEqual([`3 amount ${code}`]);
    expect((await json(`[${good},\n${bad}]`)).map(brief)).toEqual([`- [1].amount ${code}`]);
  });

  it("goes on after a line that is no order", async () => {
    const issues = await ndjson(
      good,
      "{",
      "[]",
      "7",
      '{"id": "c", "id": "d", "bank": "X", "amount": 1}',
      good,
    );
    expect(issues.map(brief)).toEqual([
      "2 - NOT_JSON",
      "3 - WRONG_TYPE",
      "4 - WRONG_TYPE",
      "5 - DUPLICATE_KEY",
      "6 id DUPLICATE_ID",
    ]);
    expect(issues[4]!.message).toContain("first at line 1");
  });

  it.each([
    ['{"id": "a"}', "- - WRONG_TYPE"],
    ["[1,]", "1 - NOT_JSON"],
    [`[${good},\n\n{"id": x}]`, "3 - NOT_JSON"],
    ["[null]", "- [0] WRONG_TYPE"],
    ["", "- - EMPTY_FILE"],
  ])("JSON %s", async (text, expectedIssue) => {
    expect((await json(text)).map(brief)).toEqual([expectedIssue]);
  });

  it("takes [] for no orders", async () => {
    const store = await readOrders(fileOf("[]", ".json"), contract);
    expect(store.table.count).toBe(0);
  });

  it("checks attributes that nobody asks for, and misspelt fields", async () => {
    const issues = await ndjson(
      '{"id": "a", "bank": "X", "amount": 1, "memo": "=x", "nested": {}, "DueBy": "x"}',
    );
    expect(issues.map(brief)).toEqual(["1 memo UNSAFE_TEXT", "1 nested WRONG_TYPE", "1 DueBy UNKNOWN_KEY"]);
  });

  it("keeps ids and attributes as they are written", async () => {
    const store = await readOrders(
      fileOf('{"id": 0102, "bank": "X", "amount": 1}'.replace("0102", '"0102"'), ".ndjson"),
      contract,
    );
    expect(await store.ids([0])).toEqual(["0102"]);
  });

  it("names the line of another encoding", async () => {
    const issues = await issuesOf(() =>
      readOrders(
        fileOf(Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0xb9, 0xa4, 0xc9, 0xcc])]), ".ndjson"),
        contract,
      ),
    );
    expect(issues.map(brief)).toEqual(["2 - WRONG_ENCODING"]);
  });
});

describe("ordersFromObjects", () => {
  it("takes JavaScript's numbers, bigints, dates, null and undefined", async () => {
    const store = ordersFromObjects(
      new Set([
        { id: 7, bank: 102, amount: 12.5, dueBy: new Date("2026-11-22T15:00:00Z"), accountType: null },
        { id: 8n, bank: "X", amount: 3n, accountType: undefined },
      ]),
      contract,
    );
    expect(store.file).toBeNull();
    expect(store.sha256).toBeNull();
    expect(await store.ids([1, 0])).toEqual(["8", "7"]);
    expect([...store.table.amount]).toEqual([1250, 300]);
    expect(store.table.profiles[0]!.dueBy).toBe(3_600_000_000);
  });

  it("refuses what has no exact text", async () => {
    const issues = await issuesOf(() =>
      ordersFromObjects(
        [{ id: "a", bank: "X", amount: 0.1 + 0.2 }, { id: "b", bank: "X", amount: 1e21 }, "c" as never],
        contract,
      ),
    );
    expect(issues.map(brief)).toEqual([
      "- [0].amount NUMBER_TOO_LONG",
      "- [1].amount NOT_A_DECIMAL",
      "- [2] WRONG_TYPE",
    ]);
  });
});

describe("the two CSV readers", () => {
  it("agree on 100,000 orders", async () => {
    const path = fileOf(csvOf(records(100_000)), ".csv");
    const fast = await readOrders(path, contract);
    const source = await openOrderSource(path);
    const slow = await readCsvSlowly(source, await readHeader(source, contract), contract);
    expect(slow.sha256).toBe(fast.sha256);
    expect(slow.table.count).toBe(100_000);
    expect(await contents(slow)).toEqual(await contents(fast));
  });
});

describe("the database", () => {
  it("reaches no file but those it was opened for", async () => {
    const path = fileOf("a\n1\n", ".csv");
    const database = await openDatabase({ files: [path] });
    const read = (file: string) => database.connection.run(`SELECT * FROM read_csv('${file}')`);
    await expect(read(path)).resolves.toBeDefined();
    await expect(read("/etc/passwd")).rejects.toThrow();
    await expect(database.connection.run("SET enable_external_access = true")).rejects.toThrow();
    database.close();
  });
});

describe("a signal while orders are read", () => {
  const temporary = mkdtempSync(join(folder, "tmp-"));
  beforeEach(() => {
    vi.stubEnv("TMPDIR", temporary);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const watchers = () => process.listeners("exit").filter(({ name }) => name === "removeHeld").length;

  it("ends the reading of a stream that does not end, and leaves nothing", async () => {
    const stop = new AbortController();
    const stdin = new PassThrough();
    stdin.write(csvOf(rows));
    const reading = readOrders("-", contract, { stdin, signal: stop.signal });
    expect(readdirSync(temporary)).toHaveLength(1);
    expect(watchers()).toBe(1);
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(readdirSync(temporary)).toEqual([]);
    expect(watchers()).toBe(0);
  });

  it("is noticed behind a file as well", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readOrders(fileOf(csvOf(rows), ".csv"), contract, { signal })).rejects.toThrow("enough");
  });
});
