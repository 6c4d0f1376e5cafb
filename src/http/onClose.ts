import type { FastifyReply } from "fastify";

/** Tells once when an answer has been sent or its caller has gone, at once where that has happened already. */
export function onClose({ raw }: FastifyReply, tell: () => void): void {
  if (raw.closed || raw.destroyed) tell();
  else raw.once("close", tell);
}
