import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Processes of the built service, as an operator starts them. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The build; benchmarks are compiled together with the sources, into a folder that has the form of this one. */
const CLI = ["dist", "src"]
  .map((folder) => join(ROOT, folder, "cli", "main.js"))
  .find((path) => existsSync(path));

/** A process of the service that runs. */
export interface ServiceProcess {
  /** Where it answers; of a worker, what it is called. */
  readonly said: string;
  readonly pid: number;
  /** What it has logged, a line of JSON each. */
  log(): string;
  /** All that it has written. */
  output(): string;
  /** Those lines that are an object with this text as their message. */
  told(message: string): Record<string, unknown>[];
  /** Ends it by a signal and waits for its end. @returns its exit code */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<number | null>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds for its first line; default a minute. */
  readonly most?: number;
  /** Told of its log as it grows, before it is ready too. */
  readonly onLog?: (log: string) => void;
}

/** Starts `packwright serve` on a free port. @param args where it keeps what: `--data` or `--database-url` */
export function startService(args: readonly string[], options: StartOptions = {}): Promise<ServiceProcess> {
  return startNode([cli(), "serve", "--port", "0", ...args], /^packwright answers at (\S+)$/m, options);
}

/** Starts `packwright worker`. */
export function startWorker(args: readonly string[], options: StartOptions = {}): Promise<ServiceProcess> {
  return startNode([cli(), "worker", ...args], /^packwright works as (\S+)$/m, options);
}

const started = new Set<ChildProcess>();
process.on("exit", endAll);

/** Ends what is left of all that was started, also what never became ready. */
export function endAll(): void {
  for (const child of started) child.kill("SIGKILL");
}

/**
 * Starts a program of Node.
 *
 * @param ready what it writes when it is ready; its first group is what it {@link ServiceProcess.said}
 */
export function startNode(
  args: readonly string[],
  ready: RegExp,
  { env = {}, cwd, most = 60_000, onLog }: StartOptions = {},
): Promise<ServiceProcess> {
  const child = spawnNode(args, env, cwd);
  const name = args.join(" ");
  let out = "";
  let log = "";
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
    output += text;
    onLog?.(log);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${name} said nothing in ${most} ms: ${output}`));
    }, most);
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`${name} ended with ${code}: ${output}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      output += text;
      const said = ready.exec(out)?.[1];
      if (said === undefined) return;
      clearTimeout(late);
      resolve({
        said,
        pid: child.pid!,
        ended,
        log: () => log,
        output: () => output,
        told: (message) =>
          log
            .split("\n")
            .filter((line) => line.startsWith("{"))
            .map((line) => JSON.parse(line) as Record<string, unknown>)
            .filter(({ msg }) => msg === message),
        end(signal = "SIGTERM") {
          child.kill(signal);
          return ended;
        },
      });
    });
    void ended.then(() => clearTimeout(late));
  });
}

function cli(): string {
  if (CLI === undefined) throw new Error(`Nothing is built in ${ROOT}: run \`npm run build\`.`);
  return CLI;
}

function spawnNode(args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string) {
  const { NODE_OPTIONS: _, DEBUG: __, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  started.add(child);
  child.once("exit", () => started.delete(child));
  return child;
}

/** Runs a command to its end. @returns its exit code and all that it said */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string; readonly stdout: string }> {
  const child = spawnNode([cli(), ...args], env);
  let output = "";
  let stdout = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    stdout += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, stdout }));
  });
}
