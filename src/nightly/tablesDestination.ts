import { text } from "node:stream/consumers";
import { asNdjson } from "../io/tables.js";
import { Fault, InputError } from "../model/issue.js";
import { ASSIGNMENT_COLUMNS, PACKAGE_COLUMNS, UNROUTED_COLUMNS } from "../model/planFile.js";
import type { Queryable } from "../store/database.js";
import type { TablesDestination } from "./config.js";
import { type Delivered, type Delivery, type NightHead, newerThere } from "./delivered.js";
import { AwayElsewhere, elsewhere } from "./elsewhere.js";
import { bringUpToDate } from "./nightTables.js";

/** Longest that one statement may take: each writes some thousand rows. */
const STATEMENT_SECONDS = 300;
const DATABASE = "destination.databaseFrom";

/** How rows of a plan's tables, a list of JSON in $1, become rows here; $2 and $3 are the night, $4 the rows before. */
const INSERTS = [
  {
    file: "packages.csv",
    columns: PACKAGE_COLUMNS,
    sql: (schema: string) => `INSERT INTO ${schema}.package
      SELECT $2, $3, r.package, r.channel, r.sequence::int, r.orders::int, r.amount::numeric, r.charges::numeric, r.fee::numeric,
        nullif(r."startsAt", '')::timestamptz, nullif(r."finishesAt", '')::timestamptz
      FROM json_to_recordset($1::json) AS r (package text, channel text, sequence text, orders text, amount text,
        charges text, fee text, "startsAt" text, "finishesAt" text) WHERE $4::bigint >= 0`,
  },
  {
    file: "assignments.csv",
    columns: ASSIGNMENT_COLUMNS,
    sql: (schema: string) => `INSERT INTO ${schema}.assignment
      SELECT $2, $3, r."order", r.channel, nullif(r.package, ''), r.charge::numeric, $4::bigint + r.place
      FROM ROWS FROM (json_to_recordset($1::json) AS ("order" text, channel text, package text, charge text))
        WITH ORDINALITY AS r ("order", channel, package, charge, place)`,
  },
  {
    file: "unrouted.csv",
    columns: UNROUTED_COLUMNS,
    sql: (schema: string) => `INSERT INTO ${schema}.unrouted
      SELECT $2, $3, r."order", r.reason, r.detail
      FROM json_to_recordset($1::json) AS r ("order" text, reason text, detail text) WHERE $4::bigint >= 0`,
  },
] as const;

/**
 * Writes the rows of a night in one transaction, in place of those of another plan of it.
 *
 * @throws InputError where the database refuses them, or holds a newer revision
 * @throws AwayElsewhere where it does not answer
 * @throws the signal's reason where that is given, in the middle of a statement, too
 */
export async function deliverToTables(
  { databaseUrl, schema }: TablesDestination,
  delivery: Delivery,
): Promise<Delivered> {
  // Between two of its statements rows are read from a database of ours, which may take its time.
  const options = { url: databaseUrl, statementSeconds: STATEMENT_SECONDS, idleSeconds: STATEMENT_SECONDS };
  try {
    const work = async (within: Queryable) => {
      // One delivers at a time: the tables are made once, and what is older than what is there comes to know it.
      await within.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `packwright nights ${schema}`,
      ]);
      await bringUpToDate(within, schema);
      const changed = await write(within, schema, delivery);
      if (changed) await delivery.mustBeOurs();
      return changed;
    };
    return { to: { schema }, changed: await elsewhere(options, DATABASE, work, delivery.signal) };
  } catch (error) {
    throw refused(error);
  }
}

async function write(within: Queryable, schema: string, delivery: Delivery): Promise<boolean> {
  const { head } = delivery;
  const key = [head.schedule, head.due];
  const [there] = await within.query<{ job: string; revision: number }>(
    `SELECT job, revision FROM ${schema}.night WHERE schedule = $1 AND due = $2`,
    key,
  );
  if (there?.job === head.job && there.revision === head.revision) return false;
  if (there !== undefined && there.revision > head.revision)
    throw newerThere(head, there.revision, { path: "destination.schema", value: schema });
  await within.query(`DELETE FROM ${schema}.night WHERE schedule = $1 AND due = $2`, key);
  await writeHead(within, schema, head, await text(await open(delivery, "plan.json")));
  for (const { file, columns, sql } of INSERTS) {
    let before = 0;
    for await (const lines of asNdjson(await open(delivery, file), columns)) {
      // A text of JSON has no line breaks but those between rows.
      const list = `[${lines.trimEnd().replaceAll("\n", ",")}]`;
      await within.query(sql(schema), [list, ...key, before]);
      before += lines.split("\n").length - 1;
    }
  }
  return true;
}

async function writeHead(within: Queryable, schema: string, head: NightHead, plan: string): Promise<void> {
  const { schedule, due, revision, job, complete, stoppedBy, late } = head;
  await within.query(
    `INSERT INTO ${schema}.night (schedule, due, revision, job, complete, stopped_by, late, plan)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [schedule, due, revision, job, complete, stoppedBy, late, plan],
  );
}

async function open({ files, blobs }: Delivery, name: string) {
  const file = files.find((each) => each.name === name);
  if (file === undefined) throw new Fault("TABLE_BROKEN", `the plan of the night has no ${name}`);
  return blobs.read(file.blob);
}

function refused(error: unknown): unknown {
  if (
    error instanceof AwayElsewhere ||
    typeof (error as { code?: unknown }).code !== "string" ||
    error instanceof Fault
  )
    return error;
  return new InputError([
    {
      code: "DELIVERY_REFUSED",
      path: DATABASE,
      message: `names a database that refuses the plan: ${(error as Error).message}`,
      hint: "Its user needs the right to create a schema, or one that is there with these tables (docs/nightly.md).",
    },
  ]);
}
