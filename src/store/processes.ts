import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process something belongs to, so that others can tell later whether it still runs. */
export interface ProcessMark {
  readonly pid: number;
  /** When that process began, as its system counts: a process of the same id that began at another time is another one. */
  readonly began: string | null;
  /** Where its id means something: a machine between two of its starts, and the processes there that see each other. */
  readonly host: string;
}

export function ownMark(): ProcessMark {
  return { pid: process.pid, began: beginningOf(process.pid), host: hostId() };
}

/** @returns null where the process is none that can be seen from here */
export function isRunning({ pid, began, host }: ProcessMark): boolean | null {
  if (host !== hostId()) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return beginningOf(pid) === began;
}

/** In ticks since the system's start; null where there is no telling. */
function beginningOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name, in brackets, may hold anything; the 20th field after it is the start.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Containers of one machine may share its name, its start and a folder, and yet not see each other's processes. */
function hostId(): string {
  const read = (work: () => string) => {
    try {
      return work().trim();
    } catch {
      return "";
    }
  };
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1"));
  const namespace = read(() => readlinkSync("/proc/self/ns/pid"));
  return `${hostname()} ${boot} ${namespace}`;
}
