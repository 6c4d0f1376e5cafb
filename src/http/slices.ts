import { DEEPEST, TOO_DEEP } from "../io/nesting.js";
import { InputError } from "../model/issue.js";

/** A member of a JSON object, as the bytes of its value. */
export interface Slice {
  readonly bytes: Buffer;
  /** Entries of a list; 0 of anything else. */
  readonly entries: number;
  /** Bytes of the longest entry of a list, with the blanks around it; 0 of anything else. */
  readonly longest: number;
  /** Lines of the object that have ended before it. */
  readonly linesBefore: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LINE_FEED = 0x0a;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const LIST = 0x5b;
/** No request has as many members; each that is not known would be a problem to be told of. */
const MOST_MEMBERS = 1_000;
/** What needs no parser, which would take longer than all the rest of a body of many keys. */
const PLAIN = /^"[\w.-]*"$/;
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * Takes an object apart into its members without looking into them: orders by the ten thousand are not worth the
 * server's one thread, and their numbers keep their text for whoever reads them.
 *
 * @throws InputError where it is no object, NOT_JSON
 */
export function sliceMembers(body: Buffer): Map<string, Slice> {
  const members = new Map<string, Slice>();
  const lines = new LineEnds(body);
  let at = skipBlanks(body, startOf(body));
  if (body[at] !== 0x7b) throw notJson("is not a JSON object");
  at = skipBlanks(body, at + 1);
  if (body[at] === 0x7d) {
    mustEnd(body, at + 1);
    return members;
  }
  for (;;) {
    const keyEnd = skipString(body, at);
    const key = textOf(body.subarray(at, keyEnd));
    if (members.has(key)) throw notJson(`has the key "${key.slice(0, 60)}" twice`, "DUPLICATE_KEY");
    if (members.size === MOST_MEMBERS) throw notJson(`has more than ${MOST_MEMBERS} keys`, "OUT_OF_RANGE");
    at = skipBlanks(body, keyEnd);
    if (body[at] !== COLON) throw notJson(`has no colon at byte ${at}`);
    at = skipBlanks(body, at + 1);
    const value = skipValue(body, at);
    const { end, entries, longest } = value;
    members.set(key, { bytes: body.subarray(at, end), entries, longest, linesBefore: lines.before(at) });
    at = skipBlanks(body, end);
    if (body[at] === 0x7d) break;
    if (body[at] !== COMMA) throw notJson(`has neither comma nor bracket at byte ${at}`);
    at = skipBlanks(body, at + 1);
  }
  mustEnd(body, at + 1);
  return members;
}

/** The text of a key, which stands in quotes. @throws InputError where it is none */
export function textOf(key: Buffer): string {
  const text = key.toString("utf8");
  try {
    return PLAIN.test(text) ? text.slice(1, -1) : (JSON.parse(text) as string);
  } catch {
    throw notJson("has a key that is no text");
  }
}

/** Behind a byte order mark. */
function startOf(body: Buffer): number {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
}

function mustEnd(body: Buffer, at: number): void {
  const end = skipBlanks(body, at);
  if (end < body.length) throw notJson(`goes on at byte ${end} after its end`);
}

function skipBlanks(body: Buffer, at: number): number {
  let i = at;
  while (i < body.length && BLANK.has(body[i]!)) i++;
  return i;
}

/** @returns the end of the text that begins here */
export function skipString(body: Buffer, at: number): number {
  if (body[at] !== QUOTE) throw notJson(`has no key in double quotes at byte ${at}`);
  for (let i = at + 1; i < body.length; i++) {
    const c = body[i];
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i + 1;
  }
  throw notJson("ends within a text");
}

/** @returns the end of the value that begins here, and of its entries where it is a list */
function skipValue(body: Buffer, at: number): Pick<Slice, "entries" | "longest"> & { readonly end: number } {
  const first = body[at];
  if (first === QUOTE) return { end: skipString(body, at), entries: 0, longest: 0 };
  if (first === undefined || !OPEN.has(first)) return { end: skipWord(body, at), entries: 0, longest: 0 };
  let depth = 0;
  let commas = 0;
  let empty = true;
  let entryAt = at + 1;
  let longest = 0;
  for (let i = at; i < body.length; i++) {
    const c = body[i]!;
    if (c === QUOTE) {
      i = skipString(body, i) - 1;
      empty = false;
    } else if (OPEN.has(c)) {
      if (depth > 0) empty = false;
      // Readers take no more, and JSON.parse would be at it for a quarter of a minute.
      if (++depth > DEEPEST) throw new InputError([{ ...TOO_DEEP, path: "body" }]);
    } else if (CLOSE.has(c)) {
      depth--;
      if (depth > 0) continue;
      if (first !== LIST || empty) return { end: i + 1, entries: 0, longest: 0 };
      return { end: i + 1, entries: commas + 1, longest: Math.max(longest, i - entryAt) };
    } else if (c === COMMA) {
      if (depth > 1) continue;
      commas++;
      longest = Math.max(longest, i - entryAt);
      entryAt = i + 1;
    } else if (!BLANK.has(c)) empty = false;
  }
  throw notJson("ends within a list or an object");
}

/** A number, `true`, `false` or `null`: whether it is one shows when it is parsed. */
function skipWord(body: Buffer, at: number): number {
  let i = at;
  while (i < body.length && !BLANK.has(body[i]!) && body[i] !== COMMA && !CLOSE.has(body[i]!)) i++;
  if (i === at) throw notJson(`has no value at byte ${at}`);
  return i;
}

/** Counts line ends on the way through a body. */
class LineEnds {
  #count = 0;
  #at = 0;

  constructor(readonly body: Buffer) {}

  /** @param at no less than at the time before */
  before(at: number): number {
    for (; this.#at < at; this.#at++) if (this.body[this.#at] === LINE_FEED) this.#count++;
    return this.#count;
  }
}

export function notJson(message: string, code = "NOT_JSON"): InputError {
  return new InputError([
    { code, path: "body", message, hint: "Send a JSON object as /openapi.json describes it." },
  ]);
}
