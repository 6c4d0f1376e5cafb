import type { Certificate, Proof } from "../../model/certificate.js";
import type { CostTotal } from "../../model/money.js";
import type { Instance } from "../instance.js";
import type { Penalties } from "../penalty.js";
import type { Survey } from "../survey.js";
import { boundOf } from "./leaf.js";
import { eachAlone, findLikes } from "./likes.js";
import type { Counts, Premises } from "./premises.js";
import { commonStep } from "./step.js";
import { Unusable } from "./unusable.js";
import { Work } from "./work.js";

/** What a certificate proves, or why it proves nothing. */
export type Certified = { readonly bound: CostTotal } | { readonly problem: string };

/** Works out the bound of a certificate in exact integers (docs/certificate.md). */
export function certifiedBound(
  instance: Instance,
  survey: Survey,
  penalties: Penalties,
  certificate: Certificate,
): Certified {
  const { scale: unitsEach, groups, proof } = certificate;
  const likes = "prices" in proof ? eachAlone(instance) : findLikes(instance, groups);
  const premises: Premises = {
    instance,
    survey,
    penalties,
    scale: unitsEach,
    groups,
    likes,
    work: new Work(),
  };
  const channels = instance.contract.channels;
  const all: Counts = {
    from: new Float64Array(channels.length),
    to: new Float64Array(channels.length).fill(Infinity),
  };
  try {
    const units = leastBound(premises, proof, all);
    if (units === null) return { problem: "Its parts leave no number of packages at all." };
    const scale = BigInt(unitsEach);
    const step = commonStep(instance, survey, penalties);
    // Every plan costs a whole number of steps: the bound may go up to the next.
    return { bound: ceilDivide(units, scale * step) * step };
  } catch (error) {
    if (error instanceof Unusable) return { problem: error.message };
    throw error;
  }
}

/** The least bound of all parts of a proof; null where none of them holds any plan. */
function leastBound(premises: Premises, proof: Proof, counts: Counts): bigint | null {
  if ("prices" in proof) return boundOf(premises, proof.prices, counts);
  const c = premises.instance.contract.channels.findIndex(({ id }) => id === proof.channel);
  if (c < 0)
    throw new Unusable(`It asks for packages of channel ${proof.channel}, which the contract does not have.`);
  const to = counts.to.slice();
  const from = counts.from.slice();
  to[c] = Math.min(to[c]!, proof.packages);
  from[c] = Math.max(from[c]!, proof.packages + 1);
  const atMost = leastBound(premises, proof.atMost, { from: counts.from, to });
  const above = leastBound(premises, proof.above, { from, to: counts.to });
  if (atMost === null || above === null) return atMost ?? above;
  if (above < atMost) return above;
  return atMost;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}
