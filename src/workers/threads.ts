import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { Fault } from "../model/issue.js";

/** Worker threads that run the exports of one module, each one task at a time. */
export type Threads = Piscina;

/**
 * A thread that is ended while it `require`s an ES module takes the whole process along (an assertion of Node 20 in
 * `loadESMFromCJS`). Where that is not to be had Piscina imports, which ends in order.
 */
const AWAITED_MODULES = process.allowedNodeEnvironmentFlags.has("--experimental-require-module")
  ? ["--no-experimental-require-module"]
  : [];

/** Threads that a pool has when nobody says: as many as there are processors to run on, at most 8. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(8, availableParallelism()));
}

export interface ThreadOptions {
  /** Of this folder, without extension. */
  readonly module: string;
  /** Instead of the module. */
  readonly worker?: URL | undefined;
  /** At most. The first stays for as long as there are tasks to come. */
  readonly threads: number;
  /** Heap of one thread in MiB; without it Node's own limit. */
  readonly maxHeapMb?: number | undefined;
  /** Whether all of them start at once and stay; default false. */
  readonly lasting?: boolean | undefined;
}

export function startThreads({ module, worker, threads, maxHeapMb, lasting }: ThreadOptions): Threads {
  // From sources (tests, development) the worker is TypeScript and needs a loader; built, it lies beside as JavaScript.
  const fromSource = import.meta.url.endsWith(".ts");
  const started = new Piscina({
    filename: (worker ?? new URL(`./${module}.${fromSource ? "ts" : "js"}`, import.meta.url)).href,
    execArgv: [
      ...(fromSource ? ["--import", new URL("./typeScript.mjs", import.meta.url).href] : []),
      ...AWAITED_MODULES,
    ],
    minThreads: lasting ? threads : 1,
    maxThreads: threads,
    idleTimeout: 10_000,
    ...(maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
  });
  // A worker that cannot load raises this; every task of it is rejected as well, which is where it is handled.
  started.on("error", () => {});
  return started;
}

/** Ends all threads; running tasks are given up. */
export async function endThreads(threads: Threads): Promise<void> {
  // Piscina replaces a thread that was killed when that has ended, also where the pool has been destroyed meanwhile: that one would
  // stay for as long as the process.
  (threads.options as { minThreads: number }).minThreads = 0;
  await threads.destroy();
}

/** Says what happened to a thread in words of the user. */
export function threadFault(task: string, error: unknown): Fault {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new Fault(
      "WORKER_OUT_OF_MEMORY",
      `The ${task} thread ran out of memory. Maybe give Node more: NODE_OPTIONS=--max-old-space-size=8192.`,
      { cause: error },
    );
  }
  return new Fault(
    "WORKER_DIED",
    `The ${task} thread died: ${message ?? String(error)}. Maybe run it again with --threads 1 to see more.`,
    { cause: error },
  );
}
