import { expect, it } from "vitest";
import { pricePlan } from "../../src/solver/cost.js";
import { splitByHome } from "../../src/solver/homes.js";
import { prove } from "../../src/solver/proof/prove.js";
import { problemFrom } from "../support/instance.js";

it("a bound beside what moves cost is not rounded up past a minimum fee that counts charges without it", () => {
  const own = problemFrom({
    channels: {
      currency: "CNY",
      objective: { unroutedPenalty: "1.15" },
      channels: [
        { id: "home", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "0.12" } },
        {
          id: "owed",
          mode: "single",
          coverage: [{ banks: "*" }],
          fee: { flat: "0.07" },
          minimumFee: { fee: "0.12" },
        },
      ],
    },
    orders: [{ id: "o", bank: "A", amount: "1.00" }],
  });
  // At 0.05 a move both channels charge 0.12 and deferral 1.20; but of the one that is owed anyway 0.07 are free.
  const problem = { ...own, classes: splitByHome(own.classes, [0], 50_000) };
  const nobody = { orders: new Int32Array(0), packageSizes: new Int32Array(0) };
  const moved = { loads: [nobody, { ...nobody, orders: Int32Array.of(0) }] };
  const cost = pricePlan(problem.contract, problem.orders, problem.classes, moved).objective;
  expect(cost).toBe(50_000n);
  const { bound } = prove(problem, {
    shouldStop: () => false,
    enough: () => false,
    incumbent: () => Infinity,
  });
  expect(bound).toBeLessThanOrEqual(cost);
});
