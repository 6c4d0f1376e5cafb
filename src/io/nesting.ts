import type { Issue } from "../model/issue.js";

/**
 * How deep lists and mappings may stand in one another. No file of ours needs ten levels; the parsers and we go down
 * them by recursion, so that thousands would end in a full stack and not in an answer.
 */
export const DEEPEST = 100;

/** The complaint about data that nests deeper than {@link DEEPEST}, its place aside. */
export const TOO_DEEP: Pick<Issue, "code" | "message" | "hint"> = {
  code: "NESTED_TOO_DEEP",
  message: `nests lists or mappings more than ${DEEPEST} levels deep`,
  hint: "No field needs more than a few: is it the right file, and are all brackets closed?",
};

/**
 * Looks how deep a JSON text nests before anything recurses into it. Of a text that is no JSON it may be wrong behind
 * its first fault, where no parser gets to.
 *
 * @returns where the text first goes deeper than {@link DEEPEST}, in UTF-16 units from its beginning; -1 where it does not
 */
export function tooDeepAt(text: string, deepest = DEEPEST): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > deepest) return i;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
    }
  }
  return -1;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The closing quote of the string that opens at `start`; the text's end where it has none. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}
