import { createHash } from "node:crypto";
import { localOf } from "../model/zone.js";
import type { Night } from "../store/nightStore.js";
import { collectChannels, type NightChannels } from "./channels.js";
import type { NightOrders } from "./collecting.js";
import type { Schedule } from "./config.js";
import type { NightParts } from "./nightParts.js";
import { asksUntil, waitsUntil } from "./nightTimes.js";
import { collectOrders } from "./orders.js";

/** What a night is planned from. */
export interface NightInputs {
  readonly orders: NightOrders;
  readonly channels: NightChannels;
  /** In hex; of orders, channels and options: nights of the same have the same plan. */
  readonly sha256: string;
}

/**
 * Waits for the orders of a night, and keeps them and its channels.
 *
 * @throws InputError where there are none in time, or the channels cannot be used
 */
export async function collectInputs(
  schedule: Schedule,
  night: Night,
  { store, clock, log }: Pick<NightParts, "store" | "clock" | "log">,
  signal: AbortSignal,
): Promise<NightInputs> {
  const due = night.due.getTime();
  // What is wrong with the channels is told before the orders are waited for; what counts is how they are afterwards.
  await collectChannels(schedule, due, store);
  const orders = await collectOrders(schedule.source, {
    blobs: store.blobs,
    clock,
    due: localOf(due, schedule.timeZone),
    until: waitsUntil(schedule, due),
    askUntil: asksUntil(schedule, night, clock.now()),
    log,
    signal,
  });
  const channels = await collectChannels(schedule, due, store);
  const told = [orders.blob.sha256, orders.format, channels.blob.sha256, channels.format, schedule.options];
  return { orders, channels, sha256: createHash("sha256").update(JSON.stringify(told)).digest("hex") };
}
