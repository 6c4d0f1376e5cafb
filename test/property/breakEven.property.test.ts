import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCurve } from "../../src/app/curveSearch.js";
import { costIn, lineFinder } from "../../src/app/planLine.js";
import { applyChanges } from "../../src/model/changes.js";
import { channelsFields } from "../../src/model/channelsFields.js";
import { InputError } from "../../src/model/issue.js";
import { contractAt, findParameter, formatValue } from "../../src/model/parameter.js";
import type { Plan } from "../../src/model/plan.js";
import { boundAt, objectiveAt } from "../../src/solver/costCurve.js";
import { valueAt } from "../../src/solver/envelope.js";
import { linearityOf } from "../../src/solver/linearity.js";
import { problemOf } from "../../src/solver/problem.js";
import { EVERYTHING, type Features, instances } from "../support/arbitraries.js";
import { type BruteForce, bruteForce } from "../support/bruteForce.js";
import {
  type ChannelForm,
  type ChannelsForm,
  contractOf,
  type Instance,
  sourceForm,
  tableOf,
} from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 150),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** Money that may be varied, wherever it stands in a file. */
function parametersOf({ channels }: ChannelsForm): string[] {
  const ofFee = (path: string, fee: ChannelForm["fee"]) =>
    fee === undefined
      ? []
      : fee.tiers === undefined
        ? [`${path}.flat`]
        : fee.tiers.map((_, t) => `${path}.tiers.${t}.flat`);
  return [
    "objective.unroutedPenalty",
    "objective.failureCost",
    ...channels.flatMap(({ id, mode, fee, coverage, package: terms, volume }) => {
      const at = `channels.${id}`;
      return [
        `${at}.failureFee`,
        ...ofFee(`${at}.fee`, fee),
        ...coverage.flatMap((rule, r) => ofFee(`${at}.coverage.${r}.fee`, rule.fee)),
        ...(mode === "single"
          ? []
          : terms?.feeTiers === undefined
            ? [`${at}.package.fee`]
            : terms.feeTiers.flatMap((_, t) => [
                `${at}.package.feeTiers.${t}.fee`,
                `${at}.package.feeTiers.${t}.perOrder`,
              ])),
        ...(volume?.tiers ?? []).map(
          ({ fee: isFee }, t) => `${at}.volume.tiers.${t}.${isFee === undefined ? "discount" : "fee"}`,
        ),
        ...(volume?.minimum === undefined ? [] : [`${at}.volume.minimum.shortfallFee`]),
      ];
    }),
  ];
}

/** Values that are looked at, the first one 0. */
const LAST = 9n;

/** The optimum, as brute force finds it, as a plan. */
function planOf({ submissions }: BruteForce, { channels }: ChannelsForm): Plan {
  return {
    loads: submissions.map((packages, c) => ({
      orders: Int32Array.from(packages.flat()),
      packageSizes: Int32Array.from(
        channels[c]!.mode === "batch" ? packages.map(({ length }) => length) : [],
      ),
    })),
  };
}

const NARROW: Features = { ...EVERYTHING, maxOrders: 4, maxChannels: 2, volume: true };

describe("a break-even curve", () => {
  it("is the cost of the best plan at every value, its breakpoints those of a fine grid solved cold", async () => {
    let linear = 0;
    let bent = 0;
    await fc.assert(
      fc.asyncProperty(
        instances(NARROW),
        fc.nat(1000),
        fc.constantFrom(0n, 4n, 10n, 37n),
        async (drawn, which, width) => {
          // A default penalty would follow the parameter; a base plan's is kept.
          const { objective } = drawn.channels;
          const file: ChannelsForm = {
            ...drawn.channels,
            objective: { unroutedPenalty: "1.50", ...objective },
          };
          const instance: Instance = { ...drawn, channels: file };
          const source = { contract: contractOf(file), tree: sourceForm(file), locate: () => ({}) };
          const paths = parametersOf(file);
          const parameter = findParameter(source, paths[which % paths.length]!);
          const { decimals } = parameter.quantity;
          // Of money 0.04 to 0.37 between two values, of rates 4 to 37%; or as little as it takes.
          const asked = width * 10n ** BigInt(decimals - 2);
          let found: ReturnType<typeof linearityOf>;
          try {
            const [low, high] = [0n, asked + 1n].map((at) => contractAt(source, parameter, at, "from"));
            found = linearityOf(low!, high!, decimals);
            if (!found.linear) return;
            contractAt(source, parameter, (asked + found.step) * LAST, "to");
          } catch (error) {
            // A rate beyond 100%, or discounts and fees that do not go together.
            expect(error).toBeInstanceOf(InputError);
            return;
          }
          linear++;
          const step = asked === 0n ? found.step : ((asked + found.step - 1n) / found.step) * found.step;
          const contractOfStep = (at: bigint) => contractAt(source, parameter, at * step, "from");
          const orders = tableOf(source.contract, instance.orders);
          const cold = (at: bigint) => {
            const value = formatValue(parameter, at * step, source.contract.exponent);
            const { tree } = applyChanges(file, channelsFields(source.contract.exponent), [
              { verb: "set", path: parameter.path, value },
            ]);
            return bruteForce({ ...instance, channels: tree as ChannelsForm });
          };
          const grid = Array.from({ length: Number(LAST) + 1 }, (_, at) => cold(BigInt(at)));
          const problems = grid.map((_, at) => problemOf(contractOfStep(BigInt(at)), orders));
          const study = {
            problemOf: (contract: ReturnType<typeof contractOf>) => problemOf(contract, orders),
          };
          const lineOf = lineFinder(study, LAST, contractOfStep);
          const { curve, plans } = await findCurve<Plan>({
            last: LAST,
            endGap: 0,
            atATime: 1,
            known: [],
            isStopped: () => false,
            search: async (at) => {
              const { objective: bound, ...best } = grid[Number(at)]!;
              const plan = planOf({ objective: bound, ...best }, file);
              return { at, plan, line: lineOf(plan, at, bound), bound };
            },
          });
          grid.forEach((best, i) => {
            const at = BigInt(i);
            expect(objectiveAt(curve, at)).toBe(best.objective);
            expect(boundAt(curve, at)).toBe(best.objective);
            const plan = planOf(best, file);
            const line = lineOf(plan, at, best.objective);
            for (const [j, problem] of problems.entries())
              expect(costIn(problem, plan)).toBe(valueAt(line, BigInt(j)));
          });
          const rises = grid.slice(1).map(({ objective: next }, i) => next - grid[i]!.objective);
          for (let i = 1; i < rises.length; i++) expect(rises[i]! <= rises[i - 1]!).toBe(true);
          if (parameter.field === "package.fee")
            for (const { line } of curve.pieces) {
              const channel = file.channels.findIndex(({ id }) => id === parameter.channel);
              const packages = curve.lines[line]!.slope / step;
              expect(curve.lines[line]!.slope).toBe(packages * step);
              expect(packages).toBe(BigInt(plans[line]!.plan.loads[channel]!.packageSizes.length));
            }
          if (curve.pieces.length > 1) bent++;
        },
      ),
      run,
    );
    // Not only curves that say nothing.
    expect(linear).toBeGreaterThan(run.numRuns / 3);
    expect(bent).toBeGreaterThan(run.numRuns / 20);
  }, 300_000);
});
