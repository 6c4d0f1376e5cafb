import { describe, expect, it, test } from "vitest";
import { ascending, largest, sumOfLargest, whereFull } from "../../../../src/solver/greedy/select.js";

const LISTS: readonly (readonly number[])[] = [
  [],
  [3],
  [1, 2, 3, 4, 5],
  [5, 4, 3, 2, 1],
  [2, 2, 2, 2],
  [-1, 0, -3, 7, 7, 2, -1],
  Array.from({ length: 500 }, (_, i) => (i * 7919) % 101),
];

describe.each(LISTS)("of %j", (...values) => {
  const counts = [0, 1, 2, 3, values.length, values.length + 5];
  const ranked = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);

  test.each(counts)("the %i largest are those that sorting finds", (count) => {
    expect(Array.from(largest(values, count))).toEqual(ranked.slice(0, count));
    expect(sumOfLargest(values, count)).toBe(ranked.slice(0, count).reduce((sum, i) => sum + values[i]!, 0));
  });
});

it("ascending, ties by index", () => {
  for (const values of [...LISTS, [2, Infinity, 1, Infinity, 2]]) {
    const sorted = values
      .map((_, i) => i)
      .sort((a, b) => (values[a] === values[b] ? a - b : values[a]! - values[b]!));
    expect(Array.from(ascending(Float64Array.from(values)))).toEqual(sorted);
  }
});

describe("where a queue of claims is cut off", () => {
  /** By sorting: the first claim, largest first, with which the weights exceed the room. */
  function expected(values: readonly number[], weights: readonly number[], room: number): number {
    let used = 0;
    for (const i of values.map((_, v) => v).sort((a, b) => values[b]! - values[a]!)) {
      used += weights[i]!;
      if (used > room) return values[i]!;
    }
    return 0;
  }

  it.each([0, 1, 2.5, 10, 57, 1_000])("is what sorting finds for a room of %d", (room) => {
    for (const values of LISTS) {
      const weights = values.map((_, i) => 1 + ((i * 31) % 4));
      const found = whereFull(Float64Array.from(values), Float64Array.from(weights), values.length, room);
      expect(found).toBe(expected(values, weights, room));
    }
  });

  it("looks at the first claims alone", () => {
    expect(whereFull(Float64Array.of(1, 2, 9), Float64Array.of(1, 1, 1), 2, 1)).toBe(1);
  });
});
