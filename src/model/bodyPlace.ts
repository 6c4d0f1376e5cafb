import type { Issue } from "./issue.js";

/** Where in a request something stood that is read as a file of its own. */
export interface BodyPlace {
  /** Of it in the body: `orders`; empty where it has none, as of lines. */
  readonly path: string;
  /** Lines of the body before it. */
  readonly linesBefore: number;
}

/**
 * A problem of a file as one of the request that it came with: whoever sent that never had the file.
 *
 * @param places of files that came so, by their names; problems of others stay as they are
 */
export function inBody(issue: Issue, places: Readonly<Record<string, BodyPlace>>): Issue {
  const { file, line, path, ...rest } = issue;
  if (file === undefined || !Object.hasOwn(places, file)) return issue;
  const place = places[file]!;
  const whole = joined(place.path, path ?? "");
  return {
    ...rest,
    ...(line === undefined ? {} : { line: line + place.linesBefore }),
    ...(whole === "" ? {} : { path: whole }),
  };
}

/** `orders` and `[0].amount` as `orders[0].amount`. */
function joined(outer: string, inner: string): string {
  const isApart = outer !== "" && inner !== "" && !inner.startsWith("[");
  return `${outer}${isApart ? "." : ""}${inner}`;
}
