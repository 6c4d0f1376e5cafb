import type { Table, Target } from "./section.js";

/** A table as Markdown, columns aligned so that it reads well on a terminal too. */
export function formatTable({ caption, columns, rows }: Table): string {
  return `${caption}\n\n${alignedRows(columns, rows)}`;
}

export const TARGET_COLUMNS = ["target", "asked", "measured", "met"] as const;

export function targetRow({ name, asked, measured, met }: Target): readonly string[] {
  return [name, asked, measured, met ? "met" : "**missed**"];
}

export function alignedRows(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, c) =>
    Math.max(3, column.length, ...rows.map((row) => (row[c] ?? "").length)),
  );
  const numeric = columns.map(
    (_, c) => rows.length > 0 && rows.every((row) => /^([\d.,+–<>≥ -]|×|%|ms|s)*$/.test(row[c] ?? "")),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, c) => pad(cells[c] ?? "", width, numeric[c]!)).join(" | ")} |`;
  const rule = `|${widths.map((width, c) => (numeric[c] ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  return [line(columns), rule, ...rows.map(line)].join("\n");
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}

/** Milliseconds as text of about three digits. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

/** A share as percent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

/** A small share as percent with two significant digits: `0.0038%`. */
export function finePercent(share: number): string {
  return share === 0 ? "0%" : `${Number((100 * share).toPrecision(2))}%`;
}

/** Bytes as text of about three digits. */
export function memory(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return `${(bytes / 1e6).toFixed(bytes >= 1e7 ? 0 : 1)} MB`;
}

/** A ratio as text of about three digits. */
export function ratio(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)}×`;
}

/** A whole number with thousands set apart. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}
