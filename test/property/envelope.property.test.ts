import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, lowerEnvelope, valueAt } from "../../src/solver/envelope.js";

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
