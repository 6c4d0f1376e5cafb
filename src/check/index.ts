import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import type { CostTotal } from "../model/money.js";
import { ExactSum } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import type { PlanFolder } from "../model/planFolder.js";
import type { OrderAsks } from "./certificate/asks.js";
import { certifiedAsks } from "./certificate/index.js";
import type { StatedRoom } from "./certificate/room.js";
import { derivePlan } from "./derive.js";
import { type Examined, examine } from "./examined.js";
import { checkFigures, objectiveOf } from "./figures.js";
import { channelSeparations } from "./packages.js";
import { checkInputs, checkProof, type InputFile } from "./proof.js";
import { type Violation, ViolationList } from "./violations.js";

export type { ChannelAsk, OrderAsks } from "./certificate/asks.js";
export type { StatedRoom } from "./certificate/room.js";
export { Unusable } from "./certificate/unusable.js";
export { type Examined, examine } from "./examined.js";
export type { PlanFigures } from "./figures.js";
export { type Judgement, judgePlan } from "./judge.js";
export type { InputFile } from "./proof.js";
export { VIOLATION_LIMIT, type Violation } from "./violations.js";

/** A plan folder and the inputs that it claims to plan. */
export interface CheckInput {
  readonly contract: Contract;
  readonly orders: OrderTable;
  readonly folder: PlanFolder;
  /** Hashes of the inputs at hand. */
  readonly inputs: { readonly channels: InputFile; readonly orders: InputFile };
  /** Id of a row of the order table, for messages. */
  readonly orderId?: (row: number) => string;
  /** What {@link examine} made of these inputs, where that is known. */
  readonly examined?: Examined;
}

export interface CheckReport {
  /** The first {@link VIOLATION_LIMIT}. */
  readonly violations: readonly Violation[];
  readonly total: number;
  /** Of the plan, worked out again from its assignments. */
  readonly objective: CostTotal;
  /** What the certificate proves, worked out again. */
  readonly bound: CostTotal;
}

/**
 * Checks a plan folder against its inputs alone: every rule of the contract and every figure of every file. Shares no
 * code with the solver, so that a fault there does not hide itself here.
 */
export function checkPlan({
  contract,
  orders,
  folder,
  inputs,
  orderId,
  examined = examine(contract, orders),
}: CheckInput): CheckReport {
  const violations = new ViolationList();
  checkInputs(folder, inputs, violations);
  const nameOf = (order: number) => orderId?.(order) ?? `in row ${order + 1}`;
  const { figures, bound } = derivePlan(examined, folder, nameOf, violations);
  checkFigures(contract, folder.plan, figures, violations);
  const objective = objectiveOf(figures.cost);
  checkProof(folder, objective, bound, contract.exponent, violations);
  return { violations: violations.first, total: violations.total, objective, bound };
}

/**
 * What more room is worth by the prices of a certificate, as plan.json states it.
 *
 * @param packages `[channel]` of the plan
 * @param volumes `[channel]` of the plan, in the unit of the channel's terms of volume; none by default
 * @throws Error where the certificate proves nothing
 */
export function pricesOf(
  { certify }: Examined,
  certificate: Certificate,
  packages: ArrayLike<number>,
  volumes: readonly bigint[] = [],
): StatedRoom {
  const certified = certify(certificate, packages, volumes);
  if ("problem" in certified) throw new Error(`The certificate proves nothing. ${certified.problem}`);
  return certified.room;
}

/**
 * What single orders are asked at the prices of a certificate that speak about a plan.
 *
 * @param channelOf `[order]` its channel in the plan, or -1
 * @param packages `[channel]` of the plan
 * @throws Unusable where the prices prove nothing
 */
export function asksOf(
  { instance, survey, penalties }: Examined,
  certificate: Certificate,
  channelOf: Int32Array,
  packages: ArrayLike<number>,
): OrderAsks {
  const separations = channelSeparations(instance);
  const sold = separations.map(({ keys }) => new Float64Array(keys));
  const { channels } = instance.contract;
  const volume = channels.map(() => new ExactSum());
  channelOf.forEach((c, order) => {
    if (c < 0) return;
    sold[c]![separations[c]!.key(order)]! += 1;
    volume[c]!.add(channels[c]!.volume?.unit === "amount" ? instance.amount(order) : 1);
  });
  const volumes = volume.map(({ total }) => total);
  return certifiedAsks(instance, survey, penalties, certificate, { packages, volumes, sold });
}
