import { afterAll } from "vitest";
import { endAll, type ServiceProcess, startNode, startService as startServing } from "../support/service.js";

/** Programs that run beside the tests, as real processes on loopback; those still alive go when the tests are over. */

export interface Program {
  readonly pid: number;
  /** Where it says that it answers. */
  readonly url: string;
  /** All that it has written so far. */
  output(): string;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<unknown>;
}

afterAll(endAll);

/** Starts a program of Node and waits until it says `… answers at <url>`. */
export async function start(args: readonly string[], cwd?: string): Promise<Program> {
  return asProgram(await startNode(args, /answers at (http:\S+)/, cwd === undefined ? {} : { cwd }));
}

/** A service on data of its own. */
export async function startService(data: string, ...options: readonly string[]): Promise<Program> {
  return asProgram(await startServing(["--data", data, "--log-level", "warn", ...options]));
}

function asProgram(process: ServiceProcess): Program {
  return { ...process, url: process.said };
}
