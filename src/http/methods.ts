import type { HTTPMethods } from "fastify";
import type { App } from "./app.js";
import { HttpProblem } from "./httpProblem.js";

const METHODS: readonly HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Notes which methods each address has. @returns what answers the other ones, to be called when all routes are there:
 * OPTIONS with those that it has, the rest as 405
 */
export function noteMethods(app: App): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    known.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...known]) {
      const allow = [...methods, "OPTIONS"].sort().join(", ");
      app.route({
        method: METHODS.filter((method) => !methods.has(method)),
        url,
        config: { scope: null },
        schema: { hide: true },
        // Before a body is read.
        onRequest: async (request, reply) => {
          void reply.header("allow", allow);
          if (request.method === "OPTIONS") return reply.code(204).send();
          throw new HttpProblem(405, "METHOD_NOT_ALLOWED", `${request.method} is not known here.`, {
            detail: `Known here: ${allow}.`,
          });
        },
        handler: async () => null,
      });
    }
  };
}
