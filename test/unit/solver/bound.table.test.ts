import { describe, expect, test } from "vitest";
import { zeroPriceBound } from "../../../src/solver/bound.js";
import { type ChannelForm, type OrderRow, problemFrom } from "../../support/instance.js";

/** Bound of orders on channels of these fees, in cost units of CNY; deferring costs 5.00. */
function boundOf(
  channels: readonly ChannelForm[],
  orders: readonly Partial<OrderRow>[],
  unroutedPenalty = "5.00",
) {
  const problem = problemFrom({
    channels: { currency: "CNY", objective: { unroutedPenalty }, channels },
    orders: orders.map((order, i) => ({ id: `o${i}`, bank: "A", amount: "100.00", ...order })),
  });
  return zeroPriceBound(problem);
}

const single = (id: string, flat: string, more: Partial<ChannelForm> = {}): ChannelForm => ({
  id,
  mode: "single",
  coverage: [{ banks: "*" }],
  fee: { flat },
  ...more,
});

describe("every order pays its least charge or its penalty", () => {
  test.each<[string, readonly ChannelForm[], readonly Partial<OrderRow>[], bigint]>([
    ["no order", [single("a", "1.00")], [], 0n],
    ["one channel", [single("a", "1.00")], [{}, {}, {}], 3_000_000n],
    ["the cheaper of two", [single("a", "1.00"), single("b", "0.40")], [{}, {}], 800_000n],
    ["the penalty where it is less", [single("a", "6.00")], [{}, {}], 10_000_000n],
    ["the penalty where it is equal", [single("a", "5.00")], [{}], 5_000_000n],
    ["its own penalty", [single("a", "1.00")], [{ unroutedPenalty: "0.25" }, {}], 1_250_000n],
    ["a penalty of nothing", [single("a", "1.00")], [{ unroutedPenalty: "0" }], 0n],
    ["a channel without charge", [single("a", "0")], [{}, {}], 0n],
    [
      "each of its own",
      [single("a", "1.00", { coverage: [{ banks: ["A"] }] }), single("b", "2.00")],
      [{ bank: "A" }, { bank: "B" }],
      3_000_000n,
    ],
    ["permitted channels alone", [single("a", "1.00"), single("b", "2.00")], [{ channels: "b" }], 2_000_000n],
    [
      "rejected orders cost nothing",
      [single("a", "1.00", { coverage: [{ banks: ["A"] }] })],
      [{ bank: "B" }, {}],
      1_000_000n,
    ],
    [
      "a channel that cannot take it alone is none",
      [single("a", "1.00", { limits: { maxAmount: "99.99" } }), single("b", "2.00")],
      [{}],
      2_000_000n,
    ],
    [
      "limits that bind together do not count",
      [single("a", "1.00", { limits: { maxOrders: 1 } }), single("b", "2.00")],
      [{}, {}],
      2_000_000n,
    ],
    [
      "nor does a package fee",
      [
        {
          id: "a",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0.10" },
          package: { fee: "8.00" },
        },
      ],
      [{}, {}],
      200_000n,
    ],
    [
      "a rate",
      [single("a", "0", { fee: { rate: "1%" } })],
      [{ amount: "10.00" }, { amount: "20.00" }],
      300_000n,
    ],
  ])("%s", (_, channels, orders, expected) => {
    expect(boundOf(channels, orders)).toBe(expected);
  });
});

test("exact beyond 2^53", () => {
  const huge = "9007199254.740991";
  const channel = single("a", "0", { fee: { flat: huge, round: { to: "0.000001" } } });
  const dear = boundOf([channel], [{}, {}, { bank: "B" }], huge);
  expect(dear).toBe(3n * 2n ** 51n);
});
