import { createHash } from "node:crypto";
import { HttpProblem } from "./httpProblem.js";

/** Where the next page of a table begins, as callers carry it: the byte, and what shows that it came from here. */
export function cursorAt(blob: string, byte: number): string {
  return `${byte}-${markOf(blob, byte)}`;
}

/** @throws HttpProblem where it is not one that was given out for this table */
export function byteOf(blob: string, cursor: string): number {
  const byte = Number(cursor.split("-")[0]);
  // A byte in the middle of a row would be the beginning of another one.
  if (cursor === cursorAt(blob, byte)) return byte;
  throw new HttpProblem(400, "WRONG_CURSOR", "The cursor is not one that came with a page of this table.");
}

function markOf(blob: string, byte: number): string {
  return createHash("sha256").update(`${blob} ${byte}`).digest("hex").slice(0, 8);
}
