import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { InputError } from "../model/issue.js";
import { banksOf } from "../solver/baselines.js";
import type { PricedPlan } from "../solver/greedy/greedy.js";
import type { Problem } from "../solver/problem.js";
import { endHelp, wantsHelp } from "./crew.js";
import type {
  AgainNews,
  AgainReply,
  AgainTask,
  BaselinesReply,
  BaselinesTask,
  BeginReply,
  BeginTask,
  CallForHelp,
  ClassifyReply,
  ClassifyTask,
  ConstructReply,
  ConstructTask,
  ExactReply,
  ExactTask,
  GreedyReply,
  GreedyTask,
  HelpTask,
  LookNews,
  LookReply,
  LookTask,
  NodeNews,
  NodeReply,
  NodeTask,
  PostReply,
  PostTask,
  ProveNews,
  ProveReply,
  ProveTask,
  SearchTask,
} from "./messages.js";
import { defaultThreads, endThreads, startThreads, type Threads, threadFault } from "./threads.js";

export interface PoolOptions {
  /** At least 1. */
  readonly threads?: number;
  /** Heap of one thread in MiB; without it Node's own limit. Shared orders do not count. */
  readonly maxHeapMb?: number;
  /** Whether threads stay when there is nothing to do, so that what comes next finds them warm; default false. */
  readonly lasting?: boolean;
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

/** Those who help a search, and end with it. */
class Helpers {
  readonly #controllers = new Map<AbortSignal, AbortController>();
  #dismissed = false;

  /** The signal that ends a helper; null where there is nobody to help any more. */
  join(): AbortSignal | null {
    if (this.#dismissed) return null;
    const controller = new AbortController();
    this.#controllers.set(controller.signal, controller);
    return controller.signal;
  }

  leave(signal: AbortSignal): void {
    this.#controllers.delete(signal);
  }

  /** Lets nobody join any more. */
  dismiss(): void {
    this.#dismissed = true;
  }

  kill(): void {
    this.dismiss();
    for (const controller of this.#controllers.values()) controller.abort();
  }
}

interface RunOptions {
  readonly transferList?: MessagePort[];
  readonly signal?: AbortSignal;
}

/** Worker threads for solves. One thread runs one task; a thread that dies is replaced and takes only its task along. */
export class SolvePool {
  readonly #pool: Threads;
  readonly threads: number;
  /** Tasks that run or wait. */
  #running = 0;

  constructor({ threads = defaultThreads(), maxHeapMb, lasting, worker }: PoolOptions = {}) {
    this.threads = threads;
    this.#pool = startThreads({ module: "solveWorker", worker, threads, maxHeapMb, lasting });
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

  /** Prices that channels post, of a problem and a plan of it. */
  post({ problem, plan }: PostTask): Promise<PostReply> {
    return this.#run("post", { problem: withoutTexts(problem), plan } satisfies PostTask);
  }

  /**
   * Puts orders into classes and finds the best plan to begin with.
   *
   * @throws InputError where a charge or a queue is out of range
   */
  async begin(task: BeginTask): Promise<Extract<BeginReply, { ok: true }>> {
    const reply: BeginReply = await this.#run("begin", task);
    if (!reply.ok) throw new InputError(reply.issues);
    return reply;
  }

  look(task: Omit<LookTask, "port">, onSeen: (seen: LookNews) => void): Search<LookReply> {
    return this.#search<LookNews, LookReply, LookTask>("look", task, onSeen);
  }

  node(task: Omit<NodeTask, "port">, onNode: (node: NodeNews) => void): Search<NodeReply> {
    return this.#search<NodeNews, NodeReply, NodeTask>("node", task, onNode);
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

  /** Solves a problem like one that has been solved. */
  again(task: Omit<AgainTask, "port">, onNews: (news: AgainNews) => void): Search<AgainReply> {
    return this.#search<AgainNews, AgainReply, AgainTask>("again", task, onNews);
  }

  /** Idle threads help where there is much to look at. */
  prove(task: Omit<ProveTask, "port" | "helpers">, onNews: (news: ProveNews) => void): Search<ProveReply> {
    const helpers = new Helpers();
    const search = this.#search<ProveNews | CallForHelp, ProveReply, ProveTask>(
      "prove",
      { ...task, helpers: this.threads - 1 },
      (news) => {
        if ("state" in news) this.#callHelpers(task.problem, news, helpers);
        else onNews(news);
      },
      () => helpers.dismiss(),
    );
    const kill = () => {
      helpers.kill();
      search.kill();
    };
    return { reply: search.reply, kill };
  }

  /** Sends as many threads to help as have nothing else to do. */
  #callHelpers(problem: Problem, { state, ports }: CallForHelp, helpers: Helpers): void {
    const idle = wantsHelp(state) ? this.threads - this.#running : 0;
    ports.forEach((port, helper) => {
      const signal = helper < idle ? helpers.join() : null;
      if (signal === null) {
        port.close();
        return;
      }
      const task: HelpTask = { problem, port };
      this.#run("help", task, { transferList: [port], signal })
        .catch(() => {
          endHelp(state, helper);
          port.close();
        })
        .finally(() => helpers.leave(signal));
    });
  }

  /** Ends all threads; running tasks are given up. */
  async close(): Promise<void> {
    await endThreads(this.#pool);
  }

  async #run<Reply>(name: string, task: unknown, options: RunOptions = {}): Promise<Reply> {
    this.#running++;
    try {
      return await this.#pool.run(task, { name, ...options });
    } catch (error) {
      throw threadFault(name, error);
    } finally {
      this.#running--;
    }
  }

  #search<News, Reply, Task extends { readonly port: MessagePort } = SearchTask>(
    name: string,
    task: Omit<Task, "port">,
    onNews: (news: News) => void,
    onEnd: () => void = () => {},
  ): Search<Reply> {
    const { port1, port2 } = new MessageChannel();
    const controller = new AbortController();
    port1.on("message", onNews);
    const run = async (): Promise<Reply | undefined> => {
      try {
        const { signal } = controller;
        return await this.#run<Reply>(name, { ...task, port: port2 }, { transferList: [port2], signal });
      } catch (error) {
        if (controller.signal.aborted) return undefined;
        throw error;
      } finally {
        onEnd();
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
