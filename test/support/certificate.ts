import { certificateOf } from "../../src/app/certificateOf.js";
import { certifiedBound } from "../../src/check/certificate/index.js";
import { Instance as Checked } from "../../src/check/instance.js";
import { basePenalty, Penalties } from "../../src/check/penalty.js";
import { survey } from "../../src/check/survey.js";
import { type Certificate, certificateSchema } from "../../src/model/certificate.js";
import type { Problem } from "../../src/solver/problem.js";
import type { ProofTree } from "../../src/solver/proof/tree.js";

/** What the checker makes of a proof after a journey through JSON. */
export function checkedBound(problem: Problem, tree: ProofTree): bigint | string {
  const certificate: Certificate = certificateSchema.parse(
    JSON.parse(
      JSON.stringify({
        schemaVersion: 2,
        inputs: { channels: null, orders: null },
        bound: "0",
        ...certificateOf(problem, tree),
      }),
    ),
  );
  const instance = new Checked(problem.contract, problem.orders);
  const found = survey(instance);
  const certified = certifiedBound(
    instance,
    found,
    new Penalties(instance, basePenalty(instance, found)),
    certificate,
  );
  return "bound" in certified ? certified.bound : certified.problem;
}
