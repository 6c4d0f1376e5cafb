import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inTempFolder } from "../test/real/planned.js";
import { updatePage } from "./docs.js";
import { alignedRows, duration, formatTable, TARGET_COLUMNS, targetRow } from "./format.js";
import type { Suite, Target } from "./section.js";

export interface Suites {
  readonly suites: Readonly<Record<string, Suite>>;
  /** Suites of one size, which run only when they are asked for. */
  readonly ofSize?: Readonly<Record<string, Suite>>;
  /** Where `--write` puts what was measured. */
  readonly page: string;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Runs the suites that the command line asks for, and says what came of them. */
export async function runSuites({ suites, ofSize = {}, page }: Suites): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      size: { type: "string" },
      quick: { type: "boolean" },
      write: { type: "boolean" },
    },
  });
  const all = Object.keys(suites);
  const asked = values.only?.split(",").map((name) => all[LETTERS.indexOf(name)] ?? name);
  const names = values.size === undefined ? (asked ?? all) : [...(asked ?? []), values.size];
  const known = { ...suites, ...ofSize };
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
    if (values.write && section.tables.length > 0) updatePage(page, name, section, machine);
  }
  if (targets.length > 0)
    console.log(`\n## targets\n\n${alignedRows(TARGET_COLUMNS, targets.map(targetRow))}`);
  process.stderr.write(`all: ${duration(performance.now() - started)}\n`);
}
