import { certificateOf } from "../../src/app/certificateOf.js";
import { examine } from "../../src/check/index.js";
import { type Certificate, certificateSchema } from "../../src/model/certificate.js";
import type { Problem } from "../../src/solver/problem.js";
import type { ProofTree } from "../../src/solver/proof/tree.js";

const INPUTS = { channels: { file: null, sha256: null }, orders: { file: null, sha256: null } };

/** A proof after a journey through JSON. */
export function certificateFile(problem: Problem, tree: ProofTree): Certificate {
  return certificateSchema.parse(
    JSON.parse(JSON.stringify(certificateOf(problem, { tree, bound: 0n }, INPUTS))),
  );
}

/** What the checker makes of it, for the plan that defers everything. */
export function checkedBound(problem: Problem, tree: ProofTree): bigint | string {
  const { contract, orders } = problem;
  const certified = examine(contract, orders).certify(
    certificateFile(problem, tree),
    new Float64Array(contract.channels.length),
  );
  return "bound" in certified ? certified.bound : certified.problem;
}
