import { expect, it } from "vitest";
import type { ChannelExplanation, OrderExplanation } from "../../../src/model/explanation.js";
import { renderExplanation } from "../../../src/report/explanation.js";

const SENTENCE =
  "harbor needs a further package for it, whose fee is more than it saves: CNY 0.40 more in all.";
const MOVE = {
  costs: "0.40",
  charge: "-0.10",
  packageFees: "0.50",
  delay: "0",
  penalty: "0",
  waits: "0",
  package: "harbor-0002",
  opens: true,
  hindered: [],
  limits: [],
};

function channel(more: Partial<ChannelExplanation>): ChannelExplanation {
  return {
    channel: "union",
    mode: "batch",
    chosen: false,
    code: "NOT_COVERED",
    charge: null,
    move: null,
    asked: null,
    sentence: "union does not cover its bank.",
    ...more,
  };
}

it.each([
  ["the place's own", SENTENCE],
  ["a part of the place's own", `It fills a package that is open anyway: ${SENTENCE}`],
])("says a sentence once that is %s", (_, sentence) => {
  const order: OrderExplanation = {
    order: "o1",
    bank: "ICBC",
    amount: "10.00",
    status: "routed",
    channel: "fast",
    package: null,
    code: "WOULD_OPEN_PACKAGE",
    sentence,
    because: null,
    runnerUp: null,
    channels: [
      channel({
        channel: "fast",
        mode: "single",
        chosen: true,
        code: "WOULD_OPEN_PACKAGE",
        charge: "0.90",
        sentence,
      }),
      channel({
        channel: "harbor",
        code: "WOULD_OPEN_PACKAGE",
        charge: "0.80",
        move: MOVE,
        sentence: SENTENCE,
      }),
      channel({}),
    ],
    deferring: null,
    worth: null,
  };
  const text = renderExplanation({ currency: "CNY", gap: 0, orders: [order], color: false, width: 200 });
  expect(text.split(SENTENCE)).toHaveLength(2);
  expect(text).toContain("Why not elsewhere\n  union does not cover its bank.");
});
