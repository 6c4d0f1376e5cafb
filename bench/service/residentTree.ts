import { readdirSync, readFileSync } from "node:fs";

const PAGE_BYTES = 4096;

/** Resident bytes of a process and of all that it has started. */
export function residentTree(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isWithin = (one: number): boolean => one === pid || (parents.has(one) && isWithin(parents.get(one)!));
  return [...parents.keys()].filter(isWithin).reduce((bytes, one) => bytes + residentOf(one), 0);
}

/** Resident bytes of a process; 0 of one that has ended. */
export function residentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
