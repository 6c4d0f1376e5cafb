import { describe, expect, it, test } from "vitest";
import { planFolderOf } from "../../../src/app/planFolderOf.js";
import { checkPlan } from "../../../src/check/index.js";
import { volumeCost as checkedVolumeCost } from "../../../src/check/volume.js";
import type { PlanFile } from "../../../src/model/planFile.js";
import { mipEngine } from "../../../src/solver/engines/index.js";
import { solveExact } from "../../../src/solver/exact.js";
import { solveGreedy } from "../../../src/solver/greedy/greedy.js";
import { prove } from "../../../src/solver/proof/prove.js";
import { volumeCost, volumeCurves } from "../../../src/solver/volume.js";
import { bruteForce } from "../../support/bruteForce.js";
import { checkedBound } from "../../support/checkedBound.js";
import { checked, contentsOf } from "../../support/folder.js";
import {
  type ChannelForm,
  contractOf,
  type Instance,
  problemFrom,
  type VolumeForm,
} from "../../support/instance.js";

const CENT = 10_000n;
const NEVER = () => false;

/** Two single channels, `a` with terms of volume, and orders of one amount. */
function instanceOf(a: Partial<ChannelForm>, b: string, amounts: readonly string[]): Instance {
  return {
    channels: {
      currency: "CNY",
      objective: { unroutedPenalty: "9.00" },
      channels: [
        { id: "a", mode: "single", coverage: [{ banks: "*" }], ...a },
        { id: "b", mode: "single", coverage: [{ banks: "*" }], fee: { flat: b } },
      ],
    },
    orders: amounts.map((amount, i) => ({ id: `o${i}`, bank: "ICBC", amount })),
  };
}

/** The same with three orders lacking to a commitment on either channel. */
function bothShort({ channels: file, orders }: Instance): Instance {
  const volume: VolumeForm = { unit: "orders", minimum: { volume: "3", shortfallFee: "1.00" } };
  return { channels: { ...file, channels: file.channels.map((each) => ({ ...each, volume })) }, orders };
}

const times = (count: number, amount = "1.00") => Array.from({ length: count }, () => amount);
const fee = (flat: string) => ({ fee: { flat } });

interface Example {
  readonly name: string;
  readonly instance: Instance;
  /** In cents. */
  readonly objective: bigint;
  readonly volume: bigint;
  /** Orders on channel a. */
  readonly onA: number;
}

const allUnits = (from: string, discount: string, toDate = "0"): VolumeForm => ({
  unit: "orders",
  kind: "allUnits",
  toDate,
  tiers: [{ from, discount }],
});
const graduated = (from: string, discount: string, toDate: string): VolumeForm => ({
  ...allUnits(from, discount, toDate),
  kind: "graduated",
});

const EXAMPLES: readonly Example[] = [
  {
    // 12 × 0.30 − 12 × 0.10 = 2.40; ten there and two on b 2.00 + 0.50; all on b 3.00. No single order gains by moving.
    name: "a threshold that pays to reach, and one order alone does not",
    instance: instanceOf({ ...fee("0.30"), volume: allUnits("10", "0.10") }, "0.25", times(12)),
    objective: 240n,
    volume: -120n,
    onA: 12,
  },
  {
    // Five are too few: five on a cost 1.50, on b 1.25.
    name: "a threshold out of reach",
    instance: instanceOf({ ...fee("0.30"), volume: allUnits("10", "0.10") }, "0.25", times(5)),
    objective: 125n,
    volume: 0n,
    onA: 0,
  },
  {
    // The thousandth order of the month brings 0.01 for each of a thousand: 0.50 + 2 × 0.20 − 10.00.
    name: "a month just below its threshold: a rebate on all of it, more than the plan costs",
    instance: instanceOf({ ...fee("0.50"), volume: allUnits("1000", "0.01", "999") }, "0.20", times(3)),
    objective: -910n,
    volume: -1000n,
    onA: 1,
  },
  {
    // Five at full price, fifteen at 0.10: 20 × 0.30 − 15 × 0.20 = 3.00; all on b 5.00.
    name: "a tier that part of the plan lies in",
    instance: instanceOf({ ...fee("0.30"), volume: graduated("100", "0.20", "95") }, "0.25", times(20)),
    objective: 300n,
    volume: -300n,
    onA: 20,
  },
  {
    // 6 × 0.30 − 0.20 = 1.60; all on b 1.50.
    name: "a tier that too little of the plan lies in",
    instance: instanceOf({ ...fee("0.30"), volume: graduated("100", "0.20", "95") }, "0.25", times(6)),
    objective: 150n,
    volume: 0n,
    onA: 0,
  },
  {
    // The first three at 0.20 + 0, beyond that 0.20 + 0.10: 3 × 0.20 + 2 × 0.25.
    name: "a tier with a fee on top",
    instance: instanceOf(
      {
        ...fee("0.20"),
        volume: { unit: "orders", kind: "graduated", toDate: "7", tiers: [{ from: "10", fee: "0.10" }] },
      },
      "0.25",
      times(5),
    ),
    objective: 110n,
    volume: 0n,
    onA: 3,
  },
  {
    // Six lack to ten: each saves 0.20 and so costs 0.20 rather than 0.25. 6 × 0.40 − 1.20 + 4 × 0.25.
    name: "a shortfall that orders make up",
    instance: instanceOf(
      {
        ...fee("0.40"),
        volume: { unit: "orders", toDate: "4", minimum: { volume: "10", shortfallFee: "0.20" } },
      },
      "0.25",
      times(10),
    ),
    objective: 220n,
    volume: -120n,
    onA: 6,
  },
  {
    // 1.90 is owed anyway: four orders cost 0.10 beyond, 0.10 + 6 × 0.30; three 7 × 0.30, five 0.60 + 5 × 0.30.
    name: "a minimum fee that charges are set off against",
    instance: instanceOf(
      { ...fee("0.50"), minimumFee: { fee: "5.00", chargesToDate: "3.10" } },
      "0.30",
      times(10),
    ),
    objective: 190n,
    volume: -190n,
    onA: 4,
  },
  {
    // Eleven at 0.20, four on b: 3.20; ten 3.25; twelve or more cost 0.30 each there, all on b 3.75.
    name: "a threshold to reach and another to stay below",
    instance: instanceOf(
      {
        ...fee("0.30"),
        volume: {
          unit: "orders",
          kind: "allUnits",
          tiers: [
            { from: "10", discount: "0.10" },
            { from: "12", discount: "0" },
          ],
        },
      },
      "0.25",
      times(15),
    ),
    objective: 320n,
    volume: -110n,
    onA: 11,
  },
  {
    // Each order saves 1.00 on a, where three lack, and would on b, but not on both: 3 × 0.10 − 3.00.
    name: "two shortfalls, and no order that makes up both",
    instance: bothShort(instanceOf(fee("0.10"), "0.11", times(3))),
    objective: -270n,
    volume: -300n,
    onA: 3,
  },
  {
    // 200.00 of 300.00 lie beyond 1,000.00: 2 × 3.00 − 1% of 200.00; on b 2 × 2.80.
    name: "a tier by amount",
    instance: instanceOf(
      {
        fee: { rate: "2%" },
        volume: {
          unit: "amount",
          kind: "graduated",
          toDate: "900.00",
          tiers: [{ from: "1000.00", discount: "1%" }],
        },
      },
      "2.80",
      times(2, "150.00"),
    ),
    objective: 400n,
    volume: -200n,
    onA: 2,
  },
  {
    // At 1,000.00 in sum, both orders' amounts count: 2 × 3.00 − 1% of 1,000.00 × 1; one alone reaches nothing.
    name: "a threshold by amount that two orders reach together",
    instance: instanceOf(
      {
        fee: { rate: "2%" },
        volume: {
          unit: "amount",
          kind: "allUnits",
          toDate: "700.00",
          tiers: [{ from: "1000.00", discount: "1%" }],
        },
      },
      "2.80",
      times(2, "150.00"),
    ),
    objective: -400n,
    volume: -1000n,
    onA: 2,
  },
];

describe.each(EXAMPLES)("$name", ({ instance, objective, volume, onA }) => {
  const problem = problemFrom(instance);

  it.runIf(instance.orders.length <= 6)("costs by brute force what was worked out by hand", () => {
    const found = bruteForce(instance);
    expect(found.objective).toBe(objective * CENT);
    expect(found.volume).toBe(volume * CENT);
  });

  test.each(["javascript-lp-solver", "highs"] as const)("is found by the program, %s", async (mip) => {
    const outcome = await solveExact(problem, { engine: mipEngine(mip), seed: 1, timeLeft: () => 10_000 });
    if (outcome.status !== "optimal") throw new Error(outcome.status);
    expect(outcome.found.cost.objective).toBe(objective * CENT);
    expect(outcome.found.cost.volume).toBe(volume * CENT);
    expect(outcome.found.plan.loads[0]!.orders).toHaveLength(onA);
  });

  it("is found by the greedy search, and the checker agrees", () => {
    const { plan, cost } = solveGreedy(problem, [], { shouldStop: NEVER });
    expect(cost.objective).toBe(objective * CENT);
    expect(checked(problem, plan).violations).toEqual([]);
  });

  it("is proven by prices alone", () => {
    const proven = prove(problem, {
      shouldStop: NEVER,
      enough: NEVER,
      incumbent: () => Number(objective * CENT),
    });
    expect(proven.bound).toBe(objective * CENT);
    expect(checkedBound(problem, proven.tree)).toBe(objective * CENT);
  });
});

describe("what a volume costs", () => {
  const costs = (
    form: Partial<ChannelForm>,
    volume: { orders?: number; amount?: bigint; charges?: bigint },
  ) => {
    const [channel] = contractOf(instanceOf({ ...fee("1.00"), ...form }, "1.00", []).channels).channels;
    const { orders = 0, amount = 0n, charges = 0n } = volume;
    const cost = volumeCost(volumeCurves(channel!), { orders: BigInt(orders), amount, charges });
    expect(checkedVolumeCost(channel!, { orders, amount, charges })).toBe(cost);
    return cost;
  };
  const byAmount = (discount: string, kind: "graduated" | "allUnits" = "graduated"): VolumeForm => ({
    unit: "amount",
    kind,
    tiers: [{ from: "0.00", discount }],
  });

  test.each([
    // 10⁻⁸ of 0.01 is a ten-thousandth of a cost unit.
    [byAmount("0.00000001"), 1n, 0n],
    [byAmount("0.00000001"), 9_999n, 0n],
    [byAmount("0.00000001"), 10_000n, -1n],
    [byAmount("0.00000001"), 19_999n, -1n],
    [{ ...byAmount("0"), tiers: [{ from: "0", fee: "0.00000001" }] } as VolumeForm, 1n, 1n],
    [{ ...byAmount("0"), tiers: [{ from: "0", fee: "0.00000001" }] } as VolumeForm, 10_001n, 2n],
  ])("is rounded up once to a cost unit", (volume, amount, cost) => {
    expect(costs({ volume }, { amount })).toBe(cost);
  });

  test.each([
    [9, 0n],
    [10, -100n],
    [11, -110n],
    [19, -190n],
    [20, -400n],
  ])("of all units turns at its thresholds: %i orders", (orders, cents) => {
    const volume: VolumeForm = {
      unit: "orders",
      kind: "allUnits",
      tiers: [
        { from: "10", discount: "0.10" },
        { from: "20", discount: "0.20" },
      ],
    };
    expect(costs({ volume }, { orders })).toBe(cents * CENT);
  });

  test.each([
    [4, 0n],
    [5, 0n],
    [6, -10n],
    [15, -100n],
    [16, -120n],
  ])("of graduated tiers is that of the parts: %i orders", (orders, cents) => {
    const volume: VolumeForm = {
      unit: "orders",
      kind: "graduated",
      toDate: "5",
      tiers: [
        { from: "10", discount: "0.10" },
        { from: "20", discount: "0.20" },
      ],
    };
    expect(costs({ volume }, { orders })).toBe(cents * CENT);
  });

  test.each([
    [0n, 0n],
    [189n, -189n],
    [190n, -190n],
    [191n, -190n],
  ])("of a minimum fee is at most what is owed: charges of %i cents", (charges, cents) => {
    const minimumFee = { fee: "5.00", chargesToDate: "3.10" };
    expect(costs({ minimumFee }, { charges: charges * CENT })).toBe(cents * CENT);
  });

  it("is nothing where the minimum fee has been reached", () => {
    expect(costs({ minimumFee: { fee: "5.00", chargesToDate: "5.00" } }, { charges: 7n })).toBe(0n);
  });
});

describe("a plan folder that states another volume cost", () => {
  const { instance } = EXAMPLES[2]!;
  const problem = problemFrom(instance);
  const { plan } = solveGreedy(problem, [], { shouldStop: NEVER });
  const inputs = { channels: { file: null, sha256: null }, orders: { file: null, sha256: null } };
  const rulesOf = (change: (file: PlanFile) => PlanFile) => {
    const { contract, orders } = problem;
    const contents = contentsOf(problem, plan);
    const folder = planFolderOf(contract, orders, plan, { ...contents, planFile: change(contents.planFile) });
    return checkPlan({ contract, orders, folder, inputs }).violations.map(({ rule }) => rule);
  };

  it("is right as it is", () => {
    expect(rulesOf((file) => file)).toEqual([]);
  });

  test.each<[string, (file: PlanFile) => PlanFile]>([
    ["plan.cost.volume", (file) => ({ ...file, cost: { ...file.cost, volume: "-9.99" } })],
    ["plan.cost.volume", (file) => ({ ...file, cost: { ...file.cost, volume: undefined } })],
    [
      "plan.channels[0].volume",
      (file) => ({ ...file, channels: file.channels.with(0, { ...file.channels[0]!, volume: "0.00" }) }),
    ],
    [
      "plan.channels[1].volume",
      (file) => ({ ...file, channels: file.channels.with(1, { ...file.channels[1]!, volume: "0.00" }) }),
    ],
    [
      "plan.baselines[single-only].cost.volume",
      (file) => ({
        ...file,
        baselines: file.baselines.map((each) =>
          each.id === "single-only" ? { ...each, cost: { ...each.cost, volume: "0.01" } } : each,
        ),
      }),
    ],
  ])("is caught: %s", (rule, change) => {
    expect(rulesOf(change)).toEqual([rule]);
  });
});
