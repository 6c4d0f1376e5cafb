import { describe, expect, test } from "vitest";
import type { DeferReason } from "../../../src/model/plan.js";
import { deferReasons } from "../../../src/solver/deferral.js";
import { type ChannelForm, type Instance, type OrderRow, problemFrom } from "../../support/instance.js";

const PLAN_AT = "2026-11-22T22:00:00Z";
const at = (seconds: number) =>
  new Date(Date.parse(PLAN_AT) + seconds * 1000).toISOString().replace(".000Z", "Z");

/** A channel of a case, and its packages (single: its orders) as rows of the orders. */
type Loaded = Partial<ChannelForm> & { readonly load?: readonly (readonly number[])[] };

/** The reason of order 0, which no channel takes. Orders are of bank A and 1.00 unless they say otherwise. */
function reasonOf(
  channels: readonly Loaded[],
  orders: readonly Partial<OrderRow>[],
  quota?: NonNullable<Instance["channels"]["quotas"]>[number],
) {
  const forms = channels.map(({ load: _, ...form }, c) => ({
    id: `c${c}`,
    mode: "batch" as const,
    coverage: [{ banks: "*" as const }],
    fee: { flat: "1.00" },
    ...form,
  }));
  const problem = problemFrom({
    channels: { currency: "CNY", planAt: PLAN_AT, channels: forms, ...(quota ? { quotas: [quota] } : {}) },
    orders: orders.map((order, i) => ({ id: `o${i}`, bank: "A", amount: "1.00", ...order })),
  });
  const loads = channels.map(({ load = [] }, c) => ({
    orders: Int32Array.from(load.flat()),
    packageSizes:
      forms[c]!.mode === "single" ? new Int32Array(0) : Int32Array.from(load, (inside) => inside.length),
  }));
  const reasons = deferReasons(problem, { loads }, Int32Array.of(0));
  expect(reasons).toHaveLength(1);
  return reasons[0];
}

const THREE = [{}, {}, {}];
const DEARER: DeferReason = "DEARER_THAN_PENALTY";
const FULL: DeferReason = "CAPACITY_EXHAUSTED";
const MINIMUM: DeferReason = "PACKAGE_MINIMUM";

describe("limits", () => {
  test.each<[string, Loaded, DeferReason]>([
    ["none", {}, DEARER],
    ["orders of the channel, one left", { limits: { maxOrders: 3 } }, DEARER],
    ["orders of the channel, none left", { limits: { maxOrders: 2 } }, FULL],
    ["amount of the channel, just enough left", { limits: { maxAmount: "3.00" } }, DEARER],
    ["amount of the channel, a minor unit short", { limits: { maxAmount: "2.99" } }, FULL],
    ["orders of the rule, one left", { coverage: [{ banks: "*", limits: { maxOrders: 3 } }] }, DEARER],
    ["orders of the rule, none left", { coverage: [{ banks: "*", limits: { maxOrders: 2 } }] }, FULL],
    [
      "amount of the rule, just enough left",
      { coverage: [{ banks: "*", limits: { maxAmount: "3.00" } }] },
      DEARER,
    ],
    [
      "amount of the rule, a minor unit short",
      { coverage: [{ banks: "*", limits: { maxAmount: "2.99" } }] },
      FULL,
    ],
  ])("%s", (_, change, expected) => {
    expect(reasonOf([{ ...change, load: [[1, 2]] }], THREE)).toBe(expected);
    expect(reasonOf([{ ...change, mode: "single", load: [[1], [2]] }], THREE)).toBe(expected);
  });

  test("another rule's limit is no matter", () => {
    const coverage = [{ banks: ["A"] }, { banks: ["B"], limits: { maxOrders: 2 } }];
    expect(reasonOf([{ coverage, load: [[1, 2]] }], [{}, { bank: "B" }, { bank: "B" }])).toBe(DEARER);
  });

  test.each([
    [3, undefined, DEARER],
    [2, undefined, FULL],
    [undefined, "3.00", DEARER],
    [undefined, "2.99", FULL],
  ])("a quota of %s orders and %s over two channels", (maxOrders, maxAmount, expected) => {
    const limits = { ...(maxOrders ? { maxOrders } : {}), ...(maxAmount ? { maxAmount } : {}) };
    const quota = { id: "q", channels: ["c0", "c1"], limits };
    expect(reasonOf([{ load: [[1]] }, { mode: "single", load: [[2]] }], THREE, quota)).toBe(expected);
  });

  test("room on any one channel is enough", () => {
    const full: Loaded = { limits: { maxOrders: 2 }, load: [[1, 2]] };
    expect(reasonOf([full, { mode: "single" }], THREE)).toBe(DEARER);
    expect(reasonOf([full, { mode: "single" }], [{ channels: "c0" }, {}, {}])).toBe(FULL);
    expect(reasonOf([full, { mode: "single", coverage: [{ banks: ["B"] }] }], THREE)).toBe(FULL);
  });
});

describe("packages", () => {
  test.each<[string, Loaded, readonly Partial<OrderRow>[], DeferReason]>([
    ["a free place", { package: { maxOrders: 3 }, limits: { maxPackages: 1 } }, THREE, DEARER],
    [
      "no free place, no further package",
      { package: { maxOrders: 2 }, limits: { maxPackages: 1 } },
      THREE,
      FULL,
    ],
    [
      "no free place, a further package",
      { package: { maxOrders: 2 }, limits: { maxPackages: 2 } },
      THREE,
      DEARER,
    ],
    [
      "no free place, a further one below its minimum",
      { package: { maxOrders: 2, minOrders: 2 } },
      THREE,
      MINIMUM,
    ],
    [
      "a free place, whatever the minimum",
      { package: { maxOrders: 3, minOrders: 2 }, limits: { maxPackages: 1 } },
      THREE,
      DEARER,
    ],
    [
      "amount left, just enough",
      { package: { maxAmount: "3.00" }, limits: { maxPackages: 1 } },
      THREE,
      DEARER,
    ],
    [
      "amount left, a minor unit short",
      { package: { maxAmount: "2.99" }, limits: { maxPackages: 1 } },
      THREE,
      FULL,
    ],
    [
      "another bank",
      { package: { separateBy: ["bank"] }, limits: { maxPackages: 1 } },
      [{}, { bank: "B" }, { bank: "B" }],
      FULL,
    ],
    ["the same bank", { package: { separateBy: ["bank"] }, limits: { maxPackages: 1 } }, THREE, DEARER],
    [
      "another bank, a further package",
      { package: { separateBy: ["bank"] } },
      [{}, { bank: "B" }, { bank: "B" }],
      DEARER,
    ],
    [
      "another bank, a further one below its minimum",
      { package: { separateBy: ["bank"], minOrders: 2 } },
      [{}, { bank: "B" }, { bank: "B" }],
      MINIMUM,
    ],
  ])("%s", (_, change, orders, expected) => {
    expect(reasonOf([{ ...change, load: [[1, 2]] }], orders)).toBe(expected);
  });

  test("any package may have the place", () => {
    const form: Loaded = { package: { maxOrders: 2 }, limits: { maxPackages: 2 } };
    expect(reasonOf([{ ...form, load: [[1, 2], [3]] }], [{}, {}, {}, {}])).toBe(DEARER);
    expect(
      reasonOf(
        [
          {
            ...form,
            load: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
        [{}, {}, {}, {}, {}],
      ),
    ).toBe(FULL);
  });

  test.each([
    [1, FULL],
    [2, DEARER],
  ])("a quota of %i packages over two channels", (maxPackages, expected) => {
    const quota = { id: "q", channels: ["c0", "c1"], limits: { maxPackages } };
    const covers = (bank: string) => [{ banks: [bank] }];
    const channels: Loaded[] = [{ coverage: covers("A") }, { coverage: covers("B"), load: [[1, 2]] }];
    expect(reasonOf(channels, [{}, { bank: "B" }, { bank: "B" }], quota)).toBe(expected);
  });

  test("a minimum on one channel, nothing on another", () => {
    const minimum: Loaded = { package: { minOrders: 2 } };
    const closed: Loaded = { limits: { maxOrders: 2 }, load: [[1, 2]] };
    expect(reasonOf([minimum, closed], THREE)).toBe(MINIMUM);
    expect(reasonOf([closed, minimum], THREE)).toBe(MINIMUM);
    expect(reasonOf([minimum, closed, {}], THREE)).toBe(DEARER);
  });
});

describe("time", () => {
  // One lane: a package of two leaves at 60 + 2 × 10 = 80; a further one of one order at 150.
  const queue = { secondsPerPackage: 60, secondsPerOrder: 10 };
  const one = { limits: { maxPackages: 1 } };
  test.each<[string, Loaded, readonly Partial<OrderRow>[], DeferReason]>([
    [
      "a further package by the cut-off",
      { queue: { ...queue, cutOff: at(150) }, package: { maxOrders: 2 } },
      THREE,
      DEARER,
    ],
    [
      "a further package a second late",
      { queue: { ...queue, cutOff: at(149) }, package: { maxOrders: 2 } },
      THREE,
      FULL,
    ],
    [
      "a further package by dueBy",
      { queue, package: { maxOrders: 2 } },
      [{ dueBy: at(150) }, {}, {}],
      DEARER,
    ],
    [
      "a further package past dueBy",
      { queue, package: { maxOrders: 2 } },
      [{ dueBy: at(149) }, {}, {}],
      FULL,
    ],
    [
      "its result in time",
      { queue: { ...queue, resultSeconds: 5 }, package: { maxOrders: 2 } },
      [{ dueBy: at(155) }, {}, {}],
      DEARER,
    ],
    [
      "its result too late",
      { queue: { ...queue, resultSeconds: 5 }, package: { maxOrders: 2 } },
      [{ dueBy: at(154) }, {}, {}],
      FULL,
    ],
    [
      "below its minimum, in time",
      { queue, package: { maxOrders: 2, minOrders: 2 } },
      [{ dueBy: at(150) }, {}, {}],
      MINIMUM,
    ],
    [
      "below its minimum and late",
      { queue, package: { maxOrders: 2, minOrders: 2 } },
      [{ dueBy: at(149) }, {}, {}],
      FULL,
    ],
    ["a package that grows, by the cut-off", { queue: { ...queue, cutOff: at(90) }, ...one }, THREE, DEARER],
    [
      "a package that would grow past the cut-off",
      { queue: { ...queue, cutOff: at(89) }, ...one },
      THREE,
      FULL,
    ],
    ["a package that grows, by the order's dueBy", { queue, ...one }, [{ dueBy: at(90) }, {}, {}], DEARER],
    [
      "a package that would grow past the order's dueBy",
      { queue, ...one },
      [{ dueBy: at(89) }, {}, {}],
      FULL,
    ],
    ["a package that grows, by another's dueBy", { queue, ...one }, [{}, { dueBy: at(90) }, {}], DEARER],
    ["a package that would grow past another's dueBy", { queue, ...one }, [{}, { dueBy: at(89) }, {}], FULL],
    [
      "one that does not grow in time",
      { queue: { secondsPerPackage: 60, cutOff: at(60) }, ...one },
      [{ dueBy: at(60) }, {}, {}],
      DEARER,
    ],
    [
      "one whose time was over",
      { queue: { secondsPerPackage: 60 }, package: { maxOrders: 2 } },
      [{ dueBy: at(60) }, {}, {}],
      FULL,
    ],
  ])("%s", (_, change, orders, expected) => {
    expect(reasonOf([{ ...change, load: [[1, 2]] }], orders)).toBe(expected);
  });

  test.each([
    [150, DEARER],
    [149, FULL],
  ])("a package that grows must not make a later one late: dueBy at %i", (due, expected) => {
    // [1] leaves at 70 and [2] at 140; one order more in the first moves the second to 150.
    const form: Loaded = { queue, limits: { maxPackages: 2 }, load: [[1], [2]] };
    // Growing the second itself would be in time for its order, but not for the deferred one.
    expect(reasonOf([form], [{ dueBy: at(100) }, {}, { dueBy: at(due) }])).toBe(expected);
  });

  test.each([
    [35, DEARER],
    [34, FULL],
  ])("a package that grows, its results by another's dueBy at %i", (due, expected) => {
    const form: Loaded = { queue: { secondsPerOrder: 10, resultSeconds: 5 }, ...one, load: [[1, 2]] };
    expect(reasonOf([form], [{}, { dueBy: at(due) }, {}])).toBe(expected);
  });

  test.each([
    ["2.00", 20, DEARER],
    ["2.00", 19, FULL],
    ["2.01", 20, FULL],
    ["2.01", 39, FULL],
    ["2.01", 40, DEARER],
    ["7.00", 40, DEARER],
    ["7.01", 99, FULL],
  ])("one package is sooner and another has more amount left: %s by %i", (amount, due, expected) => {
    // With one order more the first finishes at 40 and has 7.00 left, the second at 20 with 2.00.
    const form: Loaded = {
      queue: { secondsPerOrder: 10, lanes: 2 },
      package: { maxAmount: "10.00" },
      limits: { maxPackages: 2 },
      load: [[1, 2, 3], [4]],
    };
    expect(reasonOf([form], [{ amount, dueBy: at(due) }, {}, {}, {}, { amount: "8.00" }])).toBe(expected);
  });

  test("a second lane has room", () => {
    const form: Loaded = { queue: { ...queue, cutOff: at(80) }, package: { maxOrders: 2 }, load: [[1, 2]] };
    expect(reasonOf([form], THREE)).toBe(FULL);
    expect(reasonOf([{ ...form, queue: { ...form.queue!, lanes: 2 } }], THREE)).toBe(DEARER);
  });

  test.each<[string, Loaded["queue"], Partial<OrderRow>, DeferReason]>([
    ["by the cut-off", { secondsPerOrder: 10, cutOff: at(30) }, {}, DEARER],
    ["a microsecond past the cut-off", { secondsPerOrder: 10.000001, cutOff: at(30) }, {}, FULL],
    ["by dueBy", { secondsPerOrder: 10 }, { dueBy: at(30) }, DEARER],
    ["past dueBy", { secondsPerOrder: 10 }, { dueBy: at(29) }, FULL],
    ["the result by dueBy", { secondsPerOrder: 10, resultSeconds: 5 }, { dueBy: at(35) }, DEARER],
    ["the result past dueBy", { secondsPerOrder: 10, resultSeconds: 5 }, { dueBy: at(34) }, FULL],
    ["two lanes: third of three", { secondsPerOrder: 10, lanes: 2, cutOff: at(20) }, {}, DEARER],
    ["three lanes: a place in the first row", { secondsPerOrder: 10, lanes: 3, cutOff: at(10) }, {}, DEARER],
    ["two lanes: no second row", { secondsPerOrder: 10, lanes: 2, cutOff: at(19) }, {}, FULL],
    ["no time taken", { cutOff: at(0) }, { dueBy: at(0) }, DEARER],
  ])("the end of a single queue: %s", (_, form, order, expected) => {
    expect(
      reasonOf([{ mode: "single", ...(form ? { queue: form } : {}), load: [[1], [2]] }], [order, {}, {}]),
    ).toBe(expected);
  });
});

test("nothing deferred, nothing said", () => {
  const problem = problemFrom({
    channels: {
      currency: "CNY",
      channels: [{ id: "c", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1" } }],
    },
    orders: [],
  });
  const loads = [{ orders: new Int32Array(0), packageSizes: new Int32Array(0) }];
  expect(deferReasons(problem, { loads }, new Int32Array(0))).toEqual([]);
});

test("each order has its own reason, in the order asked", () => {
  const problem = problemFrom({
    channels: {
      currency: "CNY",
      channels: [
        {
          id: "a",
          mode: "batch",
          coverage: [{ banks: ["A"] }],
          fee: { flat: "1" },
          package: { minOrders: 2 },
        },
        {
          id: "b",
          mode: "single",
          coverage: [{ banks: ["B"], limits: { maxAmount: "1.50" } }],
          fee: { flat: "1" },
        },
        { id: "c", mode: "single", coverage: [{ banks: ["C"] }], fee: { flat: "1" } },
      ],
    },
    orders: ["A", "B", "B", "C"].map((bank, i) => ({ id: `o${i}`, bank, amount: "1.00" })),
  });
  const none = { orders: new Int32Array(0), packageSizes: new Int32Array(0) };
  const plan = { loads: [none, { ...none, orders: Int32Array.of(1) }, none] };
  expect(deferReasons(problem, plan, Int32Array.of(3, 2, 0))).toEqual([DEARER, FULL, MINIMUM]);
});
