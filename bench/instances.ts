import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ChannelsForm, generateInstance, ORDER_COLUMNS } from "../src/generate/index.js";
import { realistic } from "../test/conformance/instances.mjs";
import type { InstanceFiles } from "../test/real/planned.js";

/** Banks and channels of the large instances. */
export const BANKS = 150;
export const CHANNELS = 8;

export interface Family {
  readonly name: string;
  /** Writes an instance into a folder. */
  readonly make: (dir: string, orders: number, seed: number) => InstanceFiles;
}

/** The files of an instance that lies in a folder. */
export function filesIn(dir: string): InstanceFiles {
  return { channels: join(dir, "channels.json"), orders: join(dir, "orders.csv") };
}

export const FAMILIES: readonly Family[] = [
  {
    name: "conformance",
    make: (dir, orders, seed) => {
      realistic(dir, { N: orders, B: BANKS, C: CHANNELS, seed });
      return filesIn(dir);
    },
  },
  {
    name: "generate",
    make: (dir, orders, seed) => {
      const instance = generateInstance({ orders, banks: BANKS, channels: CHANNELS, seed });
      const rows = Array.from(instance.orders, (order) => ORDER_COLUMNS.map((column) => order[column]));
      return writeInstanceFiles(dir, instance.channels, ORDER_COLUMNS, rows);
    },
  },
];

/** Writes an instance with its channels as JSON, which the third checker reads. No field needs quotes. */
export function writeInstanceFiles(
  dir: string,
  channels: ChannelsForm,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): InstanceFiles {
  mkdirSync(dir, { recursive: true });
  const files = filesIn(dir);
  writeFileSync(files.channels, JSON.stringify(channels));
  writeFileSync(files.orders, [columns, ...rows].map((row) => `${row.join(",")}\n`).join(""));
  return files;
}
