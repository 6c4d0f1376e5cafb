import type pc from "picocolors";
import { formatIssue } from "../model/issue.js";
import type { JobKind, JobState } from "../model/job.js";
import type { Problem } from "../model/problem.js";
import { formatGap, group, plural } from "./numbers.js";
import { textTable } from "./textTable.js";
import { printable, wrapWhole } from "./textWidth.js";

/** Jobs for a terminal. */

/** What is shown of a job in a list. */
export interface ListedJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly keepUntil: string | null;
  readonly attempt: number;
  readonly progress: Readonly<Record<string, unknown>> | null;
  readonly summary: Readonly<Record<string, unknown>> | null;
  readonly problem: Problem | null;
}

/** What is shown of one alone. */
export interface ShownJob extends ListedJob {
  readonly inputs: readonly ShownFile[];
  readonly files: readonly ShownFile[];
}

export interface ShownFile {
  readonly name: string;
  readonly bytes: number;
}

export interface Drawing {
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly width: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A job to a line, as they come. */
export function jobTable(jobs: readonly ListedJob[], { colors, width, now }: Drawing): readonly string[] {
  return textTable({
    head: ["job", "kind", "state", "age", "took", "times"],
    rows: jobs.map((job) => [
      job.id,
      job.kind,
      job.state,
      since(job.createdAt, now),
      tookOf(job, now),
      job.attempt > 1 ? String(job.attempt) : "",
    ]),
    rightAligned: [3, 4, 5],
    flexible: 1,
    colors,
    width,
  });
}

/** All that there is to say of a job. */
export function jobLines(job: ShownJob, { colors, width, now }: Drawing): readonly string[] {
  const { problem } = job;
  const rows: (readonly [string, string])[] = [
    ["job", job.id],
    ["kind", job.kind],
    ["state", job.attempt > 1 ? `${job.state}, begun ${job.attempt} times` : job.state],
    ["made", `${momentOf(job.createdAt)}, ${since(job.createdAt, now)} ago`],
    ...(job.startedAt === null ? [] : [["took", tookOf(job, now)] as const]),
    ...(job.keepUntil === null ? [] : [["kept until", momentOf(job.keepUntil)] as const]),
    ...howFar(job),
    ...filesOf("made from", job.inputs),
    ...filesOf("files", job.files),
  ];
  const label = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `  ${colors.dim(name.padEnd(label))}${printable(value)}`);
  return problem === null ? lines : [...lines, "", ...problemLines(problem, width)];
}

/** Why something failed: every problem that is listed, on lines of at most so many columns. */
export function problemLines(problem: Problem, width: number): readonly string[] {
  const { problems = [], total = problems.length } = problem;
  const found =
    problems.length > 0
      ? [
          ...problems.map(formatIssue),
          ...(total > problems.length ? [`… and ${total - problems.length} more`] : []),
        ]
      : [`${problem.title} ${problem.detail ?? ""}`.trim().concat(` [${problem.code}]`)];
  return found.flatMap((text) => wrapWhole(printable(text), width));
}

function howFar({ state, progress, summary }: ListedJob): (readonly [string, string])[] {
  const told = summary ?? (state === "running" ? progress : null);
  if (told === null) return [];
  const { phase, currency, cost, incumbent, gap, counts } = told as {
    phase?: string;
    currency?: string;
    cost?: { objective?: string };
    incumbent?: string;
    gap?: number | null;
    counts?: { routed: number; orders: number };
  };
  const objective = cost?.objective ?? incumbent;
  return [
    ...(phase === undefined ? [] : [["phase", phase] as const]),
    ...(objective === undefined ? [] : [["cost", `${group(objective)} ${currency ?? ""}`.trim()] as const]),
    ...(typeof gap === "number" ? [["gap", formatGap(gap)] as const] : []),
    ...(counts === undefined
      ? []
      : [["routed", `${group(String(counts.routed))} of ${plural(counts.orders, "order")}`] as const]),
  ];
}

function filesOf(label: string, files: readonly ShownFile[]): (readonly [string, string])[] {
  return files.map(({ name, bytes }, i) => [i === 0 ? label : "", `${name}, ${plural(bytes, "byte")}`]);
}

function tookOf({ startedAt, finishedAt, state }: ListedJob, now: number): string {
  if (startedAt === null) return "";
  if (finishedAt === null && state !== "running") return "";
  const end = finishedAt === null ? now : Date.parse(finishedAt);
  return durationOf(end - Date.parse(startedAt));
}

function since(moment: string, now: number): string {
  return durationOf(now - Date.parse(moment));
}

/** In the largest unit that leaves two of it, at most five characters. */
function durationOf(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} m`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

function momentOf(instant: string): string {
  return instant.replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
