import { packageName } from "../io/packageName.js";
import type { Certificate } from "../model/certificate.js";
import type { Plan } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { Problem } from "../solver/problem.js";
import type { Checker } from "../workers/checker.js";
import { type Outcome, type PlanContents, planContents } from "./planContents.js";
import { amountOf, type PackageName, type PlanTables, planTables } from "./planTables.js";

/** A plan whose tables are there, and whose other files wait for the checker's word on the certificate. */
export interface DescribedPlan {
  readonly tables: PlanTables;
  readonly certificate: Certificate;
  readonly contents: Promise<PlanContents>;
}

/** What is to be said of a plan that was made from an old one. */
export interface Replanned {
  readonly packageName: PackageName;
  readonly replan: NonNullable<PlanFile["replan"]>;
}

export interface DescribeOptions {
  readonly engine: string;
  readonly seed: number;
  readonly inputs: PlanFile["inputs"];
  /** Milliseconds by phase; asked when the contents are made. */
  readonly timings: () => Record<string, number>;
  /** Where an old plan was planned again. */
  readonly replanned?: Replanned | undefined;
}

/**
 * Puts a plan into the form of its files.
 *
 * @param certificate of the outcome's bound
 */
export function describePlan(
  outcome: Outcome,
  certificate: Certificate,
  checker: Checker,
  { engine, seed, inputs, timings, replanned }: DescribeOptions,
): DescribedPlan {
  const { problem, best } = outcome;
  const counts = best.plan.loads.map(({ packageSizes }) => packageSizes.length);
  const asked = checker.prices(certificate, counts, volumesOf(problem, best.plan));
  // Whoever awaits it is told; meanwhile a failure must not count as one that nobody handles.
  asked.catch(() => {});
  const tables = planTables(problem, best.plan, replanned?.packageName ?? packageName);
  const contents = asked.then((prices) =>
    planContents(outcome, {
      engineAsked: engine,
      seed,
      inputs,
      timings: timings(),
      tables,
      certificate,
      prices,
      ...(replanned === undefined ? {} : { replan: replanned.replan }),
    }),
  );
  contents.catch(() => {});
  return { tables, certificate, contents };
}

/** `[channel]` in the unit of its terms of volume; 0 where it has none. */
function volumesOf(problem: Problem, { loads }: Plan): bigint[] {
  return loads.map(({ orders }, c) => {
    const { volume } = problem.contract.channels[c]!;
    if (volume === null) return 0n;
    return volume.unit === "amount" ? amountOf(problem, orders) : BigInt(orders.length);
  });
}
