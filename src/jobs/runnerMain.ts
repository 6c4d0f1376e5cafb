import { chdir } from "node:process";
import { runTask } from "./runTask.js";
import { Stop } from "./stop.js";
import type { FromRunner, ToRunner } from "./task.js";

/** The process of a runner: one task after the other, told by the process that started it. */

// Orders and plans are for this user alone, wherever they are written meanwhile.
process.umask(0o077);

const tell = (message: FromRunner) => {
  // The other side is gone: so is whoever wanted to know.
  if (process.connected) process.send!(message);
};

let stop = new Stop();

process.on("message", (message: ToRunner) => {
  if (message.type === "stop") stop.ask();
  else void run(message.task);
});
// Whoever gave the task is gone, and its lease with it: somebody else has the task by now, or will.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C in a terminal, its end, and whoever stops a service reach all processes of it; the one that started this one says what
// becomes of the task.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});

async function run(task: Extract<ToRunner, { type: "run" }>["task"]): Promise<void> {
  stop = new Stop();
  chdir(task.dir);
  const { signal } = stop;
  const outcome = await runTask(task, {
    signal,
    onProgress: (progress) => {
      stop.heed(progress);
      tell({ type: "progress", progress });
    },
  });
  // Its folder is about to go.
  chdir("/");
  tell({ type: "end", outcome });
}

tell({ type: "ready" });
