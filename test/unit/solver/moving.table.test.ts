import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { SingleMoves } from "../../../src/solver/moving/moves.js";
import { type ChannelForm, problemFrom } from "../../support/instance.js";

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
    expect(moves.brokenBy(0, { channel: 1, package: 0, opens: true })).toEqual({
      inOrders: [],
      inPackages: [0],
      inPackage: null,
    });
  });
});
