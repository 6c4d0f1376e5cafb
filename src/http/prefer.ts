/** How a caller would be answered (RFC 7240). */
export interface Preferred {
  /** Seconds to wait for the answer (`wait=10`), no more than allowed; null where it says nothing of it. */
  readonly wait: number | null;
  /** Whether it says that it may be told later (`respond-async`): beside `wait` that is after so many seconds. */
  readonly isAsync: boolean;
}

/**
 * Reads what a caller prefers. Of a preference that is there twice the first counts.
 *
 * @param most seconds that an answer may be waited for
 */
export function preferred(prefer: string | string[] | undefined, most: number): Preferred {
  const preferences = preferencesIn([prefer ?? ""].flat().join(","));
  const wait = preferences.get("wait") ?? "";
  return {
    wait: /^\d+$/.test(wait) ? Math.min(Number(wait), most) : null,
    isAsync: preferences.has("respond-async"),
  };
}

/** Commas within quotes part nothing; a quote that is not closed goes on to the end. */
const PART = /(?:[^,"]|"(?:[^"\\]|\\.?)*(?:"|$))+/gs;
/** What stands before parameters, which nothing here has. */
const PREFERENCE = /^(?:[^;"]|"(?:[^"\\]|\\.?)*(?:"|$))*/s;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^(?:"([^"]*)"|([^\s"]*))$/;

/** Parts are taken apart at marks, not by one pattern: that would look at many blanks again and again. */
function preferencesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of text.match(PART) ?? []) {
    const [preference] = PREFERENCE.exec(part)!;
    const mark = preference.indexOf("=");
    const name = (mark < 0 ? preference : preference.slice(0, mark)).trim().toLowerCase();
    const value = VALUE.exec(mark < 0 ? "" : preference.slice(mark + 1).trim());
    if (NAME.test(name) && value !== null && !found.has(name)) found.set(name, value[1] ?? value[2]!);
  }
  return found;
}
