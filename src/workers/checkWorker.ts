import { Fault } from "../model/issue.js";
import { type Checker, CheckerHere } from "./checker.js";

/** What runs in the thread of a checker: one checker at a time, which lives until there is one of other inputs. */
let current: { readonly inputs: number; readonly checker: CheckerHere } | undefined;

/** Each task begins with the number of the inputs that it is about. */
export type PrepareTask = [inputs: number, ...task: ConstructorParameters<typeof CheckerHere>];
export type PricesTask = [inputs: number, ...task: Parameters<Checker["prices"]>];
export type CheckTask = [inputs: number, ...task: Parameters<Checker["check"]>];
export type JudgeTask = [inputs: number, ...task: Parameters<Checker["judge"]>];
/** The class of an error does not survive the way back: a fault is data. */
export type Reply<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly code: string; readonly message: string };

export function prepare([inputs, ...task]: PrepareTask): Promise<Reply<void>> {
  return orFault(async () => {
    const checker = new CheckerHere(...task);
    current = { inputs, checker };
    checker.prepare();
  });
}

export function prices([inputs, ...task]: PricesTask) {
  return orFault(() => prepared(inputs).prices(...task));
}

export function check([inputs, ...task]: CheckTask) {
  return orFault(() => prepared(inputs).check(...task));
}

export function judge([inputs, ...task]: JudgeTask) {
  return orFault(() => prepared(inputs).judge(...task));
}

function prepared(inputs: number): Checker {
  if (current?.inputs !== inputs) throw new Fault("WORKER_DIED", "The check thread has lost its inputs.");
  return current.checker;
}

async function orFault<Result>(task: () => Promise<Result>): Promise<Reply<Result>> {
  try {
    return { ok: true, result: await task() };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
