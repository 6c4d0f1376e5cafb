import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import type { OrderTable } from "../model/order.js";
import { type Checker, CheckerHere } from "./checker.js";
import type { CheckTask, JudgeTask, PrepareTask, PricesTask, Reply } from "./checkWorker.js";
import { defaultThreads, endThreads, startThreads, type Threads, threadFault } from "./threads.js";

/** From so many orders on a thread of its own saves more than its start costs. */
const WORTH_A_THREAD = 50_000;

/**
 * A checker of plans of these inputs. Of many orders, and where there may be threads, it has a thread of its own and
 * works out there at once what follows from the inputs alone: beside the search for a plan, which it knows nothing of.
 *
 * @param threads that the search may have
 */
export function openChecker(contract: Contract, orders: OrderTable, threads = defaultThreads()): Checker {
  const { count, profiles } = orders;
  // Profiles are copied to the thread. There are few, unless every order has its own.
  const worthIt = count >= WORTH_A_THREAD && profiles.length <= count / 10;
  return threads > 1 && worthIt ? new CheckThread(contract, orders) : new CheckerHere(contract, orders);
}

/** A thread that stays for one checker after the other: what has been compiled once is fast from then on. */
export function startCheckThread(): Threads {
  return startThreads({ module: "checkWorker", threads: 1, lasting: true });
}

/** Has the work done in a thread of its own, one task after the other. */
export class CheckThread implements Checker {
  /** Checkers made: each has its number. */
  static #made = 0;
  readonly #inputs = ++CheckThread.#made;
  readonly #thread: Threads;
  readonly #isOwn: boolean;
  readonly #prepared: Promise<void>;

  /** @param thread that knows of no other inputs from then on, and outlives the checker; default one of its own */
  constructor(contract: Contract, orders: OrderTable, thread?: Threads) {
    this.#thread = thread ?? startThreads({ module: "checkWorker", threads: 1 });
    this.#isOwn = thread === undefined;
    this.#prepared = this.#run<void>("prepare", [this.#inputs, contract, orders] satisfies PrepareTask);
    // Told when something is asked of it: until then whoever refuses the inputs says it better.
    this.#prepared.catch(() => {});
  }

  async prices(...task: Parameters<Checker["prices"]>): ReturnType<Checker["prices"]> {
    await this.#prepared;
    return this.#run("prices", [this.#inputs, ...task] satisfies PricesTask);
  }

  async check(...task: Parameters<Checker["check"]>): ReturnType<Checker["check"]> {
    await this.#prepared;
    return this.#run("check", [this.#inputs, ...task] satisfies CheckTask);
  }

  async judge(...task: Parameters<Checker["judge"]>): ReturnType<Checker["judge"]> {
    await this.#prepared;
    return this.#run("judge", [this.#inputs, ...task] satisfies JudgeTask);
  }

  /** Ends the thread, where it is its own; what it was about is given up. */
  async close(): Promise<void> {
    if (this.#isOwn) await endThreads(this.#thread);
  }

  async #run<Result>(name: string, task: unknown): Promise<Result> {
    let reply: Reply<Result>;
    try {
      reply = await this.#thread.run(task, { name });
    } catch (error) {
      throw threadFault("check", error);
    }
    if (!reply.ok) throw new Fault(reply.code, reply.message);
    return reply.result;
  }
}
