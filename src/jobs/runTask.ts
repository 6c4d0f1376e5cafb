import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { PlanProgress } from "../app/planOptions.js";
import { formatCost } from "../model/money.js";
import { badOutcome } from "./outcome.js";
import { INPUTS, OUTPUT, type Task, type TaskKind, type TaskOutcome, type TaskResult } from "./task.js";

export interface TaskHooks {
  /** Ends a search with the best that there is; while inputs are being read it ends the task. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: object) => void;
}

/**
 * Works a task out in its folder, which must be the process's working folder: what is told of inputs and of what is wrong with
 * them names no place of this machine.
 */
export async function runTask(task: Task, hooks: TaskHooks): Promise<TaskOutcome> {
  const began = performance.now();
  // Phases count for themselves: who waits for a job wants to know how long it is at it.
  const onProgress = (progress: object) =>
    hooks.onProgress({ ...progress, elapsedMs: Math.round(performance.now() - began) });
  try {
    return { ok: true, ...(await KINDS[task.kind](await inputsOf(task), task, { ...hooks, onProgress })) };
  } catch (error) {
    if (hooks.signal.aborted && error === hooks.signal.reason) return { ok: false, stopped: true };
    return badOutcome(error, task.dir);
  }
}

type Inputs = Readonly<Record<keyof typeof INPUTS, string | undefined>>;

/** The inputs that are there, as names within the folder. */
async function inputsOf({ dir }: Task): Promise<Inputs> {
  const names = await readdir(dir);
  const find = (start: string) => names.find((name) => name === start || name.startsWith(`${start}.`));
  return {
    channels: find(INPUTS.channels),
    orders: find(INPUTS.orders),
    scenarios: find(INPUTS.scenarios),
    assignments: find(INPUTS.assignments),
    sent: find(INPUTS.sent),
    plan: find(INPUTS.plan),
  };
}

type Run = (inputs: Inputs, task: Task, hooks: TaskHooks) => Promise<TaskResult>;

const KINDS: Readonly<Record<TaskKind, Run>> = {
  async plan({ channels, orders, plan: from, sent }, { options, threads, dir }, { signal, onProgress }) {
    const { planBatch } = await import("../app/planBatch.js");
    const { plan } = await planBatch({
      ...options,
      channels: channels!,
      orders: orders!,
      ...(from === undefined ? {} : { from }),
      ...(sent === undefined ? {} : { sent }),
      out: OUTPUT,
      threads,
      signal,
      onProgress: (progress) => onProgress(planProgress(progress)),
    });
    const { status, proof, cost, bound, gap, counts, stoppedBy, currency, finishAt, engine, timings } = plan;
    const summary = {
      status,
      proof,
      stoppedBy,
      currency,
      cost,
      bound,
      gap,
      counts,
      finishAt,
      engine: engine.used,
      timings,
    };
    return { summary, files: await filesIn(dir) };
  },
  async "what-if"({ channels, orders, scenarios }, { options, threads, dir }, hooks) {
    const { whatIfBatch } = await import("../app/whatIf.js");
    const { file } = await whatIfBatch({
      ...options,
      channels: channels!,
      orders: orders!,
      scenarios: scenarios!,
      out: OUTPUT,
      threads,
      ...hooks,
    });
    const { base, currency } = file;
    return {
      summary: { currency, base: base.cost, scenarios: file.scenarios.length },
      files: await filesIn(dir),
    };
  },
  async "break-even"({ channels, orders }, { options, threads, dir }, hooks) {
    const { breakEvenBatch } = await import("../app/breakEven.js");
    type Options = Parameters<typeof breakEvenBatch>[0];
    const asked = options as Pick<Options, "from" | "to">;
    const { file } = await breakEvenBatch({
      ...asked,
      channels: channels!,
      orders: orders!,
      out: OUTPUT,
      threads,
      ...hooks,
    });
    return { summary: { currency: file.currency, method: file.method }, files: await filesIn(dir) };
  },
  async frontier({ channels, orders }, { options, threads, dir }, hooks) {
    const { frontierBatch } = await import("../app/frontier.js");
    type Options = Parameters<typeof frontierBatch>[0];
    const asked = options as Pick<Options, "against">;
    const { file } = await frontierBatch({
      ...asked,
      channels: channels!,
      orders: orders!,
      out: OUTPUT,
      threads,
      ...hooks,
    });
    return { summary: { currency: file.currency, points: file.points.length }, files: await filesIn(dir) };
  },
  async evaluate(
    { channels, orders, assignments, plan: against },
    { options, threads, dir },
    { signal, onProgress },
  ) {
    const { evaluate } = await import("../app/evaluatePlan.js");
    const { evaluation } = await evaluate({
      ...options,
      channels: channels!,
      orders: orders!,
      assignments: assignments!,
      ...(against === undefined ? {} : { against }),
      threads,
      signal,
      onProgress: (progress) => onProgress(planProgress(progress)),
    });
    await writeResult(dir, "evaluation.json", evaluation);
    const { valid, cost, counts, currency } = evaluation;
    return { summary: { currency, valid, cost, counts }, files: await filesIn(dir) };
  },
  async verify({ channels, orders, plan }, { options, dir }) {
    const { verify } = await import("../app/verifyPlan.js");
    const { contract, violations, total, objective, bound } = await verify({
      ...options,
      folder: plan!,
      channels: channels!,
      orders: orders!,
    });
    const money = (units: bigint) => formatCost(units, contract.exponent);
    const verification = {
      holds: total === 0,
      currency: contract.currency,
      objective: money(objective),
      bound: money(bound),
      violations: { total, listed: violations },
    };
    await writeResult(dir, "verification.json", verification);
    const { violations: found, ...summary } = verification;
    return { summary: { ...summary, violations: found.total }, files: await filesIn(dir) };
  },
  async explain({ channels, orders, plan }, { options }) {
    const { explain } = await import("../app/explainPlan.js");
    const { ids } = options as { ids: readonly string[] };
    return {
      summary: await explain({ folder: plan!, channels: channels!, orders: orders!, ids }),
      files: [],
    };
  },
  async count({ orders }, { options }) {
    const { countParquet } = await import("../app/countOrders.js");
    const { mostRows } = options as { mostRows: number };
    return { summary: await countParquet(orders!, mostRows), files: [] };
  },
  async coverage({ channels }, { options }) {
    const [{ validate }, { banksServed }] = await Promise.all([
      import("../app/validateInput.js"),
      import("../app/banksServed.js"),
    ]);
    const { contract } = await validate({ ...options, channels: channels! });
    return { summary: banksServed(contract), files: [] };
  },
  async terms({ channels }) {
    const { contractTerms } = await import("../app/contractTerms.js");
    return { summary: await contractTerms({ channels: channels! }), files: [] };
  },
};

async function writeResult(dir: string, name: string, value: object): Promise<void> {
  await mkdir(join(dir, OUTPUT), { recursive: true });
  await writeFile(join(dir, OUTPUT, name), `${JSON.stringify(value, null, 2)}\n`);
}

async function filesIn(dir: string): Promise<string[]> {
  const out = join(dir, OUTPUT);
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(relative(out, entry.parentPath), basename(entry.name)).replaceAll("\\", "/"));
}

/** With money as text, and the time of the phase under a name of its own. */
function planProgress({ incumbent, bound, currency, elapsedMs, ...progress }: PlanProgress): object {
  const money = (units: bigint | undefined) =>
    units === undefined || currency === undefined ? undefined : formatCost(units, currency.exponent);
  return {
    ...progress,
    phaseMs: elapsedMs,
    currency: currency?.code,
    incumbent: money(incumbent),
    bound: money(bound),
  };
}
