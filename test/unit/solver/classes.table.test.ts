import { describe, expect, test } from "vitest";
import { Stage } from "../../../src/model/coverage.js";
import { InputError } from "../../../src/model/issue.js";
import { classify } from "../../../src/solver/classes.js";
import {
  type ChannelForm,
  type ChannelsForm,
  contractOf,
  type OrderRow,
  tableOf,
} from "../../support/instance.js";

const PLAN_AT = "2026-11-22T22:00:00Z";
const at = (seconds: number) =>
  new Date(Date.parse(PLAN_AT) + seconds * 1000).toISOString().replace(".000Z", "Z");

const ALL = [{ banks: "*" as const }];
const single = (more: Partial<ChannelForm> = {}): ChannelForm => ({
  id: "s",
  mode: "single",
  coverage: ALL,
  fee: { flat: "1.00" },
  ...more,
});
const batch = (more: Partial<ChannelForm> = {}): ChannelForm => ({
  id: "b",
  mode: "batch",
  coverage: ALL,
  fee: { flat: "0.40" },
  ...more,
});

interface Setting extends Omit<Partial<ChannelsForm>, "channels"> {
  readonly channels: readonly ChannelForm[];
}

/** Orders of bank A and 100.00 unless they say otherwise. */
function classesOf(setting: Setting, orders: readonly Partial<OrderRow>[]) {
  const contract = contractOf({ currency: "CNY", planAt: PLAN_AT, ...setting });
  const rows = orders.map((order, i) => ({ id: `o${i}`, bank: "A", amount: "100.00", ...order }));
  return classify(contract, tableOf(contract, rows));
}

describe("what makes one class", () => {
  const twoIds = [single(), single({ id: "t" })];
  test.each<[string, Setting, Partial<OrderRow>, Partial<OrderRow>, 1 | 2]>([
    ["like orders", { channels: [single()] }, {}, {}, 1],
    ["another bank under the same rule", { channels: [single()] }, {}, { bank: "B" }, 1],
    ["another amount at a flat fee", { channels: [single()] }, {}, { amount: "0.01" }, 1],
    ["another attribute that decides nothing", { channels: [single()] }, { kind: "x" }, { kind: "y" }, 1],
    [
      "another attribute that another rule asks for, at the same rule",
      { channels: [single({ coverage: [{ banks: ["Z"], where: { kind: ["x"] } }, { banks: "*" }] })] },
      { kind: "x" },
      { kind: "y" },
      1,
    ],
    // charges
    ["another charge", { channels: [single({ fee: { rate: "1%" } })] }, {}, { amount: "101.00" }, 2],
    [
      "the same charge by rounding",
      { channels: [single({ fee: { rate: "1%" } })] },
      {},
      { amount: "100.49" },
      1,
    ],
    [
      "just another charge by rounding",
      { channels: [single({ fee: { rate: "1%" } })] },
      {},
      { amount: "100.50" },
      2,
    ],
    [
      "both below min",
      { channels: [single({ fee: { rate: "1%", min: "2.00" } })] },
      {},
      { amount: "200.00" },
      1,
    ],
    [
      "both above max",
      { channels: [single({ fee: { rate: "1%", max: "0.50" } })] },
      {},
      { amount: "50.00" },
      1,
    ],
    [
      "either side of a tier's edge",
      { channels: [single({ fee: { tiers: [{ upTo: "100.00", flat: "1" }, { flat: "2" }] } })] },
      {},
      { amount: "100.01" },
      2,
    ],
    [
      "another charge on one channel of two",
      { channels: [single(), batch({ fee: { rate: "1%" } })] },
      {},
      { amount: "200.00" },
      2,
    ],
    [
      "another charge on a channel that neither may use",
      { channels: [single(), single({ id: "t", fee: { rate: "1%" } })] },
      { channels: "s" },
      { channels: "s", amount: "200.00" },
      1,
    ],
    // rules
    [
      "another rule at the same charge",
      { channels: [single({ coverage: [{ banks: ["A"] }, { banks: ["B"] }] })] },
      {},
      { bank: "B" },
      2,
    ],
    [
      "covered by a second channel or not",
      { channels: [single(), batch({ coverage: [{ banks: ["B"] }] })] },
      {},
      { bank: "B" },
      2,
    ],
    [
      "too large for a second channel",
      { channels: [single(), batch({ package: { maxAmount: "100.00" } })] },
      {},
      { amount: "100.01" },
      2,
    ],
    [
      "too large for a second channel, both",
      { channels: [single(), batch({ package: { maxAmount: "99.99" } })] },
      {},
      { amount: "100.01" },
      1,
    ],
    // permitted channels
    ["one channel or all", { channels: twoIds }, {}, { channels: "s" }, 2],
    ["all by name or by silence", { channels: twoIds }, {}, { channels: "s|t" }, 1],
    ["in another sequence", { channels: twoIds }, { channels: "t|s" }, { channels: "s|t" }, 1],
    ["one or the other", { channels: twoIds }, { channels: "t" }, { channels: "s" }, 2],
    [
      "permitted but not covered, or not permitted",
      { channels: [single(), batch({ coverage: [{ banks: ["B"] }] })] },
      {},
      { channels: "s" },
      1,
    ],
    // separateBy
    [
      "bank apart, another bank",
      { channels: [batch({ package: { separateBy: ["bank"] } })] },
      {},
      { bank: "B" },
      2,
    ],
    [
      "bank apart, another kind",
      { channels: [batch({ package: { separateBy: ["bank"] } })] },
      { kind: "x" },
      { kind: "y" },
      1,
    ],
    [
      "kind apart, another kind",
      { channels: [batch({ package: { separateBy: ["kind"] } })] },
      { kind: "x" },
      { kind: "y" },
      2,
    ],
    [
      "kind apart, none or empty",
      { channels: [batch({ package: { separateBy: ["kind"] } })] },
      { kind: "" },
      {},
      1,
    ],
    [
      "both apart: values do not run together",
      { channels: [batch({ package: { separateBy: ["bank", "kind"] } })] },
      { bank: "A1", kind: "1" },
      { bank: "A", kind: "11" },
      2,
    ],
    // time, weight, penalty
    ["another dueBy", { channels: [single()] }, { dueBy: at(60) }, { dueBy: at(61) }, 2],
    ["dueBy or none", { channels: [single()] }, { dueBy: at(60) }, {}, 2],
    [
      "the same moment in another offset",
      { channels: [single()] },
      { dueBy: "2026-11-22T23:00:00Z" },
      { dueBy: "2026-11-23T07:00:00+08:00" },
      1,
    ],
    ["another weight", { channels: [single()] }, { delayWeight: "1.000001" }, {}, 2],
    ["weight 1 or none", { channels: [single()] }, { delayWeight: "1.0" }, {}, 1],
    [
      "another penalty",
      { channels: [single()] },
      { unroutedPenalty: "1.00" },
      { unroutedPenalty: "1.000001" },
      2,
    ],
    [
      "the same penalty in other words",
      { channels: [single()] },
      { unroutedPenalty: "1.00" },
      { unroutedPenalty: "1" },
      1,
    ],
    [
      "a share of another amount as penalty",
      { channels: [single()], objective: { unroutedPenaltyRate: "1%" } },
      {},
      { amount: "100.01" },
      2,
    ],
    [
      "a share that rounds to the same",
      { channels: [single()], objective: { unroutedPenaltyRate: "0.001%" } },
      { amount: "0.11" },
      { amount: "0.14" },
      1,
    ],
    [
      "a share that just does not",
      { channels: [single()], objective: { unroutedPenaltyRate: "0.001%" } },
      { amount: "0.14" },
      { amount: "0.15" },
      2,
    ],
    [
      "shares that agree in their last 32 bits",
      { channels: [single()], objective: { unroutedPenaltyRate: "0.01%" } },
      { amount: "1.00" },
      { amount: "42949673.96" },
      2,
    ],
    [
      "charges that agree in their last 32 bits",
      { channels: [single({ fee: { rate: "0.01%", round: { to: "0.000001" } } })] },
      { amount: "1.00" },
      { amount: "42949673.96" },
      2,
    ],
    [
      "a share too small to tell",
      { channels: [single()], objective: { unroutedPenaltyRate: "0.000001%" } },
      { amount: "100.00" },
      { amount: "100.40" },
      1,
    ],
  ])("%s", (_, setting, a, b, expected) => {
    const classes = classesOf(setting, [a, b]);
    expect(classes.count).toBe(expected);
    expect(Array.from(classes.classOf)).toEqual(expected === 1 ? [0, 0] : [0, 1]);
  });

  test("columns of the classes", () => {
    const setting: Setting = {
      objective: { unroutedPenalty: "5.00", unroutedPenaltyRate: "1%" },
      channels: [
        single({ coverage: [{ banks: ["Z"] }, { banks: "*" }] }),
        batch({ coverage: [{ banks: ["B"], fee: { rate: "1%" } }], package: { separateBy: ["bank"] } }),
      ],
    };
    const classes = classesOf(setting, [
      { bank: "B" },
      { bank: "A", dueBy: at(3_600), delayWeight: "2.5", unroutedPenalty: "0.50" },
      { bank: "B" },
      { bank: "B", channels: "b" },
    ]);
    expect(classes.count).toBe(3);
    expect(Array.from(classes.classOf)).toEqual([0, 1, 0, 2]);
    expect(Array.from(classes.size)).toEqual([2, 1, 1]);
    expect(Array.from(classes.charge)).toEqual([1_000_000, 1_000_000, 1_000_000, -1, -1, 1_000_000]);
    expect(Array.from(classes.rule)).toEqual([1, 0, 1, -1, -1, 0]);
    expect(Array.from(classes.penalty)).toEqual([6_000_000, 1_500_000, 6_000_000]);
    expect(Array.from(classes.due)).toEqual([Infinity, 3_600_000_000, Infinity]);
    expect(Array.from(classes.weight)).toEqual([1_000_000, 2_500_000, 1_000_000]);
    expect(Array.from(classes.memberStart)).toEqual([0, 2, 3, 4]);
    expect(Array.from(classes.members)).toEqual([0, 2, 1, 3]);
    expect(classes.key[0 * 2 + 1]).not.toBe(classes.key[1 * 2 + 1]);
    expect(classes.key[0 * 2 + 1]).toBe(classes.key[2 * 2 + 1]);
    expect(classes.basePenalty).toBe(5_000_000);
    expect(Array.from(classes.covered)).toEqual([3, 3]);
    expect(classes.coveredCharges).toEqual([3_000_000n, 3_000_000n]);
  });

  test("orders that repeat others count like those that differ", () => {
    const channels = [
      single({
        coverage: [
          { banks: ["A"], amount: { max: "5.00" } },
          { banks: "*", fee: { rate: "2%" } },
        ],
        fee: { flat: "0.25" },
        limits: { maxAmount: "8.00" },
      }),
    ];
    const rows = [
      ...Array.from({ length: 7 }, () => ({ bank: "A", amount: "5.00" })),
      ...Array.from({ length: 3 }, () => ({ bank: "A", amount: "9.00" })),
      { bank: "A", amount: "5.00" },
      ...Array.from({ length: 4 }, () => ({ bank: "B", amount: "5.00" })),
    ];
    // The same orders in turns, so that none repeats the one before.
    const turns = [0, 7, 11, 1, 8, 12, 2, 9, 13, 3, 10, 14, 4, 5, 6].map((row) => rows[row]!);
    const classes = classesOf({ channels }, rows);
    const mixed = classesOf({ channels }, turns);
    expect(Array.from(classes.covered)).toEqual([15]);
    expect(classes.coveredCharges).toEqual([8n * 250_000n + 3n * 180_000n + 4n * 100_000n]);
    expect(mixed.covered).toEqual(classes.covered);
    expect(mixed.coveredCharges).toEqual(classes.coveredCharges);
    expect(Array.from(classes.size)).toEqual([8, 4]);
    expect(Array.from(classes.classOf)).toEqual([0, 0, 0, 0, 0, 0, 0, -1, -1, -1, 0, 1, 1, 1, 1]);
    expect(Array.from(mixed.classOf)).toEqual([0, -1, 1, 0, -1, 1, 0, -1, 1, 0, 0, 1, 0, 0, 0]);
    expect(Array.from(classes.stage)).toEqual(
      rows.map(({ amount }) => (amount === "9.00" ? Stage.amount : Stage.taken)),
    );
  });

  test("thousands of classes keep apart", () => {
    const amounts = Array.from({ length: 9_000 }, (_, i) => ({ amount: `${(i % 4_500) + 1}.00` }));
    const classes = classesOf({ channels: [single({ fee: { rate: "1%" } })] }, amounts);
    expect(classes.count).toBe(4_500);
    expect(Array.from(classes.classOf)).toEqual(amounts.map((_, i) => i % 4_500));
    expect(Array.from(classes.charge)).toEqual(Array.from({ length: 4_500 }, (_, i) => (i + 1) * 10_000));
  });
});

describe("the default penalty", () => {
  // 2 × (highest charge + highest package fee) + 2 × delay cost × highest weight × 24 h
  test.each<[string, Setting, readonly Partial<OrderRow>[], number]>([
    ["as given", { channels: [single()], objective: { unroutedPenalty: "0.30" } }, [{}], 300_000],
    ["as given, 0", { channels: [single()], objective: { unroutedPenalty: "0" } }, [{}], 0],
    ["twice the charge", { channels: [single()] }, [{}], 2_000_000],
    [
      "the highest charge of any order and channel",
      { channels: [single({ fee: { rate: "1%" } }), batch()] },
      [{}, { amount: "250.00" }],
      5_000_000,
    ],
    [
      "and the highest package fee, wherever",
      { channels: [single(), batch({ package: { fee: "8.00" }, coverage: [{ banks: ["Z"] }] })] },
      [{}],
      18_000_000,
    ],
    ["no order: the package fee alone", { channels: [batch({ package: { fee: "8.00" } })] }, [], 16_000_000],
    [
      "a channel that does not cover the order",
      { channels: [single(), batch({ fee: { flat: "9.00" }, coverage: [{ banks: ["Z"] }] })] },
      [{}],
      2_000_000,
    ],
    [
      "a channel that the order may not use",
      { channels: [single(), batch({ fee: { flat: "9.00" } })] },
      [{ channels: "s" }],
      2_000_000,
    ],
    [
      "a channel that covers it but is closed",
      { channels: [single(), batch({ fee: { flat: "9.00" }, limits: { maxOrders: 0 } })] },
      [{}],
      18_000_000,
    ],
    [
      "an expected charge",
      {
        channels: [single({ coverage: [{ banks: "*", successRate: "0.5" }] })],
        objective: { failureCost: "3.00" },
      },
      [{}],
      4_000_000,
    ],
    // 2 × 0.02 × 1 × 24 = 0.96
    [
      "48 hours of delay",
      { channels: [single()], objective: { delayCostPerOrderHour: "0.02" } },
      [{}],
      2_960_000,
    ],
    [
      "at the highest weight",
      { channels: [single()], objective: { delayCostPerOrderHour: "0.02" } },
      [{}, { delayWeight: "2.5" }],
      4_400_000,
    ],
    [
      "at weights below 1",
      { channels: [single()], objective: { delayCostPerOrderHour: "0.02" } },
      [{ delayWeight: "0.5" }],
      2_480_000,
    ],
    [
      "weights of orders that nothing covers do not count",
      { channels: [single({ coverage: [{ banks: ["A"] }] })], objective: { delayCostPerOrderHour: "0.02" } },
      [{}, { bank: "Z", delayWeight: "9" }],
      2_960_000,
    ],
    // 48 h at a cost unit per hour: 48 × 0.010416 = 0.499968, 48 × 0.010417 = 0.500016
    [
      "delay just below half a unit",
      { channels: [single()], objective: { delayCostPerOrderHour: "0.000001" } },
      [{ delayWeight: "0.010416" }],
      2_000_000,
    ],
    [
      "delay just above half a unit",
      { channels: [single()], objective: { delayCostPerOrderHour: "0.000001" } },
      [{ delayWeight: "0.010417" }],
      2_000_001,
    ],
    // 48 × 3 × 0.03125 = 4.5
    [
      "delay of half a unit",
      { channels: [single()], objective: { delayCostPerOrderHour: "0.000003" } },
      [{ delayWeight: "0.03125" }],
      2_000_005,
    ],
  ])("%s", (_, setting, orders, expected) => {
    expect(classesOf(setting, orders).basePenalty).toBe(expected);
  });

  test("an order's own penalty replaces it, the rate is added to either", () => {
    const setting: Setting = { channels: [single()], objective: { unroutedPenaltyRate: "0.5%" } };
    const classes = classesOf(setting, [
      {},
      { unroutedPenalty: "0.20" },
      { unroutedPenalty: "0", amount: "0.01" },
    ]);
    expect(Array.from(classes.penalty)).toEqual([2_500_000, 700_000, 50]);
  });
});

describe("rejection", () => {
  const limited = { coverage: [{ banks: ["A"], amount: { max: "100.00" } }] };
  const leave = { secondsPerPackage: 60, secondsPerOrder: 10 };
  const quota = (limits: NonNullable<ChannelForm["limits"]>) => [{ id: "q", channels: ["b"], limits }];
  test.each<[string, Setting, Partial<OrderRow>, Stage]>([
    ["taken", { channels: [batch()] }, {}, Stage.taken],
    ["bank", { channels: [batch(limited)] }, { bank: "B" }, Stage.bank],
    [
      "bank, of the permitted channel alone",
      { channels: [batch(limited), single()] },
      { bank: "B", channels: "b" },
      Stage.bank,
    ],
    [
      "attributes",
      { channels: [batch({ coverage: [{ banks: "*", where: { kind: ["x"] } }] })] },
      {},
      Stage.attributes,
    ],
    ["amount of a rule", { channels: [batch(limited)] }, { amount: "100.01" }, Stage.amount],
    ["amount of a rule, just inside", { channels: [batch(limited)] }, {}, Stage.taken],
    // limits against the order's own amount
    [
      "package amount, just inside",
      { channels: [batch({ package: { maxAmount: "100.00" } })] },
      {},
      Stage.taken,
    ],
    ["package amount", { channels: [batch({ package: { maxAmount: "99.99" } })] }, {}, Stage.amount],
    ["channel amount", { channels: [batch({ limits: { maxAmount: "99.99" } })] }, {}, Stage.amount],
    [
      "rule amount limit",
      { channels: [batch({ coverage: [{ banks: "*", limits: { maxAmount: "99.99" } }] })] },
      {},
      Stage.amount,
    ],
    [
      "quota amount, just inside",
      { channels: [batch()], quotas: quota({ maxAmount: "100.00" }) },
      {},
      Stage.taken,
    ],
    ["quota amount", { channels: [batch()], quotas: quota({ maxAmount: "99.99" }) }, {}, Stage.amount],
    ["a channel closed by orders", { channels: [batch({ limits: { maxOrders: 0 } })] }, {}, Stage.amount],
    ["a channel closed by packages", { channels: [batch({ limits: { maxPackages: 0 } })] }, {}, Stage.amount],
    ["a channel closed by amount", { channels: [batch({ limits: { maxAmount: "0" } })] }, {}, Stage.amount],
    [
      "a rule closed",
      { channels: [batch({ coverage: [{ banks: "*", limits: { maxOrders: 0 } }] })] },
      {},
      Stage.amount,
    ],
    ["a quota closed by orders", { channels: [batch()], quotas: quota({ maxOrders: 0 }) }, {}, Stage.amount],
    [
      "a quota closed by packages",
      { channels: [batch()], quotas: quota({ maxPackages: 0 }) },
      {},
      Stage.amount,
    ],
    [
      "a quota without packages is no matter to a single channel",
      { channels: [single({ id: "b" })], quotas: quota({ maxPackages: 0 }) },
      {},
      Stage.taken,
    ],
    [
      "another channel's quota",
      { channels: [batch(), single()], quotas: quota({ maxOrders: 0 }) },
      { channels: "s" },
      Stage.taken,
    ],
    [
      "a closed rule hides a later one",
      { channels: [batch({ coverage: [{ banks: ["A"], limits: { maxOrders: 0 } }, { banks: "*" }] })] },
      {},
      Stage.amount,
    ],
    ["minOrders aside", { channels: [batch({ package: { minOrders: 5 } })] }, {}, Stage.taken],
    // time alone in an empty queue: 60 + 10 seconds
    ["out by the cut-off", { channels: [batch({ queue: { ...leave, cutOff: at(70) } })] }, {}, Stage.taken],
    ["past the cut-off", { channels: [batch({ queue: { ...leave, cutOff: at(69) } })] }, {}, Stage.time],
    [
      "the cut-off looks at the lane",
      { channels: [batch({ queue: { ...leave, cutOff: at(70), resultSeconds: 99 } })] },
      {},
      Stage.taken,
    ],
    ["finished by dueBy", { channels: [batch({ queue: leave })] }, { dueBy: at(70) }, Stage.taken],
    ["past dueBy", { channels: [batch({ queue: leave })] }, { dueBy: at(69) }, Stage.time],
    [
      "result by dueBy",
      { channels: [batch({ queue: { ...leave, resultSeconds: 5 } })] },
      { dueBy: at(75) },
      Stage.taken,
    ],
    [
      "result past dueBy",
      { channels: [batch({ queue: { ...leave, resultSeconds: 5 } })] },
      { dueBy: at(74) },
      Stage.time,
    ],
    [
      "opening and backlog count",
      { channels: [batch({ queue: { ...leave, opensAt: at(100), backlogSeconds: 30 } })] },
      { dueBy: at(200) },
      Stage.taken,
    ],
    [
      "opening and backlog, too late",
      { channels: [batch({ queue: { ...leave, opensAt: at(100), backlogSeconds: 30 } })] },
      { dueBy: at(199) },
      Stage.time,
    ],
    [
      "a single order's time",
      { channels: [single({ queue: { secondsPerOrder: 10, cutOff: at(9) } })] },
      {},
      Stage.time,
    ],
    ["a dueBy before planAt", { channels: [single()] }, { dueBy: at(-1) }, Stage.time],
    ["a dueBy at planAt", { channels: [single()] }, { dueBy: at(0) }, Stage.taken],
    // the furthest stage over channels
    [
      "amount before time",
      { channels: [batch({ package: { maxAmount: "1.00" }, queue: { ...leave, cutOff: at(1) } })] },
      {},
      Stage.amount,
    ],
    [
      "the furthest of two channels",
      {
        channels: [
          batch({ package: { maxAmount: "1.00" } }),
          single({ queue: { secondsPerOrder: 10, cutOff: at(9) } }),
        ],
      },
      {},
      Stage.time,
    ],
    [
      "in either order",
      {
        channels: [
          single({ queue: { secondsPerOrder: 10, cutOff: at(9) } }),
          batch({ package: { maxAmount: "1.00" } }),
        ],
      },
      {},
      Stage.time,
    ],
    [
      "one that takes it after one that does not",
      { channels: [batch({ package: { maxAmount: "1.00" } }), single()] },
      {},
      Stage.taken,
    ],
    [
      "one that takes it before one that does not",
      { channels: [single(), batch(limited)] },
      { bank: "A", amount: "100.01" },
      Stage.taken,
    ],
  ])("%s", (_, setting, order, stage) => {
    const classes = classesOf(setting, [order]);
    expect(classes.stage[0]).toBe(stage);
    expect(classes.classOf[0]).toBe(stage === Stage.taken ? 0 : -1);
    expect(classes.count).toBe(stage === Stage.taken ? 1 : 0);
  });

  test("rejected orders are in no class, but count as covered where a rule matches them", () => {
    const classes = classesOf({ channels: [batch({ package: { maxAmount: "50.00" } })] }, [
      { amount: "50.00" },
      {},
    ]);
    expect(Array.from(classes.classOf)).toEqual([0, -1]);
    expect(Array.from(classes.members)).toEqual([0]);
    expect(Array.from(classes.covered)).toEqual([2]);
    expect(classes.coveredCharges).toEqual([800_000n]);
  });
});

describe("what is too large", () => {
  const HUGE = { amount: "90071992547409.91" };
  test.each<[string, Setting, Partial<OrderRow>, string]>([
    [
      "a charge",
      { channels: [single({ fee: { rate: "100%" } })] },
      HUGE,
      "channels[0].coverage[0]: the charge of an order of 90071992547409.91 is beyond 2^53 cost units. " +
        "Check the rate, the flat part and the amount. [CHARGE_TOO_LARGE]",
    ],
    [
      "the default penalty",
      { channels: [single({ fee: { flat: "5000000000.00" } })] },
      {},
      "objective.unroutedPenalty: the default penalty is beyond 2^53 cost units. " +
        "Give objective.unroutedPenalty. [CHARGE_TOO_LARGE]",
    ],
    [
      "a penalty's share",
      { channels: [single()], objective: { unroutedPenaltyRate: "100%" } },
      HUGE,
      "objective.unroutedPenaltyRate: the penalty of an order is beyond 2^53 cost units. " +
        "Check the rate, the penalties and the amounts. [CHARGE_TOO_LARGE]",
    ],
    [
      "a penalty and its share",
      {
        channels: [single()],
        objective: { unroutedPenalty: "9007199254.74", unroutedPenaltyRate: "0.001%" },
      },
      {},
      "objective.unroutedPenaltyRate: the penalty of an order is beyond 2^53 cost units. " +
        "Check the rate, the penalties and the amounts. [CHARGE_TOO_LARGE]",
    ],
  ])("%s", (_, setting, order, message) => {
    expect(() => classesOf(setting, [order])).toThrow(InputError);
    expect(() => classesOf(setting, [order])).toThrow(message);
  });

  test("the largest charge is not", () => {
    const huge = single({ fee: { flat: "9007199254.740991", round: { to: "0.000001" } } });
    const classes = classesOf({ channels: [huge], objective: { unroutedPenalty: "1.00" } }, [{}]);
    expect(Array.from(classes.charge)).toEqual([Number.MAX_SAFE_INTEGER]);
  });
});
