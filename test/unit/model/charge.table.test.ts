import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chargeOf,
  chargePieces,
  chargeSchedule,
  divideRounding,
  divideRoundingBig,
  penaltyOf,
} from "../../../src/model/charge.js";
import type { RoundMode } from "../../../src/model/contract.js";
import { formatCost, parseMoney } from "../../../src/model/money.js";
import { contractOf, type FeeForm, type RuleForm } from "../../support/instance.js";

const MODES = ["halfUp", "halfEven", "up", "down"] as const satisfies readonly RoundMode[];

interface Terms {
  readonly currency?: string;
  readonly fee?: FeeForm;
  readonly rule?: Omit<RuleForm, "banks">;
  readonly failureFee?: string;
  readonly failureCost?: string;
}

/** What charges an order under these terms: cost units from minor units. */
function charger({ currency = "CNY", fee, rule = {}, failureFee = "0", failureCost = "0" }: Terms) {
  const contract = contractOf({
    currency,
    objective: { failureCost },
    channels: [{ id: "c", mode: "single", coverage: [{ banks: "*", ...rule }], fee, failureFee }],
  });
  const channel = contract.channels[0]!;
  const schedule = chargeSchedule(channel, channel.coverage[0]!, contract.objective, contract.exponent);
  return {
    exponent: contract.exponent,
    of: (minor: number) => chargeOf(schedule, minor),
    pieces: chargePieces(schedule),
  };
}

/** The charge of an amount, as money. */
function charge(terms: Terms, amount: string): string {
  const { exponent, of } = charger(terms);
  return formatCost(of(Number(parseMoney(amount, exponent))), exponent);
}

describe("tiers", () => {
  const fee: FeeForm = {
    tiers: [
      { upTo: "1000.00", flat: "0.50" },
      { upTo: "10000.00", rate: "0.06%", min: "0.60", max: "3.00" },
      { flat: "5.00" },
    ],
  };

  test.each([
    ["least amount", "0.01", "0.50"],
    ["below the first edge", "999.99", "0.50"],
    ["on the first edge", "1000.00", "0.50"],
    ["above the first edge: 0.600006", "1000.01", "0.60"],
    ["below a rounding half: 0.604998", "1008.33", "0.60"],
    ["above a rounding half: 0.605004", "1008.34", "0.61"],
    ["below max: 2.999994", "4999.99", "3.00"],
    ["on max", "5000.00", "3.00"],
    ["above max: 3.006", "5010.00", "3.00"],
    ["below the second edge", "9999.99", "3.00"],
    ["on the second edge", "10000.00", "3.00"],
    ["above the second edge", "10000.01", "5.00"],
    ["far above", "90000000000000.00", "5.00"],
  ])("%s", (_, amount, expected) => {
    expect(charge({ fee }, amount)).toBe(expected);
  });

  test("a tier of a minor unit", () => {
    const narrow: FeeForm = {
      tiers: [{ upTo: "0.01", flat: "1" }, { upTo: "0.02", flat: "2" }, { flat: "3" }],
    };
    expect(["0.01", "0.02", "0.03"].map((amount) => charge({ fee: narrow }, amount))).toEqual([
      "1.00",
      "2.00",
      "3.00",
    ]);
  });
});

describe("tiers that apply marginally", () => {
  const fee: FeeForm = {
    tiers: [
      { upTo: "1000.00", flat: "0.50" },
      { upTo: "10000.00", rate: "0.06%", min: "0.60", max: "3.00" },
      { flat: "0.20", rate: "0.01%" },
    ],
    apply: "marginal",
  };

  test.each([
    ["least amount", "0.01", "0.50"],
    ["on the first edge", "1000.00", "0.50"],
    ["above it a second tier is begun, at its min: 0.50 + 0.60", "1000.01", "1.10"],
    ["on the min of the second part", "2000.00", "1.10"],
    ["0.06% of 1008.33: 0.50 + 0.604998", "2008.33", "1.10"],
    ["0.06% of 1008.34: 0.50 + 0.605004", "2008.34", "1.11"],
    ["on the max of the second part", "6000.00", "3.50"],
    ["above it", "10000.00", "3.50"],
    ["the flat fee of the third: 3.50 + 0.20", "10000.01", "3.70"],
    ["3.50 + 0.20 + 0.01% of 90,000", "100000.00", "12.70"],
  ])("%s", (_, amount, expected) => {
    expect(charge({ fee }, amount)).toBe(expected);
  });

  test("parts are summed before they are rounded", () => {
    const thirds: FeeForm = {
      tiers: [{ upTo: "1.00", rate: "0.4%" }, { upTo: "2.00", rate: "0.4%" }, { rate: "0.4%" }],
      apply: "marginal",
    };
    // Each part alone is 0.004 and would round to nothing.
    expect(["1.00", "2.00", "3.00"].map((amount) => charge({ fee: thirds }, amount))).toEqual([
      "0.00",
      "0.01",
      "0.01",
    ]);
  });

  test("one tier is the same either way", () => {
    const one: FeeForm = { tiers: [{ flat: "0.10", rate: "1%", max: "3.00" }] };
    for (const amount of ["0.01", "123.45", "999.00"])
      expect(charge({ fee: { ...one, apply: "marginal" } }, amount)).toBe(charge({ fee: one }, amount));
  });

  test("a tier below that is beyond doubles makes those above it exact", () => {
    const wide: FeeForm = {
      tiers: [{ upTo: "900719.93", rate: "100%" }, { rate: "1%" }],
      apply: "marginal",
      round: { to: "0.000001", mode: "up" },
    };
    expect(charge({ fee: wide }, "900719.94")).toBe("900719.9301");
  });
});

describe("min and max", () => {
  const toUnit = { round: { to: "0.000001" } } as const;
  test.each<[string, FeeForm, string, string]>([
    ["below min: 0.19999", { rate: "0.1%", min: "0.20", ...toUnit }, "199.99", "0.20"],
    ["on min", { rate: "0.1%", min: "0.20", ...toUnit }, "200.00", "0.20"],
    ["above min: 0.20001", { rate: "0.1%", min: "0.20", ...toUnit }, "200.01", "0.20001"],
    ["below max: 1.99999", { rate: "0.1%", max: "2.00", ...toUnit }, "1999.99", "1.99999"],
    ["on max", { rate: "0.1%", max: "2.00", ...toUnit }, "2000.00", "2.00"],
    ["above max", { rate: "0.1%", max: "2.00", ...toUnit }, "2000.01", "2.00"],
    ["min = max", { rate: "0.1%", min: "0.70", max: "0.70" }, "12345.67", "0.70"],
    ["flat counts towards min", { flat: "0.10", rate: "0.1%", min: "0.20", ...toUnit }, "100.01", "0.20001"],
    ["flat counts towards max", { flat: "1.00", rate: "0.1%", max: "2.00", ...toUnit }, "1000.01", "2.00"],
    ["a flat fee below min", { flat: "0.10", min: "0.20" }, "1.00", "0.20"],
    ["a flat fee above max", { flat: "0.30", max: "0.20" }, "1.00", "0.20"],
    ["min is rounded only after it counts", { rate: "0.1%", min: "0.125" }, "1.00", "0.13"],
    ["max of eight decimals, below the half", { rate: "0.1%", max: "1.23499999" }, "9999.00", "1.23"],
    ["max of eight decimals, on the half", { rate: "0.1%", max: "1.23500000" }, "9999.00", "1.24"],
    ["max 0", { rate: "0.1%", max: "0" }, "9999.00", "0.00"],
    ["nothing to pay", { flat: "0" }, "9999.00", "0.00"],
  ])("%s", (_, fee, amount, expected) => {
    expect(charge({ fee }, amount)).toBe(expected);
  });
});

describe("rounding", () => {
  test.each<[string, string, readonly [halfUp: string, halfEven: string, up: string, down: string]]>([
    ["0.01", "0.03", ["0.03", "0.03", "0.03", "0.03"]],
    ["0.01", "0.03000001", ["0.03", "0.03", "0.04", "0.03"]],
    ["0.01", "0.00499999", ["0.00", "0.00", "0.01", "0.00"]],
    ["0.01", "0.005", ["0.01", "0.00", "0.01", "0.00"]],
    ["0.01", "0.00500001", ["0.01", "0.01", "0.01", "0.00"]],
    ["0.01", "0.015", ["0.02", "0.02", "0.02", "0.01"]],
    ["0.01", "0.025", ["0.03", "0.02", "0.03", "0.02"]],
    ["0.01", "0.00999999", ["0.01", "0.01", "0.01", "0.00"]],
    ["0.05", "0.02499999", ["0.00", "0.00", "0.05", "0.00"]],
    ["0.05", "0.025", ["0.05", "0.00", "0.05", "0.00"]],
    ["0.05", "0.02500001", ["0.05", "0.05", "0.05", "0.00"]],
    ["0.05", "0.075", ["0.10", "0.10", "0.10", "0.05"]],
    ["0.05", "0.125", ["0.15", "0.10", "0.15", "0.10"]],
    ["1", "0.49999999", ["0.00", "0.00", "1.00", "0.00"]],
    ["1", "0.5", ["1.00", "0.00", "1.00", "0.00"]],
    ["1", "0.50000001", ["1.00", "1.00", "1.00", "0.00"]],
    ["1", "1.5", ["2.00", "2.00", "2.00", "1.00"]],
    ["1", "2.5", ["3.00", "2.00", "3.00", "2.00"]],
    ["0.000001", "0.00000049", ["0.00", "0.00", "0.000001", "0.00"]],
    ["0.000001", "0.0000005", ["0.000001", "0.00", "0.000001", "0.00"]],
    ["0.000001", "0.00000051", ["0.000001", "0.000001", "0.000001", "0.00"]],
    ["0.000001", "0.0000015", ["0.000002", "0.000002", "0.000002", "0.000001"]],
    ["0.000001", "0.00000001", ["0.00", "0.00", "0.000001", "0.00"]],
    ["0.000003", "0.0000045", ["0.000006", "0.000006", "0.000006", "0.000003"]],
    ["0.000003", "0.0000075", ["0.000009", "0.000006", "0.000009", "0.000006"]],
  ])("to %s of %s", (to, flat, expected) => {
    const charges = MODES.map((mode) => charge({ fee: { flat, round: { to, mode } } }, "1.00"));
    expect(charges).toEqual(expected);
  });

  test("halfUp to the minor unit unless the schedule says otherwise", () => {
    expect(charge({ fee: { flat: "0.125" } }, "1.00")).toBe("0.13");
    expect(charge({ fee: { flat: "0.125", round: { mode: "halfEven" } } }, "1.00")).toBe("0.12");
    expect(charge({ fee: { flat: "0.125", round: { to: "0.05" } } }, "1.00")).toBe("0.15");
  });

  test("a rule's fee replaces the channel's whole, rounding included", () => {
    const fee: FeeForm = { rate: "50%", min: "7.00", round: { to: "1", mode: "up" } };
    expect(charge({ fee }, "15.00")).toBe("8.00");
    expect(charge({ fee, rule: { fee: { flat: "0.333" } } }, "15.00")).toBe("0.33");
  });
});

describe("currencies", () => {
  test.each([
    ["JPY", "0.5%", "99", "0"],
    ["JPY", "0.5%", "100", "1"],
    ["JPY", "0.5%", "299", "1"],
    ["JPY", "0.5%", "300", "2"],
    ["KWD", "0.25%", "0.199", "0.000"],
    ["KWD", "0.25%", "0.200", "0.001"],
    ["CLF", "0.5%", "0.0099", "0.0000"],
    ["CLF", "0.5%", "0.0100", "0.0001"],
    ["HUF", "0.5%", "0.99", "0.00"],
    ["HUF", "0.5%", "1.00", "0.01"],
  ])("%s: %s of %s to the minor unit", (currency, rate, amount, expected) => {
    expect(charge({ currency, fee: { rate } }, amount)).toBe(expected);
  });

  test.each([
    ["JPY", "0.0001", "0.00004999", "0"],
    ["JPY", "0.0001", "0.00005", "0.0001"],
    ["KWD", "0.0000001", "0.00000004", "0.000"],
    ["KWD", "0.0000001", "0.00000005", "0.0000001"],
    ["CLF", "0.00000001", "0.00000001", "0.00000001"],
  ])("%s: a cost unit is %s, so a flat fee of %s is", (currency, to, flat, expected) => {
    expect(charge({ currency, fee: { flat, round: { to } } }, "1")).toBe(expected);
  });
});

describe("expected charge", () => {
  const unit = (units: number) => (units / 1e6).toFixed(6);
  // All in cost units: p × fee + (1 − p) × (failureFee + failureCost).
  test.each([
    ["certain: the failure costs nothing", "1", 7, 100, 100, 7],
    ["100% is certain too", "100%", 7, 100, 100, 7],
    ["impossible: the failure alone", "0", 7, 3, 4, 7],
    ["half of 1", "0.5", 1, 0, 0, 1],
    ["just below half of 1", "0.49999999", 1, 0, 0, 0],
    ["just above half of 1", "0.50000001", 1, 0, 0, 1],
    ["a quarter of 1", "0.25", 1, 0, 0, 0],
    ["a quarter of 2", "0.25", 2, 0, 0, 1],
    ["three quarters of 2 is 1.5", "75%", 2, 0, 0, 2],
    ["0.5 of 1 and 0.5 of 2 is 1.5", "0.5", 1, 0, 2, 2],
    ["0.75 of 1 and 0.25 of 3 is 1.5", "0.75", 1, 1, 2, 2],
    ["0.75 of 1 and 0.25 of 2 is 1.25", "0.75", 1, 1, 1, 1],
    ["not rounded in two parts: 0.5 of 1 and 0.5 of 1", "0.5", 1, 1, 0, 1],
    ["0.992 × 400,000 + 0.008 × 2,100,000", "0.992", 400_000, 100_000, 2_000_000, 413_600],
    ["the least doubt: 10^-8 of 50 on top of 99,999,999", "0.99999999", 0, 50_000_000, 0, 1],
    ["the least doubt, just below half", "0.99999999", 0, 49_999_999, 0, 0],
  ])("%s", (_, successRate, fee, failureFee, failureCost, expected) => {
    const { of } = charger({
      fee: { flat: unit(fee), round: { to: "0.000001" } },
      rule: { successRate },
      failureFee: unit(failureFee),
      failureCost: unit(failureCost),
    });
    expect(of(1)).toBe(expected);
  });

  test("the fee is rounded before it is weighed", () => {
    // 0.125 becomes 0.13; half of it and half of 1.00 is 0.565. Unrounded it would be 0.5625.
    const terms: Terms = { fee: { flat: "0.125" }, rule: { successRate: "0.5" }, failureCost: "1.00" };
    expect(charge(terms, "1.00")).toBe("0.565");
  });
});

describe("where doubles end", () => {
  test.each([
    // 100% is 10^8 hundred-millionths: 90,071,992 fen stay below 2^53, 90,071,993 do not.
    ["the last numerator of doubles", { rate: "100%" }, 90_071_992, 900_719_920_000],
    ["the first of bigints", { rate: "100%" }, 90_071_993, 900_719_930_000],
    ["the largest charge in fen", { rate: "100%" }, 900_719_925_474, 9_007_199_254_740_000],
    ["a fen more", { rate: "100%" }, 900_719_925_475, Number.NaN],
    ["the largest amount at a small rate", { rate: "0.0001%" }, Number.MAX_SAFE_INTEGER, 90_071_992_550_000],
    ["the largest amount under max", { rate: "100%", max: "3.00" }, Number.MAX_SAFE_INTEGER, 3_000_000],
    ["the largest amount", { rate: "100%" }, Number.MAX_SAFE_INTEGER, Number.NaN],
    ["the largest amount and no rate", { flat: "0.50" }, Number.MAX_SAFE_INTEGER, 500_000],
  ] as const)("%s", (_, fee, amount, expected) => {
    expect(charger({ fee }).of(amount)).toBe(expected);
  });

  test.each([
    ["9007199254.740991", Number.MAX_SAFE_INTEGER],
    ["9007199254.74099149", Number.MAX_SAFE_INTEGER],
    ["9007199254.7409915", Number.NaN],
    ["9007199254.740992", Number.NaN],
  ])("a flat fee of %s", (flat, expected) => {
    expect(charger({ fee: { flat, round: { to: "0.000001" } } }).of(1)).toBe(expected);
  });

  test("a numerator above 2^53 keeps its last digit", () => {
    // 99,999,999 × 90,079,999 = 9,007,999,809,920,001 is 900,799,980,992 cost units and a trace.
    const fee = (mode: RoundMode) => ({ rate: "99.999999%", round: { to: "0.000001", mode } });
    expect(charger({ fee: fee("up") }).of(90_079_999)).toBe(900_799_980_993);
    expect(charger({ fee: fee("down") }).of(90_079_999)).toBe(900_799_980_992);
  });

  test("so does an expected charge's", () => {
    // 99,999,999 × 90,080,000 + 40,079,999 = 9,007,999,949,999,999: just below the half of 10^8.
    const terms = (failureCost: string): Terms => ({
      fee: { flat: "90.08" },
      rule: { successRate: "0.99999999" },
      failureCost,
    });
    expect(charger(terms("40.079999")).of(1)).toBe(90_079_999);
    expect(charger(terms("40.08")).of(1)).toBe(90_080_000);
  });

  test("a fee beyond 2^53 whose expected charge is not", () => {
    const { of } = charger({ fee: { rate: "100%" }, rule: { successRate: "1%" } });
    expect(of(900_719_925_475)).toBe(90_071_992_547_500);
  });

  test.each([
    ["min", { rate: "1%", min: "90071992547.40" }],
    ["max", { rate: "1%", max: "90071992547.40" }],
    ["round.to", { rate: "1%", round: { to: "900719925.47" } }],
  ] as const)("a huge %s changes nothing but itself", (part, fee) => {
    // 1% of 100.00 is 1.00, below min, below max and far below half of round.to.
    expect(charger({ fee }).of(10_000)).toBe({ min: Number.NaN, max: 1_000_000, "round.to": 0 }[part]);
  });
});

/** A second reading of the contract in plain fractions; parts in 10^-8 of the major unit, `to` and `failure` in cost units. */
function exactCharge(
  form: {
    readonly flat: bigint;
    readonly rate: bigint;
    readonly min: bigint | null;
    readonly max: bigint | null;
    readonly to: bigint;
    readonly mode: RoundMode;
    readonly success: bigint;
    readonly failure: bigint;
  },
  amount: bigint,
  exponent: number,
): bigint {
  const units = 10n ** BigInt(exponent + 4);
  // In 10^-8 cost units.
  let value = form.flat * units + form.rate * amount * 10_000n;
  const [min, max] = [form.min === null ? 0n : form.min * units, form.max === null ? null : form.max * units];
  if (value < min) value = min;
  if (max !== null && value > max) value = max;
  const step = form.to * 100_000_000n;
  const [low, rest] = [value / step, value % step];
  const up =
    form.mode === "up"
      ? rest > 0n
      : form.mode === "down"
        ? false
        : 2n * rest > step || (2n * rest === step && (form.mode === "halfUp" || low % 2n === 1n));
  const fee = (up ? low + 1n : low) * form.to;
  const expected = form.success * fee + (100_000_000n - form.success) * form.failure;
  return (expected + 50_000_000n) / 100_000_000n;
}

test("doubles and bigints agree with plain fractions at any size", () => {
  const decimal = (value: bigint, scale: number) => {
    const digits = value.toString().padStart(scale + 1, "0");
    return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  };
  const part = fc.oneof(
    fc.bigInt(0n, 10n ** 9n),
    fc.bigInt(0n, 10n ** 13n).map((value) => value * 1_000n),
    fc.constantFrom(0n, 1n, 500_000n, 50_000_000n),
  );
  const amounts = fc.oneof(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 1e11 }),
    fc.maxSafeNat().map((value) => Math.max(1, value)),
    fc.integer({ min: 90_071_985, max: 90_072_000 }),
  );
  const rates = fc.oneof(fc.bigInt(0n, 100n), fc.bigInt(0n, 1_000_000n), fc.bigInt(0n, 100_000_000n));
  let big = 0;
  let runs = 0;
  fc.assert(
    fc.property(
      fc.constantFrom<[string, number]>(["CNY", 2], ["JPY", 0], ["KWD", 3], ["CLF", 4]),
      fc.record({
        flat: part,
        rate: rates,
        min: fc.option(part),
        max: fc.option(part),
        to: fc.oneof(fc.constantFrom(1n, 10_000n, 50_000n, 1_000_000n), fc.bigInt(1n, 10n ** 12n)),
        mode: fc.constantFrom(...MODES),
        success: fc.oneof(fc.constant(100_000_000n), fc.bigInt(0n, 100_000_000n)),
        failure: fc.oneof(fc.constant(0n), fc.bigInt(0n, 10n ** 10n), fc.bigInt(0n, 10n ** 15n)),
      }),
      amounts,
      ([currency, exponent], form, amount) => {
        const [min, max] =
          form.min !== null && form.max !== null && form.min > form.max
            ? [form.max, form.min]
            : [form.min, form.max];
        const { of } = charger({
          currency,
          fee: {
            flat: decimal(form.flat, 8),
            rate: decimal(form.rate, 8),
            ...(min === null ? {} : { min: decimal(min, 8) }),
            ...(max === null ? {} : { max: decimal(max, 8) }),
            round: { to: decimal(form.to, exponent + 4), mode: form.mode },
          },
          rule: { successRate: decimal(form.success, 8) },
          failureCost: decimal(form.failure, exponent + 4),
        });
        const exact = exactCharge({ ...form, min, max }, BigInt(amount), exponent);
        const numerator = form.flat * 10n ** BigInt(exponent) + form.rate * BigInt(amount);
        runs++;
        if (numerator > BigInt(Number.MAX_SAFE_INTEGER)) big++;
        const found = of(amount);
        if (exact > BigInt(Number.MAX_SAFE_INTEGER)) expect(found).toBeNaN();
        else expect(BigInt(found)).toBe(exact);
      },
    ),
    { numRuns: 1_500 },
  );
  // Both ways of counting must have been tried.
  expect(big).toBeGreaterThan(runs / 10);
  expect(runs - big).toBeGreaterThan(runs / 10);
});

describe("rounded quotients", () => {
  test.each([
    [0, 10, [0, 0, 0, 0]],
    [1, 10, [0, 0, 1, 0]],
    [4, 10, [0, 0, 1, 0]],
    [5, 10, [1, 0, 1, 0]],
    [6, 10, [1, 1, 1, 0]],
    [9, 10, [1, 1, 1, 0]],
    [10, 10, [1, 1, 1, 1]],
    [15, 10, [2, 2, 2, 1]],
    [25, 10, [3, 2, 3, 2]],
    [1, 3, [0, 0, 1, 0]],
    [2, 3, [1, 1, 1, 0]],
    [7, 1, [7, 7, 7, 7]],
  ])("%d / %d", (numerator, divisor, expected) => {
    expect(MODES.map((mode) => divideRounding(numerator, divisor, mode))).toEqual(expected);
    expect(MODES.map((mode) => divideRoundingBig(BigInt(numerator), BigInt(divisor), mode))).toEqual(
      expected.map(BigInt),
    );
  });

  test("of safe integers, in doubles as in bigints", () => {
    const near = fc
      .tuple(fc.integer({ min: 1, max: 94_906_265 }), fc.integer({ min: 1, max: 94_906_265 }))
      .chain(([a, b]) => fc.constantFrom([a * b - 1, b], [a * b, b], [a * b + 1, b]));
    const any = fc.tuple(
      fc.maxSafeNat(),
      fc.maxSafeNat().map((value) => Math.max(1, value)),
    );
    fc.assert(
      fc.property(fc.oneof(near, any), fc.constantFrom(...MODES), ([numerator, divisor], mode) => {
        const exact = divideRoundingBig(BigInt(numerator!), BigInt(divisor!), mode);
        expect(BigInt(divideRounding(numerator!, divisor!, mode))).toBe(exact);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("pieces", () => {
  const money = fc.integer({ min: 0, max: 60 }).map((cents) => (cents / 10).toFixed(2));
  const form = fc.record({
    rate: fc.constantFrom("0%", "0.06%", "1%", "7%", "100%"),
    flat: money,
    min: fc.option(money, { nil: undefined }),
    max: fc.option(money, { nil: undefined }),
  });

  test("are the amounts of equal charge, to the last one", () => {
    fc.assert(
      fc.property(
        form,
        form,
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom("1", "0.9"),
        fc.constantFrom("whole" as const, "marginal" as const),
        (a, b, upTo, rate, apply) => {
          for (const tier of [a, b])
            fc.pre(tier.min === undefined || tier.max === undefined || Number(tier.min) <= Number(tier.max));
          const tiers = [{ ...a, upTo: (upTo / 10).toFixed(2) }, b].map((tier) =>
            Object.fromEntries(Object.entries(tier).filter(([, value]) => value !== undefined)),
          ) as FeeForm["tiers"] & object;
          const { of, pieces } = charger({
            fee: { tiers, apply },
            rule: { successRate: rate },
            failureCost: "1.00",
          });
          let from = 1;
          for (const { upTo: end, same } of pieces) {
            expect(end).toBeGreaterThanOrEqual(from);
            for (let minor = from; same && minor <= Math.min(end, from + 1500); minor += 7)
              expect(of(minor)).toBe(of(from));
            if (same && end < Infinity) expect(of(end)).toBe(of(from));
            from = end + 1;
          }
          expect(pieces.at(-1)!.upTo).toBe(Infinity);
        },
      ),
    );
  });

  test("end where a clamp does", () => {
    const { pieces } = charger({ fee: { rate: "1%", min: "1.00", max: "2.00" } });
    expect(pieces).toEqual([
      { upTo: 10_000, same: true },
      { upTo: 19_999, same: false },
      { upTo: Infinity, same: true },
    ]);
  });
});

describe("penalty", () => {
  // Rates in 10^-8; a fen is 10,000 cost units.
  test.each([
    ["no rate", 500, 0, 123_456, 500n],
    ["a rate of nothing but the amount", 0, 100_000, 10_000, 100_000n],
    ["on top of the base", 500, 100_000, 10_000, 100_500n],
    ["just below half a unit", 0, 4_999, 1, 0n],
    ["half a unit", 0, 5_000, 1, 1n],
    ["just below one and a half", 0, 14_999, 1, 1n],
    ["one and a half", 0, 15_000, 1, 2n],
    ["the whole amount", 0, 100_000_000, 7, 70_000n],
    [
      "beyond 2^53",
      Number.MAX_SAFE_INTEGER,
      100_000_000,
      Number.MAX_SAFE_INTEGER,
      10_001n * 9_007_199_254_740_991n,
    ],
  ])("%s", (_, base, rate, amount, expected) => {
    expect(penaltyOf(base, rate, amount)).toBe(expected);
  });
});
