import { packageName } from "../io/packageName.js";
import type { Certificate } from "../model/certificate.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { Problem } from "../solver/problem.js";
import type { Checker } from "../workers/checker.js";
import { certificateOf } from "./certificateOf.js";
import { type PlanContents, planContents, type ToldSolve } from "./planContents.js";
import { amountOf, type PlanTables, planTables } from "./planTables.js";

/** A plan whose tables are there, and whose other files wait for the checker's word on the certificate. */
export interface DescribedPlan {
  readonly tables: PlanTables;
  readonly certificate: Certificate;
  readonly contents: Promise<PlanContents>;
}

export interface DescribeOptions {
  readonly engine: string;
  readonly seed: number;
  readonly inputs: PlanFile["inputs"];
  /** Milliseconds by phase; asked when the contents are made. */
  readonly timings: () => Record<string, number>;
}

/** `[channel]` in the unit of its terms of volume; 0 where it has none. */
function volumesOf(problem: Problem, { loads }: Plan): bigint[] {
  return loads.map(({ orders }, c) => {
    const { volume } = problem.contract.channels[c]!;
    if (volume === null) return 0n;
    return volume.unit === "amount" ? amountOf(problem, orders) : BigInt(orders.length);
  });
}

/** Puts the outcome of a solve into the form of its files. */
export function describePlan(
  solved: ToldSolve,
  checker: Checker,
  { engine, seed, inputs, timings }: DescribeOptions,
): DescribedPlan {
  const { problem, best, proven } = solved;
  const certificate = certificateOf(problem, proven, inputs);
  const counts = best.plan.loads.map(({ packageSizes }) => packageSizes.length);
  const asked = checker.prices(certificate, counts, volumesOf(problem, best.plan));
  // Whoever awaits it is told; meanwhile a failure must not count as one that nobody handles.
  asked.catch(() => {});
  const tables = planTables(problem, best.plan, packageName);
  const contents = asked.then((prices) =>
    planContents(solved, {
      engineAsked: engine,
      seed,
      inputs,
      timings: timings(),
      tables,
      certificate,
      prices,
    }),
  );
  contents.catch(() => {});
  return { tables, certificate, contents };
}
