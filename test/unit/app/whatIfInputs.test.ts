import { expect, test } from "vitest";
import { readWhatIf } from "../../../src/app/whatIfInputs.js";
import { InputError } from "../../../src/model/issue.js";

const CHANNELS = {
  currency: "CNY",
  channels: [
    {
      id: "bat",
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: { flat: "0.50" },
      package: { fee: "8.00", maxOrders: 10 },
    },
    { id: "single", mode: "single", coverage: [{ banks: "*" }], fee: { rate: "0.2%" } },
  ],
};
const ORDERS = [{ id: "o1", bank: "ICBC", amount: "10.00" }];

async function problems(scenarios: object): Promise<string[]> {
  try {
    const { store } = await readWhatIf(CHANNELS, ORDERS, scenarios, {});
    await store.close();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.total).toBe(error.issues.length);
    return error.issues.map(({ code, path }) => `${code} ${path}`).sort();
  }
}

const set = (path: string, value: string) => ({ changes: [{ set: { [path]: value } }] });

test("every problem of scenarios comes at once, whether it shows with channels or without", async () => {
  expect(
    await problems({
      scenarios: [
        { id: "a", extends: "nobody", ...set("channels.maybe-added.fee.flat", "1") },
        { id: "b", ...set("channels.bat.package.fees", "1") },
        { id: "c", changes: [{ off: ["bad"] }, { scale: { "channels.bat.limits.maxOrdrs": "much" } }] },
        { id: "d", ...set("channels.bat.package.minOrders", "11") },
      ],
      sweeps: [
        { id: "s", over: [{ set: "channels.bat.package.fe", from: "2", to: "1", step: "small" }] },
        { id: "t", over: [{ set: "channels.bat.package.fee", values: ["1", "dear"] }] },
      ],
    }),
  ).toEqual([
    "EMPTY_RANGE channels[0].package.minOrders",
    "NOT_A_DECIMAL channels[0].package.fee",
    "NOT_A_DECIMAL scenarios[2].changes[1].scale.channels.bat.limits.maxOrdrs",
    "NOT_A_DECIMAL sweeps[0].over[0].step",
    "UNKNOWN_CHANNEL scenarios[2].changes[0].off[0]",
    "UNKNOWN_PATH scenarios[1].changes[0].set.channels.bat.package.fees",
    "UNKNOWN_PATH scenarios[2].changes[1].scale.channels.bat.limits.maxOrdrs",
    "UNKNOWN_PATH sweeps[0].over[0]",
    "UNKNOWN_SCENARIO scenarios[0].extends",
    "WRONG_AXIS sweeps[0].over[0]",
  ]);
});

test("a wrong path hides no wrong value, and nothing that comes of it is told of", async () => {
  expect(
    await problems({
      scenarios: [
        {
          id: "a",
          changes: [
            { set: { "channels.single.fee.flat": "cheap", "channels.bat.fee.tiers": [{ flat: "1" }] } },
            { remove: ["channels.bat.fee.falt"] },
          ],
        },
        // What cannot be read may be what is removed.
        {
          id: "b",
          changes: [
            { add: { "channels.bat.limits.maxOrders": "one" } },
            { remove: ["channels.bat.limits.maxOrders"] },
          ],
        },
      ],
    }),
  ).toEqual([
    "NOT_A_DECIMAL channels[1].fee.flat",
    "NOT_A_DECIMAL scenarios[1].changes[0].add.channels.bat.limits.maxOrders",
    "UNKNOWN_PATH scenarios[0].changes[1].remove[0]",
  ]);
});

test("a change that several scenarios share is told of once", async () => {
  expect(
    await problems({
      scenarios: [
        { id: "a", ...set("channels.bat.package.fees", "1") },
        { id: "b", extends: "a" },
      ],
      sweeps: [{ id: "s", extends: "b", over: [{ set: "channels.bat.package.fee", values: ["1", "2"] }] }],
    }),
  ).toEqual(["UNKNOWN_PATH scenarios[0].changes[0].set.channels.bat.package.fees"]);
});
