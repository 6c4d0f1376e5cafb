import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Where the build leaves the page, seen from the sources and from the build alike. */
const FOLDER = fileURLToPath(new URL("../../../dist/web/", import.meta.url));

/** Nothing from other hosts, nothing inline, nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page. Whoever may not ask anything may look at it all the same: it is what asks for a key. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  // Sources that have not been built serve the rest.
  if (!existsSync(FOLDER)) return;
  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, scope: null };
  });
  app.addHook("onSend", async (request, reply) => {
    // Names of assets carry a hash of what is in them.
    const keeps = request.url.startsWith("/assets/") && reply.statusCode < 400;
    void reply
      .header("content-security-policy", POLICY)
      .header("cache-control", keeps ? "public, max-age=31536000, immutable" : "no-cache");
  });
  await app.register(fastifyStatic, {
    root: FOLDER,
    wildcard: false,
    cacheControl: false,
    decorateReply: false,
  });
}
