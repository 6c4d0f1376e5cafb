/** Text as it comes over the network, cut anywhere, taken apart into lines. */

/**
 * Yields the lines of UTF-8 text without their ends, which are LF, CR LF or CR. A line that the stream ends within is a line, too.
 *
 * @param maxLength characters of a line; a longer one is refused
 * @throws RangeError where a line is longer
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxLength = 2 ** 26,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let open = "";
  // A LF at the head of a piece belongs to the CR at the end of the one before.
  let afterCr = false;
  const take = function* (text: string): Generator<string> {
    let from = afterCr && text.startsWith("\n") ? 1 : 0;
    if (text !== "") afterCr = text.endsWith("\r");
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c !== 10 && c !== 13) continue;
      yield open + text.slice(from, i);
      open = "";
      if (c === 13 && text.charCodeAt(i + 1) === 10) i++;
      from = i + 1;
    }
    open += text.slice(from);
    if (open.length > maxLength) throw new RangeError(`a line is longer than ${maxLength} characters`);
  };
  for await (const chunk of chunks) yield* take(decoder.decode(chunk, { stream: true }));
  yield* take(decoder.decode());
  if (open !== "") yield open;
}

/** The objects of an NDJSON stream. */
export async function* ndjsonOf<Row>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  for await (const line of linesOf(chunks)) if (line !== "") yield JSON.parse(line) as Row;
}
