import { type BreakEvenFile, breakEvenSchema } from "../../src/model/breakEvenFile.js";
import { type FrontierFile, frontierSchema } from "../../src/model/frontierFile.js";
import { formatCost } from "../../src/model/money.js";
import {
  type Outcome,
  type ScenarioOutcome,
  type WhatIfFile,
  whatIfSchema,
} from "../../src/model/whatIfFile.js";

/** Files of many plans made up for the pages: consistent sums, the same on every run. Money in cost units of CNY. */

const EXPONENT = 2;
const CNY = 1_000_000n;
const money = (units: bigint) => formatCost(units, EXPONENT);

export const CHANNELS = ["union-batch", "netpay-batch", "city-batch", "fast-single"] as const;
const INPUT = { file: "channels.yaml", sha256: "ab".repeat(32) };
const HEAD = {
  schemaVersion: 1,
  version: "0.1.0",
  currency: "CNY",
  unroutedPenalty: "30.00",
} as const;

export interface OutcomeSpec {
  /** Cost units. */
  readonly objective: bigint;
  /** Cost units below the objective at which the bound lies; default none. */
  readonly slack?: bigint;
  /** Orders on each channel; default 400, 300, 200, 100. */
  readonly orders?: readonly number[];
  readonly channels?: readonly string[];
  readonly packages?: number;
  readonly deferred?: number;
  readonly finishAt?: string | null;
}

/** A plan's figures: an eighth of the cost is package fees, a sixteenth delay, the rest charges. */
export function outcome(spec: OutcomeSpec): Outcome {
  const { objective, slack = 0n, channels = CHANNELS, deferred = 0, packages = 12 } = spec;
  const orders = spec.orders ?? channels.map((_, i) => Math.max(0, 400 - 100 * i));
  const finishAt = spec.finishAt === undefined ? "2026-11-23T05:12:44+08:00" : spec.finishAt;
  const [fees, delay] = [objective / 8n, objective / 16n];
  const penalties = BigInt(deferred) * 30n * CNY;
  const routed = orders.reduce((sum, count) => sum + count, 0);
  const bound = objective - slack;
  const size = objective < 0n ? -objective : objective;
  return {
    cost: {
      objective: money(objective),
      charges: money(objective - fees - delay - penalties),
      packageFees: money(fees),
      delay: money(delay),
      penalties: money(penalties),
    },
    bound: money(bound),
    proof: "certificate",
    gap: slack === 0n ? 0 : size === 0n ? null : Number(slack) / Number(size),
    status: slack === 0n ? "optimal" : "feasible",
    stoppedBy: slack === 0n ? "optimal" : "noGain",
    counts: { orders: routed + deferred, routed, rejected: 0, deferred, packages },
    finishAt,
    channels: channels.map((id, i) => ({
      id,
      orders: orders[i] ?? 0,
      amount: `${orders[i] ?? 0}00.00`,
      packages: i === 0 ? packages : 0,
      charges: "100.00",
      packageFees: "8.00",
      delay: "1.00",
      finishAt,
    })),
    ms: 125,
  };
}

type Difference = ScenarioOutcome["difference"];

/** The difference of two plans, as the program works it out. */
export function difference(before: Outcome, after: Outcome): Difference {
  const units = (text: string) => BigInt(Math.round(Number(text) * Number(CNY)));
  const [objective, base] = [units(after.cost.objective), units(before.cost.objective)];
  const least = units(after.bound) - base;
  const most = objective - units(before.bound);
  return {
    money: money(objective - base),
    percent: base === 0n ? null : (100 * Number(objective - base)) / Math.abs(Number(base)),
    least: money(least),
    most: money(most),
    proven: least > 0n || most < 0n,
  };
}

export type ScenarioSpec = OutcomeSpec &
  Pick<ScenarioOutcome, "id"> &
  Partial<Pick<ScenarioOutcome, "sweep" | "moved" | "newlyRejected">>;

export function whatIfFile(base: OutcomeSpec, scenarios: readonly ScenarioSpec[]): WhatIfFile {
  const before = outcome(base);
  return whatIfSchema.parse({
    ...HEAD,
    inputs: {
      channels: INPUT,
      orders: { ...INPUT, file: "orders.csv" },
      scenarios: { file: null, sha256: null },
    },
    base: before,
    scenarios: scenarios.map(({ id, sweep = null, moved = null, newlyRejected = 0, ...spec }) => {
      const after = outcome(spec);
      return { id, sweep, ...after, difference: difference(before, after), moved, newlyRejected };
    }),
  });
}

export interface BreakEvenSpec {
  readonly method?: BreakEvenFile["method"];
  readonly parameter?: Partial<BreakEvenFile["parameter"]>;
  /** Corners of the curve: value (whole) and cost; between two of them one plan is the cheapest. */
  readonly corners: readonly (readonly [value: number, cost: bigint])[];
  /** How far the bound lies below, cost units. */
  readonly slack?: bigint;
  /** Orders on the first channel in each plan. */
  readonly orders?: readonly number[];
}

/** One plan between each two corners where the method is exact, one at each of them where it is swept. */
export function breakEvenFile(spec: BreakEvenSpec): BreakEvenFile {
  const { corners, method = "exact", slack = 0n } = spec;
  const exact = method === "exact";
  const ends = exact
    ? corners.slice(1).map((to, i) => [corners[i]!, to] as const)
    : corners.map((at) => [at, at] as const);
  const ordersOf = (plan: number) => spec.orders?.[plan] ?? Math.max(0, 900 - 300 * plan);
  const first = spec.parameter?.channel ?? CHANNELS[0];
  const channels = [first, ...CHANNELS.slice(1)];
  return breakEvenSchema.parse({
    ...HEAD,
    inputs: { channels: INPUT, orders: INPUT },
    parameter: {
      path: `channels.${first}.package.fee`,
      channel: first,
      field: "package.fee",
      asItIs: "8.00",
      ...spec.parameter,
    },
    method,
    why: exact ? "Cost is linear in a package fee." : "Plans depend on this field by more than their cost.",
    step: exact ? "1" : null,
    searches: { count: ends.length, stoppedBy: "done" },
    from: String(corners[0]![0]),
    to: String(corners.at(-1)![0]),
    plans: ends.map(([[from, cost], [to, last]], plan) => ({
      ...outcome({
        objective: cost,
        slack,
        channels,
        orders: [ordersOf(plan), 300, 200, 100],
        packages: Math.ceil(ordersOf(plan) / 100),
      }),
      value: String(from),
      slope: exact ? money((last - cost) / BigInt(Math.max(1, to - from))) : null,
    })),
    pieces: ends.map(([[from, cost], [to, last]], plan) => ({
      from: String(from),
      to: String(to),
      plan,
      costFrom: money(cost),
      costTo: money(last),
    })),
    breakpoints: (exact ? ends.slice(1) : []).map(([[value]], i) => ({
      value: String(value),
      before: i,
      after: i + 1,
      ordersBelow: ordersOf(i) - ordersOf(i + 1),
      packagesBelow: Math.ceil(ordersOf(i) / 100) - Math.ceil(ordersOf(i + 1) / 100),
      proven: slack === 0n,
    })),
    band: corners.map(([value, cost]) => ({
      value: String(value),
      objective: money(cost),
      bound: money(cost - slack),
    })),
  });
}

export interface FrontierSpec {
  readonly against?: FrontierFile["against"];
  /** Value and cost of each plan, from the cheapest on. */
  readonly points: readonly (readonly [value: number, cost: bigint])[];
  readonly slack?: bigint;
  readonly knee?: number | null;
  /** Whether plans are written. */
  readonly written?: boolean;
}

export function frontierFile({
  against = "finish",
  points,
  slack = 0n,
  knee = null,
  written = false,
}: FrontierSpec): FrontierFile {
  const plans = points.map(([value, objective], i) =>
    outcome({
      objective,
      slack,
      packages: against === "packages" ? value : 12,
      deferred: i,
      finishAt: new Date(Date.UTC(2026, 10, 22, 14) + value * 1000).toISOString().replace(".000Z", "Z"),
    }),
  );
  return frontierSchema.parse({
    ...HEAD,
    inputs: { channels: INPUT, orders: INPUT },
    against,
    points: plans.map((plan, i) => ({
      ...plan,
      value: points[i]![0],
      limit: i === 0 ? null : points[i]![0] + 30,
      difference: difference(plans[0]!, plan),
      folder: written ? `plans/${String(i + 1).padStart(2, "0")}` : null,
    })),
    knee,
    searched: points.length + 3,
    dominated: 3,
    end: "No plan within a tighter limit routes every order.",
  });
}
