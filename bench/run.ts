// npm run bench -- [--only sizes,orders,…] [--size 10m] [--quick] [--write]; a, b, … stand for the suites in turn.
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inTempFolder } from "../test/real/planned.js";
import { updatePage } from "./docs.js";
import { alignedRows, duration, formatTable, TARGET_COLUMNS, targetRow } from "./format.js";
import type { Suite, Target } from "./section.js";
import { classLevel } from "./suites/classLevel.js";
import { orderByOrder } from "./suites/orderByOrder.js";
import { packing } from "./suites/packing.js";
import { proof } from "./suites/proof.js";
import { realInput } from "./suites/realInput.js";
import { realistic } from "./suites/realistic.js";
import { sizes } from "./suites/sizes.js";
import { tenMillion } from "./suites/tenMillion.js";
import { whatIf } from "./suites/whatIf.js";
import { wholeCommand } from "./suites/wholeCommand.js";

const SUITES: Readonly<Record<string, Suite>> = {
  sizes,
  orders: orderByOrder,
  classes: classLevel,
  command: wholeCommand,
  real: realInput,
  realistic,
  proof,
  packing,
  "what-if": whatIf,
};
/** Suites of one size, which run only when they are asked for. */
const OF_SIZE: Readonly<Record<string, Suite>> = { "10m": tenMillion };
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const PAGE = "docs/benchmarks.md";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    size: { type: "string" },
    quick: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const all = Object.keys(SUITES);
const asked = values.only?.split(",").map((name) => all[LETTERS.indexOf(name)] ?? name);
const names = values.size === undefined ? (asked ?? all) : [...(asked ?? []), values.size];
const known = { ...SUITES, ...OF_SIZE };
const unknown = names.filter((name) => !(name in known));
if (unknown.length > 0)
  throw new Error(`No suite ${unknown.join(", ")}; there are ${Object.keys(known).join(", ")}.`);
if (values.quick && values.write) throw new Error("--quick is not for the record: leave out --write.");

const processors = availableParallelism();
const machine = `${processors} processor${processors === 1 ? "" : "s"} (${process.platform}, ${process.arch}), Node ${process.version}`;
const say = (text: string) => process.stderr.write(`  ${text}\n`);
const started = performance.now();
const targets: Target[] = [];
console.log(`Measured on ${machine}.`);
for (const name of names) {
  process.stderr.write(`${name}\n`);
  const from = performance.now();
  const section = await inTempFolder(async (temp) => {
    const dir = join(temp, name);
    mkdirSync(dir);
    return known[name]!({ quick: values.quick ?? false, dir, say });
  });
  targets.push(...section.targets);
  console.log(`\n## ${name}\n\n${section.tables.map(formatTable).join("\n\n")}`);
  process.stderr.write(`${name}: ${duration(performance.now() - from)}\n`);
  if (values.write && section.tables.length > 0) updatePage(PAGE, name, section, machine);
}
if (targets.length > 0) console.log(`\n## targets\n\n${alignedRows(TARGET_COLUMNS, targets.map(targetRow))}`);
process.stderr.write(`all: ${duration(performance.now() - started)}\n`);
