import type { CostTotal } from "../model/money.js";
import type { PlanFolder } from "../model/planFolder.js";
import { checkUsedLimits, type OrderName, readAssignments, usedLimits } from "./assignments.js";
import type { Examined } from "./examined.js";
import type { ChannelFigures, Figures } from "./figures.js";
import { LimitRow } from "./limits.js";
import { packageFee } from "./packageFee.js";
import { checkPackageFigures } from "./packageFigures.js";
import { checkPackageLimits, readPackages } from "./packages.js";
import { runQueues } from "./schedule.js";
import { checkUnrouted } from "./unrouted.js";
import type { ViolationList } from "./violations.js";
import { volumeCost } from "./volume.js";

/** What a plan's assignments come to, whatever its files state. */
export interface Derived {
  readonly figures: Figures;
  /** What the certificate proves; 0 where it proves nothing. */
  readonly bound: CostTotal;
}

/**
 * Works a plan out again from its assignments and the sequence of its packages, noting every rule that it breaks and
 * every wrong figure of the three tables on the way.
 */
export function derivePlan(
  { instance, survey: found, basePenalty: unroutedPenalty, penalties, baselines, certify }: Examined,
  folder: PlanFolder,
  nameOf: OrderName,
  violations: ViolationList,
): Derived {
  const { contract, orders } = instance;
  const packages = readPackages(instance, folder.packages, violations);
  const assigned = readAssignments(instance, folder.assignments, packages, nameOf, violations);
  checkPackageLimits(instance, packages, violations);
  const row = new LimitRow(contract, instance.coverage);
  const used = usedLimits(instance, row, assigned, packages);
  checkUsedLimits(instance, row, used, violations);
  const schedule = runQueues(instance, assigned, packages, nameOf, violations);
  checkPackageFigures(instance, packages, violations);
  const plan = { row, used, assigned, packages };
  const unrouted = checkUnrouted(instance, found, penalties, plan, folder.unrouted, nameOf, violations);

  const channels = contract.channels.map((channel, c): ChannelFigures => {
    const volume = { orders: used.orders[c]!, amount: used.amount[c]!, charges: assigned.charges.total(c) };
    const finish = schedule.finish[c]!;
    return {
      ...volume,
      packages: used.packages[c]!,
      packageFees: sum(Array.from(packages.inSequence[c]!), (p) =>
        packageFee(channel.package, packages.orders[p]!),
      ),
      delay: schedule.delay[c]!,
      volume: volumeCost(channel, volume),
      finish: finish < 0 ? null : finish,
    };
  });
  const finish = schedule.finish.reduce((latest, moment) => Math.max(latest, moment), -1);
  const certified = certify(
    folder.certificate,
    used.packages.subarray(0, contract.channels.length),
    contract.channels.map(({ volume }, c) =>
      volume === null ? 0n : volume.unit === "amount" ? used.amount[c]! : BigInt(used.orders[c]!),
    ),
  );
  if ("problem" in certified)
    violations.add(
      "PROOF",
      "certificate.proof",
      {},
      () => `The certificate proves nothing. ${certified.problem}`,
    );
  const figures: Figures = {
    cost: {
      charges: sum(channels, ({ charges }) => charges),
      packageFees: sum(channels, ({ packageFees }) => packageFees),
      delay: sum(channels, ({ delay }) => delay),
      volume: sum(channels, ({ volume }) => volume),
      penalties: unrouted.penalties,
    },
    unroutedPenalty,
    counts: {
      orders: orders.count,
      routed: assigned.routed,
      rejected: unrouted.rejected,
      deferred: unrouted.deferred,
      packages: folder.packages.length,
    },
    channels,
    finish: finish < 0 ? null : finish,
    unrouted: unrouted.byReason,
    baselines: baselines(),
    prices: "problem" in certified ? null : certified.room,
  };
  return { figures, bound: "bound" in certified ? certified.bound : 0n };
}

function sum<T>(values: readonly T[], of: (value: T) => CostTotal): CostTotal {
  return values.reduce((total, value) => total + of(value), 0n);
}
