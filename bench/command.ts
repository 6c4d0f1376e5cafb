import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PlanFile } from "../src/model/planFile.js";
import type { InstanceFiles } from "../test/real/planned.js";
import type { Taken } from "./taken.js";

/** A command that came to its end, or was killed at its limit. */
export interface Ended {
  /** Wall clock of the whole process, in milliseconds. */
  readonly ms: number;
  /** What it wrote to standard output; undefined where it was killed. */
  readonly output: string | undefined;
}

interface ScriptOptions {
  readonly limitMs?: number;
  /** Options of Node itself. */
  readonly node?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a Node script in a fresh process. */
export function runScript(
  script: string,
  args: readonly string[],
  { limitMs = 600_000, node = [], env = {} }: ScriptOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [...node, script, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let output = "";
    let errors = "";
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      child.kill("SIGKILL");
    }, limitMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      const ms = performance.now() - started;
      if (killed) resolve({ ms, output: undefined });
      else if (code === 0) resolve({ ms, output });
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${errors}${output}`));
    });
  });
}

/** Path of a script of the build, given from the benchmarks' folder. */
export function scriptAt(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Runs the whole `plan` command. */
export async function runPlanCommand(
  { channels, orders }: InstanceFiles,
  out: string,
  options: readonly string[] = [],
): Promise<{ readonly ms: number; readonly plan: PlanFile }> {
  const { ms, output } = await runScript(scriptAt("../src/cli/main.js"), [
    "plan",
    ...["--channels", channels, "--orders", orders, "--out", out],
    ...["--overwrite", "--quiet", "--json"],
    ...options,
  ]);
  return { ms, plan: JSON.parse(output!) as PlanFile };
}

/** A command with what its process took. */
export type Weighed = Ended & Taken;

/**
 * Runs a command of the program in a fresh process that tells its peak memory and processor time.
 *
 * @param takenFile where it tells
 */
export async function runWeighed(args: readonly string[], takenFile: string): Promise<Weighed> {
  const ended = await runScript(scriptAt("../src/cli/main.js"), args, {
    limitMs: 3_600_000,
    node: ["--import", new URL("./taken.js", import.meta.url).href],
    env: { PACKWRIGHT_TAKEN_FILE: takenFile },
  });
  return { ...ended, ...(JSON.parse(readFileSync(takenFile, "utf8")) as Taken) };
}

/**
 * Has `verify` and the third checker look at a plan folder, each in a process of its own, as large plans need.
 *
 * @throws Error where one of them finds a violation
 */
export async function mustHoldApart(folder: string, { channels, orders }: InstanceFiles): Promise<void> {
  await runScript(scriptAt("../src/cli/main.js"), [
    "verify",
    folder,
    ...["--channels", channels, "--orders", orders],
  ]);
  await runScript(scriptAt("../test/conformance/check.mjs"), [channels, orders, folder]);
}
