import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicInstance } from "./instanceFiles.js";
import { NumberReader, readTable } from "./tables.js";

export interface VsbppOptions {
  /** Leaves the limits on how many packages each channel takes out. */
  readonly unlimited?: boolean;
}

/**
 * Bin packing with several sizes of bins: one batch channel for each size, its cost as the package fee, its
 * availability as `maxPackages`; an order for each piece, its size as its amount.
 *
 * @param text number of sizes; `capacity availability cost` of each; number of kinds of pieces; `size demand` of each
 */
export function vsbppInstance(text: string, { unlimited = false }: VsbppOptions = {}): PublicInstance {
  const numbers = new NumberReader(text);
  const bins = Array.from({ length: numbers.next() }, () => numbers.take(3));
  const kinds = Array.from({ length: numbers.next() }, () => numbers.take(2));
  const sizes = kinds.flatMap(([size, demand]) => new Array<number>(demand!).fill(size!));
  return {
    channels: {
      currency: "JPY",
      channels: bins.map(([capacity, availability, cost], i) => ({
        id: `bin${i}`,
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "0" },
        package: { fee: String(cost), maxAmount: String(capacity) },
        ...(unlimited ? {} : { limits: { maxPackages: availability! } }),
      })),
    },
    orders: { columns: ["id", "bank", "amount"], rows: sizes.map((size, i) => [`i${i}`, "B", String(size)]) },
  };
}

export interface VsbppCase {
  readonly name: string;
  readonly file: string;
  readonly orders: number;
  /** Least cost with limited availability; null where no optimum is proven. */
  readonly optimum: number | null;
  /** Least cost without; null where no optimum is proven. */
  readonly optimumUnlimited: number | null;
}

export function vsbppCases(folder: string): readonly VsbppCase[] {
  const value = (text: string | undefined) => (text === undefined || text === "" ? null : Number(text));
  return readTable(join(folder, "optima.csv")).map((row) => ({
    name: row.instance!,
    file: join(folder, row.file!),
    orders: Number(row.items),
    optimum: value(row.optimum_with_availability),
    optimumUnlimited: value(row.optimum_unlimited),
  }));
}

export const readVsbpp = (file: string, options?: VsbppOptions): PublicInstance =>
  vsbppInstance(readFileSync(file, "utf8"), options);
