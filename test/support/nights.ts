import { join } from "node:path";
import type { FolderSource, Schedule } from "../../src/nightly/config.js";

/** A schedule of half past nine, with the contract of the example, whose orders and plans are in a folder. */
export function nightSchedule(
  folder: string,
  source: Pick<FolderSource, "files" | "marker">,
  more: Pick<Schedule, "moveDates" | "options" | "latestEnd">,
): Schedule {
  return {
    id: "bank-run",
    cron: "30 21 * * *",
    timeZone: "UTC",
    catchUpMs: 6 * 3_600_000,
    source: { kind: "folder", folder, settledSeconds: 1, waitUntil: null, ...source },
    channels: { file: join(import.meta.dirname, "../../examples/nightly/channels.yaml") },
    finishSeconds: 60,
    destination: { kind: "folder", folder: join(folder, "plans/{date}") },
    webhook: "https://hooks.example.com/",
    ...more,
  };
}
