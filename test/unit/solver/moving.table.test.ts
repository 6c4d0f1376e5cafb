import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { NO_OBSTACLE, SingleMoves } from "../../../src/solver/moving/moves.js";
import { judgeOrder } from "../../../src/solver/moving/verdicts.js";
import type { Problem } from "../../../src/solver/problem.js";
import { type ChannelForm, type OrderRow, problemFrom } from "../../support/instance.js";

const batch = (id: string, limits: ChannelForm["limits"] = {}): ChannelForm => ({
  id,
  mode: "batch",
  coverage: [{ banks: "*" }],
  fee: { flat: "0.30" },
  package: { fee: "1.00" },
  limits,
});

/** Orders in packages on two channels that share a quota. */
function movesUnder(
  limits: { maxOrders?: number; maxPackages?: number },
  sizes: readonly number[],
): SingleMoves {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const problem = problemFrom({
    channels: {
      currency: "CNY",
      quotas: [{ id: "shared", channels: ["a", "b"], limits }],
      channels: [batch("a"), batch("b")],
    },
    orders: Array.from({ length: count }, (_, i) => ({ id: `o${i}`, bank: "A", amount: "1.00" })),
  });
  const plan: Plan = {
    loads: [
      { orders: Int32Array.from({ length: count }, (_, i) => i), packageSizes: Int32Array.from(sizes) },
      { orders: new Int32Array(0), packageSizes: new Int32Array(0) },
    ],
  };
  return new SingleMoves(problem, plan);
}

describe("a move between channels of one quota", () => {
  it("needs no more room for orders than there was", () => {
    expect(movesUnder({ maxOrders: 2 }, [2]).spot(0, 1)).toEqual({ channel: 1, package: 0, opens: true });
  });

  it("opens a package where the one that it leaves is gone", () => {
    expect(movesUnder({ maxPackages: 1 }, [1]).spot(0, 1)).toEqual({ channel: 1, package: 0, opens: true });
  });

  it("opens none where the one that it leaves stays", () => {
    const moves = movesUnder({ maxPackages: 1 }, [2]);
    expect(moves.spot(0, 1)).toBeNull();
    expect(moves.brokenBy(0, { channel: 1, package: 0, opens: true })).toEqual([
      { limit: 0, field: "maxPackages", used: 1, most: 1 },
    ]);
  });
});

/** Packages on a channel with such terms, each order of another bank; one more is on a single channel. */
function beside(
  terms: ChannelForm["package"],
  sizes: readonly number[],
  { last, single = "0.50" }: { last?: Partial<OrderRow>; single?: string } = {},
): { problem: Problem; moves: SingleMoves; order: number } {
  const order = sizes.reduce((sum, size) => sum + size, 0);
  const channels: ChannelForm[] = [
    { ...batch("files"), package: terms! },
    { id: "single", mode: "single", coverage: [{ banks: "*" }], fee: { flat: single } },
  ];
  const problem = problemFrom({
    channels: { currency: "CNY", objective: { unroutedPenalty: "5.00" }, channels },
    orders: Array.from({ length: order + 1 }, (_, i) => ({
      id: `o${i}`,
      bank: `B${i}`,
      amount: "1.00",
      ...(i === order ? last : {}),
    })),
  });
  const plan: Plan = {
    loads: [
      { orders: Int32Array.from({ length: order }, (_, i) => i), packageSizes: Int32Array.from(sizes) },
      { orders: Int32Array.of(order), packageSizes: new Int32Array(0) },
    ],
  };
  return { problem, moves: new SingleMoves(problem, plan), order };
}

describe("a move where package fees go by size", () => {
  /** One order 1.00, two 1.20, three 1.30, four 2.40, … */
  const feeTiers = [
    { upTo: 2, fee: "0.80", perOrder: "0.20" },
    { upTo: 3, fee: "1.00", perOrder: "0.10" },
    { fee: "2.00", perOrder: "0.10" },
  ];

  it.each([
    [[3, 1, 2], 2, 1_000],
    [[3, 1, 3], 1, 2_000],
    [[3, 3], 2, 10_000],
  ])("joins the package of %j whose fee grows least", (sizes, place, fee) => {
    const { moves, order } = beside({ feeTiers }, sizes);
    const spot = moves.spot(order, 0)!;
    expect(spot).toEqual({ channel: 0, package: place, opens: place === sizes.length });
    expect(moves.change(order, spot).packageFees).toBe(BigInt(fee) * 100n);
  });

  it.each([
    [4, -11_000],
    [3, -1_000],
    [2, -2_000],
    [1, -10_000],
  ])("out of a package of %i takes off what its fee falls by", (size, fee) => {
    const { moves } = beside({ feeTiers }, [size]);
    const change = moves.change(0, moves.spot(0, 1));
    expect(change.packageFees).toBe(BigInt(fee) * 100n);
    expect(change.packages).toBe(size === 1 ? -1 : 0);
  });

  it.each([
    ["2.29", "WOULD_SAVE"],
    ["1.31", "WOULD_SAVE"],
    ["1.29", "WOULD_OPEN_PACKAGE"],
    ["0.31", "WOULD_OPEN_PACKAGE"],
    ["0.29", "DEARER"],
  ])("into a further package compares with the fee of one order: %s", (single, code) => {
    const { problem, moves, order } = beside({ feeTiers, maxOrders: 3 }, [3], { single });
    expect(judgeOrder(problem, moves, order).others[0]!.code).toBe(code);
  });
});

describe("a move where a package holds one order of a bank", () => {
  const kept = { fee: "1.00", uniqueBy: ["bank"] };

  it("passes by packages that hold the order's, to the next that has room", () => {
    const { moves, order } = beside({ ...kept, maxOrders: 2 }, [1, 2, 1], { last: { bank: "B0" } });
    expect(moves.spot(order, 0)).toEqual({ channel: 0, package: 2, opens: false });
    expect(moves.spot(order, 0, { ...NO_OBSTACLE, twins: true })).toMatchObject({ package: 0 });
  });

  it("passes by packages that have too little amount left, too", () => {
    const { moves, order } = beside({ ...kept, maxAmount: "3.00" }, [1, 2, 1], {
      last: { bank: "B0", amount: "2.00" },
    });
    expect(moves.spot(order, 0)).toEqual({ channel: 0, package: 2, opens: false });
  });

  it("opens a further package where all hold it", () => {
    const { moves, order } = beside(kept, [1], { last: { bank: "B0" } });
    expect(moves.spot(order, 0)).toEqual({ channel: 0, package: 1, opens: true });
  });

  it("is kept apart where none may be opened and it would save", () => {
    const { problem, moves, order } = beside({ ...kept, minOrders: 2 }, [2], {
      last: { bank: "B0" },
    });
    const verdict = judgeOrder(problem, moves, order);
    expect(verdict).toMatchObject({ code: "KEPT_APART", because: { channel: 0, spot: { opens: false } } });
    expect(verdict.because!.change.objective).toBe(-200_000n);
  });
});

describe("the code of a channel", () => {
  /** Two orders in a package that has room, a third on a single channel. */
  function verdictOn(third: Partial<OrderRow>, terms: Partial<ChannelForm>, from: number, order: number) {
    const channels: ChannelForm[] = [
      { ...batch("files"), ...terms },
      { id: "single", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "0.50" } },
    ];
    const problem = problemFrom({
      channels: { currency: "CNY", objective: { delayCostPerOrderHour: "36.00" }, channels },
      orders: [0, 1, 2].map((i) => ({
        id: `o${i}`,
        bank: "A",
        amount: "1.00",
        ...(i === 2 ? third : {}),
      })),
    });
    const moves = new SingleMoves(problem, {
      loads: [
        { orders: Int32Array.of(0, 1), packageSizes: Int32Array.of(2) },
        { orders: Int32Array.of(2), packageSizes: new Int32Array(0) },
      ],
    });
    return judgeOrder(problem, moves, order).others.find(({ channel }) => channel === from)!;
  }

  it("asks for a further package only where no package has room", () => {
    // 1.00 − 0.20 in a further package, which nobody waits for; 2.00 − 0.20 where both others wait 100 s longer.
    const queue = { secondsPerOrder: 100 };
    const roomy = verdictOn({ delayWeight: "0" }, { queue }, 0, 2);
    expect(roomy).toMatchObject({ code: "DEARER", spot: { opens: true }, change: { objective: 800_000n } });
    const full = { queue, package: { fee: "1.00", maxOrders: 2 } };
    expect(verdictOn({ delayWeight: "0" }, full, 0, 2)).toMatchObject({
      code: "WOULD_OPEN_PACKAGE",
      change: { objective: 800_000n },
    });
  });

  it("speaks of the minimum of its package only where leaving it would save", () => {
    const needed = { package: { fee: "0.20", minOrders: 2 }, fee: { flat: "0.30" } };
    // The same cost on the single channel, where it would wait less.
    const waits = { ...needed, fee: { flat: "0.30" }, queue: { secondsPerPackage: 20 } };
    expect(verdictOn({}, waits, 1, 0)).toMatchObject({
      code: "TIE",
      change: { objective: 0n },
      needed: true,
    });
  });
});
