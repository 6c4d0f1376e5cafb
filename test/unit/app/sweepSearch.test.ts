import { describe, expect, it } from "vitest";
import { findSweep } from "../../../src/app/sweepSearch.js";

/** A plan that needs so much of a limit, and what it costs wherever the limit allows it. */
interface Needing {
  readonly needs: bigint;
  readonly costs: bigint;
}
const task = {
  values: [0n, 1n, 2n, 3n],
  known: () => null,
  atATime: 2,
  isStopped: () => false,
  pricesAt: (limit: bigint) => (plan: Needing) => (plan.needs <= limit ? plan.costs : null),
};

describe("a sweep", () => {
  it("searches once more where a plan found at another value is cheaper, and nowhere else", async () => {
    const found: readonly Needing[] = [
      { needs: 0n, costs: 9n },
      { needs: 1n, costs: 5n },
      { needs: 2n, costs: 7n },
      { needs: 0n, costs: 6n },
    ];
    const again: [bigint, Needing][] = [];
    const { plans, searches, stoppedBy } = await findSweep<Needing>({
      ...task,
      search: async (value, start) => {
        if (start !== null) again.push([value, start]);
        return start ?? found[Number(value)]!;
      },
    });
    // At 0 only the last plan is possible as well as its own.
    expect(again).toEqual([
      [0n, found[3]],
      [2n, found[1]],
      [3n, found[1]],
    ]);
    expect(plans.map(({ costs }) => costs)).toEqual([6n, 5n, 5n, 5n]);
    expect({ searches, stoppedBy }).toEqual({ searches: 7, stoppedBy: "done" });
  });

  it("takes what is known for a search, and has a plan for every value when it is stopped", async () => {
    const known: Needing = { needs: 0n, costs: 1n };
    const searched: bigint[] = [];
    const { plans, stoppedBy } = await findSweep<Needing>({
      ...task,
      known: (value) => (value === 2n ? known : null),
      isStopped: () => true,
      search: async (value) => {
        searched.push(value);
        return { needs: 0n, costs: 5n };
      },
    });
    expect(searched).toEqual([0n, 1n, 3n]);
    expect(plans[2]).toBe(known);
    expect({ plans: plans.length, stoppedBy }).toEqual({ plans: 4, stoppedBy: "interrupt" });
  });
});
