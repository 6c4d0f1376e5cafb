import { afterEach, describe, expect, it } from "vitest";
import { CheckerHere } from "../../../src/workers/checker.js";
import { CheckThread, openChecker } from "../../../src/workers/checkThread.js";
import { contractOf, type Instance, tableOf } from "../../support/instance.js";
import { handPlan } from "../check/handPlan.js";

const { contract, orders, folder, inputs } = handPlan();
const counts = [1, 1, 0];

let thread: CheckThread | undefined;
afterEach(async () => {
  await thread?.close();
  thread = undefined;
});

describe("a checker in a thread of its own", () => {
  it("says what a checker here says", async () => {
    thread = new CheckThread(contract, orders);
    const here = new CheckerHere(contract, orders);
    expect(await thread.prices(folder.certificate, counts)).toEqual(
      await here.prices(folder.certificate, counts),
    );
    const report = await thread.check(folder, inputs);
    expect(report).toEqual(await here.check(folder, inputs));
    expect(report.total).toBe(0);

    const wrong = { ...folder, assignments: { ...folder.assignments, charge: new Float64Array(5) } };
    const ids = new Map(Array.from({ length: orders.count }, (_, row) => [row, `id ${row}`]));
    const found = await thread.check(wrong, inputs, ids);
    expect(found).toEqual(await here.check(wrong, inputs, ids));
    expect(found.violations[0]).toMatchObject({
      code: "CHARGE",
      message: expect.stringContaining("Order id 0 on a"),
    });
  });

  it("brings faults with their code, and only when it is asked", async () => {
    const dear: Instance = {
      channels: {
        currency: "CNY",
        channels: [{ id: "a", mode: "single", coverage: [{ banks: "*" }], fee: { rate: "100%" } }],
      },
      orders: [{ id: "o1", bank: "A", amount: "90071992547409.91" }],
    };
    const terms = contractOf(dear.channels);
    thread = new CheckThread(terms, tableOf(terms, dear.orders));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(thread.prices(folder.certificate, [0])).rejects.toMatchObject({
      name: "Fault",
      code: "CHARGE_OUT_OF_RANGE",
    });
  });
});

describe("openChecker", () => {
  const table = (count: number, profiles: number) => ({
    ...orders,
    count,
    profiles: Array.from({ length: profiles }, () => orders.profiles[0]!),
    profile: new Int32Array(count),
    amount: new Float64Array(count).fill(1),
  });

  it.each([
    ["many orders", 50_000, 1, 2, true],
    ["few orders", 49_999, 1, 2, false],
    ["one thread for all", 50_000, 1, 1, false],
    ["orders that each have a profile to be copied", 50_000, 5_001, 2, false],
  ])("%s", async (_, count, profiles, threads, own) => {
    const checker = openChecker(contract, table(count, profiles), threads);
    expect(checker instanceof CheckThread).toBe(own);
    await checker.close();
  });
});
