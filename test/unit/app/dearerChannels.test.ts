import { describe, expect, it } from "vitest";
import { isDearerEverywhere } from "../../../src/app/dearerChannels.js";
import { validate } from "../../../src/index.js";
import { parseChannelsObject } from "../../../src/io/channelsReader.js";
import { ordersFromObjects } from "../../../src/io/ordersReader.js";
import { classify } from "../../../src/solver/classes.js";
import { fileOf } from "../io/support.js";

const ORDERS = [
  { id: "1", bank: "ICBC", amount: "100.00" },
  { id: "2", bank: "CCB", amount: "900.00" },
];

type Fields = Readonly<Record<string, unknown>>;
const any = [{ banks: "*" }];
const batch = (fee: string, fields: Fields = {}) => ({
  id: "b",
  mode: "batch",
  coverage: any,
  fee: { flat: "0.30" },
  package: { fee },
  ...fields,
});
const single = (flat: string, fields: Fields = {}) => ({
  id: "s",
  mode: "single",
  coverage: any,
  fee: { flat },
  ...fields,
});

/** Ids of the channels that are dearer everywhere. */
function dearer(channels: readonly object[], delayCostPerOrderHour = "0"): string[] {
  const contract = parseChannelsObject({
    currency: "CNY",
    planAt: "2026-11-22T22:00:00+08:00",
    objective: { delayCostPerOrderHour },
    channels,
  });
  const classes = classify(contract, ordersFromObjects(ORDERS, contract).table);
  return contract.channels.filter((_, c) => isDearerEverywhere(contract, classes, c)).map(({ id }) => id);
}

describe("a channel is dearer everywhere", () => {
  it.each<[string, readonly object[], string[]]>([
    ["by its charge", [single("0.90"), single("0.89", { id: "t" })], ["s"]],
    ["not at equal cost", [single("0.90"), single("0.90", { id: "t" })], []],
    ["by its charge, against the other's whole package fee", [batch("0.59"), single("0.90")], ["s"]],
    ["not where that fee makes it equal", [batch("0.60"), single("0.90")], []],
    ["not where that fee makes the other dearer", [batch("1.00"), single("0.90")], []],
    ["whatever its own package fee", [batch("0", { fee: { flat: "0.91" } }), single("0.90")], ["b"]],
    [
      "not where the other needs more than one order to a package",
      [batch("0.10", { package: { fee: "0.10", minOrders: 2 } }), single("0.90")],
      [],
    ],
    [
      "where each order has another one",
      [
        single("0.90"),
        single("0.10", { id: "t", coverage: [{ banks: ["ICBC"] }] }),
        single("0.20", { id: "u", coverage: [{ banks: ["CCB"] }] }),
      ],
      ["s"],
    ],
    [
      "not where one order has none",
      [single("0.90"), single("0.10", { id: "t", coverage: [{ banks: ["ICBC"] }] })],
      [],
    ],
  ])("%s", (_, channels, expected) => {
    expect(dearer(channels)).toEqual(expected);
  });

  const queue = (fields: Fields) => ({ queue: fields });
  it.each<[string, Fields, Fields, string[]]>([
    ["where neither has a queue", {}, {}, ["s"]],
    ["not where the other takes time for a package", { secondsPerPackage: 60 }, {}, []],
    ["not where the other takes time for an order", { secondsPerOrder: "0.1" }, { secondsPerOrder: 9 }, []],
    ["not where the other begins later", { backlogSeconds: 10 }, { backlogSeconds: 9 }, []],
    ["where the other begins as soon", { backlogSeconds: 9 }, { backlogSeconds: 9 }, ["s"]],
    [
      "where the other is done as soon",
      { resultSeconds: 9 },
      { backlogSeconds: 5, secondsPerOrder: 4 },
      ["s"],
    ],
    [
      "not where its results come later",
      { resultSeconds: 10 },
      { backlogSeconds: 5, secondsPerOrder: 4 },
      [],
    ],
  ])("%s, when waiting costs", (_, other, own, expected) => {
    const channels = [batch("0.10", queue(other)), single("0.90", queue(own))];
    expect(dearer(channels, "0.02")).toEqual(expected);
    expect(dearer(channels, "0")).toEqual(["s"]);
  });
});

describe("validate", () => {
  it("warns of a channel that is dearer everywhere, and not of one that only charges more", async () => {
    const orders = fileOf("id,bank,amount\n1,ICBC,100.00\n", ".csv");
    const warned = async (packageFee: string) => {
      const channels = fileOf(
        JSON.stringify({ currency: "CNY", channels: [batch(packageFee), single("0.90")] }),
        ".json",
      );
      const { warnings } = await validate({ channels, orders });
      return warnings.map(({ file, ...issue }) => ({ ...issue, file: file === channels }));
    };
    expect(await warned("0.50")).toEqual([
      {
        code: "CHANNEL_DEARER_EVERYWHERE",
        file: true,
        path: "channels[1]",
        message: "s is dearer than another channel for every order, even alone in a package there",
        hint: "It can be of use only where the others are full or late.",
      },
    ]);
    expect(await warned("1.00")).toEqual([]);
  });
});
