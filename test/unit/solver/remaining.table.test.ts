import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { pricePlan } from "../../../src/solver/cost.js";
import { isFeasible } from "../../../src/solver/feasible.js";
import { splitByHome } from "../../../src/solver/homes.js";
import { problemOf } from "../../../src/solver/problem.js";
import { remainingInputs, withSent } from "../../../src/solver/remaining.js";
import { keptPart, repaired } from "../../../src/solver/repair.js";
import { contractOf, ordersOf } from "../check/inputs.js";

/** Two lanes; a package of n takes 100 + 10 n s. */
const channels = [
  {
    id: "a",
    mode: "batch",
    coverage: [{ banks: ["ICBC"], limits: { maxOrders: 6, maxAmount: "1000.00" } }, { banks: ["CCB"] }],
    fee: { flat: "0.40" },
    package: { fee: "1.00", maxOrders: 3, minOrders: 2 },
    limits: { maxOrders: 9, maxAmount: "2000.00", maxPackages: 4 },
    queue: { secondsPerPackage: 100, secondsPerOrder: 10, lanes: 2 },
  },
  {
    id: "s",
    mode: "single",
    coverage: [{ banks: "*" }],
    fee: { flat: "0.80" },
    queue: { secondsPerOrder: 5, cutOff: "1970-01-01T00:00:15Z" },
  },
];
const file = {
  currency: "CNY",
  planAt: "1970-01-01T00:00:00Z",
  quotas: [{ id: "q", channels: ["a", "s"], limits: { maxOrders: 8, maxAmount: "1500.00", maxPackages: 3 } }],
  channels,
};
const contract = contractOf(file as Parameters<typeof contractOf>[0]);
const orders = ordersOf(
  contract,
  ["ICBC", "ICBC", "CCB", "CCB", "ICBC", "CCB", "ICBC"].map((bank, i) => ({
    bank,
    amount: `${(i + 1) * 10}.00`,
  })),
);
const problem = problemOf(contract, orders);

function plan(batch: readonly (readonly number[])[], single: readonly number[]): Plan {
  return {
    loads: [
      { orders: Int32Array.from(batch.flat()), packageSizes: Int32Array.from(batch, (each) => each.length) },
      { orders: Int32Array.from(single), packageSizes: new Int32Array(0) },
    ],
  };
}

describe("what is left behind packages that stay", () => {
  const sent = plan(
    [
      [1, 2],
      [0, 3, 4],
    ],
    [],
  );
  const remaining = remainingInputs(problem, sent);

  test("is what they do not use", () => {
    const [a, s] = remaining.contract.channels;
    expect(a!.limits).toEqual({ maxOrders: 4, maxAmount: 185_000, maxPackages: 2 });
    expect(a!.coverage.map(({ limits }) => limits)).toEqual([
      { maxOrders: 3, maxAmount: 92_000 },
      { maxOrders: Infinity, maxAmount: Infinity },
    ]);
    expect(remaining.contract.quotas[0]!.limits).toEqual({
      maxOrders: 3,
      maxAmount: 135_000,
      maxPackages: 1,
    });
    expect(s).toEqual(contract.channels[1]);
    expect(remaining.contract.objective.unroutedPenalty).toBe(problem.classes.basePenalty);
    expect([...remaining.rows]).toEqual([5, 6]);
    expect([...remaining.orders.amount]).toEqual([6_000, 7_000]);
  });

  test("begins when their lanes free", () => {
    const { queue } = remaining.contract.channels[0]!;
    expect(queue.lanesFree).toEqual([120_000_000, 130_000_000]);
    expect(queue.start).toBe(120_000_000);
    // Lanes that free together are lanes that begin later.
    const even = remainingInputs(
      problem,
      plan(
        [
          [1, 2],
          [0, 3],
        ],
        [],
      ),
    ).contract.channels[0]!.queue;
    expect(even).toEqual({ ...contract.channels[0]!.queue, start: 120_000_000 });
  });

  test("comes behind them", () => {
    const whole = withSent(sent, plan([[0, 1]], []), remaining);
    expect(whole).toEqual(
      plan(
        [
          [1, 2],
          [0, 3, 4],
          [5, 6],
        ],
        [],
      ),
    );
  });
});

describe("packages that stay and pay by their size", () => {
  const tiered = contractOf({
    ...file,
    channels: [
      {
        ...channels[0],
        package: {
          feeTiers: [
            { upTo: 2, fee: "1.00" },
            { fee: "0.50", perOrder: "0.10" },
          ],
          maxOrders: 3,
          minOrders: 2,
        },
      },
      channels[1],
    ],
  } as Parameters<typeof contractOf>[0]);
  const now = problemOf(tiered, orders);
  const sent = plan([[0, 3, 4]], []);
  const remaining = remainingInputs(now, sent);
  const feesOf = ({ contract: of, orders: table }: typeof remaining, load: Plan) =>
    pricePlan(of, table, problemOf(of, table).classes, load).packageFees;

  test("keep the fee of their own size, and leave the others theirs", () => {
    const rest = plan([[1, 3]], []);
    const whole = withSent(sent, rest, remaining);
    expect(feesOf(remaining, rest)).toBe(1_000_000n);
    // 0.50 + 3 × 0.10 for what was sent.
    expect(pricePlan(tiered, orders, now.classes, whole).packageFees).toBe(1_800_000n);
  });
});

describe("moving", () => {
  const home = [0, 1, -1, 0, 0, 0, 0];
  const classes = splitByHome(problem.classes, home, 500);
  const { channels: C } = classes;
  const chargeOf = (order: number, c: number) => classes.charge[classes.classOf[order]! * C + c]!;

  test("costs more than staying, deferral too", () => {
    expect([0, 1].map((c) => chargeOf(0, c))).toEqual([400_000, 800_000 + 500]);
    expect([0, 1].map((c) => chargeOf(1, c))).toEqual([400_000 + 500, 800_000]);
    expect([0, 1].map((c) => chargeOf(2, c))).toEqual([400_000, 800_000]);
    const penalty = (order: number) => classes.penalty[classes.classOf[order]!]!;
    expect(penalty(0)).toBe(penalty(2) + 500);
  });

  test("keeps orders apart that were on different channels, and no others", () => {
    expect(classes.classOf[0]).toBe(classes.classOf[4]);
    expect(classes.classOf[0]).not.toBe(classes.classOf[1]);
    expect([...classes.size].sort()).toEqual([1, 1, 2, 3]);
    for (let k = 0; k < classes.count; k++)
      for (const order of classes.members.subarray(classes.memberStart[k], classes.memberStart[k + 1]))
        expect(classes.classOf[order]).toBe(k);
    expect(classes.members.length).toBe(7);
  });

  test("is what it adds to the price of a plan", () => {
    const moved = plan([[0, 1]], [3]);
    const more =
      pricePlan(contract, orders, classes, moved).objective -
      pricePlan(contract, orders, problem.classes, moved).objective;
    // 1 and 3 are elsewhere, 4, 5 and 6 are on none.
    expect(more).toBe(5n * 500n);
  });
});

describe("mending", () => {
  test("takes out what breaks a rule: a key, a minimum, a limit, a time", () => {
    // Three singles are in time. The quota has room for three packages and eight orders.
    const old = plan([[0], [1, 2]], [3, 4, 5, 6]);
    expect(keptPart(problem, old)).toEqual(plan([[1, 2]], [3, 4, 5]));
  });

  test("keeps no more packages and orders than limits let in", () => {
    const tight = contractOf({
      ...file,
      channels: [
        { ...channels[0], limits: { maxOrders: 4, maxPackages: 2 }, package: { maxOrders: 2 } },
        channels[1],
      ],
    } as Parameters<typeof contractOf>[0]);
    const now = problemOf(tight, orders);
    expect(keptPart(now, plan([[0, 1, 2], [3], [4, 5]], []))).toEqual(plan([[0, 1], [3]], []));
    expect(keptPart(now, plan([[0], [1, 2, 3], [4]], []))).toEqual(plan([[0], [1, 2]], []));
  });

  test("keeps the first of orders that are apart by now", () => {
    const apart = contractOf({
      ...file,
      quotas: [],
      channels: [{ ...channels[0], package: { maxOrders: 3, uniqueBy: ["bank"] } }, channels[1]],
    } as Parameters<typeof contractOf>[0]);
    const now = problemOf(apart, orders);
    expect(keptPart(now, plan([[0, 1, 2], [3, 5], [4]], []))).toEqual(plan([[0, 2], [3], [4]], []));
    // Who had to leave shares a further package with others that were on no channel.
    const { loads } = repaired(now, plan([[0, 1]], []));
    expect(loads[0]!.orders).toContain(1);
    expect(loads[0]!.packageSizes.length).toBeGreaterThan(1);
    expect(isFeasible(now, { loads })).toBe(true);
  });

  test("lets late orders go first, and whole packages only where nobody is in time", () => {
    const rows = [
      { bank: "ICBC", amount: "1.00", dueBy: "1970-01-01T00:02:00Z" },
      { bank: "ICBC", amount: "1.00" },
      { bank: "ICBC", amount: "1.00" },
      { bank: "ICBC", amount: "1.00" },
    ];
    const urgent = problemOf(contract, ordersOf(contract, rows));
    // A package of three leaves after 130 s, one of two after 120 s, when the first is due.
    expect(keptPart(urgent, plan([[0, 1, 2]], []))).toEqual(plan([[1, 2]], []));
    expect(keptPart(urgent, plan([[0, 1]], []))).toEqual(plan([[0, 1]], []));
  });

  test("puts what is left over where it costs least, and moves nobody for it", () => {
    const mended = repaired(problem, plan([[0, 1]], [5]));
    const where = (c: number) => [...mended.loads[c]!.orders].sort();
    // 2 joins the package that there is; 3, 4 and 6 are cheaper in a further one than singly.
    expect(where(0)).toEqual([0, 1, 2, 3, 4, 6]);
    expect([...mended.loads[0]!.packageSizes]).toEqual([3, 3]);
    expect(where(1)).toEqual([5]);
  });
});
