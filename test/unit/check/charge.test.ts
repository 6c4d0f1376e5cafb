import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChargeTable, exactCharge } from "../../../src/check/charge.js";
import { RATE_ONE, type RoundMode } from "../../../src/model/contract.js";
import { parseMoney } from "../../../src/model/money.js";
import { contractOf, ruleOf } from "./inputs.js";

/** Charge of an amount under one fee, both ways, in cost units. */
function chargesOf(currency: string, fee: object, amount: string, more: object = {}, failureCost = "0") {
  const contract = contractOf({
    currency,
    objective: { failureCost },
    channels: [{ id: "c", mode: "single", coverage: [{ banks: "*", ...more }], fee, failureFee: "0" }],
  });
  const channel = contract.channels[0]!;
  const minor = Number(parseMoney(amount, contract.exponent));
  const table = new ChargeTable(contract, channel.coverage, Int32Array.of(0));
  return [table.charge(0, minor), Number(exactCharge(contract, channel, channel.coverage[0]!, minor))];
}

const round = (mode: RoundMode, to = "0.01") => ({ round: { to, mode } });

describe("charges worked out by hand, in cost units", () => {
  test.each([
    // CNY: one cost unit is 0.000001
    ["flat", "CNY", { flat: "0.40" }, "99.00", 400_000],
    ["rate", "CNY", { rate: "0.38%" }, "100.00", 380_000],
    ["rate and flat", "CNY", { rate: "0.38%", flat: "0.10" }, "100.00", 480_000],
    ["below min", "CNY", { rate: "0.1%", min: "0.20" }, "199.99", 200_000],
    ["at min", "CNY", { rate: "0.1%", min: "0.20" }, "200.00", 200_000],
    ["above min", "CNY", { rate: "0.1%", min: "0.20" }, "210.00", 210_000],
    ["below max", "CNY", { rate: "0.1%", max: "2.00" }, "1990.00", 1_990_000],
    ["at max", "CNY", { rate: "0.1%", max: "2.00" }, "2000.00", 2_000_000],
    ["above max", "CNY", { rate: "0.1%", max: "2.00" }, "2000.01", 2_000_000],
    ["min is not rounded before it counts", "CNY", { rate: "0.1%", min: "0.125" }, "1.00", 130_000],
    // 0.1% of 10.50 is 0.0105, of 5.00 is 0.005, of 15.00 is 0.015
    ["halfUp, below half", "CNY", { rate: "0.1%", ...round("halfUp") }, "14.99", 10_000],
    ["halfUp, half", "CNY", { rate: "0.1%", ...round("halfUp") }, "15.00", 20_000],
    ["halfUp, half to odd", "CNY", { rate: "0.1%", ...round("halfUp") }, "5.00", 10_000],
    ["halfEven, half to even below", "CNY", { rate: "0.1%", ...round("halfEven") }, "5.00", 0],
    ["halfEven, half to even above", "CNY", { rate: "0.1%", ...round("halfEven") }, "15.00", 20_000],
    ["halfEven, above half", "CNY", { rate: "0.1%", ...round("halfEven") }, "5.01", 10_000],
    ["up, a trace", "CNY", { rate: "0.1%", ...round("up") }, "10.01", 20_000],
    ["up, none", "CNY", { rate: "0.1%", ...round("up") }, "10.00", 10_000],
    ["down, nearly", "CNY", { rate: "0.1%", ...round("down") }, "19.99", 10_000],
    ["to half a fen", "CNY", { rate: "0.1%", ...round("halfUp", "0.005") }, "12.60", 15_000],
    ["to three units", "CNY", { flat: "0.00000751", ...round("halfUp", "0.000003") }, "1.00", 9],
    ["eight decimals count", "CNY", { flat: "0.00499999" }, "1.00", 0],
    ["eight decimals and a rate", "CNY", { flat: "0.00000001", rate: "0.499999%" }, "1.00", 10_000],
    // JPY: one cost unit is 0.0001
    ["JPY half", "JPY", { rate: "0.5%" }, "100", 10_000],
    ["JPY below half", "JPY", { rate: "0.5%" }, "99", 0],
    ["JPY to a cost unit", "JPY", { rate: "0.00123%", ...round("halfUp", "0.0001") }, "1001", 123],
    // KWD: one cost unit is 0.0000001
    ["KWD half", "KWD", { rate: "0.25%" }, "0.200", 10_000],
    ["KWD below half", "KWD", { rate: "0.25%" }, "0.199", 0],
    ["KWD flat of eight decimals", "KWD", { flat: "0.00149999" }, "1.000", 10_000],
  ] as const)("%s", (_, currency, fee, amount, units) => {
    expect(chargesOf(currency, fee, amount)).toEqual([units, units]);
  });

  const tiers = {
    tiers: [
      { upTo: "1000.00", flat: "0.50" },
      { upTo: "10000.00", rate: "0.06%", min: "0.60", max: "3.00" },
      { flat: "5.00" },
    ],
  };
  test.each([
    ["0.01", 500_000],
    ["1000.00", 500_000],
    ["1000.01", 600_000],
    ["2000.00", 1_200_000],
    ["5000.00", 3_000_000],
    ["10000.00", 3_000_000],
    ["10000.01", 5_000_000],
  ])("tiers at %s", (amount, units) => {
    expect(chargesOf("CNY", tiers, amount)).toEqual([units, units]);
  });

  const marginal = {
    tiers: [
      { upTo: "1000.00", flat: "0.50" },
      { upTo: "10000.00", rate: "0.06%", min: "0.60", max: "3.00" },
      { flat: "0.20", rate: "0.01%" },
    ],
    apply: "marginal",
  };
  test.each([
    ["1000.00", 500_000],
    ["1000.01", 1_100_000],
    ["2008.33", 1_100_000],
    ["2008.34", 1_110_000],
    ["10000.00", 3_500_000],
    ["10000.01", 3_700_000],
    ["100000.00", 12_700_000],
  ])("marginal tiers at %s", (amount, units) => {
    expect(chargesOf("CNY", marginal, amount)).toEqual([units, units]);
  });

  test.each([
    // 0.992 × 0.40 + 0.008 × 2.00 = 0.4128
    ["of a flat fee", { flat: "0.40" }, 0.992, "2.00", 412_800],
    // 0.99999999 × 0.40 + 0.00000001 × 50 = 0.4000000 − 0.000000004 + 0.0000005 = 0.400000496
    ["half-up to a unit", { flat: "0.40" }, "0.99999999", "50", 400_000],
    ["half-up to a unit, above", { flat: "0.40" }, "0.99999999", "51", 400_001],
    ["certain failure", { flat: "0.40" }, 0, "2.00", 2_000_000],
    ["of a rate", { rate: "1%" }, 0.5, "1.00", 1_000_000],
  ])("expected charge %s", (_, fee, successRate, failureCost, units) => {
    expect(chargesOf("CNY", fee, "100.00", { successRate }, failureCost)).toEqual([units, units]);
  });
});

function plainContract(currency: string) {
  const channel = { id: "c", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1" } };
  return contractOf({ currency, channels: [channel] });
}
const plainContracts = {
  CNY: plainContract("CNY"),
  JPY: plainContract("JPY"),
  KWD: plainContract("KWD"),
  CLF: plainContract("CLF"),
};

test("the fast path and bigints agree", () => {
  const wide = fc.oneof(
    fc.bigInt(0n, 10n ** 10n),
    fc.bigInt(0n, 10n ** 16n),
    fc.constantFrom(0n, 1n, 50_000_000n),
  );
  const amounts = fc.oneof(
    fc.integer({ min: 1, max: 10_000_000 }),
    fc.integer({ min: 1, max: 1e11 }),
    fc.maxSafeNat().map((value) => value + 1),
  );
  const tierTerms = fc.record({
    flat: wide,
    rate: fc.oneof(fc.bigInt(0n, 1_000_000n), fc.bigInt(0n, 100_000_000n)),
    min: fc.option(wide),
    max: fc.option(wide),
  });
  fc.assert(
    fc.property(
      fc.constantFrom("CNY" as const, "JPY" as const, "KWD" as const, "CLF" as const),
      fc.array(tierTerms, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("whole" as const, "marginal" as const),
      fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 1e12 }), fc.maxSafeNat()),
      fc.constantFrom<RoundMode>("halfUp", "halfEven", "up", "down"),
      fc.oneof(fc.constant(RATE_ONE), fc.integer({ min: 0, max: RATE_ONE })),
      fc.integer({ min: 0, max: 1e9 }),
      amounts.filter((value) => value <= Number.MAX_SAFE_INTEGER),
      (currency, terms, apply, to, mode, successRate, failureCost, amount) => {
        const ends = terms.map((_, t) => (t === terms.length - 1 ? Infinity : Math.floor(amount / 2) + t));
        const tiers = terms.map((tier, t) => ({ upTo: ends[t]!, ...tier }));
        const rule = ruleOf(tiers, Math.max(1, to), mode, successRate, apply);
        const plain = plainContracts[currency];
        const contract = { ...plain, objective: { ...plain.objective, failureCost } };
        const exact = exactCharge(contract, contract.channels[0]!, rule, amount);
        const table = new ChargeTable(contract, [rule], Int32Array.of(0));
        if (exact > BigInt(Number.MAX_SAFE_INTEGER))
          expect(() => table.charge(0, amount)).toThrow("cost units");
        else expect(BigInt(table.charge(0, amount))).toBe(exact);
      },
    ),
    { numRuns: 20_000 },
  );
});
