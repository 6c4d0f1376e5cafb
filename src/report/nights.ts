import type pc from "picocolors";
import type { Problem } from "../model/problem.js";
import { problemLines } from "./jobs.js";
import { printable } from "./textWidth.js";

/** Nights for a terminal. */

/** What is shown of a night. Instants have the offset of the schedule's time zone. */
export interface ListedNight {
  readonly schedule: string;
  readonly due: string;
  readonly revision: number;
  readonly state: "waiting" | "planning" | "done" | "failed" | "missed";
  readonly byHand: boolean;
  /** False where it is the best plan so far of a search that was cut short; null where there is none. */
  readonly complete: boolean | null;
  readonly late: boolean | null;
  readonly endedAt: string | null;
  readonly deliveredTo: { readonly folder: string } | { readonly schema: string } | null;
  readonly job: string | null;
  /** Why there is no plan. */
  readonly problem: Problem | null;
}

export interface NightDrawing {
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly width: number;
}

const INDENT = "  ";

/** Some lines for each night, as they come. */
export function nightLines(nights: readonly ListedNight[], drawing: NightDrawing): readonly string[] {
  if (nights.length === 0) return ["There are no nights of these schedules."];
  return nights.flatMap((night, i) => [...(i === 0 ? [] : [""]), ...linesOf(night, drawing)]);
}

function linesOf(night: ListedNight, { colors, width }: NightDrawing): readonly string[] {
  const { schedule, due, revision, byHand, endedAt, deliveredTo, job, problem } = night;
  const paint = problem === null ? colors.bold : colors.red;
  const rows: readonly (readonly [string, string | null])[] = [
    ["state", paint(stateOf(night))],
    ["revision", `${revision}${byHand ? ", by hand" : ""}`],
    ["ended", endedAt],
    ["to", deliveredTo && placeOf(deliveredTo)],
    ["job", job],
  ];
  return [
    `${printable(schedule)} ${due}`,
    ...rows.flatMap(([name, value]) =>
      value === null ? [] : [`${INDENT}${colors.dim(name.padEnd(10))}${value}`],
    ),
    ...(problem === null ? [] : problemLines(problem, width - INDENT.length).map((line) => INDENT + line)),
  ];
}

function stateOf({ state, complete, late }: ListedNight): string {
  switch (state) {
    case "waiting":
      return "waits for its orders";
    case "planning":
      return "is being planned";
    case "done":
      return ["delivered", ...(complete ? [] : ["the best plan so far"]), ...(late ? ["late"] : [])].join(
        ", ",
      );
    default:
      return state;
  }
}

function placeOf(to: NonNullable<ListedNight["deliveredTo"]>): string {
  return printable("folder" in to ? to.folder : `tables in ${to.schema}`);
}
