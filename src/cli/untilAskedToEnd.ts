import type { Ending } from "./ending.js";
import { EXIT } from "./failure.js";

/** Waits for a signal that asks the process to end in order. A second one ends it at once. */
export function untilAskedToEnd(exitNow: Ending["exitNow"]): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const name of Object.keys(EXIT.interrupted) as (keyof typeof EXIT.interrupted)[])
      process.on(name, () => {
        if (asked) exitNow(EXIT.interrupted[name]);
        asked = true;
        resolve();
      });
  });
}
