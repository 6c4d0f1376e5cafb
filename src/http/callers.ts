import type { FastifyReply, FastifyRequest } from "fastify";
import { allows, SCOPES, type Scope } from "../model/apiKey.js";
import { HttpProblem } from "./httpProblem.js";
import type { Service } from "./service.js";

/** Who asks. */
export interface Caller {
  /** Of the key; null where none was needed. */
  readonly key: string | null;
  readonly scopes: readonly Scope[];
  /** Requests that it may make in a minute; null where there is no limit. */
  readonly perMinute: number | null;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What a key must allow; null where anybody may. */
    scope?: Scope | null;
  }
}

/** Names of this machine, as a browser on it would write them. A page of another name that leads here is not one of ours. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** Finds out who asks, and refuses whoever may not. */
export function callerHook({ store, needsKeys }: Pick<Service, "store" | "needsKeys">) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const scope = scopeOf(request);
    request.caller = { key: null, scopes: needsKeys ? [] : SCOPES, perMinute: null };
    const text = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (text !== undefined) {
      const key = await store.keys.find(text);
      if (key === null) throw unauthorized(reply, "The key is not known, has expired or was revoked.");
      request.caller = { key: key.id, scopes: key.scopes, perMinute: key.perMinute };
    } else if (!needsKeys) mustBeLocal(request);
    if (scope === null) return;
    const { scopes, key } = request.caller;
    if (allows(scopes, scope)) return;
    if (key === null) throw unauthorized(reply, "Send `Authorization: Bearer <key>`.");
    throw new HttpProblem(403, "FORBIDDEN", `This key does not allow what needs the scope ${scope}.`);
  };
}

/** Of a route that names none, the highest; what is not there needs none to be told so. */
function scopeOf({ is404, routeOptions: { config } }: FastifyRequest): Scope | null {
  return is404 ? null : config.scope === undefined ? "admin" : config.scope;
}

function unauthorized(reply: FastifyReply, detail: string): HttpProblem {
  void reply.header("www-authenticate", "Bearer");
  return new HttpProblem(401, "UNAUTHORIZED", "A key is needed here.", { detail });
}

/**
 * Without keys it is enough to be on this machine, and any page in a browser on it is. Browsers say where a request comes from,
 * by its origin or by what site it is of, and under which name they found us, which a page elsewhere can make lead here.
 */
function mustBeLocal({ headers, method }: FastifyRequest): void {
  const { host = "", origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  const from = origin === undefined ? host : origin.replace(/^https?:\/\//i, "");
  // A link from elsewhere may lead here: it shows the page, and that to nobody but the one who followed it.
  const isLink = mode === "navigate" && method === "GET";
  const isForeign = (site === "cross-site" || site === "same-site") && !isLink;
  if (LOOPBACK.test(host) && from.toLowerCase() === host.toLowerCase() && !isForeign) return;
  throw new HttpProblem(403, "FOREIGN_PAGE", "Only this machine's own pages and programs are served.", {
    detail: "Ask by the name localhost or 127.0.0.1, or start the service with keys.",
  });
}
