import type { ChannelLoad, Plan } from "../../model/plan.js";
import { sequencePackages, sequenceSingles } from "../sequence.js";
import type { Column } from "./column.js";
import type { PackingModel } from "./model.js";

/** A column, taken so many times. */
export interface Taken {
  readonly column: Column;
  readonly times: number;
}

/** The plan of packages that were chosen; orders of lots that are used up stay deferred. */
export function planOf({ problem, lots }: PackingModel, chosen: readonly Taken[]): Plan {
  const { contract, classes } = problem;
  const members: number[][] = Array.from({ length: lots.count }, () => []);
  for (let m = classes.members.length - 1; m >= 0; m--) {
    const order = classes.members[m]!;
    members[lots.lotOf[order]!]!.push(order);
  }
  const packages: number[][][] = contract.channels.map(() => []);
  for (const { column, times } of chosen)
    for (let t = 0; t < times; t++) {
      const inside: number[] = [];
      for (let i = 0; i < column.lots.length; i++)
        for (let copy = 0; copy < column.copies[i]!; copy++) {
          const order = members[column.lots[i]!]!.pop();
          if (order !== undefined) inside.push(order);
        }
      if (inside.length > 0) packages[column.channel]!.push(inside);
    }
  const due = (order: number) => classes.due[classes.classOf[order]!]!;
  const weight = (order: number) => classes.weight[classes.classOf[order]!]!;
  return {
    loads: contract.channels.map(({ mode, queue }, c): ChannelLoad => {
      const own = packages[c]!;
      if (mode === "single")
        return {
          orders: sequenceSingles(Int32Array.from(own.flat()).sort(), queue, due, weight),
          packageSizes: new Int32Array(0),
        };
      const { sequence } = sequencePackages(
        own.map((inside) => ({
          orders: inside.length,
          weight: inside.reduce((sum, order) => sum + weight(order), 0),
          due: Math.min(...inside.map(due)),
        })),
        queue,
      );
      return {
        orders: Int32Array.from(sequence.flatMap((p) => own[p]!)),
        packageSizes: Int32Array.from(sequence, (p) => own[p]!.length),
      };
    }),
  };
}
