import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { PlanFile } from "../src/model/planFile.js";
import type { InstanceFiles } from "../test/real/planned.js";

/** A command that came to its end, or was killed at its limit. */
export interface Ended {
  /** Wall clock of the whole process, in milliseconds. */
  readonly ms: number;
  /** What it wrote to standard output; undefined where it was killed. */
  readonly output: string | undefined;
}

/** Runs a Node script in a fresh process. */
export function runScript(script: string, args: readonly string[], limitMs = 600_000): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
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
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${errors}`));
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
