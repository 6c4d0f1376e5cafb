import { readFileSync, writeFileSync } from "node:fs";
import { alignedRows, formatTable, TARGET_COLUMNS, targetRow } from "./format.js";
import type { Section } from "./section.js";

/** Puts a suite's tables and targets into their places in the page; what other suites put there stays. */
export function updatePage(file: string, suite: string, { tables, targets }: Section, machine: string): void {
  let page = readFileSync(file, "utf8");
  const body = tables.map(formatTable).join("\n\n");
  page = replacePart(page, suite, `Measured on ${machine}.\n\n${body}`);
  const rows = targetRows(partOf(page, "targets"));
  for (const target of targets) rows.set(target.name, targetRow(target));
  page = replacePart(page, "targets", alignedRows(TARGET_COLUMNS, [...rows.values()]));
  writeFileSync(file, page);
}

const opening = (name: string) => `<!-- bench: ${name} -->`;
const CLOSING = "<!-- end -->";

function bounds(page: string, name: string): readonly [from: number, to: number] {
  const from = page.indexOf(opening(name));
  const to = page.indexOf(CLOSING, from);
  if (from < 0 || to < 0) throw new Error(`The page has no place for ${name}.`);
  return [from + opening(name).length, to];
}

function partOf(page: string, name: string): string {
  const [from, to] = bounds(page, name);
  return page.slice(from, to).trim();
}

function replacePart(page: string, name: string, text: string): string {
  const [from, to] = bounds(page, name);
  return `${page.slice(0, from)}\n${text}\n${page.slice(to)}`;
}

/** Rows of the table of targets by their names. */
function targetRows(table: string): Map<string, readonly string[]> {
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  const cells = lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return new Map(cells.map((row) => [row[0]!, row]));
}
