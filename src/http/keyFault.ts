import { type Issue, quoteValue } from "../model/issue.js";
import { skipString, textOf } from "./slices.js";

const [QUOTE, COMMA] = [0x22, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Of an object. Nothing that is asked for has as many; each that is not known would be a problem to be told of. */
export const MOST_KEYS = 10_000;

/** What is wrong with the keys of an object. */
export type KeyFault = Pick<Issue, "code" | "message" | "hint">;

/**
 * Finds the first object within a value that has a key twice, of which `JSON.parse` would take the last and say nothing, or more
 * keys than {@link MOST_KEYS}.
 *
 * @param json what may be JSON
 * @returns what is wrong there; null where nothing is
 * @throws InputError where a text is none
 */
export function keyFaultIn(json: Buffer): KeyFault | null {
  /** Keys of the objects around, outermost first; null of lists. */
  const around: (Set<string> | null)[] = [];
  let keys: Set<string> | null = null;
  let isKey = false;
  for (let i = 0; i < json.length; i++) {
    switch (json[i]) {
      case QUOTE: {
        const end = skipString(json, i);
        if (isKey) {
          const key = textOf(json.subarray(i, end));
          if (keys!.has(key)) return twice(key);
          if (keys!.size === MOST_KEYS) return TOO_MANY;
          keys!.add(key);
          isKey = false;
        }
        i = end - 1;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_LIST:
        around.push(keys);
        isKey = json[i] === OPEN_OBJECT;
        keys = isKey ? new Set() : null;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        keys = around.pop() ?? null;
        isKey = false;
        break;
      case COMMA:
        isKey = keys !== null;
    }
  }
  return null;
}

const TOO_MANY: KeyFault = {
  code: "OUT_OF_RANGE",
  message: `an object has more than ${MOST_KEYS} keys`,
  hint: "Is it the right file?",
};

function twice(key: string): KeyFault {
  return {
    code: "DUPLICATE_KEY",
    message: `key ${quoteValue(key)} stands twice in the same object`,
    hint: "Keep one of the two.",
  };
}
