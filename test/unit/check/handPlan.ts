import type { CheckInput } from "../../../src/check/index.js";
import type { ChannelPrices, PlanFile } from "../../../src/model/planFile.js";
import type { PlanFolder } from "../../../src/model/planFolder.js";
import { contractOf, type OrderText, ordersOf } from "./inputs.js";

/**
 * A plan whose every figure was worked out by hand. Waiting costs 0.0001 a second.
 *
 * Channel a: 60 s backlog, a package of n takes 100 + 10 n s, the result 30 s more; cut-off after 300 s.
 * Channel b: a package takes 50 s. Channel s: an order takes 5 s.
 *
 * a-1 holds o1 (0.9 × 0.40 + 0.1 × (0.10 + 1.00) = 0.47) and o2 (0.40); it leaves at 180 s and finishes at 210 s:
 * with o2's weight of 2, 630 s of waiting. b-1 holds o3 and o4 (0.1% of 300 and 400): 100 s. o5 goes singly: 5 s.
 * o6 is on no channel's list; o7 finds the quota of three orders on a and s used up: 5.00 + 0.1% of 600.
 *
 * Bound at zero prices, each with the waiting for the first row (a 190 s, b 50 s, s 5 s): 0.205 + 0.21 (on b, weight 2)
 * + 0.305 + 0.405 + 0.8005 (on s; a would finish at 200 s, too late) + 0.419 (on a) = 2.3445.
 */
export function handPlan(): CheckInput & { readonly folder: Mutable<PlanFolder> } {
  const contract = contractOf({
    currency: "CNY",
    planAt: "2026-11-22T22:00:00+08:00",
    objective: {
      delayCostPerOrderHour: "0.36",
      failureCost: "1.00",
      unroutedPenalty: "5.00",
      unroutedPenaltyRate: "0.1%",
    },
    quotas: [{ id: "q", channels: ["a", "s"], limits: { maxOrders: 3 } }],
    channels: [
      {
        id: "a",
        mode: "batch",
        coverage: [{ banks: ["ICBC"], successRate: 0.9 }, { banks: ["CCB"] }],
        fee: { flat: "0.40" },
        failureFee: "0.10",
        package: { fee: "1.00", maxOrders: 2 },
        queue: {
          backlogSeconds: 60,
          secondsPerPackage: 100,
          secondsPerOrder: 10,
          resultSeconds: 30,
          cutOff: "2026-11-22T22:05:00+08:00",
        },
      },
      {
        id: "b",
        mode: "batch",
        coverage: [{ banks: "*", except: ["PSBC"], where: { accountType: ["personal"] } }],
        fee: { rate: "0.1%", min: "0.20", max: "2.00" },
        package: { fee: "0.50", minOrders: 2, separateBy: ["bank"] },
        queue: { secondsPerPackage: 50 },
      },
      {
        id: "s",
        mode: "single",
        coverage: [{ banks: ["ICBC", "CCB", "ABC"], amount: { max: "1000.00" } }],
        fee: { flat: "0.80" },
        queue: { secondsPerOrder: 5 },
      },
    ],
  });
  const personal = { attributes: { accountType: "personal" } };
  const corporate = { attributes: { accountType: "corporate" } };
  const rows: readonly OrderText[] = [
    { bank: "ICBC", amount: "100.00", ...personal },
    { bank: "CCB", amount: "200.00", delayWeight: "2", ...personal },
    { bank: "ABC", amount: "300.00", ...personal },
    { bank: "ABC", amount: "400.00", ...personal },
    { bank: "ICBC", amount: "500.00", dueBy: "2026-11-22T22:01:00+08:00", ...corporate },
    { bank: "PSBC", amount: "50.00", ...personal },
    { bank: "CCB", amount: "600.00", ...corporate },
  ];
  return {
    contract,
    orders: ordersOf(contract, rows),
    folder: {
      plan: planFile(),
      certificate: {
        schemaVersion: 2,
        inputs: { channels: "c0ffee01", orders: "0dde7501" },
        bound: "2.3445",
        scale: 1,
        proof: {
          prices: {
            limits: [],
            channels: [
              { channel: "a", place: 0 },
              {
                channel: "b",
                places: [
                  { key: ["ICBC"], price: 0 },
                  { key: ["CCB"], price: 0 },
                  { key: ["ABC"], price: 0 },
                ],
              },
              { channel: "s", place: 0 },
            ],
          },
        },
      },
      packages: [
        {
          package: "a-1",
          channel: "a",
          sequence: "1",
          orders: "2",
          amount: "300.00",
          charges: "0.87",
          fee: "1.00",
          startsAt: "2026-11-22T22:01:00+08:00",
          finishesAt: "2026-11-22T22:03:30+08:00",
        },
        {
          package: "b-1",
          channel: "b",
          sequence: "1",
          orders: "2",
          amount: "700.00",
          charges: "0.70",
          fee: "0.50",
          startsAt: "2026-11-22T22:00:00+08:00",
          finishesAt: "2026-11-22T22:00:50+08:00",
        },
      ],
      assignments: {
        count: 5,
        order: Int32Array.of(0, 1, 2, 3, 4),
        unknownOrders: ["o99"],
        channel: Int32Array.of(0, 0, 1, 1, 2),
        channelNames: ["a", "b", "s", "nowhere"],
        package: Int32Array.of(0, 0, 1, 1, 2),
        packageNames: ["a-1", "b-1", "", "a-9"],
        charge: Float64Array.of(470_000, 400_000, 300_000, 400_000, 800_000),
      },
      unrouted: {
        count: 2,
        order: Int32Array.of(5, 6),
        unknownOrders: ["o99"],
        reason: Int32Array.of(0, 1),
        reasonNames: ["BANK_NOT_COVERED", "CAPACITY_EXHAUSTED", "PACKAGE_MINIMUM", "NO_SUCH_REASON"],
        detail: Int32Array.of(0, 1),
        detailNames: [
          "No channel that this order may use covers bank PSBC.",
          "Every channel that covers bank CCB is full or out of time in this plan.",
        ],
      },
    },
    inputs: {
      channels: { file: "channels.yaml", sha256: "c0ffee01" },
      orders: { file: "orders.csv", sha256: "0dde7501" },
    },
    orderId: (row) => `o${row + 1}`,
  };
}

/** Lets a test change a plan in place. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

/** At zero prices nobody pays for room, so that more of it saves nothing. */
const NO_PRICES: ChannelPrices = {
  order: null,
  amount: null,
  package: null,
  place: null,
  packageAmount: null,
  lane: null,
  cutOffHour: null,
  queueHead: null,
  packageCost: null,
  rules: [],
};

function planFile(): PlanFile {
  return {
    schemaVersion: 1,
    version: "0.1.0",
    currency: "CNY",
    status: "feasible",
    proof: "certificate",
    engine: { asked: "auto", used: "greedy", why: "By hand." },
    stoppedBy: "noGain",
    seed: 1,
    cost: { objective: "9.5435", charges: "2.37", packageFees: "1.50", delay: "0.0735", penalties: "5.60" },
    bound: "2.3445",
    gap: 7.199 / 9.5435,
    unroutedPenalty: "5.00",
    counts: { orders: 7, routed: 5, rejected: 1, deferred: 1, packages: 2 },
    channels: [
      {
        id: "a",
        mode: "batch",
        orders: 2,
        amount: "300.00",
        packages: 1,
        charges: "0.87",
        packageFees: "1.00",
        delay: "0.063",
        finishAt: "2026-11-22T22:03:30+08:00",
        prices: { ...NO_PRICES, place: "0.00", lane: "0.00", cutOffHour: "0.00", packageCost: "1.00" },
      },
      {
        id: "b",
        mode: "batch",
        orders: 2,
        amount: "700.00",
        packages: 1,
        charges: "0.70",
        packageFees: "0.50",
        delay: "0.01",
        finishAt: "2026-11-22T22:00:50+08:00",
        prices: { ...NO_PRICES, lane: "0.00", packageCost: "0.50" },
      },
      {
        id: "s",
        mode: "single",
        orders: 1,
        amount: "500.00",
        packages: 0,
        charges: "0.80",
        packageFees: "0.00",
        delay: "0.0005",
        finishAt: "2026-11-22T22:00:05+08:00",
        prices: { ...NO_PRICES, lane: "0.00" },
      },
    ].map((channel) => channel as PlanFile["channels"][number]),
    quotas: [{ id: "q", order: "0.00", amount: null, package: null }],
    baselines: handBaselines(),
    unrouted: [
      { reason: "BANK_NOT_COVERED", orders: 1 },
      { reason: "CAPACITY_EXHAUSTED", orders: 1 },
    ],
    finishAt: "2026-11-22T22:03:30+08:00",
    inputs: {
      channels: { file: "channels.yaml", sha256: "c0ffee01" },
      orders: { file: "orders.csv", sha256: "0dde7501" },
    },
    timings: { total: 12 },
  };
}

/**
 * Prices: b 1.10 / 4 = 0.275 (o1 to o4), s 0.80, a 1.74 / 4 + 1.00 / 2 = 0.935 (o1, o2, o5, o7). o5 is due first, so it
 * is the first candidate.
 */
function handBaselines(): PlanFile["baselines"] {
  return [
    {
      // s takes o5, o1, o2 until the quota is used up: 5 + 10 + 2 × 15 s. Deferred: 5.30 + 5.40 + 5.60.
      id: "single-only",
      cost: {
        objective: "18.7045",
        charges: "2.40",
        packageFees: "0.00",
        delay: "0.0045",
        penalties: "16.30",
      },
      routed: 3,
      deferred: 3,
      packages: 0,
      finishAt: "2026-11-22T22:00:15+08:00",
      saving: { money: "9.161", percent: 916.1 / 18.7045 },
    },
    {
      // b: o1 and o2 stay below its minimum, o3 and o4 travel. a: o1 leaves at 170 s; o2 and o7 at 290 s.
      // Waiting: 100 + 200 + 2 × 320 + 320 s. The quota is used up: o5 is deferred at 5.50.
      id: "per-bank",
      cost: { objective: "10.096", charges: "1.97", packageFees: "2.50", delay: "0.126", penalties: "5.50" },
      routed: 5,
      deferred: 1,
      packages: 3,
      finishAt: "2026-11-22T22:05:20+08:00",
      saving: { money: "0.5525", percent: 55.25 / 10.096 },
    },
    {
      // As before, but o1 and o2 share a package that leaves at 180 s; o7 leaves at 290 s.
      // Waiting: 100 + 210 + 2 × 210 + 320 s.
      id: "price-priority",
      cost: { objective: "10.075", charges: "1.97", packageFees: "2.50", delay: "0.105", penalties: "5.50" },
      routed: 5,
      deferred: 1,
      packages: 3,
      finishAt: "2026-11-22T22:05:20+08:00",
      saving: { money: "0.5315", percent: 53.15 / 10.075 },
    },
    {
      // b: o3 and o4. s: o5, o1, o2 as in single-only. o7 finds the quota used up.
      id: "coverage-first",
      cost: { objective: "9.2145", charges: "3.10", packageFees: "0.50", delay: "0.0145", penalties: "5.60" },
      routed: 5,
      deferred: 1,
      packages: 1,
      finishAt: "2026-11-22T22:00:50+08:00",
      saving: { money: "-0.329", percent: -32.9 / 9.2145 },
    },
  ];
}
