import { describe, expect, it } from "vitest";
import type { DeferredCode, OtherCode, PlaceCode } from "../../../src/model/explanation.js";
import { type Facts, otherSentence, placeSentence } from "../../../src/report/explanationWords.js";

const there = (costs: string, more: Partial<Facts> = {}): Facts => ({
  currency: "CNY",
  channel: "c",
  costs,
  ...more,
});

describe("what an explanation says of another channel", () => {
  it.each<[OtherCode, Facts, string]>([
    ["DEARER", there("0.10"), "c would cost CNY 0.10 more."],
    ["DEARER", there("0.10", { noRoom: true }), "c would cost CNY 0.10 more, and it has no room besides."],
    [
      "DEARER",
      there("0.10", { needed: true }),
      "c would cost CNY 0.10 more, and the rest of its package would be below minOrders.",
    ],
    [
      "TIE",
      there("0.00", { needed: true }),
      "c would cost the same, and the rest of its package would be below minOrders.",
    ],
  ])("%s: %o", (code, facts, sentence) => {
    expect(otherSentence(code, facts)).toBe(sentence);
  });
});

describe("what an explanation says of an order's own place", () => {
  it.each<[PlaceCode | DeferredCode, Facts | null, string]>([
    ["CHEAPEST", there("0.10"), "It costs least where it is: c would cost CNY 0.10 more."],
    ["CHEAPEST", there("0.00"), "It costs least where it is: c would cost the same."],
    [
      "CHEAPEST",
      there("1.00", { channel: null }),
      "It costs least where it is: deferring it would cost CNY 1.00 more.",
    ],
    [
      "CHEAPEST",
      null,
      "It costs least where it is: without it the rest of its package would be below minOrders.",
    ],
    ["PENALTY_CHEAPER", there("0.00"), "Its penalty costs least: c would cost the same."],
  ])("%s beside %o", (code, runnerUp, sentence) => {
    expect(placeSentence(code, null, runnerUp)).toBe(sentence);
  });
});
