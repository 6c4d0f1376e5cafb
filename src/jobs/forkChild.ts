import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environmentOf } from "./environment.js";

/**
 * Starts a process of ours that works for this one, with nothing of its environment that is secret.
 *
 * @param module of this folder, without extension
 * @param onMessage told what it tells
 * @param onLost told once how it ended, or why it could not be started
 */
export function forkChild<Message>(
  module: string,
  onMessage: (message: Message, child: ChildProcess) => void,
  onLost: (child: ChildProcess, how: string) => void,
): ChildProcess {
  const fromSource = import.meta.url.endsWith(".ts");
  const main = new URL(`./${module}.${fromSource ? "ts" : "js"}`, import.meta.url);
  const child = fork(fileURLToPath(main), {
    execArgv: fromSource ? ["--import", new URL("../workers/typeScript.mjs", import.meta.url).href] : [],
    serialization: "advanced",
    env: environmentOf(process.env),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("message", (message) => onMessage(message as Message, child));
  // A process that could not be started ends in nothing but this; what else may fail is followed by its end.
  child.on("error", (error) => {
    if (child.pid === undefined) onLost(child, error.message);
  });
  child.on("exit", (code, signal) => onLost(child, signal ?? `exit code ${code}`));
  return child;
}
