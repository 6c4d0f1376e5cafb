import { InputError } from "./issue.js";
import type { Locate } from "./zodIssues.js";

/** More channels than are taken: nothing else is looked at then. */
export class TooManyChannels extends InputError {}

/**
 * Looks how many channels a channels file has, before anything else is made of them.
 *
 * @param tree the file as plain data
 * @param most default any number
 * @throws TooManyChannels where there are more
 */
export function mustHaveFewChannels(tree: unknown, most: number | undefined, locate: Locate): void {
  const channels = (tree as { readonly channels?: unknown } | null | undefined)?.channels;
  if (most === undefined || !Array.isArray(channels) || channels.length <= most) return;
  throw new TooManyChannels([
    {
      code: "TOO_MANY_CHANNELS",
      path: "channels",
      ...locate(["channels"]),
      value: String(channels.length),
      message: `there are ${channels.length} channels, more than the ${most} that are taken`,
      hint: "Take fewer, or ask whoever runs the service for a larger --max-channels.",
    },
  ]);
}
