import type { Blob, Blobs } from "../store/blobs.js";
import type { Clock } from "./clock.js";
import type { NightLog } from "./nightParts.js";

/** Orders of a night, kept. */
export interface NightOrders {
  readonly blob: Blob;
  /** Ending of the file's name, which tells its format: `csv.gz`. */
  readonly format: string;
  /** What people call where they came from. */
  readonly from: string;
}

export interface Collecting {
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Local time that is due. */
  readonly due: number;
  /** Milliseconds since 1970 until which there need not be anything yet. */
  readonly until: number;
  /** Milliseconds since 1970 until which a database that does not answer is asked again. */
  readonly askUntil: number;
  readonly log: NightLog;
  readonly signal: AbortSignal;
}
