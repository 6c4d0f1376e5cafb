import { describe, expect, it } from "vitest";
import { InputError, plan } from "../../src/index.js";

/** Queues of nine and a half years an order once ended in faults of ours: a failed check, malformed instants, an invalid time. */
describe("a queue beyond exact time", () => {
  const channels = (queue: object) => ({
    currency: "CNY",
    planAt: "2026-11-22T22:00:00+08:00",
    objective: { unroutedPenalty: "999999999" },
    channels: [
      {
        id: "s",
        mode: "single",
        coverage: [{ banks: "*" }],
        fee: { flat: "0.90" },
        queue: { secondsPerOrder: "300000000.000001", ...queue },
      },
    ],
  });
  const orders = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `o${i + 1}`, bank: "A", amount: "1.00" }));

  it.each([60, 1_200, 40_000])("is bad input with %i orders", async (count) => {
    const error = await plan({ channels: channels({}), orders: orders(count), timeLimit: 5 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).issues).toMatchObject([
      { code: "QUEUE_TOO_LONG", path: "channels[0].queue.secondsPerOrder", value: "300000000.000001" },
    ]);
  });

  it.each([
    [{ cutOff: "2060-01-01T00:00:00Z" }, 1_200, 3],
    [{}, 24, 24],
    [{ lanes: 1000 }, 1_200, 1_200],
  ])("is none with %j and %i orders", async (queue, count, routed) => {
    const planned = await plan({ channels: channels(queue), orders: orders(count), timeLimit: 5 });
    expect(planned.plan.counts.routed).toBe(routed);
    await planned.close();
  });
});
