import { skipString, textOf } from "./slices.js";

const [QUOTE, COMMA] = [0x22, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The first key that stands twice in an object, wherever that is within a value; null where none does. `JSON.parse` would take the
 * last of the two and say nothing.
 *
 * @param json what is known to be JSON
 */
export function keyTwiceIn(json: Buffer): string | null {
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
          if (keys!.has(key)) return key;
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
