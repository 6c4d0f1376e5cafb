import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { parseChannelsObject } from "../../../src/io/channelsReader.js";
import { InputError, type Issue } from "../../../src/model/issue.js";

/** A folder for one test file, removed afterwards. */
export const folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
/** Writes a file and gives its path. */
export function fileOf(content: string | Uint8Array, extension: string): string {
  const path = join(folder, `f${count++}${extension}`);
  writeFileSync(path, content);
  return path;
}

/** Every problem that a call complains about. */
export async function issuesOf(call: () => unknown): Promise<readonly Issue[]> {
  return (await inputErrorOf(call)).issues;
}

export async function inputErrorOf(call: () => unknown): Promise<InputError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("Nothing was complained about.");
}

/** The part of an issue that a person acts on first. */
export function brief(issue: Issue): string {
  return [issue.line ?? "-", issue.path ?? "-", issue.code].join(" ");
}

export const contract = parseChannelsObject({
  currency: "CNY",
  planAt: "2026-11-22T22:00:00+08:00",
  channels: [
    {
      id: "union-batch",
      mode: "batch",
      coverage: [{ banks: "*", where: { accountType: ["personal"] } }],
      fee: { flat: "0.40" },
      package: { separateBy: ["bank"] },
    },
    { id: "fast-single", mode: "single", coverage: [{ banks: "*" }], fee: { rate: "0.2%" } },
  ],
});
