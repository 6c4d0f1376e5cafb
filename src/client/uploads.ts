import { type ByteStream, type Bytes, chunksOf, GZIP, packed, packedStream, type Sending } from "./bodies.js";

/**
 * What can be uploaded: a file by its path (in Node), text, bytes or a Blob, a stream, or a function that gives a stream. A
 * stream can be sent only once: where that fails it is not tried again.
 */
export type Upload =
  | { readonly file: string }
  | string
  | Uint8Array
  | Blob
  | ByteStream
  | (() => ByteStream | Promise<ByteStream>);

export interface UploadForm {
  /** Media type. */
  readonly type: string;
  /** Whether to pack it with gzip on the way. */
  readonly gzip?: boolean | undefined;
  /** Whether it is packed with gzip already. */
  readonly isPacked?: boolean | undefined;
}

export function uploadBody(source: Upload, { type, gzip = false, isPacked = false }: UploadForm): Sending {
  const packs = gzip && !isPacked;
  const headers = { "content-type": type, ...(gzip || isPacked ? GZIP : {}) };
  if (typeof source === "string" || source instanceof Uint8Array || source instanceof Blob) {
    const blob = source instanceof Blob ? source : new Blob([source as string | Bytes]);
    return { headers, isRepeatable: true, open: async () => (packs ? packed(blob) : blob) };
  }
  const open = typeof source === "function" ? source : "file" in source ? () => fileOf(source.file) : null;
  return {
    headers,
    isRepeatable: open !== null,
    async open() {
      const chunks = chunksOf(await (open?.() ?? (source as ByteStream)));
      return packs ? packedStream(chunks) : chunks;
    },
  };
}

/** Only Node has files: nothing else meets this import. */
async function fileOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  const { createReadStream } = await import("node:fs");
  return createReadStream(path, { highWaterMark: 2 ** 18 });
}
