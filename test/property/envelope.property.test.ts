import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, lastBeforeCrossing, lowerEnvelope, valueAt } from "../../src/solver/envelope.js";

const line = fc.record({
  constant: fc.bigInt({ min: -200n, max: 200n }),
  slope: fc.bigInt({ min: -12n, max: 12n }),
});
const lines = fc.array(line, { minLength: 1, maxLength: 6 });
const least = (all: readonly Line[], at: bigint) =>
  all.map((each) => valueAt(each, at)).sort((a, b) => (a < b ? -1 : 1))[0]!;

describe("the lower envelope", () => {
  it("is the least of all lines everywhere, in pieces that follow each other", () => {
    fc.assert(
      fc.property(
        lines,
        fc.bigInt({ min: -20n, max: 20n }),
        fc.bigInt({ min: 0n, max: 60n }),
        (all, from, length) => {
          const pieces = lowerEnvelope(all, from, from + length);
          let next = from;
          for (const piece of pieces) {
            expect(piece.from).toBe(next);
            for (let at = piece.from; at <= piece.to; at++)
              expect(valueAt(all[piece.line]!, at)).toBe(least(all, at));
            next = piece.to + 1n;
          }
          expect(next).toBe(from + length + 1n);
          const slopes = pieces.map((piece) => all[piece.line]!.slope);
          for (let i = 1; i < slopes.length; i++) expect(slopes[i]! < slopes[i - 1]!).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a recursion on meeting points", () => {
  it("finds every piece of the least of some lines that can only be asked for one by one", () => {
    fc.assert(
      fc.property(lines, fc.bigInt({ min: 0n, max: 60n }), (all, to) => {
        const best = (at: bigint) => all.find((each) => valueAt(each, at) === least(all, at))!;
        const found: Line[] = [best(0n), best(to)];
        const ask = (at: bigint) => {
          const line = best(at);
          found.push(line);
          return line;
        };
        const search = (from: bigint, left: Line, end: bigint, right: Line) => {
          const last = lastBeforeCrossing(left, right, from, end);
          if (last === null) return;
          const before = last > from ? ask(last) : left;
          const after = last + 1n < end ? ask(last + 1n) : right;
          const holds = valueAt(before, last) === valueAt(left, last);
          if (holds && valueAt(after, last + 1n) === valueAt(right, last + 1n)) return;
          search(from, left, last, before);
          search(last + 1n, after, end, right);
        };
        search(0n, found[0]!, to, found[1]!);
        for (const { line: i, from, to: end } of lowerEnvelope(found, 0n, to))
          for (let at = from; at <= end; at++) expect(valueAt(found[i]!, at)).toBe(least(all, at));
      }),
      { numRuns: 2000 },
    );
  });
});
