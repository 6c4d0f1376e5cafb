import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicInstance } from "./instanceFiles.js";
import { NumberReader, readTable } from "./tables.js";

/**
 * Bin packing as one batch channel: an order for each piece, its size as its amount, packages of at most the capacity
 * in amount and a package fee of 1. The cheapest plan costs the least number of packages.
 *
 * @param text pieces, capacity, then the sizes
 */
export function bppInstance(text: string): PublicInstance {
  const numbers = new NumberReader(text);
  const count = numbers.next();
  const capacity = numbers.next();
  const sizes = numbers.take(count);
  return {
    channels: {
      currency: "JPY",
      channels: [
        {
          id: "bin",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0" },
          package: { fee: "1", maxAmount: String(capacity) },
        },
      ],
    },
    orders: { columns: ["id", "bank", "amount"], rows: sizes.map((size, i) => [`i${i}`, "B", String(size)]) },
  };
}

export interface BppCase {
  readonly name: string;
  /** Path of the instance's text. */
  readonly file: string;
  /** Least number of packages. */
  readonly optimum: number;
}

/** Instances with a proven optimum. */
export function bppCases(folder: string): readonly BppCase[] {
  return readTable(join(folder, "optima.csv"))
    .filter((row) => row.status === "optimal")
    .map((row) => ({ name: row.instance!, file: join(folder, row.file!), optimum: Number(row.optimum) }));
}

export const readBpp = (file: string): PublicInstance => bppInstance(readFileSync(file, "utf8"));
