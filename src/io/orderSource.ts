import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { asInputError, fileError } from "./fileErrors.js";
import { plainPath } from "./plainPath.js";
import { makeTemporaryFolder } from "./temporaryFolder.js";

export type OrderFormat = "csv" | "ndjson" | "json" | "parquet";

/** An orders file made ready: plain bytes in a file that can be read more than once. */
export interface OrderSource {
  /** As the caller named it. */
  readonly file: string;
  readonly format: OrderFormat;
  /** Absolute path of the uncompressed bytes, without characters that DuckDB takes for a pattern. */
  readonly plain: string;
  /** Of the original bytes; null where only a pass over `plain` will tell. */
  readonly sha256: string | null;
  /** Removes what was made to read it. */
  release(): Promise<void>;
}

const EXTENSIONS: Readonly<Record<string, OrderFormat>> = {
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
  parquet: "parquet",
};

/** Bytes that tell a format and an encoding. */
export const HEAD_BYTES = 256 * 1024;

export interface OpenOptions {
  /** Instead of what the file's name or its first bytes show. */
  readonly format?: OrderFormat;
  /** What `-` stands for; the process's standard input unless given. */
  readonly stdin?: Readable;
  /** Ends the copying of a stream early; nothing of it is left. */
  readonly signal?: AbortSignal;
}

/**
 * Opens an orders file or, for `-`, standard input; spools what cannot be read twice into a temporary file.
 *
 * @throws InputError where it is missing, a folder, unreadable, empty, of unknown format or broken gzip
 * @throws the signal's reason where that was given meanwhile
 */
export async function openOrderSource(
  file: string,
  { format: asked, stdin = process.stdin, signal }: OpenOptions = {},
): Promise<OrderSource> {
  const sniffed = (head: Buffer) => asked ?? sniff(head);
  if (file !== "-") {
    // A pipe with a name, such as a shell's <(…), can be read once only, like standard input.
    if (!(await isRegular(file))) return spool(file, createReadStream(file), sniffed, signal);
    const head = await headOf(file);
    const format = asked ?? formatByName(file);
    if (!isGzip(head) || format === "parquet") {
      const { path, release } = await plainPath(file);
      return { file, format, plain: path, sha256: null, release };
    }
    return spool(file, createReadStream(file), () => format, signal);
  }
  return spool(file, stdin, sniffed, signal);
}

/** The beginning of a file, as far as it goes. */
export async function headOf(path: string, bytes = HEAD_BYTES): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** @returns whether it can be read more than once */
async function isRegular(file: string): Promise<boolean> {
  try {
    const found = await stat(file);
    if (found.isDirectory())
      throw fileError(file, {
        code: "NOT_A_FILE",
        message: "is a folder, not a file",
        hint: "Name a file in it.",
      });
    if (found.isFile()) await (await open(file, "r")).close();
    return found.isFile();
  } catch (error) {
    throw asInputError(file, error);
  }
}

function formatByName(file: string): OrderFormat {
  const name = file.toLowerCase().replace(/\.gz$/, "");
  const format = EXTENSIONS[name.slice(name.lastIndexOf(".") + 1)];
  if (format === undefined)
    throw fileError(file, {
      code: "UNKNOWN_FORMAT",
      message: "its name does not tell the format",
      hint: "Name it .csv, .ndjson, .jsonl, .json or .parquet (.gz after all but the last).",
    });
  return format;
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** The format that a file's first bytes show; anything else is CSV. */
function sniff(head: Buffer): OrderFormat {
  if (head.subarray(0, 4).toString("latin1") === "PAR1") return "parquet";
  const first = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart()[0];
  return first === "[" ? "json" : first === "{" ? "ndjson" : "csv";
}

/** Copies a stream into a temporary file, uncompressed, and hashes it as it came. */
async function spool(
  file: string,
  input: Readable,
  formatOf: (head: Buffer) => OrderFormat,
  signal: AbortSignal | undefined,
): Promise<OrderSource> {
  const { path: folder, release } = makeTemporaryFolder();
  const ending = signal === undefined ? {} : { signal };
  try {
    const raw = join(folder, "raw");
    const hash = createHash("sha256");
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(input, hashing, createWriteStream(raw), ending);
    let plain = raw;
    if (isGzip(await headOf(raw, 2))) {
      plain = join(folder, "plain");
      await pipeline(createReadStream(raw), createGunzip(), createWriteStream(plain), ending);
    }
    return { file, format: formatOf(await headOf(plain)), plain, sha256: hash.digest("hex"), release };
  } catch (error) {
    await release();
    signal?.throwIfAborted();
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code.startsWith("Z_"))
      throw fileError(file, {
        code: "BROKEN_GZIP",
        message: "is broken or cut off gzip",
        hint: "Copy or compress it again.",
      });
    throw asInputError(file, error);
  }
}

/** Reads a file in large pieces; each is overwritten by the next. */
export async function eachPiece(path: string, visit: (bytes: Buffer) => void): Promise<void> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      visit(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
