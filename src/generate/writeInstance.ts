import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { draftStart } from "../model/draftName.js";
import { InputError } from "../model/issue.js";
import { channelsYaml } from "./channelsYaml.js";
import type { Instance } from "./instance.js";
import { ORDER_COLUMNS, type OrderRecord } from "./orders.js";

export const CHANNELS_FILE = "channels.yaml";
export const ORDERS_FILE = "orders.csv";

export interface WriteOptions {
  /** Replaces the two files in a folder that exists; what else it holds stays. */
  readonly overwrite?: boolean;
  /** Ends the writing early; nothing is left behind. */
  readonly signal?: AbortSignal;
  /** Told now and then how many orders are written. */
  readonly onProgress?: (orders: number) => void;
}

/** Characters gathered before they go to the file. */
const CHUNK = 1 << 18;

/**
 * Writes channels.yaml and orders.csv into a folder, which appears whole or not at all. Memory does not grow with the
 * number of orders.
 *
 * @throws InputError where the folder exists and may not be overwritten
 */
export async function writeInstance(
  dir: string,
  instance: Instance,
  options: WriteOptions = {},
): Promise<void> {
  const target = resolve(dir);
  const exists = await isThere(target);
  if (exists && options.overwrite !== true)
    throw new InputError([
      {
        code: "FOLDER_EXISTS",
        file: dir,
        message: "exists already",
        hint: "Choose another folder, or add --overwrite.",
      },
    ]);
  await mkdir(dirname(target), { recursive: true });
  const draft = draftStart(target) + randomUUID();
  await mkdir(draft);
  try {
    await writeFile(join(draft, CHANNELS_FILE), channelsYaml(instance));
    await writeOrders(join(draft, ORDERS_FILE), instance.orders, options);
    if (exists) {
      for (const file of [CHANNELS_FILE, ORDERS_FILE]) await rename(join(draft, file), join(target, file));
    } else {
      await rename(draft, target);
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function writeOrders(
  file: string,
  orders: Iterable<OrderRecord>,
  options: WriteOptions,
): Promise<void> {
  const stream = createWriteStream(file);
  const done = finished(stream);
  // Its rejection is met below, but must not count as unhandled before that.
  done.catch(() => {});
  try {
    let chunk = `${ORDER_COLUMNS.join(",")}\n`;
    let written = 0;
    for (const order of orders) {
      chunk += csvLine(order);
      written++;
      if (chunk.length < CHUNK) continue;
      options.signal?.throwIfAborted();
      if (!stream.write(chunk)) await Promise.race([once(stream, "drain"), done]);
      options.onProgress?.(written);
      chunk = "";
    }
    stream.end(chunk);
    await done;
    options.onProgress?.(written);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** No generated text needs quotes: it holds neither commas nor quotes nor line ends. */
function csvLine(order: OrderRecord): string {
  let line = order[ORDER_COLUMNS[0]];
  for (let i = 1; i < ORDER_COLUMNS.length; i++) line += `,${order[ORDER_COLUMNS[i]!]}`;
  return `${line}\n`;
}
