import { describe, expect, it } from "vitest";
import { contractAt, findParameter } from "../../../src/model/parameter.js";
import { linearityOf } from "../../../src/solver/linearity.js";
import { type ChannelsForm, contractOf, sourceForm } from "../../support/instance.js";

const FILE: ChannelsForm = {
  currency: "CNY",
  objective: { failureCost: "2.00", unroutedPenalty: "30.00", unroutedPenaltyRate: "1%" },
  quotas: [{ id: "day", channels: ["union"], limits: { maxOrders: 100 } }],
  channels: [
    {
      id: "union",
      mode: "batch",
      coverage: [
        { banks: ["ICBC"], successRate: "0.993" },
        { banks: "*", fee: { flat: "0.40", round: { to: "0.001", mode: "halfEven" } } },
      ],
      fee: { flat: "0.42", rate: "0.1%" },
      failureFee: "0.05",
      package: { fee: "8.00", maxOrders: 10 },
      volume: {
        unit: "orders",
        kind: "graduated",
        tiers: [{ from: "10", discount: "0.05" }],
        minimum: { volume: "20", shortfallFee: "0.10" },
      },
    },
    {
      id: "tiers",
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: {
        tiers: [{ upTo: "10.00", flat: "0.50", min: "0.20" }, { flat: "0.60" }],
        round: { to: "0.000001" },
      },
      package: {
        feeTiers: [
          { upTo: 5, fee: "1.00" },
          { fee: "2.00", perOrder: "0.10" },
        ],
      },
      volume: { unit: "amount", kind: "allUnits", tiers: [{ from: "10.00", discount: "1%" }] },
    },
    {
      id: "owed",
      mode: "single",
      coverage: [{ banks: "*" }],
      fee: { flat: "1.00" },
      failureFee: "0.05",
      minimumFee: { fee: "20.00", chargesToDate: "5.00" },
    },
  ],
};

function linearity(path: string, from: string, to: string, file: ChannelsForm = FILE) {
  const tree = { contract: contractOf(file), tree: sourceForm(file), locate: () => ({}) };
  const parameter = findParameter(tree, path);
  const { decimals } = parameter.quantity;
  const units = (text: string) => BigInt(Math.round(Number(text) * 10 ** decimals));
  const at = (text: string) => contractAt(tree, parameter, units(text), "from");
  const found = linearityOf(at(from), at(to), decimals);
  return found.linear ? Number(found.step) / 10 ** decimals : found.why;
}

const withoutMinimumFee: ChannelsForm = {
  ...FILE,
  channels: FILE.channels.map(({ minimumFee: _, ...channel }) => channel),
};

describe("parameters by which every plan costs a straight line", () => {
  it.each([
    ["channels.union.package.fee", "0", "20", 0.000001],
    ["channels.tiers.package.feeTiers.0.fee", "0", "20", 0.000001],
    ["channels.tiers.package.feeTiers.1.perOrder", "0", "20", 0.000001],
    ["objective.unroutedPenalty", "0", "20", 0.000001],
    // Fees are rounded to 0.01; with 99.3% of it a charge is whole then.
    ["channels.union.fee.flat", "0", "2", 0.01],
    // To the nearest even thousandth: those of two thousandths are alike.
    ["channels.union.coverage.1.fee.flat", "0", "2", 0.002],
    ["channels.tiers.fee.tiers.1.flat", "0", "2", 0.000001],
    // 0.7% of it must be whole cost units.
    ["channels.union.failureFee", "0", "2", 0.001],
    ["channels.union.volume.tiers.0.discount", "0", "0.40", 0.000001],
    ["channels.union.volume.minimum.shortfallFee", "0", "2", 0.000001],
    // Of an amount of 0.01 this is a cost unit.
    ["channels.tiers.volume.tiers.0.discount", "0", "0.2", 0.0001],
  ])("%s from %s to %s in steps of %d", (path, from, to, step) => {
    expect(linearity(path, from, to)).toBe(step);
  });

  it("counts what failures cost where no minimum fee counts them too", () => {
    expect(linearity("objective.failureCost", "0", "5")).toContain("minimum fee");
    expect(linearity("objective.failureCost", "0", "5", withoutMinimumFee)).toBe(0.001);
    expect(linearity("channels.owed.failureFee", "0", "5")).toContain("minimum fee");
    expect(linearity("channels.owed.fee.flat", "0", "5")).toContain("minimum fee");
    expect(linearity("channels.owed.fee.flat", "0", "5", withoutMinimumFee)).toBe(0.01);
  });

  it.each([
    ["channels.union.fee.rate", "0", "0.01", "rounded order by order"],
    ["channels.union.coverage.0.successRate", "0.5", "1", "rounded order by order"],
    ["objective.unroutedPenaltyRate", "0", "0.01", "rounded order by order"],
    ["objective.delayCostPerOrderHour", "0", "1", "rounded up once for each channel"],
    ["channels.tiers.fee.tiers.0.flat", "0", "1", "within a least and a highest fee"],
    ["channels.tiers.fee.tiers.0.min", "0", "1", "decides which plans"],
    ["channels.union.fee.max", "1", "2", "decides which plans"],
    ["channels.union.fee.round.to", "0.01", "0.02", "decides which plans"],
    ["channels.union.package.maxOrders", "1", "20", "decides which plans"],
    ["channels.union.package.minOrders", "1", "5", "decides which plans"],
    ["channels.union.limits.maxAmount", "1", "20", "decides which plans"],
    ["channels.union.coverage.0.limits.maxOrders", "1", "20", "decides which plans"],
    ["channels.union.coverage.0.amount.min", "1", "20", "decides which plans"],
    ["channels.union.queue.lanes", "1", "3", "decides which plans"],
    ["channels.union.volume.tiers.0.from", "0", "9", "decides which plans"],
    ["channels.union.volume.toDate", "0", "9", "decides which plans"],
    ["channels.union.volume.minimum.volume", "0", "9", "decides which plans"],
    ["channels.owed.minimumFee.fee", "0", "9", "decides which plans"],
    ["quotas.day.limits.maxOrders", "0", "9", "decides which plans"],
  ])("%s from %s to %s is none: %s", (path, from, to, why) => {
    expect(linearity(path, from, to)).toContain(why);
  });
});
