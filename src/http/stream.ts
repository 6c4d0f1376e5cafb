import type { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/** Answers with bytes as they come. */
export function stream(reply: FastifyReply, type: string, content: Readable): FastifyReply {
  return reply
    .type(type)
    .serializer((payload: unknown) => payload as string)
    .send(content);
}
