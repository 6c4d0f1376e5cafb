import { InputError } from "../model/issue.js";
import type { Queryable } from "../store/database.js";

/** The tables that nights are delivered to, documented in docs/nightly.md. */

/** Tables that were there before they had a version are those of the first. */
const first = (schema: string) => `
CREATE TABLE IF NOT EXISTS ${schema}.night (
  schedule text NOT NULL,
  due timestamptz NOT NULL,
  revision int NOT NULL,
  job uuid NOT NULL,
  complete boolean NOT NULL,
  stopped_by text NOT NULL,
  late boolean NOT NULL,
  plan jsonb NOT NULL,
  delivered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (schedule, due));
${tableOf(
  schema,
  "package",
  "channel, package",
  `package text NOT NULL,
  channel text NOT NULL,
  sequence int NOT NULL,
  orders int NOT NULL,
  amount numeric NOT NULL,
  charges numeric NOT NULL,
  fee numeric NOT NULL,
  starts_at timestamptz,
  finishes_at timestamptz`,
)}
${tableOf(
  schema,
  "assignment",
  "order_id",
  `order_id text NOT NULL,
  channel text NOT NULL,
  -- Null on a single channel.
  package text,
  charge numeric NOT NULL,
  -- In submission sequence within a channel.
  place bigint NOT NULL`,
)}
${tableOf(
  schema,
  "unrouted",
  "order_id",
  `order_id text NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL`,
)}
`;

/** Rows of a night, which go when it goes. @param key what tells them apart within it */
function tableOf(schema: string, name: string, key: string, columns: string): string {
  return `CREATE TABLE IF NOT EXISTS ${schema}.${name} (
  schedule text NOT NULL,
  due timestamptz NOT NULL,
  ${columns},
  PRIMARY KEY (schedule, due, ${key}),
  FOREIGN KEY (schedule, due) REFERENCES ${schema}.night ON DELETE CASCADE);`;
}

/** What makes the tables, version by version, in a schema of a plain name. What has been released is never changed. */
const VERSIONS: readonly ((schema: string) => string)[] = [first];

/**
 * Makes the tables, or brings those of an older packwright up to date. Where they are, nothing but reading them is needed.
 *
 * @param within a transaction, in which nobody else does so
 * @param schema a plain name
 * @throws InputError where they are of a newer packwright, TABLES_NEWER
 */
export async function bringUpToDate(within: Queryable, schema: string): Promise<void> {
  const table = `${schema}.packwright_version`;
  const [found] = await within.query<{ isThere: boolean }>(
    `SELECT to_regclass($1) IS NOT NULL AS "isThere"`,
    [table],
  );
  if (!found!.isThere) {
    // Asked for, even one that is there wants the right to make schemas.
    const [place] = await within.query<{ isThere: boolean }>(
      `SELECT to_regnamespace($1) IS NOT NULL AS "isThere"`,
      [schema],
    );
    if (!place!.isThere) await within.script(`CREATE SCHEMA ${schema}`);
    await within.script(
      `CREATE TABLE ${table} (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
  }
  const [row] = await within.query<{ version: number }>(
    `SELECT coalesce(max(version), 0)::int AS version FROM ${table}`,
  );
  const { version } = row!;
  if (version > VERSIONS.length) throw newer(schema, version);
  for (const [i, sql] of VERSIONS.entries()) {
    if (i < version) continue;
    await within.script(sql(schema));
    await within.query(`INSERT INTO ${table} (version) VALUES ($1)`, [i + 1]);
  }
}

function newer(schema: string, version: number): InputError {
  return new InputError([
    {
      code: "TABLES_NEWER",
      path: "destination.schema",
      message: `holds tables of a newer packwright: version ${version}, this program knows ${VERSIONS.length}`,
      value: schema,
      hint: "Deliver with the newer program, or into another schema.",
    },
  ]);
}
