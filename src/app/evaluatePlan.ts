import { join } from "node:path";
import type { Judgement, Violation } from "../check/index.js";
import { checkGivenRows, type GivenRows, readGivenRows } from "../io/givenReader.js";
import { mustBeFolder, readPlanFolder } from "../io/planReader.js";
import { checkPlanPlace } from "../io/planWriter.js";
import type { Certificate } from "../model/certificate.js";
import { type Contract, hasVolume } from "../model/contract.js";
import { EVALUATION_SCHEMA_VERSION, type EvaluationFile } from "../model/evaluation.js";
import { Fault, InputError, suggest, suggestNear } from "../model/issue.js";
import { formatAmount, formatCost } from "../model/money.js";
import type { PlanFile } from "../model/planFile.js";
import { zeroPriceBound } from "../solver/bound.js";
import { pricePlan } from "../solver/cost.js";
import { limitTable } from "../solver/limits.js";
import { zeroPrices } from "../solver/proof/prices.js";
import { VERSION } from "../version.js";
import { openChecker } from "../workers/checkThread.js";
import { SolvePool } from "../workers/pool.js";
import { certificateOf } from "./certificateOf.js";
import { comparison, type OurPlan } from "./comparison.js";
import { channelsOf, type Given, givenPlan } from "./givenPlan.js";
import { costOf, type Outcome } from "./planContents.js";
import {
  type Batch,
  checkUnwritten,
  deliver,
  describe,
  describeSolved,
  PhaseClock,
  type Planned,
  solveOrders,
} from "./planning.js";
import { planOf } from "./planOf.js";
import { checkOptions, type EvaluateOptions } from "./planOptions.js";
import { planPlaceOf } from "./planPlaceOf.js";
import { instantText } from "./planTables.js";
import { readInputs } from "./readInputs.js";
import { allProblems } from "./together.js";
import { type Named, withIds } from "./withIds.js";

export interface EvaluateResult {
  readonly evaluation: EvaluationFile;
  readonly contract: Contract;
  /** The plan folder that was written, as given; null where none was asked for, or the plan breaks rules. */
  readonly folder: string | null;
}

/**
 * Prices a plan that somebody else made, says every rule that it breaks, and compares it with a plan of ours: one that is
 * made for the purpose, or one that exists. A plan that breaks no rule can be written as a plan folder.
 *
 * @throws InputError with every problem of the options, or else of the input; violations are no error but the answer
 * @throws the signal's reason where that was given before all orders were read
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  checkOptions("evaluate", options);
  mustBeReadable(options);
  const { assignments, against, out, onProgress } = options;
  const clock = new PhaseClock(onProgress);
  clock.begin("read");
  // A plan folder that is read from is not replaced either.
  const read = [assignments, ...(against === undefined ? [] : [against])];
  const place = planPlaceOf(
    options,
    read.flatMap((path) => [path, join(path, "plan.json")]),
  );
  const {
    contract,
    store,
    files: inputs,
  } = await readInputs({
    ...options,
    demand: async () => {
      await allProblems([
        checkGivenRows(assignments),
        ...(against === undefined ? [] : [mustBeFolder(against)]),
        ...(out === undefined ? [] : [checkPlanPlace(out, place)]),
      ]);
    },
  });
  const checker = openChecker(contract, store.table, options.threads);
  const batch: Batch = { contract, store, inputs, checker, clock };
  try {
    const rows = await readGivenRows(assignments, store);
    const given = givenPlan(contract, store.table, rows);
    clock.begin("check");
    const judged = await withIds(store, (ids) => checker.judge(given.plan, ids));
    clock.end();
    const { ours, basis } = await ourPlan(batch, options);
    const priced = evaluationOf(batch, rows, given, judged, await hintsFor(batch, judged.found));
    const evaluation: EvaluationFile = {
      ...priced,
      comparison:
        ours === null
          ? null
          : comparison(contract, priced, channelsOf(contract, store.table, given.plan.assignments), ours),
    };
    if (out === undefined || !evaluation.valid) return { evaluation, contract, folder: null };
    const planned = describeGiven(batch, given, rows, basis ?? (await inputsAlone(batch, options)), options);
    await deliver(batch, planned, out, place, options.format);
    return { evaluation, contract, folder: out };
  } finally {
    await checker.close();
    await store.close();
  }
}

/** @throws InputError where two inputs would share standard input */
function mustBeReadable({ orders, assignments }: EvaluateOptions): void {
  if (orders !== "-" || assignments !== "-") return;
  throw new InputError([
    {
      code: "STDIN_TWICE",
      path: "assignments",
      message: "orders and assignments cannot both come from standard input",
      hint: "Name a file for one of them.",
    },
  ]);
}

/** What a plan folder of the given plan is made from besides the plan: a proven bound and the baselines. */
interface Basis extends Pick<Outcome, "problem" | "baselines" | "proven" | "engineBound"> {
  readonly certificate: Certificate;
  readonly why: string;
}

/** Plans the same inputs, or reads the plan that is there. */
async function ourPlan(
  batch: Batch,
  options: EvaluateOptions,
): Promise<{ readonly ours: OurPlan | null; readonly basis?: Basis }> {
  const { against, plan = true } = options;
  if (against !== undefined) return existingPlan(batch, options, against);
  if (!plan) return { ours: null };
  const { contract, store } = batch;
  const solved = await solveOrders(batch, options);
  const planned = describeSolved(batch, solved, options);
  const { contents, folder, report } = await checkUnwritten(batch, planned);
  const engineBound = solved.engineOptimal ? solved.best.cost.objective : solved.engineBound;
  return {
    ours: {
      plan: contents.planFile,
      folder: null,
      bound: report.bound,
      channelOf: channelsOf(contract, store.table, folder.assignments),
    },
    basis: {
      ...solved,
      engineBound,
      certificate: planned.certificate,
      why: "Its bound is that of a search over the same inputs.",
    },
  };
}

/** @throws InputError where the folder is no valid plan of these inputs */
async function existingPlan(batch: Batch, options: EvaluateOptions, against: string) {
  const { contract, store, checker, inputs } = batch;
  const folder = await readPlanFolder(against, store);
  const report = await checker.check(folder, inputs);
  const [first] = report.violations;
  if (first !== undefined)
    throw new InputError([
      {
        code: "PLAN_DOES_NOT_HOLD",
        file: against,
        message: `is no plan of these inputs that holds: ${first.message.replace(/\.$/, "")}`,
        hint: "Name one that `packwright verify` passes with the same channels and orders.",
      },
    ]);
  const ours: OurPlan = {
    plan: folder.plan,
    folder: against,
    bound: report.bound,
    channelOf: channelsOf(contract, store.table, folder.assignments),
  };
  if (options.out === undefined) return { ours };
  const { problem, baselines } = await inputsAlone(batch, options);
  return {
    ours,
    basis: {
      problem,
      baselines,
      proven: { bound: report.bound },
      engineBound: undefined,
      certificate: folder.certificate,
      why: "Its bound is that of another plan of the same inputs.",
    },
  };
}

/** What follows without a search. */
async function inputsAlone({ contract, store, inputs }: Batch, { threads }: EvaluateOptions): Promise<Basis> {
  const pool = new SolvePool(threads === undefined ? {} : { threads });
  try {
    const orders = store.table;
    const classes = await pool.classify({ contract, orders });
    const problem = { contract, orders, classes, limits: limitTable(contract) };
    const proven = { tree: { prices: zeroPrices(problem) }, bound: zeroPriceBound(problem) };
    return {
      problem,
      baselines: await pool.baselines(problem),
      proven,
      engineBound: undefined,
      certificate: certificateOf(problem, proven, inputs),
      why: "Nothing was searched: its bound is the simplest, every order at its cheapest.",
    };
  } finally {
    await pool.close();
  }
}

/** Puts the given plan, which breaks no rule, into the form of a plan of ours. */
function describeGiven(
  batch: Batch,
  { plan: given }: Given,
  { file }: GivenRows,
  { problem, baselines, proven, engineBound, certificate, why }: Basis,
  options: EvaluateOptions,
): Planned {
  const { contract, store } = batch;
  const plan = planOf(contract, given);
  if (plan === null) throw new Fault("PLAN_FAILED_CHECK", "The assignments break no rule and are no plan.");
  const cost = pricePlan(contract, store.table, problem.classes, plan);
  // An engine's claim is about all plans, and says nothing where the certificate says as much.
  const claims = engineBound !== undefined && engineBound > proven.bound ? engineBound : undefined;
  const outcome: Outcome = {
    problem,
    best: { plan, cost },
    baselines,
    proven,
    engineBound: claims,
    engineOptimal: claims === cost.objective,
    used: "another planner",
    why: `The assignments are those of ${file === "-" ? "standard input" : file}. ${why}`,
    stoppedBy: "given",
  };
  return describe(batch, outcome, certificate, options);
}

/** What orders and channels that there are not may have been meant for. */
async function hintsFor(
  { contract, store }: Batch,
  { violations }: Judgement,
): Promise<(violation: Violation) => string> {
  const valuesOf = (code: string) =>
    violations.flatMap((each) => (each.code === code && each.value !== undefined ? [each.value] : []));
  const orders = [...new Set(valuesOf("UNKNOWN_ORDER"))];
  const nearest = await store.nearest(orders);
  const nearestOrder = new Map(orders.map((id, i) => [id, nearest[i]!]));
  const channels = contract.channels.map(({ id }) => id);
  return ({ code, value }) => {
    if (value === undefined) return "";
    return code === "UNKNOWN_ORDER"
      ? suggestNear(value, nearestOrder.get(value) ?? null)
      : suggest(value, channels);
  };
}

/** The judgement in the form of its file, still compared with nothing. */
function evaluationOf(
  { contract, inputs }: Batch,
  rows: GivenRows,
  given: Given,
  { found: { figures, unpriced, violations, total, byCode }, ids }: Named<Judgement>,
  hintOf: (violation: Violation) => string,
): EvaluationFile {
  const { exponent } = contract;
  const money = (units: bigint) => formatCost(units, exponent);
  const { charges, packageFees, delay, volume, penalties } = figures.cost;
  return {
    schemaVersion: EVALUATION_SCHEMA_VERSION,
    version: VERSION,
    currency: contract.currency,
    valid: total === 0,
    packages: given.packages,
    cost: costOf(
      { ...figures.cost, objective: charges + packageFees + delay + volume + penalties },
      contract,
    ),
    counts: { ...figures.counts, unpriced },
    channels: contract.channels.map((terms, c) => {
      const { id, mode } = terms;
      const channel = figures.channels[c]!;
      return {
        id,
        mode,
        orders: channel.orders,
        amount: formatAmount(channel.amount, exponent),
        packages: channel.packages,
        charges: money(channel.charges),
        packageFees: money(channel.packageFees),
        delay: money(channel.delay),
        ...(hasVolume(terms) ? { volume: money(channel.volume) } : {}),
        finishAt: instantText(contract, channel.finish),
      };
    }),
    unrouted: [...figures.unrouted]
      .map(([reason, orders]) => ({ reason, orders }))
      .sort((a, b) => b.orders - a.orders),
    finishAt: instantText(contract, figures.finish),
    violations: {
      total,
      byCode: [...byCode].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
      listed: violations.map((violation) => {
        const { order, ...others } = violation;
        const hint = hintOf(violation);
        return {
          ...others,
          ...(order === undefined ? {} : { order: ids.get(order)! }),
          ...(others.line === undefined ? {} : { file: rows.file }),
          ...(hint === "" ? {} : { hint }),
        };
      }),
    },
    comparison: null,
    inputs: { ...(inputs satisfies PlanFile["inputs"]), assignments: { file: rows.file } },
    ignoredColumns: rows.ignored,
  };
}
