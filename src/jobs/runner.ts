import type { ChildProcess } from "node:child_process";
import { forkChild } from "./forkChild.js";
import { residentBytes } from "./residentBytes.js";
import type { FromRunner, Task, TaskOutcome, ToRunner } from "./task.js";

/** What became of a task: its outcome, or that its process died with it. */
export type RunnerEnd = TaskOutcome | { readonly ok: false; readonly died: string };

/** A process is not used again when it has grown to this: what a large task took is given back to the system. */
const LARGEST_BYTES = 1.5 * 2 ** 30;

/**
 * Works out tasks in a process of its own, one at a time: what takes its process along, memory that runs out or an engine that
 * aborts, takes nothing else. The process stays for the next task.
 */
export class Runner {
  #child: ChildProcess | null = null;
  #settle: ((end: RunnerEnd) => void) | null = null;
  #onProgress: (progress: object) => void = () => {};
  #retired = false;

  /** Starts the process, so that the first task does not wait for it. */
  warm(): void {
    this.#child ??= this.#start();
  }

  /** @param onProgress told how far it is */
  run(task: Task, onProgress: (progress: object) => void): Promise<RunnerEnd> {
    this.warm();
    this.#onProgress = onProgress;
    return new Promise((settle) => {
      this.#settle = settle;
      this.#tell({ type: "run", task });
    });
  }

  /** Asks the task to end with the best that it has. */
  stop(): void {
    this.#tell({ type: "stop" });
  }

  /** Ends the process at once, and its task with it. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  /** Ends the process for good. */
  async close(): Promise<void> {
    this.#retired = true;
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.kill();
    await ended;
  }

  #tell(message: ToRunner): void {
    // A process that is just dying takes no message; its end is told by itself.
    this.#child?.send(message, () => {});
  }

  #start(): ChildProcess {
    return forkChild<FromRunner>(
      "runnerMain",
      (message, child) => {
        if (message.type === "progress") this.#onProgress(message.progress);
        if (message.type === "end") this.#end(child, message.outcome);
      },
      (child, how) => this.#lost(child, how),
    );
  }

  #lost(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#finish({ ok: false, died: how });
  }

  #end(child: ChildProcess, outcome: TaskOutcome): void {
    if (this.#child !== child) return;
    if (residentBytes(child.pid!) > LARGEST_BYTES) {
      this.#child = null;
      child.kill("SIGKILL");
      if (!this.#retired) this.warm();
    }
    this.#finish(outcome);
  }

  #finish(end: RunnerEnd): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(end);
  }
}
