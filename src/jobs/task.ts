import type { JobKind } from "../model/job.js";
import type { BadOutcome } from "./outcome.js";

/** What a runner can work out: jobs, and questions that are answered at once. */
export type TaskKind = JobKind | "explain" | "coverage" | "terms" | "count";

/** What a runner is asked to work out. Its inputs lie in its folder, and there it leaves what comes of it. */
export interface Task {
  readonly kind: TaskKind;
  /** Path of the folder, with the files of {@link INPUTS} as far as the kind wants them. */
  readonly dir: string;
  /** As the kind's function of the library has them, paths and threads aside. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly threads: number;
}

/** Names of inputs in a task's folder; the endings of files tell their format. */
export const INPUTS = {
  channels: "channels",
  orders: "orders",
  scenarios: "scenarios",
  assignments: "assignments",
  /** A list of the packages of an old plan that have been sent. */
  sent: "sent.csv",
  /** The folder of an old plan, or of one to be verified. */
  plan: "plan",
} as const;

/** Where a task leaves its files. */
export const OUTPUT = "out";

export interface TaskResult {
  /** What is worth showing in a list. */
  readonly summary: object;
  /** Names of the files in {@link OUTPUT}, `/` between folders. */
  readonly files: readonly string[];
}

/** How a task ended: with a result, or with why there is none. */
export type TaskOutcome =
  | ({ readonly ok: true } & TaskResult)
  | BadOutcome
  /** It was stopped before there was anything to keep. */
  | { readonly ok: false; readonly stopped: true };

/** What a runner is told. */
export type ToRunner = { readonly type: "run"; readonly task: Task } | { readonly type: "stop" };

/** What a runner tells. */
export type FromRunner =
  | { readonly type: "ready" }
  | { readonly type: "progress"; readonly progress: object }
  | { readonly type: "end"; readonly outcome: TaskOutcome };
