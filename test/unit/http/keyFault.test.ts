import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyFaultIn, MOST_KEYS } from "../../../src/http/keyFault.js";

const found = (text: string) => keyFaultIn(Buffer.from(text));

describe("keyFaultIn", () => {
  it.each([
    ['{"a":1,"a":1}', "a"],
    ['[{"a":{"b":[],"c":{},"b":0}}]', "b"],
    ['{"a":{"b":1},"c":[{"b":2},"b"],"a":3}', "a"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"":1 , "":2}', ""],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"x":"\\"","x":"{"}', "x"],
  ])("finds a key that stands twice in %s", (text, key) => {
    expect(found(text)?.message).toBe(`key ${JSON.stringify(key)} stands twice in the same object`);
  });

  it("finds an object of too many keys, however many all objects have", () => {
    const of = (keys: number) => `{${Array.from({ length: keys }, (_, i) => `"k${i}":0`).join()}}`;
    expect(found(`[${of(MOST_KEYS)},${of(MOST_KEYS)}]`)).toBeNull();
    expect(found(`[${of(MOST_KEYS + 1)}]`)?.code).toBe("OUT_OF_RANGE");
  });

  it("finds none where JavaScript has all that the text has", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1), (value, indent) => {
        expect(found(JSON.stringify(value, null, indent))).toBeNull();
      }),
    );
  });

  it("finds one that was put into any object", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.jsonValue(), (value, key, other) => {
        const name = JSON.stringify(key);
        const object = `{${name}:${JSON.stringify(other)},"${key.length}!":0,${name}:${JSON.stringify(value)}}`;
        expect(found(`[${JSON.stringify(value)},{"deep":${object}}]`)).not.toBeNull();
      }),
    );
  });
});
