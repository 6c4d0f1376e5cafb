import { Fault, InputError } from "../model/issue.js";
import { inputProblem, type Problem, problem } from "../model/problem.js";
import type { Night, NightEnding } from "../store/nightStore.js";
import type { Schedule } from "./config.js";
import type { Delivered, NightHead } from "./delivered.js";
import type { NightOfJob } from "./nightJob.js";
import type { NightParts } from "./nightParts.js";
import { dueText } from "./nightTimes.js";

/** What is said of how a night came out. */

/** Of a night that was delivered. */
export interface NightResult {
  readonly head: NightHead;
  readonly to: Delivered["to"];
  /** Of the plan: cost, bound, gap, counts and the like. */
  readonly summary: object;
}

/** What a webhook says of a night. Of problems where they are and of which kind, not the values of orders. */
export function toldOf(night: Night, schedule: Schedule, ending: NightEnding): Record<string, unknown> {
  const { state, complete, problem: found, result } = ending;
  const told = result as NightResult | null;
  const { problems, total, code, status } = (found ?? {}) as Partial<Problem>;
  return {
    schedule: schedule.id,
    due: dueText(schedule, night),
    revision: night.revision,
    job: night.job,
    kind: "plan",
    state,
    complete,
    stoppedBy: told?.head.stoppedBy ?? null,
    late: told?.head.late ?? null,
    deliveredTo: told?.to ?? null,
    summary: told?.summary ?? null,
    problem:
      found === null
        ? null
        : {
            code,
            status,
            total,
            problems: problems?.map(({ code, file, line, path, hint }) => ({ code, file, line, path, hint })),
          },
  };
}

/** With the names that people know instead of those in the job's folder. */
export function renamed(found: Problem | null, { from }: NightOfJob): Problem {
  if (found === null)
    return problem(409, "NIGHT_CANCELLED", "The job of the night was cancelled.", {
      detail: "Run the night by hand.",
    });
  if (found.problems === undefined) return found;
  const problems = found.problems.map((issue) => {
    const name = /^(orders|channels)\./.exec(issue.file ?? "")?.[1] as keyof typeof from | undefined;
    return name === undefined ? issue : { ...issue, file: from[name] };
  });
  return { ...found, problems };
}

export function problemOf(error: unknown, schedule: Schedule, { log }: NightParts): Problem {
  if (error instanceof InputError) return inputProblem(error.issues, error.total);
  log.error({ schedule: schedule.id, err: error }, "a night failed by a fault");
  const detail = error instanceof Error ? error.message : String(error);
  return problem(
    500,
    error instanceof Fault ? error.code : "UNEXPECTED",
    "A fault of ours: there is no plan.",
    { detail },
  );
}

export function missedProblem({ catchUpMs }: Schedule): Problem {
  return problem(
    503,
    "NIGHT_MISSED",
    "Nobody was there when the night was due, nor soon enough afterwards.",
    {
      detail: `It is caught up for ${catchUpMs / 3_600_000} hours. Run it by hand if it is still wanted.`,
    },
  );
}
