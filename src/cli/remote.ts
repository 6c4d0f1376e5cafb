import { Fault, InputError } from "../model/issue.js";
import type { Problem } from "../model/problem.js";

/** A service that runs, and the key to show it. */
export interface Remote {
  /** Perhaps with a path before the service's own, as behind a proxy: `https://pay.example/packwright/`. */
  readonly url: string;
  readonly key?: string;
}

/** Whatever is asked is answered at once, unless nothing answers. */
const LONGEST_MS = 30_000;

/**
 * Asks a service that runs.
 *
 * @param path `/v1/…`
 * @param body sent as JSON
 * @param longestMs milliseconds to the end of the answer
 * @returns the answer's JSON; null where it has none
 * @throws InputError where it cannot be reached, something else answers, or with the problems that it tells of
 * @throws Fault where it tells of a fault of its own
 */
export async function askService(
  { url, key }: Remote,
  method: string,
  path: string,
  body?: object,
  longestMs = LONGEST_MS,
): Promise<unknown> {
  const address = addressOf(url, path);
  const at = address.origin + address.pathname.slice(0, -path.split("?")[0]!.length);
  const { status, ok, text } = await ask(address, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    signal: AbortSignal.timeout(longestMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw unusable(
      error.name === "TimeoutError"
        ? `no service answers at ${at} within ${longestMs / 1_000} s`
        : `no service answers at ${at}: ${((error.cause ?? error) as Error).message}`,
      "Is it running, and is that its address?",
    );
  });
  if (status === 204) return null;
  const told = jsonIn(text);
  if (ok && told !== null) return told;
  if (ok || !isProblem(told))
    throw unusable(
      `what answers at ${at} is no packwright: status ${status}${told === null ? ", and no JSON" : ""}`,
      "Check the address, with the path that a proxy may have put before it.",
    );
  throw refusedBy(told, key !== undefined);
}

async function ask(address: URL, request: RequestInit) {
  const response = await fetch(address, request);
  const { status, ok } = response;
  return { status, ok, text: await response.text() };
}

function addressOf(url: string, path: string): URL {
  const base = URL.canParse(url) ? new URL(url) : null;
  const shown = url.replace(/\/\/[^/]*@/, "//");
  if (base === null || !/^https?:$/.test(base.protocol))
    throw unusable(`${shown} is not the address of a service`, "For example http://127.0.0.1:8080.");
  if (base.username !== "" || base.password !== "")
    throw unusable(`${shown} holds a user or a password`, "A service asks for a key: --key.");
  return new URL(base.origin + base.pathname.replace(/\/+$/, "") + path);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isProblem(told: unknown): told is Problem {
  const { code, title } = (told ?? {}) as Partial<Problem>;
  return typeof code === "string" && typeof title === "string";
}

/** @param hadKey whether a key was shown */
function refusedBy({ status, code, title, detail, problems, total }: Problem, hadKey: boolean): Error {
  if (status === 500) return new Fault(code, `the service has met with ${title.toLowerCase()}`);
  if (problems !== undefined) return new InputError(problems, total);
  const message = title.replace(/\.$/, "");
  const isKeyWanted = code === "UNAUTHORIZED" || code === "FORBIDDEN";
  // What the service says of a header is of no use to whoever types a command.
  const hint = isKeyWanted ? keyHint(status === 401 && hadKey ? detail : undefined) : detail;
  return new InputError([{ code, message, ...(hint ? { hint } : {}) }]);
}

/** @param why what is wrong with the key that was shown */
function keyHint(why = ""): string {
  return `${why} Give a key that may, with --key or in PACKWRIGHT_KEY.`.trimStart();
}

function unusable(message: string, hint: string): InputError {
  return new InputError([{ code: "NO_SERVICE", path: "url", message, hint }]);
}
