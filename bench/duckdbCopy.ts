// What `plan` is measured against: a process in which DuckDB alone reads a CSV file as text and writes as many rows.
// usage: duckdbCopy.js orders.csv out.csv
import { DuckDBInstance } from "@duckdb/node-api";

const [from, to] = process.argv.slice(2).map((path) => `'${path.replaceAll("'", "''")}'`);
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run(
  `CREATE TABLE orders AS SELECT * FROM read_csv(${from}, header = true, all_varchar = true)`,
);
await connection.run(`COPY orders TO ${to} (FORMAT csv, HEADER)`);
connection.closeSync();
instance.closeSync();
