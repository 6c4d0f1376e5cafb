import { describe, expect, it } from "vitest";
import { channelsTreeOf } from "../../../src/io/channelsReader.js";
import { channelsFields } from "../../../src/model/channelsFields.js";
import { contractNumbers } from "../../../src/model/contractNumbers.js";
import { findFields } from "../../../src/model/fieldPath.js";

const FILE = {
  currency: "CNY",
  planAt: "2026-11-22T22:00:00+08:00",
  quotas: [{ id: "day", channels: ["b"], limits: { maxOrders: 10 } }],
  channels: [
    {
      id: "b",
      mode: "batch",
      coverage: [
        { banks: "*", fee: { tiers: [{ upTo: "5.00", flat: "0.10" }, { rate: "0.2%" }] }, successRate: "1" },
      ],
      package: { feeTiers: [{ upTo: 10, fee: "1.00" }, { fee: "2.00" }] },
      queue: { cutOff: "2026-11-23T06:00:00+08:00" },
    },
    { id: "s.1", mode: "single", coverage: [{ id: "all", banks: "*" }], fee: { flat: "1.00" } },
  ],
};

describe("numbers of a contract", () => {
  const { tree, contract } = channelsTreeOf(FILE);
  const fields = channelsFields(contract.exponent);
  const numbers = contractNumbers(tree, fields);
  const of = (path: string) => numbers.find((number) => number.path === path);

  it("are those that it states, with what they count", () => {
    expect(of("channels.b.coverage.0.fee.tiers.1.rate")).toEqual({
      path: "channels.b.coverage.0.fee.tiers.1.rate",
      owner: "b",
      field: "coverage.0.fee.tiers.1.rate",
      value: "0.2%",
      quantity: "rate",
      decimals: 8,
    });
    expect(of("quotas.day.limits.maxOrders")).toMatchObject({ owner: "day", value: "10", quantity: "count" });
    expect(of("channels.b.queue.cutOff")).toMatchObject({
      value: FILE.channels[0]!.queue!.cutOff,
      quantity: "instant",
    });
  });

  it("and those that it could state by themselves", () => {
    expect(of("objective.delayCostPerOrderHour")).toMatchObject({
      owner: null,
      value: null,
      quantity: "money",
    });
    expect(of("channels.b.limits.maxPackages")).toMatchObject({ value: null });
    expect(of("channels.s.1.coverage.all.limits.maxOrders")).toMatchObject({ owner: "s.1", value: null });
    expect(of("channels.b.package.maxOrders")).toMatchObject({ value: null });
  });

  it("but none that tiers take the place of, or that belong to packages on a single channel", () => {
    expect(of("channels.b.package.fee")).toBeUndefined();
    expect(of("channels.b.coverage.0.fee.flat")).toBeUndefined();
    expect(numbers.filter(({ path }) => path.startsWith("channels.s.1.package"))).toEqual([]);
    expect(of("channels.s.1.limits.maxPackages")).toBeUndefined();
    expect(of("channels.s.1.volume.toDate")).toBeUndefined();
  });

  it("have paths that scenarios understand, each to one field", () => {
    expect(numbers.length).toBeGreaterThan(20);
    for (const { path } of numbers) expect(findFields(tree, fields, path), path).toHaveLength(1);
  });
});
