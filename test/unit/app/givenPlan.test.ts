import { describe, expect, test } from "vitest";
import { givenPlan } from "../../../src/app/givenPlan.js";
import { planOf } from "../../../src/app/planOf.js";
import type { GivenRows } from "../../../src/io/givenReader.js";
import { InputError } from "../../../src/model/issue.js";
import { contractOf, ordersOf } from "../check/inputs.js";

const contract = contractOf({
  currency: "CNY",
  channels: [
    {
      id: "a",
      mode: "batch",
      coverage: [{ banks: ["ICBC", "CCB"] }],
      fee: { flat: "0.40" },
      package: { maxOrders: 2, maxAmount: "500.00" },
    },
    {
      id: "b",
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: { flat: "0.40" },
      package: { separateBy: ["bank"] },
    },
    { id: "s", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "0.80" } },
  ],
});
const orders = ordersOf(
  contract,
  [
    ["ICBC", "100.00"],
    ["CCB", "100.00"],
    ["ICBC", "300.00"],
    ["ICBC", "300.00"],
    ["ABC", "100.00"],
    ["CCB", "100.00"],
  ].map(([bank, amount]) => ({ bank: bank!, amount: amount! })),
);

/** Rows as a file would have them: order, channel, package, sequence. */
function rowsOf(rows: readonly (readonly [number, string, string?, number?])[]): GivenRows {
  const channelNames = [...new Set(rows.map(([, channel]) => channel))];
  const packageNames = [...new Set(rows.map(([, , name = ""]) => name))];
  return {
    file: "given.csv",
    count: rows.length,
    order: Int32Array.from(rows, ([order]) => order),
    unknownOrders: ["x"],
    channel: Int32Array.from(rows, ([, channel]) => channelNames.indexOf(channel)),
    channelNames,
    package: Int32Array.from(rows, ([, , name = ""]) => packageNames.indexOf(name)),
    packageNames,
    sequence: Int32Array.from(rows, ([, , , sequence = 0]) => sequence),
    ignored: [],
    line: Int32Array.from(rows, (_, row) => row + 2),
  };
}

/** `order channel package` of every row, and `package:sequence` of every package. */
function told(rows: GivenRows, on = { contract, orders }) {
  const { plan, packages } = givenPlan(on.contract, on.orders, rows);
  const { count, order, channel, channelNames, package: inPackage, packageNames } = plan.assignments;
  return {
    packages,
    rows: Array.from({ length: count }, (_, row) =>
      [order[row], channelNames[channel[row]!], packageNames[inPackage[row]!]].join(" ").trim(),
    ),
    sequence: plan.packages.map((each) => `${each.channel} ${each.package}:${each.sequence}`),
  };
}

describe("assignments of others", () => {
  test("fill packages in the order of rows where they name none", () => {
    const given = rowsOf([
      [0, "a"],
      [4, "a"],
      [2, "a"],
      [1, "b"],
      [3, "a"],
      [-1, "a"],
      [5, "b"],
    ]);
    expect(told(given)).toEqual({
      packages: "filled",
      // Order 4 is of no bank that a covers: it takes no place. A third order or 600.00 would not fit.
      rows: ["4 a", "-1 a", "0 a a-0001", "2 a a-0001", "3 a a-0002", "1 b b-0001", "5 b b-0001"],
      sequence: ["a a-0001:1", "a a-0002:2", "b b-0001:1"],
    });
  });

  test("fill a package for each value that keeps orders apart", () => {
    const given = rowsOf([
      [0, "b"],
      [1, "b"],
      [2, "b"],
      [4, "b"],
    ]);
    expect(told(given).rows).toEqual(["0 b b-0001", "2 b b-0001", "1 b b-0002", "4 b b-0003"]);
  });

  test("fill no package with orders that are kept apart", () => {
    const payers = contractOf({
      currency: "CNY",
      channels: [
        {
          id: "p",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0.40" },
          package: { uniqueBy: ["bank", "payer"] },
        },
      ],
    });
    const ofPayers = ordersOf(
      payers,
      [
        ["ICBC", "x"],
        ["CCB", "x"],
        ["ICBC", "x"],
        ["ICBC", ""],
        ["ICBC", ""],
        ["ICBC", "x"],
      ].map(([bank, payer]) => ({ bank: bank!, amount: "1.00", attributes: { payer: payer! } })),
    );
    const given = rowsOf([0, 1, 2, 3, 4, 5].map((order) => [order, "p"]));
    // Of those without a payer any number may travel together.
    expect(told(given, { contract: payers, orders: ofPayers }).rows).toEqual([
      "0 p p-0001",
      "1 p p-0001",
      "2 p p-0002",
      "3 p p-0002",
      "4 p p-0002",
      "5 p p-0003",
    ]);
  });

  test("do not fill a package beyond its amount", () => {
    const given = rowsOf([
      [2, "a"],
      [3, "a"],
    ]);
    expect(told(given).rows).toEqual(["2 a a-0001", "3 a a-0002"]);
  });

  test("keep the packages that they name, in the sequence that they give or in which they appear", () => {
    const given = rowsOf([
      [0, "a", "late", 7],
      [1, "a", "first", 2],
      [4, "b", "anywhere"],
      [2, "a", "late"],
      [3, "a", "none"],
      [5, "s"],
    ]);
    expect(told(given)).toEqual({
      packages: "given",
      rows: ["5 s", "1 a first", "0 a late", "2 a late", "3 a none", "4 b anywhere"],
      sequence: ["a first:1", "a late:2", "a none:3", "b anywhere:1"],
    });
  });

  test("tell packages of one name by their channels", () => {
    const given = rowsOf([
      [0, "a", "1"],
      [1, "b", "1"],
    ]);
    expect(told(given).sequence).toEqual(["a a/1:1", "b b/1:1"]);
  });

  test("leave an order out whose row has no channel, and put one that comes again last", () => {
    const given = rowsOf([
      [0, ""],
      [1, "a", "p"],
      [1, "s"],
      [2, "s"],
      [0, "a", "p"],
    ]);
    expect(told(given).rows).toEqual(["2 s", "1 a p", "0 a p", "1 s"]);
  });

  test("must agree about the place of a package", () => {
    const given = rowsOf([
      [0, "a", "p", 1],
      [1, "a", "p", 2],
    ]);
    expect(() => givenPlan(contract, orders, given)).toThrow(InputError);
    expect(() => givenPlan(contract, orders, given)).toThrow(
      'given.csv:3: sequence: package "p" of a has sequence 2 here, 1 in line 2. A package has one place in the ' +
        "queue: write the same for all its orders. [SEQUENCE_DIFFERS]",
    );
    expect(() => givenPlan(contract, orders, { ...given, line: null })).toThrow(
      'given.csv: row 2, sequence: package "p" of a has sequence 2 here, 1 in row 1.',
    );
  });

  test("keep their lines, and orders that nobody knows, be they on a channel or on none", () => {
    const { assignments } = givenPlan(
      contract,
      orders,
      rowsOf([
        [5, "s"],
        [3, ""],
        [-1, ""],
        [0, "a", "p"],
        [-1, "nowhere"],
      ]),
    ).plan;
    expect([...assignments.order]).toEqual([5, -1, -1, 0]);
    expect([...assignments.line!]).toEqual([2, 4, 6, 5]);
  });

  test("become the columns of a plan", () => {
    const given = rowsOf([
      [5, "s"],
      [0, "a", "p"],
      [2, "b", "q"],
      [1, "a", "p"],
      [4, "s"],
    ]);
    const { loads } = planOf(contract, givenPlan(contract, orders, given).plan)!;
    expect(loads.map((load) => [...load.orders])).toEqual([[0, 1], [2], [5, 4]]);
    expect(loads.map((load) => [...load.packageSizes])).toEqual([[2], [1], []]);
  });
});
