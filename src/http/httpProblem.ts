import { type Problem, problem } from "../model/problem.js";

/** A request that is not served, with what is told about it. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly problem: Problem;

  /** @param code of docs/errors.md */
  constructor(
    readonly status: number,
    code: string,
    title: string,
    more: Partial<Problem> = {},
    /** Seconds after which to try again. */
    readonly retryAfter?: number,
  ) {
    super(title);
    this.problem = problem(status, code, title, more);
  }

  static busy(detail: string, retryAfter = 5): HttpProblem {
    return new HttpProblem(503, "BUSY", "There is too much to do at this time.", { detail }, retryAfter);
  }

  static notFound(what: string, detail = ""): HttpProblem {
    return new HttpProblem(404, "NOT_FOUND", `There is no ${what}.`, detail === "" ? {} : { detail });
  }
}
