import { InputError } from "../model/issue.js";
import type { Database } from "./database.js";
import { MIGRATIONS } from "./migrations/index.js";
import { UPKEEP_SECONDS } from "./upkeep.js";

/** Two that start at once would both create what is missing. */
const LOCK = 0x7061636b;

/**
 * Brings the tables up to this version of packwright; what is up to date is left alone.
 *
 * @param signal gives it up, also while another process is at it
 * @throws InputError where a newer version has been at work, DATA_NEWER
 * @throws the signal's reason where that is given meanwhile
 */
export async function migrate(database: Database, signal?: AbortSignal): Promise<void> {
  await database.transaction(
    async (within) => {
      await within.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
      await within.script(
        `CREATE SCHEMA IF NOT EXISTS packwright;
       CREATE TABLE IF NOT EXISTS packwright.migration (
         version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
      );
      const [row] = await within.query<{ version: number }>(
        "SELECT coalesce(max(version), 0)::int AS version FROM packwright.migration",
      );
      const version = row!.version;
      if (version > MIGRATIONS.length) throw newer(version);
      for (const [i, sql] of MIGRATIONS.entries()) {
        if (i < version) continue;
        await within.script(sql);
        await within.query("INSERT INTO packwright.migration (version) VALUES ($1)", [i + 1]);
      }
    },
    { statementSeconds: UPKEEP_SECONDS, signal },
  );
}

function newer(version: number): InputError {
  return new InputError([
    {
      code: "DATA_NEWER",
      path: "data",
      message: `was written by a newer packwright: its tables are version ${version}, this program knows ${MIGRATIONS.length}`,
      hint: "Start the newer program, or restore the backup from before it.",
    },
  ]);
}
