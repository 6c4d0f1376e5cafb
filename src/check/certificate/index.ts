import type { Certificate, Proof } from "../../model/certificate.js";
import type { CostTotal } from "../../model/money.js";
import type { Instance } from "../instance.js";
import type { Penalties } from "../penalty.js";
import type { Survey } from "../survey.js";
import { Leaf } from "./leaf.js";
import { eachAlone, findLikes } from "./likes.js";
import { lightestOrders, patienceOf } from "./patience.js";
import type { Counts, Premises } from "./premises.js";
import { type Room, type StatedRoom, statedRoom } from "./room.js";
import { commonStep } from "./step.js";
import { Unusable } from "./unusable.js";
import { Work } from "./work.js";

/** What a certificate proves, or why it proves nothing. */
export type Certified =
  | {
      readonly bound: CostTotal;
      /** What more room is worth, by the prices that speak about the plan. */
      readonly room: StatedRoom;
    }
  | { readonly problem: string };

/**
 * Works out the bound of a certificate in exact integers, and what its prices mean to a plan (docs/certificate.md).
 *
 * @param packages `[channel]` of the plan: they say which set of prices speaks about it
 */
export function certifiedBound(
  instance: Instance,
  survey: Survey,
  penalties: Penalties,
  certificate: Certificate,
  packages: ArrayLike<number>,
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
    patience: patienceOf(instance),
    lightest: lightestOrders(instance, survey, likes),
    work: new Work(),
  };
  const channels = instance.contract.channels;
  const all: Counts = {
    from: new Float64Array(channels.length),
    to: new Float64Array(channels.length).fill(Infinity),
    volumeFrom: new Float64Array(channels.length),
    volumeTo: new Float64Array(channels.length).fill(Infinity),
  };
  try {
    const proven = look(premises, proof, all, packages);
    if (proven.bound === null) return { problem: "Its parts leave no number of packages at all." };
    if (proven.room === null) return { problem: "No part of it speaks about the plan's packages." };
    const scale = BigInt(unitsEach);
    const step = commonStep(instance, survey, penalties);
    // Every plan costs a whole number of steps: the bound may go up to the next.
    const room = statedRoom(instance.contract, unitsEach, proven.room);
    return { bound: ceilDivide(proven.bound, scale * step) * step, room };
  } catch (error) {
    if (error instanceof Unusable) return { problem: error.message };
    throw error;
  }
}

/** What a proof or a part of one comes to. */
interface Proven {
  /** The least bound of all parts, in price units; null where none of them holds any plan. */
  readonly bound: bigint | null;
  /** Of the part that speaks about the plan; null where that is another one. */
  readonly room: Room | null;
}

/** @param packages of the plan, null where the proof speaks about others */
function look(premises: Premises, proof: Proof, counts: Counts, packages: ArrayLike<number> | null): Proven {
  if ("prices" in proof) {
    const leaf = new Leaf(premises, proof.prices);
    const bound = leaf.bound(counts);
    return { bound, room: bound === null || packages === null ? null : leaf.room(counts) };
  }
  const c = premises.instance.contract.channels.findIndex(({ id }) => id === proof.channel);
  if (c < 0)
    throw new Unusable(`It asks for packages of channel ${proof.channel}, which the contract does not have.`);
  const to = counts.to.slice();
  const from = counts.from.slice();
  to[c] = Math.min(to[c]!, proof.packages);
  from[c] = Math.max(from[c]!, proof.packages + 1);
  const few = packages !== null && packages[c]! <= proof.packages;
  const atMost = look(premises, proof.atMost, { ...counts, to }, few ? packages : null);
  const above = look(premises, proof.above, { ...counts, from }, few ? null : packages);
  return { bound: least(atMost.bound, above.bound), room: atMost.room ?? above.room };
}

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}
