import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import { Fault, isUnsafeText, quoteValue } from "../model/issue.js";
import { COST_SCALE } from "../model/money.js";
import type { Plan, UnroutedReason } from "../model/plan.js";
import { PACKAGE_COLUMNS, type PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import { unroutedDetail } from "../model/unrouted.js";
import { csvCell } from "./csvTokenizer.js";
import { appendColumns, appendTexts, sqlText } from "./duckdb.js";
import type { OrderStore } from "./orderStore.js";
import type { PlanDatabase } from "./planDatabase.js";

export { packageName } from "./packageName.js";
export { openPlanDatabase, type PlanDatabase } from "./planDatabase.js";
export { checkPlanPlace } from "./planPlace.js";
export { type StagedFolder, stagePlanFolder } from "./stagedFolder.js";

/** Form of the large tables. */
export type TableFormat = "csv" | "parquet";

/** Orders on no channel, in the order in which they are listed. */
export interface UnroutedList {
  /** `[i]` row of the order table. */
  readonly order: Int32Array;
  /** `[i]` why. */
  readonly reason: readonly UnroutedReason[];
}

/** The large files of a plan folder. */
export interface TableFiles {
  readonly format: TableFormat;
  readonly contract: Contract;
  readonly store: OrderStore;
  readonly plan: Plan;
  /** `[position]` charge in cost units, by position in the loads' orders put one after the other. */
  readonly charges: Float64Array;
  /** Rows of the packages file, as text. */
  readonly packages: readonly PackageRow[];
  readonly unrouted: UnroutedList;
}

/**
 * Writes assignments, packages and unrouted orders into the database's folder.
 *
 * @throws Fault where a text would be a formula in a spreadsheet, which intake should have refused
 */
export async function writePlanTables({ connection, dir }: PlanDatabase, files: TableFiles): Promise<void> {
  const folder = resolve(dir);
  await assertSafeIds(connection);
  await writeAssignments(connection, folder, files);
  await writeUnrouted(connection, folder, files);
  await writePackages(connection, folder, files);
}

/** Writes certificate.json. */
export function writeCertificate(folder: string, certificate: Certificate): Promise<void> {
  return writeFile(join(folder, "certificate.json"), json(certificate));
}

/** Writes plan.json; once more when the last timings are known. */
export function writePlanJson(folder: string, planFile: PlanFile): Promise<void> {
  return writeFile(join(folder, "plan.json"), json(planFile));
}

/** Writes report.html. @param html a whole page */
export function writeReport(folder: string, html: string): Promise<void> {
  return writeFile(join(folder, "report.html"), html);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Ids are checked when they are read; a spreadsheet must not depend on every reader having done so. */
async function assertSafeIds(connection: DuckDBConnection): Promise<void> {
  const result = await connection.run(
    "SELECT count(*) FROM ids WHERE ascii(id) < 32 OR ascii(id) IN (43, 45, 61, 64, 127)",
  );
  if (Number((await result.getRows())[0]![0]) > 0)
    throw new Fault("UNSAFE_OUTPUT", "An order id would be a formula in a spreadsheet; nothing was written.");
}

function assertSafeText(text: string): string {
  if (isUnsafeText(text))
    throw new Fault("UNSAFE_OUTPUT", `${quoteValue(text)} would be a formula in a spreadsheet.`);
  return text;
}

async function writeAssignments(
  connection: DuckDBConnection,
  folder: string,
  { contract, plan, charges, packages, format }: TableFiles,
): Promise<void> {
  const count = plan.loads.reduce((sum, load) => sum + load.orders.length, 0);
  if (charges.length !== count)
    throw new Fault("WRONG_CHARGES", `${charges.length} charges for ${count} orders.`);
  for (const charge of charges)
    if (!Number.isSafeInteger(charge) || charge < 0)
      throw new Fault("WRONG_CHARGES", `A charge of ${charge} cost units is no money.`);
  const columns = assignmentColumns(plan, count);
  await connection.run(
    `CREATE TABLE new_assigned (place INTEGER, row INTEGER, channel INTEGER, package INTEGER, charge DOUBLE)`,
  );
  await appendColumns(connection, "new_assigned", [
    columns.place,
    columns.row,
    columns.channel,
    columns.package,
    charges,
  ]);
  await makeNames(
    connection,
    "new_channels",
    contract.channels.map(({ id }) => id),
  );
  await makeNames(
    connection,
    "new_packages",
    packages.map((row) => row.package),
  );
  await copyTable(
    connection,
    `SELECT ids.id AS "order", channels.name AS channel, packages.name AS package,
       ${costText("assigned.charge::BIGINT", contract.exponent)} AS charge
     FROM new_assigned AS assigned JOIN ids USING (row) JOIN new_channels AS channels ON channels.place = assigned.channel
       LEFT JOIN new_packages AS packages ON packages.place = assigned.package
     ORDER BY assigned.place`,
    folder,
    "assignments",
    format,
  );
  await connection.run("DROP TABLE new_assigned");
}

/** Columns of assignments; packages by their place among all, channel by channel. */
function assignmentColumns(plan: Plan, count: number) {
  const row = new Int32Array(count);
  const channel = new Int32Array(count);
  // -1 is no package: single channels leave the cell empty.
  const packageOf = new Int32Array(count).fill(-1);
  let packages = 0;
  let at = 0;
  plan.loads.forEach((load, c) => {
    row.set(load.orders, at);
    channel.fill(c, at, at + load.orders.length);
    let from = at;
    for (const size of load.packageSizes) {
      packageOf.fill(packages++, from, from + size);
      from += size;
    }
    at += load.orders.length;
  });
  return {
    place: Int32Array.from({ length: count }, (_, i) => i),
    row,
    channel,
    package: packageOf,
  };
}

async function makeNames(
  connection: DuckDBConnection,
  table: string,
  names: readonly string[],
): Promise<void> {
  await connection.run(`CREATE TABLE ${table} (place INTEGER, name VARCHAR)`);
  await appendTexts(connection, table, names.map(assertSafeText));
}

async function writeUnrouted(
  connection: DuckDBConnection,
  folder: string,
  { store, unrouted }: TableFiles,
): Promise<void> {
  const { order, reason } = unrouted;
  const { profile, profiles } = store.table;
  // Rows share few pairs of reason and bank, and so few texts.
  const indexOf = new Map<string, number>();
  const reasons: string[] = [];
  const details: string[] = [];
  const why = Int32Array.from(order, (row, i) => {
    const { bank } = profiles[profile[row]!]!;
    const key = `${reason[i]} ${bank}`;
    let index = indexOf.get(key);
    if (index === undefined) {
      index = reasons.push(reason[i]!) - 1;
      details.push(unroutedDetail(reason[i]!, bank));
      indexOf.set(key, index);
    }
    return index;
  });
  await connection.run("CREATE TABLE new_unrouted (place INTEGER, row INTEGER, why INTEGER)");
  await appendColumns(connection, "new_unrouted", [Int32Array.from(order, (_, i) => i), order, why]);
  await makeNames(connection, "new_reasons", reasons);
  await makeNames(connection, "new_details", details);
  await copyTable(
    connection,
    `SELECT ids.id AS "order", reasons.name AS reason, details.name AS detail
     FROM new_unrouted AS unrouted JOIN ids USING (row) JOIN new_reasons AS reasons ON reasons.place = why JOIN new_details AS details ON details.place = why
     ORDER BY unrouted.place`,
    folder,
    "unrouted",
    "csv",
  );
}

async function writePackages(
  connection: DuckDBConnection,
  folder: string,
  { packages, format }: TableFiles,
): Promise<void> {
  if (format === "csv") {
    const lines = packages.map((row) =>
      PACKAGE_COLUMNS.map((column) => csvCell(assertSafeText(row[column]))).join(","),
    );
    await writeFile(join(folder, "packages.csv"), `${[PACKAGE_COLUMNS.join(","), ...lines].join("\n")}\n`);
    return;
  }
  for (const column of PACKAGE_COLUMNS)
    await makeNames(
      connection,
      `package_${column}`,
      packages.map((row) => row[column]),
    );
  const cell = (column: string) =>
    column === "sequence" || column === "orders"
      ? `package_${column}.name::BIGINT AS ${column}`
      : `nullif(package_${column}.name, '') AS ${column}`;
  await copyTable(
    connection,
    `SELECT ${PACKAGE_COLUMNS.map(cell).join(", ")} FROM package_package
     ${PACKAGE_COLUMNS.slice(1)
       .map((column) => `JOIN package_${column} USING (place)`)
       .join(" ")} ORDER BY place`,
    folder,
    "packages",
    format,
  );
}

async function copyTable(
  connection: DuckDBConnection,
  query: string,
  folder: string,
  name: string,
  format: TableFormat,
): Promise<void> {
  const options =
    format === "csv" ? `FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"'` : "FORMAT parquet";
  await connection.run(`COPY (${query}) TO ${sqlText(join(folder, `${name}.${format}`))} (${options})`);
}

/** Cost units as money text in SQL: the same text as `formatCost`, for units that are not negative. */
export function costText(units: string, exponent: number): string {
  const scale = exponent + COST_SCALE;
  const unit = 10 ** scale;
  const fraction = `lpad((${units} % ${unit})::VARCHAR, ${scale}, '0')`;
  const rest = `rtrim(right(${fraction}, ${COST_SCALE}), '0')`;
  const decimals =
    exponent === 0
      ? `CASE WHEN ${rest} = '' THEN '' ELSE '.' || ${rest} END`
      : `'.' || left(${fraction}, ${exponent}) || ${rest}`;
  return `(${units} // ${unit})::VARCHAR || ${decimals}`;
}
