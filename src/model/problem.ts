import type { Issue } from "./issue.js";

/** A problem document (RFC 9457): what went wrong with a request, or with the job that it led to. */
export interface Problem {
  /** Names the kind of problem: `urn:packwright:` and a code of docs/errors.md, in lower case. */
  readonly type: string;
  readonly title: string;
  /** HTTP status. */
  readonly status: number;
  readonly detail?: string;
  /** Stable upper-case name, listed in docs/errors.md. */
  readonly code: string;
  /** All problems of an input, the first 100. */
  readonly problems?: readonly Issue[];
  /** How many there are in all. */
  readonly total?: number;
}

/** @param code of docs/errors.md */
export function problem(status: number, code: string, title: string, more: Partial<Problem> = {}): Problem {
  return { type: `urn:packwright:${code.toLowerCase().replaceAll("_", "-")}`, title, status, code, ...more };
}

/** The problem of an input that cannot be used. */
export function inputProblem(issues: readonly Issue[], total: number): Problem {
  const [first] = issues;
  const one = issues.length === 1 && first !== undefined;
  return problem(
    422,
    one ? first.code : "BAD_INPUT",
    one ? first.message : `The input has ${total} problems.`,
    {
      problems: issues,
      total,
    },
  );
}
