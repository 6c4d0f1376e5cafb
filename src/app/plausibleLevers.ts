import type { Contract } from "../model/contract.js";
import type { Lever } from "../model/explanation.js";
import type { PlanFile } from "../model/planFile.js";
import { NO_OBSTACLE, type Obstacles, type SingleMoves } from "../solver/moving/moves.js";
import type { Problem } from "../solver/problem.js";
import { limitOwner } from "./fullLimits.js";
import { leverName, leverValue } from "./levers.js";

/** Obstacles one at a time, and both kinds of limits, which go together. */
const LIFTED: readonly Obstacles[] = [
  { ...NO_OBSTACLE, limits: true },
  { ...NO_OBSTACLE, places: true },
  { ...NO_OBSTACLE, minimum: true },
  { ...NO_OBSTACLE, cutOff: true },
  { ...NO_OBSTACLE, dueBy: true },
];

/**
 * Numbers of the contract whose change might place deferred orders: what stands in their way on some channel that could
 * take them, by how many orders it does; then what the certificate says that more of is worth something.
 *
 * @param deferred rows of the order table
 */
export function plausibleLevers(
  problem: Problem,
  moves: SingleMoves,
  { channels, quotas }: Pick<PlanFile, "channels" | "quotas">,
  deferred: Int32Array,
): Lever[] {
  const { contract, classes } = problem;
  const levers = new Levers(contract);
  const reachable = new Set<number>();
  const ownerOf = limitOwner(contract, problem.limits);
  for (const order of deferred) {
    const k = classes.classOf[order]!;
    for (let c = 0; c < classes.channels; c++) {
      if (classes.charge[k * classes.channels + c]! < 0) continue;
      reachable.add(c);
      for (const lever of leversOn(problem, moves, ownerOf, order, c)) levers.add(lever);
    }
  }
  for (const c of reachable) {
    const { id: channel, prices } = channels[c]!;
    for (const [field, price] of [
      ["limits.maxPackages", prices.package],
      ["limits.maxOrders", prices.order],
      ["limits.maxAmount", prices.amount],
      ["package.maxOrders", prices.place],
      ["package.maxAmount", prices.packageAmount],
      ["queue.lanes", prices.lane],
      ["queue.cutOff", prices.cutOffHour],
    ] as const)
      if (isWorth(price)) levers.add({ channel, field }, 0);
  }
  for (const [q, { id: quota, order, amount, package: packages }] of quotas.entries()) {
    if (!contract.quotas[q]!.channels.some((c) => reachable.has(c))) continue;
    if (isWorth(packages)) levers.add({ quota, field: "limits.maxPackages" }, 0);
    if (isWorth(order)) levers.add({ quota, field: "limits.maxOrders" }, 0);
    if (isWorth(amount)) levers.add({ quota, field: "limits.maxAmount" }, 0);
  }
  return levers.mostFirst();
}

/** What would give an order a place on a channel, one thing at a time. */
function* leversOn(
  { contract, orders }: Problem,
  moves: SingleMoves,
  ownerOf: ReturnType<typeof limitOwner>,
  order: number,
  c: number,
): Generator<Lever> {
  const { id: channel } = contract.channels[c]!;
  if (moves.spot(order, c) !== null) {
    // Room remains: it is the penalty that is too low, unless the order has its own.
    if (orders.profiles[orders.profile[order]!]!.unroutedPenalty === null) yield { field: "unroutedPenalty" };
    return;
  }
  for (const lifted of LIFTED) {
    const spot = moves.spot(order, c, lifted);
    if (spot === null) continue;
    if (lifted.minimum) yield { channel, field: "package.minOrders" };
    if (lifted.cutOff) yield { channel, field: "queue.cutOff" };
    if (lifted.cutOff || lifted.dueBy) yield { channel, field: "queue.lanes" };
    for (const { limit, field } of moves.brokenBy(order, spot))
      if (limit !== null) yield { ...ownerOf(limit), field: `limits.${field}` };
      else if (field !== "maxPackages") yield { channel, field: `package.${field}` };
  }
}

/** Levers with the number of orders that each might help. */
class Levers {
  readonly #found = new Map<string, { readonly lever: Lever; orders: number }>();

  constructor(readonly contract: Contract) {}

  add(lever: Lever, orders = 1): void {
    const value = leverValue(this.contract, lever);
    // What has no limit cannot be relaxed.
    if (value === Infinity) return;
    const name = leverName(lever);
    const known = this.#found.get(name);
    if (known !== undefined) known.orders += orders;
    else this.#found.set(name, { lever, orders });
  }

  mostFirst(): Lever[] {
    return [...this.#found.values()].sort((a, b) => b.orders - a.orders).map(({ lever }) => lever);
  }
}

function isWorth(price: string | null): boolean {
  return price !== null && /[1-9]/.test(price);
}
