import type { StatedRoom } from "../check/index.js";
import type { Certificate } from "../model/certificate.js";
import { type Contract, hasVolume } from "../model/contract.js";
import { type CostTotal, formatAmount, formatCost } from "../model/money.js";
import type { UnroutedReason } from "../model/plan.js";
import { PLAN_SCHEMA_VERSION, type PlanFile } from "../model/planFile.js";
import { statedGap } from "../solver/gap.js";
import { VERSION } from "../version.js";
import type { Solved } from "../workers/solvePlan.js";
import type { InputNames } from "./certificateOf.js";
import { amountOf, instantText, type PlanTables } from "./planTables.js";

/** A plan of ours or of others, and what is known of it. */
export type Outcome = Pick<
  Solved,
  "problem" | "best" | "baselines" | "engineBound" | "engineOptimal" | "used" | "why"
> & {
  readonly proven: Pick<Solved["proven"], "bound">;
  /** `given` where nobody searched for it. */
  readonly stoppedBy: Solved["stoppedBy"] | "given";
};

/** A plan in the form of its files: every figure as text, every unrouted order with its reason. */
export interface PlanContents extends PlanTables {
  readonly planFile: PlanFile;
  readonly certificate: Certificate;
}

type CostParts = Readonly<
  Record<"objective" | "charges" | "packageFees" | "delay" | "volume" | "penalties", CostTotal>
>;

export interface ContentsOptions {
  readonly engineAsked: string;
  readonly seed: number;
  readonly inputs: InputNames;
  /** Milliseconds by phase; those of phases to come may be added to it later. */
  readonly timings: Record<string, number>;
  readonly tables: PlanTables;
  readonly certificate: Certificate;
  /** What more room is worth by the certificate, as the checker says. */
  readonly prices: StatedRoom;
  /** Where an old plan was planned again. */
  readonly replan?: NonNullable<PlanFile["replan"]>;
}

export function planContents(solved: Outcome, options: ContentsOptions): PlanContents {
  const { tables, certificate, prices } = options;
  const { unrouted } = tables;
  const { problem, best } = solved;
  const optimal = best.cost.objective === solved.proven.bound || solved.engineOptimal;
  const byEngine = optimal && best.cost.objective !== solved.proven.bound;
  const bound = byEngine ? best.cost.objective : solved.proven.bound;
  const { exponent } = problem.contract;
  const money = (units: bigint | number) => formatCost(units, exponent);
  const instant = (time: number | null) => instantText(problem.contract, time);
  const counts = new Map<UnroutedReason, number>();
  for (const reason of unrouted.reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const engineBound = byEngine ? best.cost.objective : solved.engineBound;
  const planFile: PlanFile = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    version: VERSION,
    currency: problem.contract.currency,
    status: optimal ? "optimal" : "feasible",
    proof: byEngine ? "engine" : "certificate",
    engine: { asked: options.engineAsked, used: solved.used, why: solved.why },
    stoppedBy: solved.stoppedBy,
    seed: options.seed,
    cost: costOf(best.cost, problem.contract),
    bound: money(bound),
    ...(engineBound !== undefined && (byEngine || engineBound > bound)
      ? { engineBound: money(engineBound) }
      : {}),
    gap: statedGap(best.cost.objective, bound),
    unroutedPenalty: money(problem.classes.basePenalty),
    counts: {
      orders: problem.orders.count,
      routed: best.cost.routed,
      rejected: problem.orders.count - best.cost.routed - best.cost.deferred,
      deferred: best.cost.deferred,
      packages: best.cost.packages,
    },
    channels: problem.contract.channels.map((channel, c) => {
      const load = best.plan.loads[c]!;
      const cost = best.cost.loads[c]!;
      return {
        id: channel.id,
        mode: channel.mode,
        orders: load.orders.length,
        amount: formatAmount(amountOf(problem, load.orders), exponent),
        packages: load.packageSizes.length,
        charges: money(cost.charges),
        packageFees: money(cost.packageFees),
        delay: money(cost.delay),
        ...(hasVolume(channel) ? { volume: money(cost.volume) } : {}),
        finishAt: instant(cost.finishAt),
        prices: prices.channels[c]!,
      };
    }),
    quotas: [...prices.quotas],
    baselines: solved.baselines.map(({ id, cost }) => {
      const saving = cost.objective - best.cost.objective;
      return {
        id,
        cost: costOf(cost, problem.contract),
        routed: cost.routed,
        deferred: cost.deferred,
        packages: cost.packages,
        finishAt: instant(cost.finishAt),
        saving: {
          money: money(saving),
          percent: cost.objective === 0n ? 0 : (100 * Number(saving)) / Math.abs(Number(cost.objective)),
        },
      };
    }),
    unrouted: [...counts].map(([reason, orders]) => ({ reason, orders })).sort((a, b) => b.orders - a.orders),
    finishAt: instant(best.cost.finishAt),
    inputs: options.inputs,
    ...(options.replan === undefined ? {} : { replan: options.replan }),
    timings: options.timings,
  };
  return { ...tables, planFile, certificate };
}

/** A cost as files state it. */
export function costOf(cost: CostParts, { channels, exponent }: Contract): PlanFile["cost"] {
  return {
    objective: formatCost(cost.objective, exponent),
    charges: formatCost(cost.charges, exponent),
    packageFees: formatCost(cost.packageFees, exponent),
    delay: formatCost(cost.delay, exponent),
    ...(channels.some(hasVolume) ? { volume: formatCost(cost.volume, exponent) } : {}),
    penalties: formatCost(cost.penalties, exponent),
  };
}
