// Loaded ahead of a command: says at its end how much memory the process ever held, workers included.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env.PACKWRIGHT_PEAK_FILE;
if (isMainThread && file !== undefined)
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)));
