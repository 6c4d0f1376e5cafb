import { describe, expect, test } from "vitest";
import { coverageMatcher, ruleForAmount, Stage } from "../../../src/model/coverage.js";
import { fieldOf, type OrderProfile } from "../../../src/model/order.js";
import { attributesUsed } from "../../../src/model/orderFields.js";
import { contractOf, type RuleForm } from "../../support/instance.js";

const profileOf = (bank: string, attributes: Record<string, string> = {}): OrderProfile => ({
  bank,
  attributes,
  channels: null,
  dueBy: Infinity,
  delayWeight: 1_000_000,
  unroutedPenalty: null,
});

/** What the rules say to an order: which decides, and the stage without one. Amounts in minor units. */
function ask(coverage: readonly RuleForm[], profile: OrderProfile, amount = 100) {
  const channel = contractOf({
    currency: "CNY",
    channels: [{ id: "c", mode: "single", coverage, fee: { flat: "1" } }],
  }).channels[0]!;
  const { rules, stage } = coverageMatcher(channel)(profile);
  const rule = ruleForAmount(channel.coverage, rules, amount);
  return { rule, ...(rule < 0 ? { stage } : {}) };
}

describe("banks", () => {
  test.each<[string, RuleForm, string, number]>([
    ["named", { banks: ["ICBC", "CCB"] }, "CCB", 0],
    ["not named", { banks: ["ICBC", "CCB"] }, "ABC", -1],
    ["no part of a name", { banks: ["ICBC"] }, "ICB", -1],
    ["case counts", { banks: ["ICBC"] }, "icbc", -1],
    ["source text counts", { banks: ["0102"] }, "102", -1],
    ["all", { banks: "*" }, "ABC", 0],
    ["all but another", { banks: "*", except: ["PSBC"] }, "ABC", 0],
    ["all but this", { banks: "*", except: ["ABC", "PSBC"] }, "PSBC", -1],
    ["names out of an object's prototype", { banks: ["ICBC"] }, "constructor", -1],
  ])("%s", (_, rule, bank, expected) => {
    expect(ask([rule], profileOf(bank)).rule).toBe(expected);
  });
});

describe("attributes", () => {
  const where = { accountType: ["personal", "joint"], cardType: ["debit"] };
  test.each<[string, Record<string, string>, number]>([
    ["all hold", { accountType: "joint", cardType: "debit" }, 0],
    ["one does not", { accountType: "joint", cardType: "credit" }, -1],
    ["one is missing", { accountType: "joint" }, -1],
    ["one is empty", { accountType: "joint", cardType: "" }, -1],
    ["case counts", { accountType: "Joint", cardType: "debit" }, -1],
    ["others are no matter", { accountType: "joint", cardType: "debit", business: "x" }, 0],
  ])("%s", (_, attributes, expected) => {
    expect(ask([{ banks: "*", where }], profileOf("ICBC", attributes)).rule).toBe(expected);
  });

  test("an empty value asks for orders without the attribute", () => {
    const rule: RuleForm = { banks: "*", where: { kind: ["x", ""] } };
    expect(ask([rule], profileOf("ICBC")).rule).toBe(0);
    expect(ask([rule], profileOf("ICBC", { kind: "" })).rule).toBe(0);
    expect(ask([rule], profileOf("ICBC", { kind: "y" })).rule).toBe(-1);
  });

  test("those that a contract asks for", () => {
    const contract = contractOf({
      currency: "CNY",
      channels: [
        {
          id: "c",
          mode: "batch",
          coverage: [
            { banks: "*", where: { zone: ["1"], cardType: ["debit"] } },
            { banks: "*", where: { zone: ["2"] } },
          ],
          fee: { flat: "1" },
          package: { separateBy: ["bank", "business"] },
        },
      ],
    });
    expect(attributesUsed(contract)).toEqual(["business", "cardType", "zone"]);
  });

  test("a field by name", () => {
    const profile = profileOf("ICBC", { kind: "x" });
    expect([fieldOf(profile, "bank"), fieldOf(profile, "kind"), fieldOf(profile, "zone")]).toEqual([
      "ICBC",
      "x",
      "",
    ]);
  });
});

describe("amounts, both ends inclusive", () => {
  test.each<[string, NonNullable<RuleForm["amount"]>, number, number]>([
    ["just below min", { min: "1.00" }, 99, -1],
    ["on min", { min: "1.00" }, 100, 0],
    ["just above min", { min: "1.00" }, 101, 0],
    ["just below max", { max: "500.00" }, 49_999, 0],
    ["on max", { max: "500.00" }, 50_000, 0],
    ["just above max", { max: "500.00" }, 50_001, -1],
    ["min = max", { min: "1.00", max: "1.00" }, 100, 0],
    ["beside min = max", { min: "1.00", max: "1.00" }, 101, -1],
    ["nothing said", {}, Number.MAX_SAFE_INTEGER, 0],
    ["max 0", { max: "0" }, 1, -1],
  ])("%s", (_, amount, minor, expected) => {
    expect(ask([{ banks: "*", amount }], profileOf("ICBC"), minor).rule).toBe(expected);
  });
});

describe("the first rule that matches decides", () => {
  const coverage: readonly RuleForm[] = [
    { banks: ["ICBC"], where: { kind: ["x"] }, amount: { max: "1.00" } },
    { banks: ["ICBC"], amount: { max: "2.00" } },
    { banks: "*", except: ["ABC"] },
    { banks: ["CCB"] },
  ];
  test.each<[string, string, Record<string, string>, number, number]>([
    ["all of the first", "ICBC", { kind: "x" }, 100, 0],
    ["amount too large for the first", "ICBC", { kind: "x" }, 101, 1],
    ["attribute of none", "ICBC", {}, 100, 1],
    ["amount too large for two", "ICBC", { kind: "x" }, 201, 2],
    ["an earlier rule hides a later one", "CCB", {}, 100, 2],
    ["excepted", "ABC", {}, 100, -1],
  ])("%s", (_, bank, attributes, amount, expected) => {
    expect(ask(coverage, profileOf(bank, attributes), amount).rule).toBe(expected);
  });
});

describe("the stage of an order that no rule takes", () => {
  const bankOnly: RuleForm = { banks: ["ICBC"], where: { kind: ["x"] } };
  const amountOnly: RuleForm = { banks: ["ICBC"], amount: { max: "1.00" } };
  test.each<[string, readonly RuleForm[], string, Stage]>([
    ["no bank", [bankOnly, amountOnly], "CCB", Stage.bank],
    ["excepted is not covered", [{ banks: "*", except: ["CCB"] }], "CCB", Stage.bank],
    ["bank, not attributes", [bankOnly], "ICBC", Stage.attributes],
    ["bank and attributes, not amount", [amountOnly], "ICBC", Stage.amount],
    ["the furthest counts, later", [bankOnly, amountOnly], "ICBC", Stage.amount],
    ["the furthest counts, earlier", [amountOnly, bankOnly], "ICBC", Stage.amount],
    [
      "attributes of one rule and amount of another are no amount",
      [{ ...bankOnly, amount: { max: "9.00" } }],
      "ICBC",
      Stage.attributes,
    ],
  ])("%s", (_, coverage, bank, stage) => {
    expect(ask(coverage, profileOf(bank), 200)).toEqual({ rule: -1, stage });
  });
});
