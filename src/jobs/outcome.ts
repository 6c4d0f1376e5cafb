import { Fault, InputError, type Issue } from "../model/issue.js";

/** What stands in the way of an answer, as it goes from one process to another. */
export type BadOutcome =
  /** The input cannot be used. */
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly total: number }
  /** A fault of ours. */
  | { readonly ok: false; readonly fault: { readonly code: string; readonly message: string } };

/** @param dir folder of the inputs, which are called by their names in it: callers are told of no place of this machine */
export function badOutcome(error: unknown, dir: string): BadOutcome {
  if (error instanceof InputError)
    return { ok: false, issues: error.issues.map((issue) => within(dir, issue)), total: error.total };
  const code = error instanceof Fault ? error.code : "UNEXPECTED";
  return { ok: false, fault: { code, message: error instanceof Error ? error.message : String(error) } };
}

function within(dir: string, issue: Issue): Issue {
  const place = dir.endsWith("/") ? dir : `${dir}/`;
  const { file, message, hint } = issue;
  const told = (text: string) => text.replaceAll(place, "");
  return {
    ...issue,
    message: told(message),
    ...(file === undefined ? {} : { file: told(file) }),
    ...(hint === undefined ? {} : { hint: told(hint) }),
  };
}
