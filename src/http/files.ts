import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Blobs } from "../store/blobs.js";
import type { JobFile } from "../store/jobStore.js";
import { stream } from "./stream.js";

/** Answers with something that was kept and never changes; not again where the caller has it. */
export async function sendFile(
  blobs: Blobs,
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  { blob, bytes, sha256 }: Pick<JobFile, "blob" | "bytes" | "sha256">,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`;
  // Kept by the caller alone, who asks each time whether it may still be seen.
  void reply.header("etag", etag).header("cache-control", "private, no-cache");
  if (type.startsWith("text/html")) void reply.header("content-security-policy", await policyOf(blobs, blob));
  if (hasIt(request.headers["if-none-match"], etag)) return reply.code(304).send();
  void reply.header("content-length", bytes);
  return stream(reply, type, await blobs.read(blob));
}

function hasIt(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((each) => [etag, `W/${etag}`, "*"].includes(each.trim()));
}

const HEAD_BYTES = 4_096;
const STYLE = /style-src ('sha256-[A-Za-z0-9+/=]+')/;

/** Pages of ours have one style sheet, which their own policy names by its hash, and nothing that runs. */
async function policyOf(blobs: Blobs, blob: string): Promise<string> {
  const style = STYLE.exec(await headOf(await blobs.read(blob)))?.[1] ?? "'none'";
  return `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox`;
}

async function headOf(content: Readable): Promise<string> {
  for await (const piece of content as AsyncIterable<Buffer>)
    return piece.subarray(0, HEAD_BYTES).toString("latin1");
  return "";
}
