import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Blobs } from "./blobs.js";
import { ChannelsStore } from "./channelsStore.js";
import type { Database } from "./database.js";
import { openEmbedded } from "./embedded.js";
import { fileBlobs } from "./fileBlobs.js";
import { IdempotencyStore } from "./idempotencyStore.js";
import { JobStore } from "./jobStore.js";
import { KeyStore } from "./keyStore.js";
import { migrate } from "./migrate.js";
import { NightStore } from "./nightStore.js";
import { OrderSetStore } from "./orderSetStore.js";
import { asBadAddress, openPostgres } from "./postgres.js";
import { rowBlobs } from "./rowBlobs.js";
import { WebhookStore } from "./webhookStore.js";

/** All that the service keeps. */
export interface Store {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly jobs: JobStore;
  readonly orderSets: OrderSetStore;
  readonly channels: ChannelsStore;
  readonly keys: KeyStore;
  readonly idempotency: IdempotencyStore;
  readonly webhooks: WebhookStore;
  readonly nights: NightStore;
  /** Whether other processes may use it, too. */
  readonly isShared: boolean;
  close(): Promise<void>;
}

/** A folder for this process alone, or a PostgreSQL server. */
export type StorePlace =
  | {
      readonly data: string;
      /** Told if another process has taken the folder nevertheless. */
      readonly onTaken?: () => void;
    }
  | { readonly databaseUrl: string; readonly onLost?: (error: Error) => void };

/**
 * Opens what the service keeps, made or brought up to date where necessary.
 *
 * @param signal gives it up, however long another process takes to bring it up to date
 * @throws InputError where the place is none, is in use, or was written by a newer version
 * @throws Unavailable where the database does not answer
 * @throws the signal's reason where that is given meanwhile
 */
export async function openStore(place: StorePlace, signal?: AbortSignal): Promise<Store> {
  const isShared = "databaseUrl" in place;
  const database = isShared
    ? openPostgres({ url: place.databaseUrl, ...(place.onLost ? { onLost: place.onLost } : {}) })
    : await openEmbedded(place.data, place.onTaken);
  try {
    await migrate(database, signal);
    return {
      database,
      blobs: isShared ? rowBlobs(database) : await blobsIn(database, place.data),
      jobs: new JobStore(database),
      orderSets: new OrderSetStore(database),
      channels: new ChannelsStore(database),
      keys: new KeyStore(database),
      idempotency: new IdempotencyStore(database),
      webhooks: new WebhookStore(database),
      nights: new NightStore(database),
      isShared,
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw asBadAddress(error);
  }
}

async function blobsIn(database: Database, data: string): Promise<Blobs> {
  const dir = join(data, "blobs");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return fileBlobs(database, dir);
}
