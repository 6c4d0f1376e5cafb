// Loaded ahead of a command: says at its end what the process took, workers included.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** What a process took in all. */
export interface Taken {
  /** Most memory that it ever held, in bytes. */
  readonly peak: number;
  /** Processor time of all its threads, in milliseconds: unlike the clock, it hardly minds what else the machine does. */
  readonly cpuMs: number;
}

const file = process.env.PACKWRIGHT_TAKEN_FILE;
if (isMainThread && file !== undefined)
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const taken: Taken = { peak: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
    writeFileSync(file, JSON.stringify(taken));
  });
