import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { plan } from "../../../src/index.js";

/** A checker that is still at work when it is closed. */
vi.mock("../../../src/workers/checkThread.js", () => ({
  openChecker: () => {
    let giveUp = (_: Error) => {};
    return {
      prices: () =>
        new Promise((_, reject) => {
          giveUp = reject;
        }),
      check: () => Promise.reject(new Error("Nobody asks.")),
      close: async () => giveUp(new Error("The thread has ended.")),
    };
  },
}));
vi.mock("../../../src/app/planTables.js", () => ({
  planTables: () => {
    throw new Error("No tables.");
  },
}));

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
let others: NodeJS.UnhandledRejectionListener[] = [];
beforeEach(() => {
  others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
  for (const other of others) process.on("unhandledRejection", other);
});

it("a plan that fails while the checker is at work fails for its own reason alone", async () => {
  const channels = {
    currency: "CNY",
    channels: [{ id: "a", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.00" } }],
  };
  const orders = [{ id: "o1", bank: "A", amount: "5.00" }];
  await expect(plan({ channels, orders, threads: 1, timeLimit: 5 })).rejects.toThrow("No tables.");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled).toEqual([]);
});
