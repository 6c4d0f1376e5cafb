import type { Certificate, Proof } from "../../model/certificate.js";
import type { CostTotal } from "../../model/money.js";
import type { Instance } from "../instance.js";
import type { Penalties } from "../penalty.js";
import type { Survey } from "../survey.js";
import type { OrderAsks } from "./asks.js";
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
 * @param packages `[channel]` of the plan
 * @param volumes `[channel]` of the plan, in the unit of the channel's terms of volume: both say which set of prices
 *   speaks about it
 */
export function certifiedBound(
  instance: Instance,
  survey: Survey,
  penalties: Penalties,
  certificate: Certificate,
  packages: ArrayLike<number>,
  volumes: readonly bigint[],
): Certified {
  const { scale: unitsEach, proof } = certificate;
  const premises = premisesOf(instance, survey, penalties, certificate);
  const channels = instance.contract.channels;
  const all: Counts = {
    from: new Float64Array(channels.length),
    to: new Float64Array(channels.length).fill(Infinity),
    volumeFrom: new Float64Array(channels.length),
    volumeTo: new Float64Array(channels.length).fill(Infinity),
  };
  try {
    const proven = look(premises, proof, all, { packages, volumes });
    if (proven.bound === null) return { problem: "Its parts leave no number of packages or volume at all." };
    if (proven.room === null)
      return { problem: "No part of it speaks about the plan's packages and volumes." };
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

/**
 * What orders are asked at the prices that speak about a plan.
 *
 * @param plan its packages and volumes, and `sold`: `[channel][separation key]` its orders
 * @throws Unusable where these prices are none that prove anything
 */
export function certifiedAsks(
  instance: Instance,
  survey: Survey,
  penalties: Penalties,
  certificate: Certificate,
  { sold, ...plan }: PlanCounts & { readonly sold: readonly Float64Array[] },
): OrderAsks {
  let { proof } = certificate;
  while ("channel" in proof)
    proof = isAtMost(proof, askedChannel(instance, proof), plan) ? proof.atMost : proof.above;
  return new Leaf(premisesOf(instance, survey, penalties, certificate), proof.prices).asks(sold);
}

function premisesOf(
  instance: Instance,
  survey: Survey,
  penalties: Penalties,
  { scale, groups, proof }: Certificate,
): Premises {
  const likes = "prices" in proof ? eachAlone(instance) : findLikes(instance, groups);
  return {
    instance,
    survey,
    penalties,
    scale,
    groups,
    likes,
    patience: patienceOf(instance),
    lightest: lightestOrders(instance, survey, likes),
    work: new Work(),
  };
}

type Question = Exclude<Proof, { prices: unknown }>;

/** The channel that a question is about. */
function askedChannel({ contract: { channels } }: Instance, question: Question): number {
  const c = channels.findIndex(({ id }) => id === question.channel);
  if (c < 0)
    throw new Unusable(`It asks about channel ${question.channel}, which the contract does not have.`);
  if ("volume" in question && channels[c]!.volume === null)
    throw new Unusable(
      `It asks for the volume of channel ${question.channel}, which has no terms of volume.`,
    );
  return c;
}

/** Whether the first answer to a question is the plan's. */
function isAtMost(question: Question, c: number, { packages, volumes }: PlanCounts): boolean {
  return "volume" in question
    ? (volumes[c] ?? 0n) <= BigInt(question.volume)
    : packages[c]! <= question.packages;
}

/** What a proof or a part of one comes to. */
interface Proven {
  /** The least bound of all parts, in price units; null where none of them holds any plan. */
  readonly bound: bigint | null;
  /** Of the part that speaks about the plan; null where that is another one. */
  readonly room: Room | null;
}

/** `[channel]` what a plan has; volumes in the unit of the channel's terms. */
export interface PlanCounts {
  readonly packages: ArrayLike<number>;
  readonly volumes: readonly bigint[];
}

/** @param plan null where the proof speaks about others */
function look(premises: Premises, proof: Proof, counts: Counts, plan: PlanCounts | null): Proven {
  if ("prices" in proof) {
    const leaf = new Leaf(premises, proof.prices);
    const bound = leaf.bound(counts);
    return { bound, room: bound === null || plan === null ? null : leaf.room(counts) };
  }
  const c = askedChannel(premises.instance, proof);
  const { atMost: few, above: many } = answersTo(proof, counts, c);
  const isFew = plan !== null && isAtMost(proof, c, plan);
  const atMost = look(premises, proof.atMost, few, isFew ? plan : null);
  const above = look(premises, proof.above, many, isFew ? null : plan);
  return { bound: least(atMost.bound, above.bound), room: atMost.room ?? above.room };
}

/** The ranges that the answers to a question leave. */
function answersTo(
  question: Question,
  counts: Counts,
  c: number,
): { readonly atMost: Counts; readonly above: Counts } {
  const within = (range: Float64Array, limit: (value: number) => number) => range.with(c, limit(range[c]!));
  if ("volume" in question) {
    const { volume } = question;
    return {
      atMost: { ...counts, volumeTo: within(counts.volumeTo, (to) => Math.min(to, volume)) },
      above: { ...counts, volumeFrom: within(counts.volumeFrom, (from) => Math.max(from, volume + 1)) },
    };
  }
  const { packages } = question;
  return {
    atMost: { ...counts, to: within(counts.to, (to) => Math.min(to, packages)) },
    above: { ...counts, from: within(counts.from, (from) => Math.max(from, packages + 1)) },
  };
}

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}
