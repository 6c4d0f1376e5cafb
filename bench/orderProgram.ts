import type { Plan } from "../src/model/plan.js";
import type { Problem } from "../src/solver/problem.js";
import { type Program, ProgramBuilder } from "../src/solver/program.js";

/**
 * The program that one would write first: a binary for each order and channel, and for each channel (and value of
 * `separateBy`) an integer that counts its packages. Only for contracts without queues, least package sizes and
 * package amounts, where it has the same optimum as the program over classes.
 */
export interface OrderProgram {
  readonly program: Program;
  /** The plan that a point of the program stands for. */
  readonly planAt: (values: Float64Array) => Plan;
}

/** Cost units in a minor unit. */
const UNIT = 10_000;

interface Choice {
  readonly order: number;
  readonly channel: number;
  readonly key: number;
  readonly column: number;
}

export function orderProgram(problem: Problem): OrderProgram {
  const { contract, orders, classes, limits } = problem;
  for (const { package: terms, queue } of contract.channels)
    if (terms.minOrders > 1 || terms.maxAmount < Infinity || queue.perPackage > 0 || queue.perOrder > 0)
      throw new Error("The order-by-order program knows no queue, minOrders or maxAmount of packages.");

  const builder = new ProgramBuilder();
  const choices: Choice[] = [];
  for (let order = 0; order < orders.count; order++) {
    const k = classes.classOf[order]!;
    if (k < 0) continue;
    for (let channel = 0; channel < classes.channels; channel++) {
      const cell = k * classes.channels + channel;
      if (classes.charge[cell]! < 0) continue;
      const column = builder.column(classes.charge[cell]! / UNIT, 0, 1, true);
      choices.push({ order, channel, key: classes.key[cell]!, column });
    }
  }
  const sumUpTo = (most: number, columns: readonly number[]) =>
    builder.row(
      -Infinity,
      most,
      columns.map((column) => [column, 1] as const),
    );

  // Each order once, or deferred.
  for (const mine of groups(choices, ({ order }) => order)) {
    const deferred = builder.column(classes.penalty[classes.classOf[mine[0]!.order]!]! / UNIT, 0, 1, false);
    builder.row(
      1,
      1,
      [...mine.map(({ column }) => column), deferred].map((column) => [column, 1] as const),
    );
  }

  const packageColumns: number[][] = contract.channels.map(() => []);
  for (const mine of groups(choices, ({ channel, key }) => `${channel}/${key}`)) {
    const { channel } = mine[0]!;
    const { mode, package: terms } = contract.channels[channel]!;
    if (mode === "single") continue;
    const capacity = Math.min(terms.maxOrders, mine.length);
    const column = builder.column(terms.feeTiers[0]!.fee / UNIT, 0, Math.ceil(mine.length / capacity), true);
    packageColumns[channel]!.push(column);
    builder.row(-Infinity, 0, [[column, -capacity], ...mine.map((choice) => [choice.column, 1] as const)]);
  }

  for (let limit = 0; limit < limits.count; limit++) {
    const touching = choices.filter(({ order, channel }) => {
      const rule = classes.rule[classes.classOf[order]! * classes.channels + channel]!;
      return limits.ofChannel[channel]!.includes(limit) || limits.ofRule[channel]![rule] === limit;
    });
    if (limits.maxOrders[limit]! < touching.length)
      sumUpTo(
        limits.maxOrders[limit]!,
        touching.map(({ column }) => column),
      );
    const maxAmount = limits.maxAmount[limit]!;
    if (maxAmount < Infinity)
      builder.row(
        -Infinity,
        1,
        touching.map(({ column, order }) => [column, orders.amount[order]! / maxAmount] as const),
      );
    if (limits.maxPackages[limit]! < Infinity)
      sumUpTo(
        limits.maxPackages[limit]!,
        packageColumns.flatMap((columns, c) => (limits.ofChannel[c]!.includes(limit) ? columns : [])),
      );
  }
  return {
    program: builder.build(),
    planAt: (values) =>
      planOf(
        problem,
        choices.filter(({ column }) => values[column]! > 0.5),
      ),
  };
}

function groups(choices: readonly Choice[], by: (choice: Choice) => number | string): Choice[][] {
  const found = new Map<number | string, Choice[]>();
  for (const choice of choices) {
    const group = found.get(by(choice));
    if (group === undefined) found.set(by(choice), [choice]);
    else group.push(choice);
  }
  return [...found.values()];
}

/** Fills packages one after another. */
function planOf({ contract }: Problem, taken: readonly Choice[]): Plan {
  return {
    loads: contract.channels.map(({ mode, package: terms }, c) => {
      const keys = groups(
        taken.filter(({ channel }) => channel === c),
        ({ key }) => key,
      );
      const sizes: number[] = [];
      if (mode === "batch")
        for (const { length } of keys)
          for (let left = length; left > 0; left -= terms.maxOrders)
            sizes.push(Math.min(left, terms.maxOrders));
      return {
        orders: Int32Array.from(keys.flat(), ({ order }) => order),
        packageSizes: Int32Array.from(sizes),
      };
    }),
  };
}
