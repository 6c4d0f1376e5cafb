import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/io/duckdb.js";
import { type OrderStore, ordersFromObjects, readOrders } from "../../../src/io/ordersReader.js";
import { canonicalCost, readPlanFolder, readPlanTables } from "../../../src/io/planReader.js";
import {
  checkPlanPlace,
  costText,
  openPlanDatabase,
  packageName,
  stagePlanFolder,
  type TableFiles,
  writeCertificate,
  writePlanJson,
  writePlanTables,
  writeReport,
} from "../../../src/io/planWriter.js";
import type { Certificate } from "../../../src/model/certificate.js";
import { formatCost, parseCost } from "../../../src/model/money.js";
import type { PlanFile } from "../../../src/model/planFile.js";
import type { PackageRow } from "../../../src/model/planFolder.js";
import { brief, contract, fileOf, folder, issuesOf } from "./support.js";

const money = { objective: "1.205", charges: "1.205", packageFees: "0.00", delay: "0.00", penalties: "0.00" };
const planFile: PlanFile = {
  schemaVersion: 1,
  version: "0.1.0",
  currency: "CNY",
  status: "feasible",
  proof: "none",
  engine: { asked: "auto", used: "greedy", why: "It is a test." },
  stoppedBy: "noGain",
  seed: 1,
  cost: money,
  bound: null,
  gap: null,
  unroutedPenalty: "5.00",
  counts: { orders: 6, routed: 4, rejected: 0, deferred: 2, packages: 2 },
  channels: [],
  quotas: [],
  baselines: [],
  unrouted: [{ reason: "CAPACITY_EXHAUSTED", orders: 2 }],
  finishAt: null,
  inputs: { channels: { file: null, sha256: null }, orders: { file: null, sha256: null } },
  timings: { read: 1.5 },
};

const ids = ["o1", 'o "2"', "o,3", "o\n4", "o5", "中文6"];
const orders = ids.map((id, i) => ({ id, bank: `B${i}, x`, amount: "1.00" }));
const packages: PackageRow[] = [1, 2].map((sequence) => ({
  package: packageName("union-batch", sequence),
  channel: "union-batch",
  sequence: String(sequence),
  orders: "1",
  amount: "1.00",
  charges: "0.40",
  fee: "0.00",
  startsAt: sequence === 1 ? "2026-11-22T22:00:00+08:00" : "",
  finishesAt: "",
}));

interface PlanFiles extends TableFiles {
  readonly planFile: PlanFile;
  readonly certificate: Certificate;
  readonly reportHtml: string;
}

async function writeTexts(dir: string, { planFile, certificate, reportHtml }: PlanFiles): Promise<void> {
  await writePlanJson(dir, planFile);
  await writeCertificate(dir, certificate);
  await writeReport(dir, reportHtml);
}

function filesFor(store: OrderStore, changes: Partial<PlanFiles> = {}): PlanFiles {
  return {
    format: "csv",
    contract,
    store,
    plan: {
      loads: [
        { orders: Int32Array.of(5, 1, 3), packageSizes: Int32Array.of(2, 1) },
        { orders: Int32Array.of(0), packageSizes: new Int32Array(0) },
      ],
    },
    charges: Float64Array.of(400_000, 305_000, 0, 1),
    packages,
    unrouted: { order: Int32Array.of(4, 2), reason: ["CAPACITY_EXHAUSTED", "DEARER_THAN_PENALTY"] },
    planFile,
    certificate: {
      schemaVersion: 2,
      inputs: { channels: null, orders: null },
      bound: "0.00",
      scale: 1,
      proof: { prices: { limits: [], channels: [] } },
    },
    reportHtml: "<!doctype html>\n",
    ...changes,
  };
}

const store = ordersFromObjects(orders, contract);
let fromCsv: OrderStore;
beforeAll(async () => {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = orders.map((order) => [order.id, order.bank, order.amount].map(cell).join(","));
  fromCsv = await readOrders(fileOf(`id,bank,amount\n${lines.join("\n")}\n`, ".csv"), contract);
});
afterAll(() => fromCsv.close());

let count = 0;
async function written(changes: Partial<PlanFiles> = {}, from = store): Promise<string> {
  // A name that DuckDB would take for a pattern.
  const dir = join(folder, `plan[${count++}]*`);
  const staged = await stagePlanFolder(dir, { overwrite: false });
  const files = filesFor(from, changes);
  const database = await openPlanDatabase(staged.path, from);
  await writePlanTables(database, files).finally(() => database.close());
  await writeTexts(staged.path, files);
  await staged.commit();
  return dir;
}

describe("writePlanTables", () => {
  it("writes the tables byte for byte, whoever read the orders", async () => {
    for (const from of [store, fromCsv]) {
      const dir = await written({}, from);
      expect(readdirSync(dir).sort()).toEqual([
        "assignments.csv",
        "certificate.json",
        "packages.csv",
        "plan.json",
        "report.html",
        "unrouted.csv",
      ]);
      const text = (name: string) => readFileSync(join(dir, name), "utf8");
      expect(text("assignments.csv")).toBe(
        `order,channel,package,charge
中文6,union-batch,union-batch-0001,0.40
"o ""2""",union-batch,union-batch-0001,0.305
"o
4",union-batch,union-batch-0002,0.00
o1,fast-single,,0.000001
`,
      );
      expect(text("packages.csv")).toBe(
        `package,channel,sequence,orders,amount,charges,fee,startsAt,finishesAt
union-batch-0001,union-batch,1,1,1.00,0.40,0.00,2026-11-22T22:00:00+08:00,
union-batch-0002,union-batch,2,1,1.00,0.40,0.00,,
`,
      );
      expect(text("unrouted.csv")).toBe(
        `order,reason,detail
o5,CAPACITY_EXHAUSTED,"Every channel that covers bank B4, x is full or out of time in this plan."
"o,3",DEARER_THAN_PENALTY,Room remains; in a cheapest plan every way to use it costs more than the penalty.
`,
      );
      expect(JSON.parse(text("plan.json"))).toEqual(planFile);
      expect(text("report.html")).toBe("<!doctype html>\n");
    }
  });

  it("writes a plan of no orders", async () => {
    const none = ordersFromObjects([], contract);
    const dir = await written(
      {
        plan: { loads: [0, 1].map(() => ({ orders: new Int32Array(0), packageSizes: new Int32Array(0) })) },
        charges: new Float64Array(0),
        packages: [],
        unrouted: { order: new Int32Array(0), reason: [] },
      },
      none,
    );
    expect(readFileSync(join(dir, "assignments.csv"), "utf8")).toBe("order,channel,package,charge\n");
    const read = await readPlanFolder(dir, none);
    expect([read.assignments.count, read.unrouted.count, read.packages.length]).toEqual([0, 0, 0]);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the charge %s as a fault", async (charge) => {
    await expect(written({ charges: Float64Array.of(charge, 0, 0, 0) })).rejects.toMatchObject({
      code: "WRONG_CHARGES",
    });
  });

  it("refuses a formula as a fault", async () => {
    const unsafe = { ...store, copyIds: ordersFromObjects(orders, contract).copyIds };
    await expect(written({ packages: [{ ...packages[0]!, channel: "=1+1" }] }, unsafe)).rejects.toMatchObject(
      { code: "UNSAFE_OUTPUT" },
    );
    const formulaIds: OrderStore = {
      ...store,
      copyIds: async (into) => {
        await into.run("CREATE TABLE ids AS SELECT i::INTEGER AS row, '=' || i AS id FROM range(6) t(i)");
      },
    };
    await expect(written({}, formulaIds)).rejects.toMatchObject({ code: "UNSAFE_OUTPUT" });
  });
});

describe("one database for writing and reading", () => {
  it.each(["csv", "parquet"] as const)("reads %s as another one does", async (format) => {
    const dir = join(folder, `both[${count++}]`);
    mkdirSync(dir);
    const files = filesFor(fromCsv, { format });
    const database = await openPlanDatabase(dir, fromCsv);
    try {
      await writePlanTables(database, files);
      const tables = await readPlanTables(database, contract.exponent);
      await writeTexts(dir, files);
      expect(await readPlanFolder(dir, fromCsv)).toMatchObject(tables);
    } finally {
      await database.close();
      await database.close();
    }
  });
});

describe("readPlanFolder", () => {
  it.each(["csv", "parquet"] as const)("reads back what was written as %s", async (format) => {
    for (const from of [store, fromCsv]) {
      const dir = await written({ format }, from);
      expect(existsSync(join(dir, `assignments.${format}`))).toBe(true);
      const read = await readPlanFolder(dir, from);
      expect(read.plan).toEqual(planFile);
      expect(read.packages).toEqual(packages);
      expect(read.assignments).toEqual({
        count: 4,
        order: Int32Array.of(5, 1, 3, 0),
        unknownOrders: [],
        channel: Int32Array.of(0, 0, 0, 1),
        channelNames: ["union-batch", "fast-single"],
        package: Int32Array.of(0, 0, 1, 2),
        packageNames: ["union-batch-0001", "union-batch-0002", ""],
        charge: Float64Array.of(400_000, 305_000, 0, 1),
      });
      expect(read.unrouted.order).toEqual(Int32Array.of(4, 2));
      expect(read.unrouted.reasonNames).toEqual(["CAPACITY_EXHAUSTED", "DEARER_THAN_PENALTY"]);
      expect(read.unrouted.detailNames[read.unrouted.detail[1]!]).toMatch(/^Room remains/);
    }
  });

  it("refuses a proof of thousands of questions in one another", async () => {
    const dir = await written();
    const file = join(dir, "certificate.json");
    const leaf = '{"prices":{}}';
    const proof = (deep: number) =>
      `${`{"channel":"a","packages":0,"atMost":${leaf},"above":`.repeat(deep)}${leaf}${"}".repeat(deep)}`;
    const before = readFileSync(file, "utf8");
    const asking = (deep: number) =>
      writeFileSync(file, JSON.stringify({ ...JSON.parse(before), proof: "?" }).replace('"?"', proof(deep)));
    asking(500);
    expect((await readPlanFolder(dir, store)).certificate.proof).toHaveProperty("above.above.channel", "a");
    asking(5000);
    expect((await issuesOf(() => readPlanFolder(dir, store))).map(brief)).toEqual([
      expect.stringContaining("NESTED_TOO_DEEP"),
    ]);
  });

  it("marks unknown orders and charges that are no canonical money", async () => {
    const dir = await written();
    writeFileSync(
      join(dir, "assignments.csv"),
      "order,channel,package,charge\nx,a,,0.4\no1,a,,0.40\ny,b,p,-1.00\nx,a,,1e3\no1,a,,\n",
    );
    const { assignments } = await readPlanFolder(dir, store);
    expect(assignments.order).toEqual(Int32Array.of(-1, 0, -2, -1, 0));
    expect(assignments.unknownOrders).toEqual(["x", "y"]);
    expect(assignments.charge).toEqual(
      Float64Array.of(Number.NaN, 400_000, Number.NaN, Number.NaN, Number.NaN),
    );
  });

  it("reads tables that another program wrote: CRLF, mixed line ends, quotes, a byte order mark", async () => {
    const dir = await written();
    const file = join(dir, "assignments.csv");
    const text = readFileSync(file, "utf8");
    const original = (await readPlanFolder(dir, store)).assignments;
    for (const other of [
      `\uFEFF${text.replace(/o\n4/, "@@").replaceAll("\n", "\r\n").replace("@@", "o\n4")}`,
      `${text.replace("channel,package,charge\n", 'channel,"package",charge\r\n')}\n\n`,
    ]) {
      writeFileSync(file, other);
      expect((await readPlanFolder(dir, store)).assignments).toEqual(original);
    }
  });

  const spoilt = async (name: string, change: (text: string) => string | null) => {
    const dir = await written();
    const file = join(dir, name);
    const text = change(readFileSync(file, "utf8"));
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
    return (await issuesOf(() => readPlanFolder(dir, store))).map(brief);
  };

  it.each([
    ["no plan.json", "plan.json", () => null, "- - FILE_NOT_FOUND"],
    ["no assignments", "assignments.csv", () => null, "- - FILE_NOT_FOUND"],
    ["broken JSON", "plan.json", (text: string) => text.replace(",", ""), "3 - NOT_JSON"],
    [
      "a wrong status",
      "plan.json",
      (text: string) => text.replace('"feasible"', '"good"'),
      "5 status UNKNOWN_VALUE",
    ],
    ["no cost", "plan.json", (text: string) => text.replace('"cost"', '"costs"'), "1 cost MISSING_FIELD"],
    [
      "an unknown currency",
      "plan.json",
      (text: string) => text.replace("CNY", "XXX"),
      "- currency UNKNOWN_CURRENCY",
    ],
    [
      "no bound",
      "certificate.json",
      (text: string) => text.replace("bound", "bond"),
      "1 bound MISSING_FIELD",
    ],
    ["another header", "assignments.csv", (text: string) => text.replace("order", "id"), "1 - WRONG_COLUMNS"],
    ["an empty table", "unrouted.csv", () => "", "1 - WRONG_COLUMNS"],
    ["a cell too few", "assignments.csv", (text: string) => `${text}o5,a\n`, "7 - WRONG_CELL_COUNT"],
    [
      "an empty cell too many",
      "packages.csv",
      (text: string) => text.replace(/,\n$/, ",,\n"),
      "3 - WRONG_CELL_COUNT",
    ],
    ["an open quote", "unrouted.csv", (text: string) => `${text}"o`, "4 - UNCLOSED_QUOTE"],
  ])("complains about %s", async (_, name, change, expected) => {
    expect(await spoilt(name, change)).toEqual([expected]);
  });

  it("complains about two tables, no folder, a file", async () => {
    const dir = await written();
    writeFileSync(join(dir, "packages.parquet"), "x");
    expect((await issuesOf(() => readPlanFolder(dir, store))).map(brief)).toEqual(["- - TWO_TABLES"]);
    rmSync(join(dir, "packages.csv"));
    expect((await issuesOf(() => readPlanFolder(dir, store))).map(brief)).toEqual(["- - NOT_PARQUET"]);
    expect((await issuesOf(() => readPlanFolder(join(folder, "none"), store)))[0]!.code).toBe(
      "FILE_NOT_FOUND",
    );
    expect((await issuesOf(() => readPlanFolder(fileOf("x", ".csv"), store)))[0]!.code).toBe("NOT_A_FOLDER");
  });
});

const unitsOf = (value: unknown) => {
  const units = (value as { value: bigint }).value;
  return units < 0n ? Number.NaN : Number(units);
};

describe("money in SQL", () => {
  it.each([0, 2, 3, 4])("is the same text as formatCost, exponent %i", async (exponent) => {
    const { connection, close } = await openDatabase();
    const samples = fc.sample(
      fc.oneof(
        fc.nat(20_000),
        fc.maxSafeNat(),
        fc.nat(1000).map((n) => n * 10_000),
      ),
      {
        numRuns: 500,
        seed: 7,
      },
    );
    const values = [...samples, 0, 1, 9999, 10_000, Number.MAX_SAFE_INTEGER];
    const texts = values.map((value) => formatCost(value, exponent));
    const list = values.map((value) => `(${value})`).join(", ");
    const result = await connection.run(
      `SELECT ${costText("v::BIGINT", exponent)} FROM (VALUES ${list}) t(v)`,
    );
    expect((await result.getRows()).map(([text]) => text)).toEqual(texts);
    const odd = [
      "",
      "0",
      "0.4",
      "0.400",
      "00.40",
      ".40",
      "1e3",
      "-0.40",
      "+1",
      "9007199254740992",
      "99999999999.99",
    ];
    const candidates = [
      ...texts,
      ...odd,
      ...texts.map((text) => `${text}0`),
      ...texts.map((text) => `0${text}`),
    ];
    const expected = candidates.map((text) => {
      const units = parseCost(text, exponent);
      return units === null ||
        units < 0n ||
        units > BigInt(Number.MAX_SAFE_INTEGER) ||
        formatCost(units, exponent) !== text
        ? Number.NaN
        : Number(units);
    });
    const rows = candidates.map((text) => `('${text}')`).join(", ");
    const back = await connection.run(`SELECT ${canonicalCost("t", exponent)} FROM (VALUES ${rows}) x(t)`);
    expect((await back.getRows()).map(([value]) => unitsOf(value))).toEqual(expected);
    close();
  });
});

describe("packageName", () => {
  it("is unique whatever the ids", () => {
    const id = fc.string({ unit: fc.constantFrom("a", "-", "0", "1"), minLength: 1, maxLength: 7 });
    const sequence = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(id, sequence, id, sequence, (id1, n1, id2, n2) => {
        if (packageName(id1, n1) === packageName(id2, n2)) expect([id1, n1]).toEqual([id2, n2]);
      }),
      { numRuns: 1000 },
    );
    expect(packageName("union-batch", 1)).toBe("union-batch-0001");
    expect(packageName("union-batch", 12_345)).toBe("union-batch-12345");
  });
});

describe("stagePlanFolder", () => {
  const place = () => join(folder, `s${count++}`, "deep", "plan");
  const stage = (dir: string, overwrite = false, inputs: string[] = []) =>
    stagePlanFolder(dir, { overwrite, inputs });
  const beside = (dir: string) => readdirSync(join(dir, ".."));
  const planText = (n: number) => `{"schemaVersion":1,"n":${n}}`;
  const put = async (dir: string, n: number, overwrite = false) => {
    const staged = await stage(dir, overwrite);
    writeFileSync(join(staged.path, "plan.json"), planText(n));
    await staged.commit();
  };
  const standing = (dir: string) => readFileSync(join(dir, "plan.json"), "utf8");

  it("puts a folder in its place whole, making its parents", async () => {
    const dir = place();
    const staged = await stage(dir);
    writeFileSync(join(staged.path, "plan.json"), "1");
    expect(existsSync(dir)).toBe(false);
    await staged.commit();
    expect(beside(dir)).toEqual(["plan"]);
    expect(standing(dir)).toBe("1");
    expect(statSync(dir).mode & 0o777).toBe(0o777 & ~process.umask());
  });

  it("leaves nothing when discarded, the folders around it neither", async () => {
    const dir = place();
    const staged = await stage(dir);
    writeFileSync(join(staged.path, "plan.json"), "1");
    await staged.discard();
    expect(existsSync(join(dir, "..", ".."))).toBe(false);
    expect(existsSync(folder)).toBe(true);
  });

  it("leaves the folders around it where they were before, or are others' by now", async () => {
    const dir = place();
    mkdirSync(join(dir, "..", ".."));
    await (await stage(dir)).discard();
    expect(readdirSync(join(dir, "..", ".."))).toEqual([]);
    const staged = await stage(dir);
    writeFileSync(join(dir, "..", "notes.txt"), "");
    await staged.discard();
    expect(beside(dir)).toEqual(["notes.txt"]);
  });

  it("looks at a place and makes nothing", async () => {
    const dir = place();
    await checkPlanPlace(dir, { overwrite: false });
    expect(existsSync(join(dir, "..", ".."))).toBe(false);
    const below = join(fileOf("", ".txt"), "deep", "plan");
    expect((await issuesOf(() => checkPlanPlace(below, { overwrite: false })))[0]!.code).toBe("NOT_A_FOLDER");
  });

  it("refuses a folder that exists, even one that came up meanwhile", async () => {
    const dir = place();
    await put(dir, 1);
    const [issue] = await issuesOf(() => stage(dir));
    expect(issue).toMatchObject({ code: "FOLDER_EXISTS", file: dir });
    expect(await issuesOf(() => checkPlanPlace(dir, { overwrite: false }))).toEqual([issue]);
    const late = place();
    const staged = await stage(late);
    mkdirSync(late);
    expect((await issuesOf(() => staged.commit())).map((each) => each.code)).toEqual(["FOLDER_EXISTS"]);
    expect(beside(late)).toEqual(["plan"]);
  });

  it("overwrites a plan or an empty folder", async () => {
    const dir = place();
    await put(dir, 1);
    writeFileSync(join(dir, "assignments.csv"), "");
    writeFileSync(join(dir, "packages.parquet"), "");
    await put(dir, 2, true);
    expect(beside(dir)).toEqual(["plan"]);
    expect(readdirSync(dir)).toEqual(["plan.json"]);
    expect(standing(dir)).toBe(planText(2));
    const empty = place();
    mkdirSync(empty, { recursive: true });
    await put(empty, 3, true);
    expect(standing(empty)).toBe(planText(3));
    const file = fileOf("", ".txt");
    expect((await issuesOf(() => stage(file, true)))[0]!.code).toBe("NOT_A_FOLDER");
    expect((await issuesOf(() => stage(join(file, "plan"), true)))[0]!.code).toBe("NOT_A_FOLDER");
  });

  const plan = planText(1);
  it.each<[string, Record<string, string | null>, string]>([
    ["a file of somebody", { "thesis.txt": "" }, 'it holds "thesis.txt", no part of a plan'],
    [
      "a plan and a file of somebody",
      { "plan.json": plan, "a.txt": "" },
      'it holds "a.txt", no part of a plan',
    ],
    ["several files", { "plan.json": plan, b: "", c: "", d: "" }, "and 2 more, no part of a plan"],
    ["a folder named like a file of ours", { "plan.json": plan, "packages.csv": null }, '"packages.csv"'],
    ["tables without a plan", { "unrouted.csv": "" }, "it holds no plan.json"],
    ["a plan.json of another kind", { "plan.json": '{"plan":"holiday"}' }, "its plan.json is of no plan"],
    ["a plan.json that is null", { "plan.json": "null" }, "its plan.json is of no plan"],
    ["a plan.json that is no JSON", { "plan.json": "1. sleep" }, "its plan.json is of no plan"],
  ])("never overwrites %s", async (_, files, message) => {
    const dir = place();
    mkdirSync(dir, { recursive: true });
    for (const [name, text] of Object.entries(files))
      if (text === null) mkdirSync(join(dir, name));
      else writeFileSync(join(dir, name), text);
    const [issue] = await issuesOf(() => stage(dir, true));
    expect(issue).toMatchObject({ code: "NOT_A_PLAN_FOLDER", file: dir });
    expect(issue!.message).toContain(message);
    expect(readdirSync(dir).sort()).toEqual(Object.keys(files).sort());
  });

  it("does not overwrite what turned up in the old plan meanwhile", async () => {
    const dir = place();
    await put(dir, 1);
    const staged = await stage(dir, true);
    writeFileSync(join(staged.path, "plan.json"), planText(2));
    writeFileSync(join(dir, "notes.txt"), "");
    expect((await issuesOf(() => staged.commit()))[0]!.code).toBe("NOT_A_PLAN_FOLDER");
    expect(standing(dir)).toBe(planText(1));
    expect(beside(dir)).toEqual(["plan"]);
  });

  it("never overwrites a folder that holds what the plan is made from, by whatever path", async () => {
    const dir = place();
    await put(dir, 1);
    const inside = join(dir, "unrouted.csv");
    writeFileSync(inside, "id,bank,amount\n");
    const link = join(folder, `link${count++}`);
    symlinkSync(dir, link);
    for (const [out, input] of [
      [dir, inside],
      [dir, join(link, "unrouted.csv")],
      [link, inside],
      [join(dir, "..", "plan"), join(dir, "..", "plan", ".", "unrouted.csv")],
    ] as const) {
      const [issue] = await issuesOf(() => stage(out, true, [fileOf("", ".yaml"), input]));
      expect(issue).toMatchObject({ code: "INPUT_IN_FOLDER", file: out });
      expect(issue!.message).toContain(JSON.stringify(input).slice(0, 20));
    }
    // A link in the folder would be lost as well, though not what it leads to.
    const elsewhere = fileOf("id,bank,amount\n", ".csv");
    rmSync(inside);
    symlinkSync(elsewhere, inside);
    for (const input of [inside, join(link, "unrouted.csv")])
      expect((await issuesOf(() => stage(dir, true, [input])))[0]!.code).toBe("INPUT_IN_FOLDER");
    rmSync(inside);
    const neighbour = `${dir}-orders.csv`;
    writeFileSync(neighbour, "");
    await (await stage(dir, true, [neighbour, join(folder, "not-there.csv")])).discard();
  });

  it("keeps the old plan when the new one fails half-way", async () => {
    const dir = place();
    await put(dir, 1);
    const staged = await stage(dir, true);
    rmSync(staged.path, { recursive: true });
    await expect(staged.commit()).rejects.toThrow();
    expect(beside(dir)).toEqual(["plan"]);
    expect(standing(dir)).toBe(planText(1));
  });
});
