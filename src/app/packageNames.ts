import { packageName } from "../io/packageName.js";
import type { Contract } from "../model/contract.js";
import type { GivenPackage } from "../model/planFolder.js";
import type { PackageName } from "./planTables.js";

/** `[channel]` names of the packages on it, in sequence. */
export function namesInSequence({ channels }: Contract, packages: readonly GivenPackage[]): string[][] {
  const sorted = [...packages].sort((a, b) => Number(a.sequence) - Number(b.sequence));
  return channels.map(({ id }) => sorted.filter(({ channel }) => channel === id).map((each) => each.package));
}

/**
 * Packages that have names keep them; the others are counted behind them, by numbers that none of those has.
 *
 * @param known `[channel]` names of its first packages, in sequence
 */
export function namesBehind({ channels }: Contract, known: readonly (readonly string[])[]): PackageName {
  const taken = new Set(known.flat());
  const namesOf = new Map(channels.map(({ id }, c) => [id, [...known[c]!]]));
  const last = new Map<string, number>();
  return (channel, sequence) => {
    const names = namesOf.get(channel)!;
    while (names.length < sequence) {
      const next = (last.get(channel) ?? 0) + 1;
      last.set(channel, next);
      const name = packageName(channel, next);
      if (!taken.has(name)) names.push(name);
    }
    return names[sequence - 1]!;
  };
}
