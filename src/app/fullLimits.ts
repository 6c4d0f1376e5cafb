import type { Contract } from "../model/contract.js";
import type { FullLimit, LimitName } from "../model/explanation.js";
import { formatAmount } from "../model/money.js";
import type { Verdict } from "../solver/moving/verdicts.js";
import type { Problem } from "../solver/problem.js";
import type { ReadPlan } from "./readPlan.js";

/** Says which limits would be broken if an order were in the place of a verdict. */
export function limitsInTheWay({
  problem,
  moves,
  packageName,
}: Pick<ReadPlan, "problem" | "moves" | "packageName">): (order: number, verdict: Verdict) => FullLimit[] {
  const { contract, limits } = problem;
  const ownerOf = limitOwner(contract, limits);
  return (order, { spot }) =>
    moves.brokenBy(order, spot!).map(({ limit, field, used, most }) => {
      const { id: channel } = contract.channels[spot!.channel]!;
      const text = (value: number) =>
        field === "maxAmount" ? formatAmount(value, contract.exponent) : `${value}`;
      return {
        ...(limit === null ? { channel, package: packageName(channel, spot!.package + 1) } : ownerOf(limit)),
        field,
        used: text(used),
        most: text(most),
      };
    });
}

/** Whose a limit of the problem is. */
export function limitOwner(
  { channels, quotas }: Contract,
  { own, ofRule, ofQuota }: Problem["limits"],
): (limit: number) => Omit<LimitName, "field"> {
  const owners = new Map<number, Omit<LimitName, "field">>();
  quotas.forEach(({ id }, q) => {
    owners.set(ofQuota[q]!, { quota: id });
  });
  channels.forEach(({ id, coverage }, c) => {
    owners.set(own[c]!, { channel: id });
    coverage.forEach((_, rule) => {
      owners.set(ofRule[c]![rule]!, { channel: id, rule });
    });
  });
  return (limit) => owners.get(limit)!;
}
