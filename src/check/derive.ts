import type { CostTotal } from "../model/money.js";
import type { AssignmentColumns, AssignmentRows, GivenPackage, PlanFolder } from "../model/planFolder.js";
import {
  type Assigned,
  checkRejectedStayOut,
  checkUsedLimits,
  type OrderName,
  readAssignments,
  type Used,
  usedLimits,
} from "./assignments.js";
import type { Examined } from "./examined.js";
import type { ChannelFigures, Figures, PlanFigures } from "./figures.js";
import type { Instance } from "./instance.js";
import { LimitRow } from "./limits.js";
import { packageFee } from "./packageFee.js";
import { checkPackageFigures } from "./packageFigures.js";
import { checkPackageLimits, type PackageTable, readPackages } from "./packages.js";
import { runQueues, type Schedule } from "./schedule.js";
import { checkUnrouted, type Unrouted } from "./unrouted.js";
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
  examined: Examined,
  folder: PlanFolder,
  nameOf: OrderName,
  violations: ViolationList,
): Derived {
  const { instance, survey: found, penalties, baselines, certify } = examined;
  const routed = followRules(examined, folder, nameOf, violations);
  checkPackageFigures(instance, folder.packages, routed.packages, violations);
  const unrouted = checkUnrouted(instance, found, penalties, routed, folder.unrouted, nameOf, violations);
  const { channels } = instance.contract;
  const { used } = routed;
  const certified = certify(
    folder.certificate,
    used.packages.subarray(0, channels.length),
    channels.map(({ volume }, c) =>
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
    ...planFigures(examined, routed, unrouted),
    baselines: baselines(),
    prices: "problem" in certified ? null : certified.room,
  };
  return { figures, bound: "bound" in certified ? certified.bound : 0n };
}

/** The routed orders of a plan: who is where and when. */
export interface Routed {
  readonly row: LimitRow;
  readonly used: Used;
  readonly assigned: Assigned;
  readonly packages: PackageTable;
  readonly schedule: Schedule;
}

/** Follows every routed order through the rules of the contract, noting each that is broken. */
export function followRules(
  { instance, survey: { leastCharge } }: Examined,
  plan: {
    readonly packages: readonly GivenPackage[];
    readonly assignments: AssignmentRows & Partial<Pick<AssignmentColumns, "charge">>;
  },
  nameOf: OrderName,
  violations: ViolationList,
): Routed {
  const packages = readPackages(instance, plan.packages, violations);
  const assigned = readAssignments(instance, plan.assignments, packages, nameOf, violations);
  checkRejectedStayOut(instance, leastCharge, assigned, packages, nameOf, violations);
  checkPackageLimits(instance, packages, violations);
  const row = new LimitRow(instance.contract, instance.coverage);
  const used = usedLimits(instance, row, assigned, packages);
  checkUsedLimits(instance, row, used, violations);
  const schedule = runQueues(instance, assigned, packages, nameOf, violations);
  return { row, used, assigned, packages, schedule };
}

/** What the plan costs and counts. */
export function planFigures(
  { instance, basePenalty: unroutedPenalty }: Examined,
  { used, assigned, packages, schedule }: Routed,
  unrouted: Unrouted,
): PlanFigures {
  const channels = channelFigures(instance, { used, assigned, packages, schedule });
  const finish = schedule.finish.reduce((latest, moment) => Math.max(latest, moment), -1);
  return {
    cost: {
      charges: sum(channels, ({ charges }) => charges),
      packageFees: sum(channels, ({ packageFees }) => packageFees),
      delay: sum(channels, ({ delay }) => delay),
      volume: sum(channels, ({ volume }) => volume),
      penalties: unrouted.penalties,
    },
    unroutedPenalty,
    counts: {
      orders: instance.orders.count,
      routed: assigned.routed,
      rejected: unrouted.rejected,
      deferred: unrouted.deferred,
      packages: packages.rows.length,
    },
    channels,
    finish: finish < 0 ? null : finish,
    unrouted: unrouted.byReason,
  };
}

function channelFigures(
  { contract }: Instance,
  { used, assigned, packages, schedule }: Omit<Routed, "row">,
): ChannelFigures[] {
  return contract.channels.map((channel, c): ChannelFigures => {
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
}

function sum<T>(values: readonly T[], of: (value: T) => CostTotal): CostTotal {
  return values.reduce((total, value) => total + of(value), 0n);
}
