import { describe, expect, it } from "vitest";
import { plan } from "../../src/index.js";

/** Ids with half of a character became others in the files of a plan, which then failed its own check. */
describe("half of a character", () => {
  const channels = {
    currency: "CNY",
    channels: [{ id: "fast", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.00" } }],
  };
  it.each([
    ["id", { id: "o\ud800", bank: "ICBC", amount: "1.00" }],
    ["bank", { id: "o1", bank: "\udc00", amount: "1.00" }],
  ])("is refused in %s", async (_field, order) => {
    await expect(plan({ channels, orders: [order], threads: 1 })).rejects.toThrow("[WRONG_ENCODING]");
  });

  it("is refused in a channel's id", async () => {
    const wrong = { ...channels, channels: [{ ...channels.channels[0], id: "fast\udfff" }] };
    await expect(plan({ channels: wrong, orders: [], threads: 1 })).rejects.toThrow("[WRONG_ENCODING]");
  });

  it("is none where it is whole", async () => {
    const orders = [{ id: "o😀", bank: "😀", amount: "1.00" }];
    const made = await plan({ channels, orders, threads: 1 });
    expect((await made.assignments()).map(({ order }) => order)).toEqual(["o😀"]);
  });
});
