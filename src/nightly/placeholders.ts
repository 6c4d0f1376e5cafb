import { dateText, type LocalMillis } from "../model/zone.js";

/** Dates in names and queries: `{date}` is 2026-11-22, `{yyyymmdd}` 20261122, `{due}` 2026-11-22T2130; `{date-1}` the day before. */
const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN = /^(?:due|(date|yyyymmdd)(?:([+-])(\d{1,3}))?)$/;

export const PLACEHOLDERS = "{date}, {yyyymmdd} and {due}; {date-1} is the day before";

/** Those of a text that mean nothing. */
export function unknownPlaceholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([all, name = ""]) => (KNOWN.test(name) ? "" : all))
    .filter(Boolean);
}

/** @param due local time that is due */
export function filledIn(text: string, due: LocalMillis): string {
  return text.replace(PLACEHOLDER, (all, name: string) => {
    const match = KNOWN.exec(name);
    if (match === null) return all;
    const [, kind, sign, days = "0"] = match;
    if (kind === undefined) return nameOf(due);
    const date = dateText(due, Number(`${sign ?? ""}${days}`));
    return kind === "date" ? date : date.replaceAll("-", "");
  });
}

/** A due local time as part of a name: `2026-11-22T2130`. */
export function nameOf(due: LocalMillis): string {
  return `${dateText(due)}T${new Date(due).toISOString().slice(11, 16).replace(":", "")}`;
}
