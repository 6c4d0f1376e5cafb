import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Problem, problem } from "../model/problem.js";
import { PROBLEM_TYPE } from "./errors.js";
import { SECURITY_HEADERS } from "./headers.js";

/** More at a time are turned away: each could hold memory and a file. */
const MOST_CONNECTIONS = 2_000;
/** A caller has so long to hear an answer that came before its body had ended. */
const LINGER_MS = 5_000;

/** Times within which heads and bodies must have come, in milliseconds; bodies have limits of their own beside. */
export const TIMEOUTS = {
  headersTimeout: 20_000,
  requestTimeout: 3_600_000,
  keepAliveTimeout: 72_000,
  connectionsCheckingInterval: 5_000,
};

export function limitConnections(server: Server): void {
  server.maxConnections = MOST_CONNECTIONS;
}

/**
 * At its end a server closes those connections that have nothing to do at that very moment; one that is still being answered would be
 * kept after that for as long as its caller likes, and one over which nothing was asked yet, as browsers open some beforehand, until
 * its head is overdue: and the server with them.
 *
 * @param server that does not listen yet
 * @returns begins to close them, until the server is closed
 */
export function idleCloser(server: Server): () => void {
  const unasked = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    unasked.add(socket);
    socket.once("close", () => unasked.delete(socket));
  });
  // Before whoever answers, which may end the server.
  server.prependListener("request", ({ socket }) => unasked.delete(socket));
  return () => {
    const close = () => {
      server.closeIdleConnections();
      for (const socket of unasked) socket.destroy();
    };
    close();
    const timer = setInterval(close, 100).unref();
    server.once("close", () => clearInterval(timer));
  };
}

/**
 * Ends a connection whose answer came before its body had ended: not at once, because a socket that is closed with bytes
 * unread takes the answer back.
 */
export async function endUnread({ raw }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  if (raw.complete) return;
  const { socket } = raw;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  raw.once("end", () => clearTimeout(timer));
  raw.resume();
}

/** Answers what is no request at all. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const told = clientProblem(error.code);
  const body = JSON.stringify(told);
  const head = {
    ...SECURITY_HEADERS,
    "content-type": PROBLEM_TYPE,
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${told.status} ${told.code}\r\n${lines.join("")}\r\n${body}`);
}

function clientProblem(code: string | undefined): Problem {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return problem(431, "HEADER_TOO_LARGE", "The head of the request is too large.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return problem(408, "BODY_TOO_SLOW", "The request comes too slowly.");
    default:
      return problem(400, "BAD_REQUEST", "That is no HTTP request.");
  }
}
