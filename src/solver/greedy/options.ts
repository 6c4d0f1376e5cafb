import type { Classes } from "../classes.js";

/**
 * The channels that could take the orders of each class, least charge first: a search for something cheaper ends at the
 * first that charges too much, and never looks at channels that cannot take the order.
 */
export interface Options {
  /** Options of class k: `channel[start[k] .. start[k + 1]]`. */
  readonly start: Int32Array;
  readonly channel: Int16Array;
}

export function optionsOf({ count, channels, charge }: Classes): Options {
  const start = new Int32Array(count + 1);
  let total = 0;
  for (let cell = 0; cell < count * channels; cell++) if (charge[cell]! >= 0) total++;
  const channel = new Int16Array(total);
  let next = 0;
  for (let k = 0; k < count; k++) {
    const base = k * channels;
    const first = next;
    for (let c = 0; c < channels; c++) {
      const units = charge[base + c]!;
      if (units < 0) continue;
      let at = next++;
      // Insertion: the lists are short.
      for (; at > first && charge[base + channel[at - 1]!]! > units; at--) channel[at] = channel[at - 1]!;
      channel[at] = c;
    }
    start[k + 1] = next;
  }
  return { start, channel };
}
