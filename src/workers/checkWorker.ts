import { Fault } from "../model/issue.js";
import { type Checker, CheckerHere } from "./checker.js";

/** What runs in the thread of a checker: one checker, which lives as long as the thread. */
let checker: CheckerHere | undefined;

export type PrepareTask = ConstructorParameters<typeof CheckerHere>;
export type PricesTask = Parameters<Checker["prices"]>;
export type CheckTask = Parameters<Checker["check"]>;
export type JudgeTask = Parameters<Checker["judge"]>;
/** The class of an error does not survive the way back: a fault is data. */
export type Reply<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly code: string; readonly message: string };

export function prepare(task: PrepareTask): Promise<Reply<void>> {
  return orFault(async () => {
    checker = new CheckerHere(...task);
    checker.prepare();
  });
}

export function prices(task: PricesTask) {
  return orFault(() => prepared().prices(...task));
}

export function check(task: CheckTask) {
  return orFault(() => prepared().check(...task));
}

export function judge(task: JudgeTask) {
  return orFault(() => prepared().judge(...task));
}

function prepared(): Checker {
  if (checker === undefined) throw new Fault("WORKER_DIED", "The check thread has lost its inputs.");
  return checker;
}

async function orFault<Result>(task: () => Promise<Result>): Promise<Reply<Result>> {
  try {
    return { ok: true, result: await task() };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
