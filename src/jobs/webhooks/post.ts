import { lookup as resolveName } from "node:dns/promises";
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type AllowedHosts, mayReach, mayTell, plainHost } from "./hosts.js";

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowed: AllowedHosts;
  readonly timeoutMs: number;
}

/**
 * Posts a body. Redirects are not followed, and nothing of the answer but its status is read.
 *
 * @returns the status
 * @throws Error with the reason where there is no answer in time, or the receiver may not be told
 */
export function post({ url, headers, body, allowed, timeoutMs }: Posting): Promise<number> {
  if (!mayTell(allowed, url)) throw new Error("the host is not in the list of those that may be told");
  const { protocol, hostname } = new URL(url);
  const host = plainHost(hostname);
  // An address that stands in the URL is not looked up, and was judged by the list.
  const lookup = isIP(host) === 0 ? { lookup: lookupAllowed(allowed) } : {};
  const request = protocol === "https:" ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      agent: false,
      signal,
      ...lookup,
    });
    sent.on("response", (response) => {
      resolve(response.statusCode!);
      // However much there is to come.
      response.destroy();
    });
    // 101 comes as this event alone: nobody asked for another protocol, and neither an answer nor an error follows.
    sent.on("upgrade", (response, socket) => {
      resolve(response.statusCode!);
      socket.destroy();
    });
    sent.on("error", (error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1_000} s`) : spoken(error)),
    );
    sent.end(body);
  });
}

/** Where a host has several addresses and none answers, the error of all of them has no words of its own. */
function spoken(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  return new Error(error.errors.map(({ message }: Error) => message).join("; "), { cause: error });
}

/** Looks a name up, and gives only addresses that may be asked: the connection goes to what was judged, and to nothing else. */
function lookupAllowed(allowed: AllowedHosts): LookupFunction {
  return (hostname, options, done) => {
    resolveName(hostname, { ...options, all: true }).then(
      (found) => {
        const addresses = found.filter(({ address }) => mayReach(allowed, address));
        const [first] = addresses;
        if (first === undefined)
          done(new Error("the host has a private address that is not in the list"), "", 4);
        else if (options.all) done(null, addresses);
        else done(null, first.address, first.family);
      },
      (error) => done(error, "", 4),
    );
  };
}
