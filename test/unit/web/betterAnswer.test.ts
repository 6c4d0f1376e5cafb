import { describe, expect, it } from "vitest";
import { betterAnswer } from "../../../web/src/state/betterAnswer.js";
import type { Answer } from "../../../web/src/state/useAnswers.js";

const answer = ([objective, bound]: readonly [string, string | null]) =>
  ({ plan: { cost: { objective }, bound } }) as Answer;

describe("the better of two answers", () => {
  it.each([
    ["costs less", ["10.00", "9.00"], ["9.99", "8.00"], 1],
    [
      "costs less, by a cost unit beyond what a float holds",
      ["90071992547.409931", "1.00"],
      ["90071992547.409930", "1.00"],
      1,
    ],
    ["costs the same and proves more", ["10.00", "9.00"], ["10.00", "9.50"], 1],
    ["came first, where they are alike", ["10.00", "9.00"], ["10.00", "9.00"], 0],
    ["costs less, and came first", ["9.00", "8.00"], ["10.00", "9.00"], 0],
    ["has a bound at all", ["10.00", null], ["10.00", "9.00"], 1],
  ] as const)("%s", (_, a, b, index) => {
    const both = [answer(a), answer(b)] as const;
    expect(betterAnswer(...both, 2)).toBe(both[index]);
  });
});
