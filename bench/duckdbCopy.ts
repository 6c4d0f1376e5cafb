// What `plan` is measured against: a process in which DuckDB alone reads a CSV file as text, looks at ids and amounts as
// a plan has to (ids unique and not empty, amounts decimals above 0), and writes a row of four fields for each order.
// usage: duckdbCopy.js orders.csv out.csv
import { DuckDBInstance } from "@duckdb/node-api";

const [from, to] = process.argv.slice(2).map((path) => `'${path.replaceAll("'", "''")}'`);
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run(
  `CREATE TABLE orders AS SELECT * FROM read_csv(${from}, header = true, all_varchar = true)`,
);
const valid = await connection.runAndReadAll(
  `SELECT count(*) = count(DISTINCT id) AND bool_and(id <> '' AND TRY_CAST(amount AS DECIMAL(18, 4)) > 0) FROM orders`,
);
if (valid.getRows()[0]?.[0] !== true) throw new Error("DuckDB finds the orders invalid.");
await connection.run(
  `COPY (SELECT id AS "order", bank AS channel, bank AS package, amount AS charge FROM orders) TO ${to} (FORMAT csv, HEADER)`,
);
connection.closeSync();
instance.closeSync();
