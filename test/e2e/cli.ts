import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import type { PlanFile } from "../../src/index.js";
import { check } from "../conformance/check.mjs";

/** Runs the built command line as a user would, each test in a folder of its own. */

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const CLI = join(ROOT, "dist", "cli", "main.js");
export const NIGHTLY = {
  channels: join(ROOT, "examples", "nightly", "channels.yaml"),
  orders: join(ROOT, "examples", "nightly", "orders.csv"),
};

if (!existsSync(CLI))
  throw new Error(`${CLI} is missing: run \`npm run build\`, or \`npm test\`, which does it.`);

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  /** Keeps standard input open behind the input: it never ends. */
  readonly endless?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Another program than the built one. */
  readonly cli?: string;
  readonly onStart?: (child: ChildProcess) => void;
  /** Told of every piece of standard error. */
  readonly onStderr?: (all: string, child: ChildProcess) => void;
}

export function packwright(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, NO_COLOR: ___, DEBUG: ____, ...env } = process.env;
  const child = spawn(process.execPath, [options.cli ?? CLI, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...env, ...options.env },
  });
  options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  // A program that has seen enough of its input closes it.
  child.stdin.on("error", () => {});
  if (options.endless) child.stdin.write(options.input ?? "");
  else child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const folders: string[] = [];

/** An empty folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface InputFiles {
  readonly channels: string;
  readonly orders: string;
}

/** The options that name input files. */
export function naming({ channels, orders }: InputFiles): string[] {
  return ["--channels", channels, "--orders", orders];
}

/** Two channels, one with packages: small enough to see every figure of its plan. */
export const SMALL_CHANNELS = {
  currency: "CNY",
  channels: [
    {
      id: "union-batch",
      mode: "batch",
      coverage: [{ banks: ["ICBC", "CCB"] }],
      fee: { flat: "0.30" },
      package: { fee: "1.00", maxOrders: 3 },
    },
    {
      id: "fast-single",
      mode: "single",
      coverage: [{ banks: ["ICBC", "CCB", "ABC"] }],
      fee: { flat: "1.00" },
    },
  ],
};
/** Three to the package for 0.90 + 1.00, one singly for 1.00: 2.90 and nothing is cheaper. */
export const SMALL_ORDERS = "id,bank,amount\no1,ICBC,10.00\no2,ICBC,20.00\no3,CCB,30.00\no4,ABC,40.00\n";

export function smallInstance(folder: string, orders: string = SMALL_ORDERS): InputFiles {
  const files = { channels: join(folder, "channels.json"), orders: join(folder, "orders.csv") };
  writeFileSync(files.channels, JSON.stringify(SMALL_CHANNELS));
  writeFileSync(files.orders, orders);
  return files;
}

export function readPlan(folder: string): PlanFile {
  return JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanFile;
}

/** What the independent checker has against a plan; it reads JSON channels and CSV orders only. */
export function objections({ channels, orders }: InputFiles, folder: string): string[] {
  return check(channels, orders, folder).bad;
}

export const PLAN_FILES = [
  "assignments.csv",
  "certificate.json",
  "packages.csv",
  "plan.json",
  "report.html",
  "unrouted.csv",
];

export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
