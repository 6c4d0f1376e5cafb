import { describe, expect, it } from "vitest";
import { actualCost, pspInstance, readPsp } from "../support/public/psp.js";
import { withPublicData } from "../support/public/publicData.js";
import { planPublic } from "./planned.js";

const data = withPublicData("psp-routing");

/** Cost units in one EUR. */
const UNITS = 1e6;

describe.skipIf(data.missing)(data.title("February's card payments by January's success rates"), () => {
  it("cost less in expectation than what was done", async () => {
    const { attempts, fees } = readPsp(data.folder);
    const plan = await planPublic(pspInstance(attempts, fees), { timeLimit: 20 });
    const done = actualCost(attempts, fees);
    expect(plan.counts).toMatchObject({
      orders: 24_106,
      routed: 24_106,
      deferred: 0,
      rejected: 0,
      packages: 0,
    });
    // Without limits each attempt takes its cheapest provider, which zero prices prove.
    expect(plan).toMatchObject({ status: "optimal", proof: "certificate", gap: 0 });
    const [planned, actual] = [Number(plan.cost.objective), Number(done.expected) / UNITS];
    console.log(
      `psp-routing: expected cost ${planned.toFixed(2)} EUR planned, ${actual.toFixed(2)} EUR as done: ` +
        `${((100 * (actual - planned)) / actual).toFixed(2)}% less`,
    );
    expect(planned).toBeLessThan(actual);
  });
});
