/**
 * The name of a package: `union-batch-0001`. It is unique across channels whatever their ids, because a sequence holds
 * no hyphen: the last one splits a name in only one way.
 *
 * @param sequence 1..n within the channel
 */
export function packageName(channelId: string, sequence: number): string {
  return `${channelId}-${String(sequence).padStart(4, "0")}`;
}
