import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import type { CostTotal } from "../model/money.js";
import type { OrderTable } from "../model/order.js";
import { type Baseline, makeBaselines } from "./baselines.js";
import { type Certified, certifiedBound } from "./certificate/index.js";
import { Instance } from "./instance.js";
import { basePenalty, Penalties } from "./penalty.js";
import { type Survey, survey } from "./survey.js";

/** Both inputs and what follows from them alone, whatever the plan: worth keeping where several questions are asked. */
export interface Examined {
  readonly instance: Instance;
  readonly survey: Survey;
  /** The penalty of a deferred order without one of its own, rate aside. */
  readonly basePenalty: CostTotal;
  readonly penalties: Penalties;
  /** The plans by hand; made when they are first asked for. */
  readonly baselines: () => readonly Baseline[];
  /**
   * What a certificate comes to for a plan with so many packages on each channel, and such volumes. That follows from the inputs and the
   * certificate's text: the same text is not worked out twice in a row.
   *
   * @param packages `[channel]`, and nothing behind
   * @param volumes `[channel]` in the unit of its terms of volume, 0 where it has none; the default is none
   */
  readonly certify: (
    certificate: Certificate,
    packages: ArrayLike<number>,
    volumes?: readonly bigint[],
  ) => Certified;
}

export function examine(contract: Contract, orders: OrderTable): Examined {
  const instance = new Instance(contract, orders);
  const found = survey(instance);
  const base = basePenalty(instance, found);
  const penalties = new Penalties(instance, base);
  let last: { readonly text: string; readonly certified: Certified } | undefined;
  const certify: Examined["certify"] = (certificate, packages, volumes = []) => {
    const { scale, groups, proof } = certificate;
    const text = JSON.stringify([
      scale,
      groups,
      proof,
      Array.from(packages),
      Array.from(packages, (_, c) => String(volumes[c] ?? 0n)),
    ]);
    if (last?.text !== text)
      last = { text, certified: certifiedBound(instance, found, penalties, certificate, packages, volumes) };
    return last.certified;
  };
  let made: readonly Baseline[] | undefined;
  const baselines = () => {
    made ??= makeBaselines(instance, found, penalties);
    return made;
  };
  return { instance, survey: found, basePenalty: base, penalties, baselines, certify };
}
