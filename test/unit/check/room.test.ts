import { describe, expect, test } from "vitest";
import { examine, pricesOf } from "../../../src/check/index.js";
import type { ChannelPrices as PriceForm, Proof } from "../../../src/model/certificate.js";
import { contractOf, ordersOf } from "./inputs.js";

/**
 * Thirty orders. Channel a takes each for 0.10, one package of up to ten at 1.00; channel s takes any for 1.00. The
 * best plan fills the package: 1.00 + 1.00 + 20.00. A second package would save 10 × 0.90 − 1.00 = 8.00.
 */
const contract = contractOf({
  currency: "CNY",
  quotas: [{ id: "q", channels: ["a"], limits: { maxPackages: 3, maxAmount: "90000.00" } }],
  channels: [
    {
      id: "a",
      mode: "batch",
      coverage: [{ banks: ["ICBC"], limits: { maxOrders: 25 } }, { banks: "*" }],
      fee: { flat: "0.10" },
      package: { fee: "1.00", maxOrders: 10 },
      limits: { maxPackages: 1 },
    },
    { id: "s", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "1.00" } },
  ],
});
const orders = ordersOf(
  contract,
  Array.from({ length: 30 }, () => ({ bank: "ICBC", amount: "100.00" })),
);
const examined = examine(contract, orders);

const CENT = 10_000;
/** A place on a is worth the 0.90 by which it is cheaper. */
const place: PriceForm = { channel: "a", place: 90 * CENT };

function room(proof: Proof, packages = 1, scale = 1, of = examined) {
  const file = { channels: null, orders: null };
  return pricesOf(of, { schemaVersion: 2, inputs: file, bound: "0", scale, proof }, [packages, 0]);
}

describe("what more room is worth", () => {
  test("a second package is worth what it would save, whoever is paid for it", () => {
    const byPlaces = room({ prices: { limits: [], channels: [place, { channel: "s", place: 0 }] } });
    expect(byPlaces.channels[0]).toMatchObject({ package: "8.00", place: "0.90", packageCost: "1.00" });
    // The same with a price on the limit itself: the channel then earns nothing.
    const limits = [{ channel: "a", packages: 800 * CENT }];
    const byLimit = room({ prices: { limits, channels: [place, { channel: "s", place: 0 }] } });
    expect(byLimit.channels[0]).toMatchObject({ package: "8.00", place: "0.90", packageCost: "9.00" });
  });

  test("limits that there are not have no price, others at least 0.00", () => {
    const { channels, quotas } = room({ prices: { limits: [], channels: [place] } });
    expect(channels[0]).toMatchObject({ order: null, amount: null, packageAmount: null, cutOffHour: null });
    expect(channels[0]!.rules).toEqual([{ rule: 0, order: "0.00", amount: null }]);
    expect(channels[1]).toMatchObject({ order: null, package: null, place: null, packageCost: null });
    expect(quotas).toEqual([{ id: "q", order: null, amount: "0.00", package: "0.00" }]);
  });

  test("rules and quotas have the price of their limit, amounts by 10,000.00", () => {
    const limits = [
      { channel: "a", rule: 0, orders: 7 * CENT },
      { quota: "q", amount: 125 * CENT, packages: 3 * CENT },
    ];
    const { channels, quotas } = room({ prices: { limits, channels: [place] } });
    expect(channels[0]!.rules).toEqual([{ rule: 0, order: "0.07", amount: null }]);
    expect(quotas).toEqual([{ id: "q", order: null, amount: "1.25", package: "0.03" }]);
  });

  test("of a branching proof the part speaks that holds the plan's packages", () => {
    const none = { prices: { limits: [], channels: [] } };
    const some = { prices: { limits: [], channels: [place, { channel: "s", place: 0 }] } };
    const proof = { channel: "a", packages: 0, atMost: none, above: some };
    expect(room(proof, 1).channels[0]!.package).toBe("8.00");
    expect(room(proof, 0).channels[0]!.package).toBe("0.00");
  });

  test("is rounded up to a cost unit", () => {
    const { quotas } = room({ prices: { limits: [{ quota: "q", packages: 1001 }], channels: [] } }, 1, 1000);
    expect(quotas[0]!.package).toBe("0.000002");
  });

  test("the front of the queue is the first row's price", () => {
    const slots = { per: "package" as const, prices: [{ rows: 2, price: 5 * CENT, step: CENT }] };
    const { channels } = room({ prices: { limits: [], channels: [{ ...place, slots }] } });
    expect(channels[0]!.queueHead).toEqual({ per: "package", price: "0.05", amount: null });
    expect(channels[1]!.queueHead).toBeNull();
  });

  test("the front of the queue may be worth the more the larger an order is", () => {
    const slots = { per: "place" as const, prices: [{ rows: 1, price: 0, step: 0, amount: 7 * CENT }] };
    const [a, s] = contract.channels;
    const packages = { ...a!.package, maxAmount: 500_000 };
    const full = examine({ ...contract, channels: [{ ...a!, package: packages }, s!] }, orders);
    const { channels } = room({ prices: { limits: [], channels: [{ ...place, slots }] } }, 1, 1, full);
    expect(channels[0]!.queueHead).toEqual({ per: "order", price: "0.00", amount: "0.07" });
  });
});
