import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { generateInstance, ORDER_COLUMNS } from "../../../src/generate/index.js";
import { parseChannels } from "../../../src/model/channelsFile.js";

const file = (name: string) =>
  readFileSync(new URL(`../../../examples/nightly/${name}`, import.meta.url), "utf8");
const instance = generateInstance({ orders: 20_000, banks: 150, channels: 8, seed: 7 });

describe("the nightly example", () => {
  it("has the orders that its README says how to make", () => {
    const rows = [...instance.orders].map((order) => ORDER_COLUMNS.map((column) => order[column]).join(","));
    expect(file("orders.csv")).toBe(`${[ORDER_COLUMNS.join(","), ...rows].join("\n")}\n`);
    expect(file("README.md")).toContain("--orders 20000 --banks 150 --channels 8 --seed 7");
  });

  it("has a channels file that parses, with the channels that its orders name", () => {
    const contract = parseChannels(parse(file("channels.yaml"), { schema: "failsafe" }));
    expect(contract.channels.map(({ id }) => id)).toEqual(instance.channels.channels.map(({ id }) => id));
  });

  it("shows every key of the channels file", () => {
    const text = file("channels.yaml");
    for (const key of (
      "currency planAt objective delayCostPerOrderHour failureCost unroutedPenalty unroutedPenaltyRate quotas id channels " +
      "limits maxOrders maxAmount maxPackages mode coverage banks except where amount min max fee flat rate tiers upTo " +
      "round to successRate failureFee package minOrders separateBy queue opensAt cutOff backlogSeconds secondsPerPackage " +
      "secondsPerOrder lanes resultSeconds"
    ).split(" "))
      expect(text, key).toMatch(new RegExp(`^[^#]*\\b${key}:`, "m"));
  });
});
