import { describe, expect, it } from "vitest";
import { examine } from "../../../src/check/index.js";
import { certificateSchema } from "../../../src/model/certificate.js";
import type { ChannelForm, Instance } from "../../support/instance.js";
import { contractOf, tableOf } from "../../support/instance.js";

/** What the checker makes of a certificate, for the plan that defers everything. */
function certified({ channels, orders }: Instance, certificate: object): bigint | string {
  const contract = contractOf(channels);
  const file = certificateSchema.parse({
    schemaVersion: 2,
    inputs: { channels: null, orders: null },
    bound: "0",
    scale: 1,
    ...certificate,
  });
  const proven = examine(contract, tableOf(contract, orders)).certify(
    file,
    new Float64Array(contract.channels.length),
  );
  return "bound" in proven ? proven.bound : proven.problem;
}

const PLAN_AT = "2026-11-22T22:00:00Z";
const batch = (rest: Partial<ChannelForm> = {}): ChannelForm => ({
  id: "b",
  mode: "batch",
  coverage: [{ banks: "*" }],
  fee: { flat: "0.10" },
  package: { fee: "0.50" },
  ...rest,
});
const orders = (count: number, amount = "1.00") =>
  Array.from({ length: count }, (_, i) => ({ id: `o${i}`, bank: "A", amount }));

describe("the groups of a certificate", () => {
  it("tell orders apart however large their numbers are", () => {
    const instance: Instance = {
      channels: { currency: "CNY", planAt: PLAN_AT, channels: [batch()] },
      orders: [
        { id: "dear", bank: "A", amount: "1.00", unroutedPenalty: "9.00" },
        { id: "cheap", bank: "A", amount: "2.00", unroutedPenalty: "0.01" },
      ],
    };
    const leaf = { prices: { limits: [], channels: [] } };
    const asked = { channel: "b", packages: 0, atMost: leaf, above: leaf };
    // Of no use but to take both orders for one and the same.
    const mixed = certified(instance, { groups: [2 ** 26 - 1, null], proof: asked });
    expect(mixed).toBe(certified(instance, { groups: [0, null], proof: asked }));
  });
});
