import { packageName } from "../io/packageName.js";
import type { Certificate } from "../model/certificate.js";
import type { PlanFile } from "../model/planFile.js";
import type { Checker } from "../workers/checker.js";
import { certificateOf } from "./certificateOf.js";
import { type PlanContents, planContents, type ToldSolve } from "./planContents.js";
import { type PlanTables, planTables } from "./planTables.js";

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

/** Puts the outcome of a solve into the form of its files. */
export function describePlan(
  solved: ToldSolve,
  checker: Checker,
  { engine, seed, inputs, timings }: DescribeOptions,
): DescribedPlan {
  const { problem, best, proven } = solved;
  const certificate = certificateOf(problem, proven, inputs);
  const counts = best.plan.loads.map(({ packageSizes }) => packageSizes.length);
  const asked = checker.prices(certificate, counts);
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
