import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../../src/app/planOptions.js";
import { formatIssue, frontierBatch, plan, planBatch } from "../../../src/index.js";
import { fileOf, folder, inputErrorOf, issuesOf } from "../io/support.js";

const INPUT = {
  channels: {
    currency: "CNY",
    channels: [{ id: "a", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1" } }],
  },
  orders: [{ id: "1", bank: "ICBC", amount: "5.00" }],
};
const FILES = { channels: "none.yaml", orders: "none.csv", out: join(folder, "plan") };

describe("options", () => {
  it("may be left out, or be any that there are", () => {
    checkOptions("plan", INPUT);
    checkOptions("plan", { ...INPUT, orders: new Set(INPUT.orders), engine: undefined, threads: undefined });
    checkOptions("planBatch", {
      ...FILES,
      engine: "exact",
      mip: "highs",
      timeLimit: 0.001,
      gap: 1,
      seed: 0,
      threads: 64,
      signal: new AbortController().signal,
      onProgress: () => {},
      overwrite: false,
      format: "parquet",
    });
    checkOptions("planBatch", { ...FILES, timeLimit: 1_000_000, gap: 0, seed: 2 ** 31 - 1, threads: 1 });
  });

  const SECONDS = "must be a number of seconds above 0 and at most 1000000. For example 30 or 0.5.";
  const SHARE = "must be a share from 0 to 1. For example 0.01 for 1%.";
  const SEED = "must be a whole number from 0 to 2147483647. For example 1.";
  const THREADS =
    "must be a whole number from 1 to 64. For example 4; without it there is one per processor, at most 8.";
  it.each<[option: string, value: unknown, message: string]>([
    [
      "engine",
      "foo",
      '"foo" is not one of auto, exact, greedy. Known here: auto, exact, greedy. [UNKNOWN_VALUE]',
    ],
    ["engine", "gredy", '"gredy" is not one of auto, exact, greedy. Did you mean "greedy"? [UNKNOWN_VALUE]'],
    [
      "mip",
      "x",
      '"x" is not one of javascript-lp-solver, highs. Known here: javascript-lp-solver, highs. [UNKNOWN_VALUE]',
    ],
    ["timeLimit", 0, `"0" ${SECONDS} [OUT_OF_RANGE]`],
    ["timeLimit", -1, `"-1" ${SECONDS} [OUT_OF_RANGE]`],
    ["timeLimit", Number.NaN, `"NaN" ${SECONDS} [OUT_OF_RANGE]`],
    ["timeLimit", 1_000_001, `"1000001" ${SECONDS} [OUT_OF_RANGE]`],
    ["timeLimit", Number.POSITIVE_INFINITY, `"Infinity" ${SECONDS} [OUT_OF_RANGE]`],
    ["timeLimit", "60", `"60" ${SECONDS} [WRONG_TYPE]`],
    ["timeLimit", null, `${SECONDS} [WRONG_TYPE]`],
    ["gap", 2, `"2" ${SHARE} [OUT_OF_RANGE]`],
    ["gap", -0.1, `"-0.1" ${SHARE} [OUT_OF_RANGE]`],
    ["seed", -1, `"-1" ${SEED} [OUT_OF_RANGE]`],
    ["seed", 1.5, `"1.5" ${SEED} [OUT_OF_RANGE]`],
    ["seed", 2 ** 31, `"2147483648" ${SEED} [OUT_OF_RANGE]`],
    ["threads", 0, `"0" ${THREADS} [OUT_OF_RANGE]`],
    ["threads", 65, `"65" ${THREADS} [OUT_OF_RANGE]`],
    ["signal", new AbortController(), "must be an AbortSignal. [WRONG_TYPE]"],
    ["onProgress", "yes", '"yes" must be a function. [WRONG_TYPE]'],
    ["overwrite", "yes", '"yes" must be true or false. [WRONG_TYPE]'],
    ["format", "xlsx", '"xlsx" is not one of csv, parquet. Known here: csv, parquet. [UNKNOWN_VALUE]'],
    ["out", "", '"" must be the path of a file or folder. [WRONG_TYPE]'],
    ["out", undefined, "is missing. [MISSING_FIELD]"],
    ["orders", 7, '"7" must be the path of a file or folder. [WRONG_TYPE]'],
    ["timelimit", 5, 'unknown key "timelimit". Did you mean "timeLimit"? [UNKNOWN_KEY]'],
  ])("%s may not be %s", async (option, value, message) => {
    const issues = await issuesOf(() => checkOptions("planBatch", { ...FILES, [option]: value }));
    expect(issues.map(formatIssue)).toEqual([`${option}: ${message}`]);
  });

  it.each<[unknown, string[]]>([
    [{}, ["channels MISSING_FIELD", "orders MISSING_FIELD"]],
    [{ ...INPUT, channels: null }, ["channels WRONG_TYPE"]],
    [{ ...INPUT, orders: { id: "1" } }, ["orders WRONG_TYPE"]],
    [{ ...INPUT, out: "plan" }, ["out UNKNOWN_KEY"]],
    [undefined, [" MISSING_FIELD"]],
  ])("of plan may not be %j", async (options, expected) => {
    const issues = await issuesOf(() => checkOptions("plan", options));
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual(expected);
  });

  // What JavaScript lets through, whatever the types say.
  const wrong = { engine: "foo", threads: 0, timeLimit: Number.NaN, gap: 2, mip: "x", seed: -1 } as object;

  it("are refused all at once by plan, before anything is read", async () => {
    const error = await inputErrorOf(() => plan({ ...INPUT, orders: "none.csv", ...wrong }));
    expect(error.issues.map(({ path }) => path).sort()).toEqual(Object.keys(wrong).sort());
  });

  it("are refused all at once by planBatch, before anything is read or made", async () => {
    const error = await inputErrorOf(() => planBatch({ ...FILES, ...wrong }));
    expect(error.issues.map(({ path }) => path).sort()).toEqual(Object.keys(wrong).sort());
    expect(existsSync(FILES.out)).toBe(false);
  });

  it("are refused all at once by frontierBatch, before anything is read or made", async () => {
    const more = { ...wrong, against: "money", points: 1, plans: "yes", overwrite: 1 } as object;
    const error = await inputErrorOf(() => frontierBatch({ ...FILES, ...(more as { against: "finish" }) }));
    expect(error.issues.map(({ path }) => path).sort()).toEqual(Object.keys(more).sort());
    expect(existsSync(FILES.out)).toBe(false);
  });

  it("are refused by write, which leaves the plan as it is", async () => {
    const planned = await plan({ ...INPUT, threads: 1, timeLimit: 5 });
    const options = { format: "xlsx" } as object;
    expect((await issuesOf(() => planned.write(FILES.out, options))).map(({ path }) => path)).toEqual([
      "format",
    ]);
    expect(existsSync(FILES.out)).toBe(false);
    await planned.write(FILES.out);
    expect(existsSync(join(FILES.out, "plan.json"))).toBe(true);
    await planned.close();
  });

  it("end with the signal's reason where it comes before the orders are read", async () => {
    const reason = new Error("changed my mind");
    const orders = fileOf("id,bank,amount\n1,ICBC,5.00\n", ".csv");
    const planning = plan({ ...INPUT, orders, signal: AbortSignal.abort(reason) });
    await expect(planning).rejects.toBe(reason);
  });
});
