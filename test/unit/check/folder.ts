import type { Contract } from "../../../src/model/contract.js";
import type { PlanFolder } from "../../../src/model/planFolder.js";
import { handPlan } from "./handPlan.js";

/** A package with its orders, or a single order, as submitted. */
export type Submission =
  | { readonly channel: string; readonly package: readonly number[] }
  | { readonly channel: string; readonly single: number };

/** A folder with these submissions; everything else is unrouted. Its figures are not filled in. */
export function folderOf(contract: Contract, orders: number, plan: readonly Submission[]): PlanFolder {
  const { plan: file, certificate } = handPlan().folder;
  const packageNames = [""];
  const packages: PlanFolder["packages"][number][] = [];
  const rows: { order: number; channel: number; package: number }[] = [];
  for (const submission of plan) {
    const channel = contract.channels.findIndex(({ id }) => id === submission.channel);
    if ("single" in submission) {
      rows.push({ order: submission.single, channel, package: 0 });
      continue;
    }
    const sequence = String(1 + packages.filter((row) => row.channel === submission.channel).length);
    const id = `${submission.channel}-${sequence}`;
    packageNames.push(id);
    const figures = { orders: "", amount: "", charges: "", fee: "", startsAt: "", finishesAt: "" };
    packages.push({ package: id, channel: submission.channel, sequence, ...figures });
    for (const order of submission.package) rows.push({ order, channel, package: packageNames.length - 1 });
  }
  const routed = new Set(rows.map(({ order }) => order));
  const unrouted = Int32Array.from(
    Array.from({ length: orders }, (_, i) => i).filter((order) => !routed.has(order)),
  );
  return {
    plan: file,
    certificate: { ...certificate, proof: { prices: { limits: [], channels: [] } } },
    packages,
    assignments: {
      count: rows.length,
      order: Int32Array.from(rows, ({ order }) => order),
      unknownOrders: [],
      channel: Int32Array.from(rows, ({ channel }) => channel),
      channelNames: contract.channels.map(({ id }) => id),
      package: Int32Array.from(rows, (row) => row.package),
      packageNames,
      charge: new Float64Array(rows.length),
    },
    unrouted: {
      count: unrouted.length,
      order: unrouted,
      unknownOrders: [],
      reason: new Int32Array(unrouted.length),
      reasonNames: ["?"],
      detail: new Int32Array(unrouted.length),
      detailNames: ["?"],
    },
  };
}
