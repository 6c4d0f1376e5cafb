import { Fault, InputError } from "../model/issue.js";
import type { Store } from "../store/index.js";
import type { NamedBlob } from "../store/jobStore.js";
import { Runner, type RunnerEnd } from "./runner.js";
import type { Task, TaskKind } from "./task.js";
import { makeWorkFolder } from "./workFolder.js";

/** Too many questions wait already, or one took too long. */
export class QueryRefused extends Error {
  override readonly name = "QueryRefused";
}

/** Questions that wait for the one that is being answered. */
const WAITING = 16;
/** No question takes that long unless something is wrong with it. */
const LONGEST_MS = 60_000;

/** Answers questions about plans and channels one after the other, in a process that does nothing else. */
export class Queries {
  readonly #runner = new Runner();
  readonly #store: Store;
  readonly #tmp: string;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param tmp existing folder for what questions are about */
  constructor(store: Store, tmp: string) {
    this.#store = store;
    this.#tmp = tmp;
  }

  warm(): void {
    this.#runner.warm();
  }

  /**
   * Has a question answered.
   *
   * @param files what it is about
   * @returns what it is told, as the task has it
   * @throws InputError where the input cannot be used
   * @throws QueryRefused where there is too much to do
   */
  async ask(kind: TaskKind, options: Task["options"], files: readonly NamedBlob[]): Promise<object> {
    if (this.#waiting >= WAITING) throw new QueryRefused("Too many questions wait already.");
    this.#waiting++;
    const before = this.#last;
    const answer = before.then(
      () => this.#answer(kind, options, files),
      () => this.#answer(kind, options, files),
    );
    this.#last = answer.catch(() => {});
    try {
      return await answer;
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  async #answer(kind: TaskKind, options: Task["options"], files: readonly NamedBlob[]): Promise<object> {
    const folder = await makeWorkFolder(this.#store, this.#tmp, files);
    const timer = setTimeout(() => this.#runner.kill(), LONGEST_MS);
    try {
      return answerOf(await this.#runner.run({ kind, dir: folder.path, options, threads: 1 }, () => {}));
    } finally {
      clearTimeout(timer);
      await folder.release();
    }
  }
}

function answerOf(end: RunnerEnd): object {
  if (end.ok) return end.summary;
  if ("issues" in end) throw new InputError(end.issues, end.total);
  if ("fault" in end) throw new Fault(end.fault.code, end.fault.message);
  throw new QueryRefused("The question took too long.");
}
