import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChannelsForm } from "../../../src/generate/form.js";

/** A public instance in the project's own form. */
export interface PublicInstance {
  readonly channels: ChannelsForm;
  readonly orders: OrderRows;
}

/** An orders file: its columns, and the rows as text in these columns. */
export interface OrderRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Writes channels.json and orders.csv into a folder. No field of a public instance needs quotes.
 *
 * @returns the folder
 */
export function writePublicInstance(dir: string, { channels, orders }: PublicInstance): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "channels.json"), JSON.stringify(channels, null, 1));
  const lines = [orders.columns, ...orders.rows].map((row) => `${row.join(",")}\n`);
  writeFileSync(join(dir, "orders.csv"), lines.join(""));
  return dir;
}
