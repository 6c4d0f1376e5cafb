import { expect, it } from "vitest";
import { prove } from "../../../src/solver/proof/prove.js";
import { checkedBound } from "../../support/checkedBound.js";
import { problemFrom } from "../../support/instance.js";

/** Amounts of which a rate makes charges that do not add up exactly at the finest prices. */
const AMOUNTS = [
  ["ZZ", "70000000002.59"],
  ["A", "50000000007.10"],
  ["ZZ", "60000000003.52"],
  ["ZZ", "60000000003.99"],
  ["A", "40000000002.26"],
  ["ZZ", "40000000002.90"],
  ["A", "30000000004.10"],
  ["A", "90000000006.51"],
] as const;

it("prices that a checker would refuse do not say that no plan has such counts", () => {
  const problem = problemFrom({
    channels: {
      currency: "CNY",
      planAt: "2026-11-22T22:00:00+08:00",
      objective: { delayCostPerOrderHour: "0.02", unroutedPenaltyRate: "0.5%" },
      channels: [
        {
          id: "rated",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { rate: "0.78%", min: "0.5" },
          package: { fee: "8.00" },
          queue: {
            opensAt: "2026-11-22T22:30:00+08:00",
            secondsPerPackage: 60,
            secondsPerOrder: 1,
            lanes: 3,
          },
        },
        {
          id: "capped",
          mode: "batch",
          coverage: [{ banks: ["A"] }, { banks: "*", fee: { flat: "4.4" } }],
          fee: { rate: "0.65%", min: "0.5", max: "5.00" },
          package: { fee: "6.00", maxAmount: "150000000000.00" },
        },
      ],
    },
    orders: AMOUNTS.map(([bank, amount], i) => ({
      id: `o${i}`,
      bank,
      amount,
      ...(i === AMOUNTS.length - 1 ? { channels: "rated" } : {}),
    })),
  });
  let left = 200;
  const { bound, tree } = prove(problem, {
    shouldStop: () => false,
    enough: () => left-- <= 0,
    incumbent: () => Infinity,
  });
  expect(checkedBound(problem, tree)).toBe(bound);
});
