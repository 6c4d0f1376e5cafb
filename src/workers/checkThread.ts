import type { Contract } from "../model/contract.js";
import { Fault } from "../model/issue.js";
import type { OrderTable } from "../model/order.js";
import { type Checker, CheckerHere } from "./checker.js";
import type { CheckTask, JudgeTask, PrepareTask, PricesTask, Reply } from "./checkWorker.js";
import { defaultThreads, startThreads, type Threads, threadFault } from "./threads.js";

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

/** Has the work done in a thread of its own, one task after the other. */
export class CheckThread implements Checker {
  readonly #thread: Threads;
  readonly #prepared: Promise<void>;

  constructor(contract: Contract, orders: OrderTable) {
    this.#thread = startThreads({ module: "checkWorker", threads: 1 });
    this.#prepared = this.#run<void>("prepare", [contract, orders] satisfies PrepareTask);
    // Told when something is asked of it: until then whoever refuses the inputs says it better.
    this.#prepared.catch(() => {});
  }

  async prices(...task: PricesTask): ReturnType<Checker["prices"]> {
    await this.#prepared;
    return this.#run("prices", task);
  }

  async check(...task: CheckTask): ReturnType<Checker["check"]> {
    await this.#prepared;
    return this.#run("check", task);
  }

  async judge(...task: JudgeTask): ReturnType<Checker["judge"]> {
    await this.#prepared;
    return this.#run("judge", task);
  }

  /** Ends the thread; what it was about is given up. */
  async close(): Promise<void> {
    await this.#thread.destroy();
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
