import { availableParallelism } from "node:os";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Piscina } from "piscina";
import { Fault, InputError } from "../model/issue.js";
import { banksOf } from "../solver/baselines.js";
import type { PricedPlan } from "../solver/greedy/greedy.js";
import type { Problem } from "../solver/problem.js";
import type {
  BaselinesReply,
  BaselinesTask,
  ClassifyReply,
  ClassifyTask,
  ConstructReply,
  ConstructTask,
  ExactReply,
  ExactTask,
  GreedyReply,
  GreedyTask,
  ProveNews,
  ProveReply,
  ProveTask,
  SearchTask,
} from "./messages.js";

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

export interface PoolOptions {
  /** At least 1. */
  readonly threads?: number;
  /** Heap of one thread in MiB; without it Node's own limit. Shared orders do not count. */
  readonly maxHeapMb?: number;
  /** Another worker than ours, which must export the same tasks. */
  readonly worker?: URL;
}

/** A running search: its outcome, and the way to end it. */
export interface Search<Reply> {
  /** Rejects with a {@link Fault} if the thread dies; ends as `undefined` if it was killed by {@link kill}. */
  readonly reply: Promise<Reply | undefined>;
  /** Kills its thread, even in the middle of a loop. Plans that it reported before are not lost. */
  kill(): void;
}

/** Worker threads for solves. One thread runs one task; a thread that dies is replaced and takes only its task along. */
export class SolvePool {
  readonly #pool: Piscina;
  readonly threads: number;

  constructor({ threads = defaultThreads(), maxHeapMb, worker }: PoolOptions = {}) {
    this.threads = threads;
    // From sources (tests, development) the worker is TypeScript and needs a loader; built, it lies beside as JavaScript.
    const fromSource = import.meta.url.endsWith(".ts");
    this.#pool = new Piscina({
      filename: (worker ?? new URL(fromSource ? "./solveWorker.ts" : "./solveWorker.js", import.meta.url))
        .href,
      execArgv: [
        ...(fromSource ? ["--import", new URL("./typeScript.mjs", import.meta.url).href] : []),
        ...AWAITED_MODULES,
      ],
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: 10_000,
      ...(maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
    });
    // A worker that cannot load raises this; every task of it is rejected as well, which is where it is handled.
    this.#pool.on("error", () => {});
  }

  /**
   * Puts orders into classes.
   *
   * @throws InputError where a charge or a queue is out of range
   */
  async classify(task: ClassifyTask): Promise<Extract<ClassifyReply, { ok: true }>["classes"]> {
    const reply: ClassifyReply = await this.#run("classify", task);
    if (!reply.ok) throw new InputError(reply.issues);
    return reply.classes;
  }

  baselines(problem: Problem): Promise<BaselinesReply> {
    const task: BaselinesTask = { problem: withoutTexts(problem), banks: banksOf(problem.orders) };
    return this.#run("baselines", task);
  }

  construct(
    task: Omit<ConstructTask, "port">,
    onIncumbent: (found: PricedPlan) => void,
  ): Search<ConstructReply> {
    return this.#search("construct", task, onIncumbent);
  }

  greedy(task: Omit<GreedyTask, "port">, onIncumbent: (found: PricedPlan) => void): Search<GreedyReply> {
    return this.#search("greedy", task, onIncumbent);
  }

  exact(task: Omit<ExactTask, "port">, onIncumbent: (found: PricedPlan) => void): Search<ExactReply> {
    return this.#search("exact", task, onIncumbent);
  }

  prove(task: Omit<ProveTask, "port">, onNews: (news: ProveNews) => void): Search<ProveReply> {
    return this.#search("prove", task, onNews);
  }

  /** Ends all threads; running tasks are given up. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #run<Reply>(name: string, task: unknown): Promise<Reply> {
    try {
      return await this.#pool.run(task, { name });
    } catch (error) {
      throw threadFault(name, error);
    }
  }

  #search<News, Reply>(
    name: string,
    task: Omit<SearchTask, "port">,
    onNews: (news: News) => void,
  ): Search<Reply> {
    const { port1, port2 } = new MessageChannel();
    const controller = new AbortController();
    port1.on("message", onNews);
    const run = async (): Promise<Reply | undefined> => {
      try {
        return await this.#pool.run(
          { ...task, port: port2 },
          { name, transferList: [port2], signal: controller.signal },
        );
      } catch (error) {
        if (controller.signal.aborted) return undefined;
        throw threadFault(name, error);
      } finally {
        // What was sent before the thread ended may still be on its way to the listener.
        for (let news = receiveMessageOnPort(port1); news; news = receiveMessageOnPort(port1))
          onNews(news.message);
        port1.close();
      }
    };
    return { reply: run(), kill: () => controller.abort() };
  }
}

/** The problem without the profiles of its orders, which may be as many as orders and would be copied. */
export function withoutTexts(problem: Problem): Problem {
  return { ...problem, orders: { ...problem.orders, profiles: [] } };
}

/** Says what happened to a thread in words of the user. */
function threadFault(task: string, error: unknown): Fault {
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
