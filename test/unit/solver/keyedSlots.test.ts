import { expect, it } from "vitest";
import { lotsOf } from "../../../src/solver/relaxation/lots.js";
import { queueTerms } from "../../../src/solver/relaxation/queueTerms.js";
import { anyCounts, relax } from "../../../src/solver/relaxation/relax.js";
import { problemFrom } from "../../support/instance.js";

const KEYS = 200;

it("looks at a row of the queue for each key, and not at all rows", () => {
  const each = problemFrom({
    channels: {
      currency: "CNY",
      planAt: "2026-11-22T22:00:00Z",
      objective: { delayCostPerOrderHour: "0.02" },
      channels: [
        {
          id: "a",
          mode: "batch",
          coverage: [{ banks: "*" }],
          fee: { flat: "0.40" },
          package: { fee: "8.00", maxOrders: 100, separateBy: ["bank"] },
          queue: { secondsPerPackage: 10 },
        },
      ],
    },
    orders: Array.from({ length: KEYS }, (_, i) => ({ id: `o${i}`, bank: `B${i}`, amount: "5.00" })),
  });
  const load = {
    orders: KEYS,
    packages: KEYS,
    keyOrders: new Float64Array(KEYS).fill(1),
    keyPackages: new Float64Array(KEYS).fill(1),
    queue: [],
  };
  const terms = queueTerms(each, [load]).channels[0]!;
  expect(terms.slots.map(({ rows }) => rows)).toEqual(new Array(KEYS - 1).fill(1));
  // The sooner a row, the dearer.
  expect(terms.slots.every(({ price }, r) => r === 0 || price < terms.slots[r - 1]!.price)).toBe(true);

  let looks = 0;
  const slots = new Proxy(terms.slots, {
    get(target, property) {
      if (/^\d+$/.test(String(property))) looks++;
      return Reflect.get(target, property);
    },
  });
  const lots = lotsOf(each, 1000);
  const queue = { channels: [{ ...terms, slots }] };
  const relaxed = relax(each, lots, {
    sharedUpTo: 8,
    counts: anyCounts(1),
    keep: null,
    fixed: null,
    queue,
  });
  expect(relaxed.packageChannel).toHaveLength(KEYS);
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThanOrEqual(KEYS);
});
