import { type ChannelsForm, textTree } from "../src/generate/form.js";
import { parseChannels } from "../src/model/channelsFile.js";
import type { OrderTable } from "../src/model/order.js";
import { problemOf } from "../src/solver/problem.js";
import { rng } from "../test/conformance/instances.mjs";
import type { InstanceFiles } from "../test/real/planned.js";
import { writeInstanceFiles } from "./instances.js";
import type { Answer } from "./validate.js";

export const CLASS_BANKS = 20;
export const CLASS_CHANNELS = 10;
const CLASS_SHAPE = { banks: CLASS_BANKS, channels: CLASS_CHANNELS };

interface ClassInstance {
  readonly channels: ChannelsForm;
  readonly banks: readonly string[];
  /** `[order]` index of its bank. */
  readonly bankOf: readonly number[];
}

/** How large an instance of the family is. */
export interface ClassShape {
  readonly banks: number;
  readonly channels: number;
  /** As many as come by default. */
  readonly orders?: number;
}

/**
 * Batch channels of random coverage (0.6) and a flat charge each; package fees of 5 to 1000 charges, packages of 350
 * to 2000 orders, banks of 500 to 5500. With a number of orders, all of these are scaled down alike.
 */
function classInstance(seed: number, shape: ClassShape): ClassInstance {
  const { orders } = shape;
  const random = rng(seed);
  const within = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const banks = Array.from({ length: shape.banks }, (_, b) => `BANK${b}`);
  const full = banks.map(() => within(500, 5500));
  const total = full.reduce((sum, demand) => sum + demand, 0);
  const scale = orders === undefined ? 1 : orders / total;
  const bankOf =
    orders === undefined
      ? full.flatMap((demand, b) => new Array<number>(demand).fill(b))
      : Array.from({ length: orders }, (_, i) => bankAt((i + 0.5) / scale, full));
  const covers = Array.from({ length: shape.channels }, () => banks.map(() => random() < 0.6));
  banks.forEach((_, b) => {
    if (covers.every((row) => !row[b])) covers[0]![b] = true;
  });
  // A channel that covers no bank is none.
  const used = covers.filter((row) => row.some(Boolean));
  const channels = used.map((row, c) => {
    const charge = within(10, 200);
    const fee = (charge * within(5, 1000) * scale) / 100;
    return {
      id: `c${c}`,
      mode: "batch" as const,
      coverage: [{ banks: banks.filter((_, b) => row[b]) }],
      fee: { flat: (charge / 100).toFixed(2) },
      package: { fee: fee.toFixed(2), maxOrders: Math.max(2, Math.round(within(350, 2000) * scale)) },
    };
  });
  return { channels: { currency: "CNY", channels }, banks, bankOf };
}

/** The bank of an order at this place when all orders stand in a row, bank by bank. */
function bankAt(place: number, demand: readonly number[]): number {
  let end = 0;
  return demand.findIndex((orders) => {
    end += orders;
    return place < end;
  });
}

function writeFiles(dir: string, { channels, banks, bankOf }: ClassInstance): InstanceFiles {
  const rows = bankOf.map((bank, i) => [`o${i}`, banks[bank]!, "1.00"]);
  return writeInstanceFiles(dir, channels, ["id", "bank", "amount"], rows);
}

/** Writes an instance of that many orders. */
export function writeClassInstance(dir: string, orders: number, seed: number): InstanceFiles {
  return writeFiles(dir, classInstance(seed, { ...CLASS_SHAPE, orders }));
}

/** Writes an instance of full size, some 3,000 orders for each bank, and has it in memory too. */
export function classAnswer(dir: string, seed: number, shape: ClassShape = CLASS_SHAPE): Answer {
  const instance = classInstance(seed, shape);
  const { channels, banks, bankOf } = instance;
  const orders: OrderTable = {
    count: bankOf.length,
    profiles: banks.map((bank) => ({
      bank,
      attributes: {},
      channels: null,
      dueBy: Infinity,
      delayWeight: 1_000_000,
      unroutedPenalty: null,
    })),
    profile: Int32Array.from(bankOf),
    amount: new Float64Array(bankOf.length).fill(100),
  };
  return {
    problem: problemOf(parseChannels(textTree(channels)), orders),
    ids: bankOf.map((_, i) => `o${i}`),
    files: writeFiles(dir, instance),
  };
}
