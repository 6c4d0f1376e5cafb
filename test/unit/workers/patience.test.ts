import { afterEach, expect, it, vi } from "vitest";
import { SolvePool } from "../../../src/workers/pool.js";
import { solvePlan } from "../../../src/workers/solvePlan.js";
import { contractOf, tableOf } from "../../support/instance.js";

/** How often a search looks whether it has waited long enough. */
const LOOK_MS = 50;

afterEach(() => {
  vi.restoreAllMocks();
});

it("stops looking after a search for a proof that fails", async () => {
  const looks = vi.spyOn(globalThis, "setInterval");
  const ended = vi.spyOn(globalThis, "clearInterval");
  const contract = contractOf({
    currency: "CNY",
    planAt: "2026-11-22T22:00:00Z",
    // Where waiting costs something, a plan need not wait for all of the proof.
    objective: { delayCostPerOrderHour: "0.02" },
    channels: [
      {
        id: "a",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "1.00" },
        queue: { secondsPerPackage: 10 },
      },
    ],
  });
  const pool = new SolvePool({ threads: 2 });
  const idle = { reply: Promise.resolve(undefined), kill: () => {} };
  vi.spyOn(pool, "construct").mockReturnValue(idle);
  vi.spyOn(pool, "greedy").mockReturnValue(idle);
  vi.spyOn(pool, "prove").mockImplementation((_, onNews) => {
    onNews({ guided: null });
    const reply = vi
      .waitFor(() => expect(looks.mock.calls.some(([, ms]) => ms === LOOK_MS)).toBe(true), {
        timeout: 10_000,
        interval: 10,
      })
      .then(() => {
        throw new Error("It fails.");
      });
    return { reply, kill: () => {} };
  });
  try {
    const orders = tableOf(contract, [{ id: "o1", bank: "A", amount: "5.00" }]);
    const options = { engine: "greedy", mip: "highs", timeLimitMs: 20_000, gap: 0, seed: 1 } as const;
    await expect(solvePlan(pool, contract, orders, options)).rejects.toThrow("It fails.");
  } finally {
    await pool.close();
  }
  const left = looks.mock.results.filter(
    ({ value }, i) =>
      looks.mock.calls[i]![1] === LOOK_MS && !ended.mock.calls.some(([timer]) => timer === value),
  );
  for (const { value } of left) clearInterval(value);
  expect(left).toEqual([]);
});
