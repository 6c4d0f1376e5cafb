import { describe, expect, it } from "vitest";
import { withBest } from "../../../src/app/withBest.js";
import type { Plan } from "../../../src/model/plan.js";
import { pricePlan } from "../../../src/solver/cost.js";
import { problemFrom } from "../../support/instance.js";

const single = (id: string, flat: string, secondsPerOrder: number) => ({
  id,
  mode: "single" as const,
  coverage: [{ banks: "*" as const }],
  fee: { flat },
  queue: { secondsPerOrder },
});

/** One order: 1.00 on the slow and on the fast channel, 2.00 on the dear one. */
const problem = problemFrom({
  channels: {
    currency: "CNY",
    objective: { unroutedPenalty: "9.00" },
    channels: [single("dear", "2.00", 0), single("slow", "1.00", 60), single("fast", "1.00", 1)],
  },
  orders: [{ id: "o1", bank: "A", amount: "1.00" }],
});

const COST = 1_000_000n;

function planOn(channel: number): Plan {
  return {
    loads: problem.contract.channels.map((_, c) => ({
      orders: Int32Array.from(c === channel ? [0] : []),
      packageSizes: new Int32Array(0),
    })),
  };
}

const [DEAR, SLOW, FAST] = [planOn(0), planOn(1), planOn(2)];

function priced(plan: Plan) {
  return { plan, cost: pricePlan(problem.contract, problem.orders, problem.classes, plan) };
}

function known(plan: Plan, engineBound: bigint | undefined, engineOptimal = false) {
  return {
    best: priced(plan),
    used: "its own",
    proven: { bound: COST / 2n },
    engineBound,
    engineOptimal,
    stoppedBy: engineOptimal ? ("optimal" as const) : ("gap" as const),
  };
}

describe("the best of a search's plan and others", () => {
  it("is its own where no other is better, with all that is known of it", () => {
    const own = known(FAST, COST, true);
    expect(withBest(problem, own, [SLOW, DEAR, FAST])).toBe(own);
  });

  it("stays optimal by an engine's word where the other one costs the same and waits less", () => {
    expect(withBest(problem, known(SLOW, COST, true), [FAST])).toMatchObject({
      best: { plan: FAST },
      engineOptimal: true,
      stoppedBy: "optimal",
    });
  });

  it("is optimal by an engine's word where it costs what that claimed", () => {
    expect(withBest(problem, known(DEAR, COST), [SLOW])).toMatchObject({
      best: { plan: SLOW },
      engineBound: COST,
      engineOptimal: true,
      stoppedBy: "optimal",
    });
  });

  it.each([
    ["more than it costs", COST + 1n, false],
    ["that a dearer plan is optimal", undefined, true],
  ])("tells of no engine that claims %s", (_, engineBound, engineOptimal) => {
    expect(withBest(problem, known(DEAR, engineBound, engineOptimal), [SLOW])).toMatchObject({
      best: { plan: SLOW },
      engineBound: undefined,
      engineOptimal: false,
      stoppedBy: engineOptimal ? "noGain" : "gap",
    });
  });

  it("leaves out plans that use channels which are not there, or the same order twice", () => {
    const own = known(DEAR, undefined);
    const beyond = { loads: [...planOn(-1).loads, SLOW.loads[1]!] };
    const twice = { loads: [SLOW.loads[1]!, SLOW.loads[1]!, SLOW.loads[0]!] };
    expect(withBest(problem, own, [beyond, twice])).toBe(own);
  });
});
