/** Bodies of requests: opened anew for every try, where they can be. */

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it can be sent a second time. */
  readonly isRepeatable: boolean;
  readonly open: () => Promise<string | Blob | AsyncIterable<Bytes>>;
}

export const GZIP = { "content-encoding": "gzip" };
const encoder = new TextEncoder();

/** So many characters of lines travel together. */
const PIECE = 2 ** 16;

export function jsonBody(value: object, gzip = false): Sending {
  return {
    headers: { "content-type": "application/json", ...(gzip ? GZIP : {}) },
    isRepeatable: true,
    open: async () => (gzip ? packed(new Blob([JSON.stringify(value)])) : JSON.stringify(value)),
  };
}

/** Entries that come one after the other; a function gives them anew for every try. */
export type Entries<T> = Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T>);

/** An object on the first line, an entry on every other one. */
export function ndjsonBody(head: object, entries: Entries<object>, gzip = false): Sending {
  const lines = () => linesOf(head, typeof entries === "function" ? entries() : entries);
  return {
    headers: { "content-type": "application/x-ndjson", ...(gzip ? GZIP : {}) },
    isRepeatable: typeof entries === "function" || Array.isArray(entries),
    open: async () => (gzip ? packedStream(lines()) : lines()),
  };
}

async function* linesOf(
  head: object,
  entries: Iterable<object> | AsyncIterable<object>,
): AsyncGenerator<Bytes> {
  let text = `${JSON.stringify(head)}\n`;
  for await (const entry of entries) {
    text += `${JSON.stringify(entry)}\n`;
    if (text.length < PIECE) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

/** A stream of bytes, as browsers and Node have it. */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** The pieces of a stream. Not every browser iterates over a ReadableStream by itself. */
export async function* chunksOf(stream: ByteStream): AsyncGenerator<Bytes> {
  if (!("getReader" in stream)) {
    for await (const chunk of stream) yield chunk as Bytes;
    return;
  }
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value as Bytes;
    }
  } finally {
    // Whoever does not read to the end lets go of the connection; what has ended does not mind.
    await reader.cancel();
  }
}

/** @param onPiece told of every piece that is fetched @param onFault told why it ends early */
export function streamOf(
  chunks: AsyncIterable<Bytes>,
  onPiece: () => void = () => {},
  onFault: (error: unknown) => void = () => {},
): ReadableStream<Bytes> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Bytes>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        onPiece();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        onFault(error);
        throw error;
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

export function packedStream(chunks: AsyncIterable<Bytes>): AsyncIterable<Bytes> {
  return chunksOf(streamOf(chunks).pipeThrough(new CompressionStream("gzip")));
}

/** As a Blob again: a browser sends no stream over HTTP/1.1. */
export async function packed(blob: Blob): Promise<Blob> {
  return new Response(blob.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}
