import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { Plan } from "../model/plan.js";
import type { PlanFolder } from "../model/planFolder.js";
import { unroutedDetail } from "../model/unrouted.js";
import type { PlanContents } from "./planContents.js";

/** A plan in the form in which a plan folder is read back, without writing one: for checking a plan in memory. */
export function planFolderOf(
  contract: Contract,
  orders: OrderTable,
  plan: Plan,
  contents: PlanContents,
): PlanFolder {
  const count = contents.charges.length;
  const order = new Int32Array(count);
  const channel = new Int32Array(count);
  const inPackage = new Int32Array(count);
  let next = 0;
  let packages = 0;
  plan.loads.forEach((load, c) => {
    order.set(load.orders, next);
    channel.fill(c, next, next + load.orders.length);
    // Name 0 is no package.
    if (load.packageSizes.length === 0) inPackage.fill(0, next, next + load.orders.length);
    let from = next;
    for (const size of load.packageSizes) {
      packages++;
      inPackage.fill(packages, from, from + size);
      from += size;
    }
    next += load.orders.length;
  });
  const { unrouted } = contents;
  return {
    plan: contents.planFile,
    certificate: contents.certificate,
    packages: contents.packages,
    assignments: {
      count,
      order,
      unknownOrders: [],
      channel,
      channelNames: contract.channels.map(({ id }) => id),
      package: inPackage,
      packageNames: ["", ...contents.packages.map((row) => row.package)],
      charge: contents.charges,
    },
    unrouted: {
      count: unrouted.order.length,
      order: unrouted.order,
      unknownOrders: [],
      ...indexed("reason", unrouted.reason),
      ...indexed(
        "detail",
        Array.from(unrouted.order, (row, i) =>
          unroutedDetail(unrouted.reason[i]!, orders.profiles[orders.profile[row]!]!.bank),
        ),
      ),
    },
  };
}

type Indexed<Name extends string> = { [key in Name]: Int32Array } & { [key in `${Name}Names`]: string[] };

/** Texts as numbers of a list of distinct ones. */
function indexed<Name extends string>(name: Name, texts: readonly string[]): Indexed<Name> {
  const ids = new Map<string, number>();
  const index = Int32Array.from(texts, (text) => {
    if (!ids.has(text)) ids.set(text, ids.size);
    return ids.get(text)!;
  });
  return { [name]: index, [`${name}Names`]: [...ids.keys()] } as Indexed<Name>;
}
