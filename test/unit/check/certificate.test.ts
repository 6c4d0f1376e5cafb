import { describe, expect, it } from "vitest";
import { checkPlan, examine } from "../../../src/check/index.js";
import { certificateSchema } from "../../../src/model/certificate.js";
import type { ChannelForm, Instance } from "../../support/instance.js";
import { contractOf, tableOf } from "../../support/instance.js";
import { handPlan } from "./handPlan.js";

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

describe("the bound of a certificate", () => {
  it("goes up to what every plan's cost is a multiple of, however large amounts are", () => {
    const instance: Instance = {
      channels: {
        currency: "CNY",
        // A penalty of 450,000,500.00, all of them whole.
        objective: { unroutedPenalty: "500.00", unroutedPenaltyRate: "0.5%" },
        channels: [batch({ fee: { flat: "3.00" }, package: { fee: "5.00" } })],
      },
      orders: orders(2, "90000000000.00"),
    };
    const prices = { limits: [], channels: [{ channel: "b", place: 2_400_000 }] };
    // Two orders at 5.40 each, and no package that gains.
    expect(certified(instance, { proof: { prices } })).toBe(11_000_000n);
  });
});

describe("the slots of a certificate", () => {
  it("may cost nothing in packages that hold any number", () => {
    const instance: Instance = {
      channels: { currency: "CNY", planAt: PLAN_AT, channels: [batch()] },
      orders: orders(2),
    };
    const prove = (slots: object) =>
      certified(instance, { proof: { prices: { limits: [], channels: [{ channel: "b", slots }] } } });
    const none = prove({ per: "package", prices: [] });
    expect(prove({ per: "place", prices: [] })).toBe(none);
    expect(prove({ per: "place", prices: [{ rows: 1, price: 0, step: 0 }] })).toBe(none);
  });
});

describe("the prices of limits", () => {
  it("of amount that do not add up exactly are refused", () => {
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        objective: { unroutedPenalty: "200000.00" },
        channels: [
          {
            id: "s",
            mode: "single",
            coverage: [{ banks: "*" }],
            fee: { flat: "0" },
            limits: { maxAmount: "10000.00" },
          },
        ],
      },
      orders: orders(10, "1000.00"),
    };
    // Their sum is 9 more than a multiple of 10, and odd: a double takes it for more.
    const prices = [2 ** 51, 2 ** 51, 2 ** 51, 2 ** 51, 7];
    const sum = prices.reduce((total, price) => total + BigInt(price), 0n);
    expect([sum % 10n, sum % 2n]).toEqual([9n, 1n]);
    const proven = certified(instance, {
      scale: 1_000_000,
      proof: {
        prices: {
          limits: prices.map((amount) => ({ channel: "s", amount })),
          channels: [{ channel: "s", place: 0 }],
        },
      },
    });
    expect(proven).toBe("Its prices of amount on channel s are too large to add up exactly.");
  });

  it("name a quota or a rule, not both", () => {
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        quotas: [{ id: "q", channels: ["b"], limits: { maxOrders: 1 } }],
        channels: [batch()],
      },
      orders: orders(1),
    };
    const prices = { limits: [{ quota: "q", rule: 0, orders: 5 }], channels: [] };
    expect(certified(instance, { proof: { prices } })).toBe(
      "A limit's price names either a channel or a quota, and a rule of a channel only.",
    );
  });
});

describe("the time of all lanes together", () => {
  it("is exact where it is more than a double holds", () => {
    const lanes = 61;
    const seconds = 300_000_000;
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        objective: { unroutedPenalty: "1.00" },
        channels: [
          batch({
            fee: { flat: "0" },
            package: { fee: "0", maxOrders: 1 },
            queue: {
              cutOff: `${new Date(Date.parse(PLAN_AT) + seconds * 1000).toISOString().slice(0, 19)}.000001Z`,
              secondsPerPackage: seconds,
              secondsPerOrder: 0.000001,
              lanes,
            },
          }),
        ],
      },
      orders: orders(lanes),
    };
    // All of them can be routed, each in a lane of its own, for nothing.
    expect(certified(instance, { proof: { prices: { limits: [], channels: [{ channel: "b" }] } } })).toBe(0n);
  });
});

describe("waiting in a row far behind", () => {
  it("is exact where its time is more than a double holds", () => {
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        objective: { delayCostPerOrderHour: "0.000001" },
        channels: [
          {
            id: "s",
            mode: "single",
            coverage: [{ banks: "*" }],
            fee: { flat: "0.10" },
            queue: { backlogSeconds: 299_999_999.999999, secondsPerOrder: 300_000_000 },
          },
        ],
      },
      orders: [{ id: "o", bank: "A", amount: "1.00", delayWeight: "0.000001" }],
    };
    // Row 119 is the first that costs nothing. It ends a microsecond before 3.6 · 10¹⁶, when waiting would come to 10.
    const slots = { per: "place", prices: [{ rows: 118, price: 11, step: 0 }] };
    const proof = { prices: { channels: [{ channel: "s", place: 0, slots }] } };
    expect(certified(instance, { proof })).toBe(100_000n + 9n - 118n * 11n);
  });
});

describe("orders that packages must take at a loss", () => {
  it("are added up exactly", () => {
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        objective: { unroutedPenalty: "100.00" },
        channels: [batch({ fee: { flat: "0" }, package: { fee: "0", minOrders: 9, maxAmount: "90000.00" } })],
      },
      orders: orders(9, "10000.00"),
    };
    // What each order pays for its amount the package earns: routing all costs nothing, and nothing more is proven.
    for (const amount of [2 ** 50 + 1_000_001, 2 ** 50 + 1_000_003, 2 ** 50 + 1_000_005, 2 ** 50 + 1_000_007])
      expect(
        certified(instance, {
          scale: 1000,
          proof: { prices: { limits: [], channels: [{ channel: "b", amount }] } },
        }),
      ).toBe(0n);
  });
});

describe("orders that cost more than they can be worth", () => {
  /** Five orders in one package; those of bank A cost so much. Deferring costs 2⁵¹ cost units each. */
  const instance = (charge: number, banks = "AAABB"): Instance => ({
    channels: {
      currency: "CNY",
      planAt: PLAN_AT,
      objective: { unroutedPenalty: "2251799813.685248" },
      channels: [
        batch({
          coverage: [
            { banks: ["A"], fee: { flat: money(charge), round: { to: "0.000001" } } },
            { banks: ["B"], fee: { flat: "0" } },
          ],
          package: { fee: "0", minOrders: 5 },
        }),
      ],
    },
    orders: [...banks].map((bank, i) => ({ id: `o${i}`, bank, amount: "1.00" })),
  });
  const money = (units: number) => `${Math.floor(units / 1e6)}.${String(units % 1e6).padStart(6, "0")}`;
  const few = { prices: { worth: [2 ** 51, Math.floor(2 ** 53 / 5)] } };

  it("are added up exactly beside those that gain", () => {
    // Three times this is 2⁵³ + 1, 4 and 7: sums of doubles would be out by one, and the bound above the optimum.
    for (const charge of [3_002_399_751_580_331, 3_002_399_751_580_332, 3_002_399_751_580_333]) {
      const proof = { channel: "b", packages: 0, atMost: few, above: { prices: { worth: [0, 100] } } };
      expect(certified(instance(charge), { groups: [0, 0, 0, 1, 1], proof })).toBe(3n * BigInt(charge));
    }
  });

  it("count as 2^52 and no more", () => {
    // One that is charged more, and worth 2⁵⁰: with four that are worth nothing the set proves 2⁵² all the same.
    for (const more of [2 ** 48 + 1, 2 ** 49 + 1]) {
      const proof = { channel: "b", packages: 0, atMost: few, above: { prices: { worth: [2 ** 50, 0] } } };
      const bound = certified(instance(2 ** 52 + more, "ABBBB"), { groups: [0, 1, 1, 1, 1], proof });
      expect(bound).toBe(2n ** 52n);
    }
  });
});

describe("penalties", () => {
  it("are exact where rate and amount multiply to more than a double holds", () => {
    // 10% of 25,000,000.01 and 0.01: deferring costs less than the charge of 20%.
    const instance: Instance = {
      channels: {
        currency: "CNY",
        objective: { unroutedPenaltyRate: "10%" },
        channels: [batch({ fee: { rate: "20%" } })],
      },
      orders: orders(2, "25000000.01").map((order) => ({ ...order, unroutedPenalty: "0.01" })),
    };
    expect(certified(instance, { proof: { prices: { channels: [{ channel: "b", place: 0 }] } } })).toBe(
      5_000_000_022_000n,
    );
    // A penalty beyond the safe integers is more than any worth.
    const dearer = {
      channels: { ...instance.channels, channels: [batch()] },
      orders: orders(1, "90000000000000.00"),
    };
    expect(certified(dearer, { proof: { prices: {} } })).toBe(600_000n);
  });
});

describe("the lists of a certificate", () => {
  it("may be left out", () => {
    const instance: Instance = {
      channels: { currency: "CNY", planAt: PLAN_AT, channels: [batch()] },
      orders: orders(2),
    };
    const empty = certified(instance, { proof: { prices: { limits: [], channels: [] } } });
    expect(certified(instance, { proof: { prices: {} } })).toBe(empty);
  });
});

describe("a certificate with prices that mean nothing", () => {
  it("is refused even where nothing depends on them", () => {
    // Nobody can use channel "b", so that no plan has a package of it.
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        channels: [
          batch({ coverage: [{ banks: ["Z"] }] }),
          { id: "s", mode: "single", coverage: [{ banks: "*" }], fee: { flat: "0.10" } },
        ],
      },
      orders: orders(1),
    };
    const falling = { per: "place", prices: [{ rows: 2, price: 1, step: 2 }] };
    const proof = {
      channel: "b",
      packages: 0,
      atMost: { prices: {} },
      above: { prices: { channels: [{ channel: "s", slots: falling }] } },
    };
    expect(certified(instance, { proof })).toBe("Slots of channel s fall below 0.");
  });
});

describe("packages that earn something by themselves", () => {
  it("sell no more than there is room for in so many of them", () => {
    // Two packages of two orders are too many orders for the channel; a package of two or three is not.
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        objective: { unroutedPenalty: "1.00", delayCostPerOrderHour: "36.00" },
        channels: [
          batch({
            fee: { flat: "0.10" },
            package: { fee: "0", minOrders: 2 },
            limits: { maxOrders: 3 },
            queue: { secondsPerOrder: 10 },
          }),
        ],
      },
      orders: orders(4),
    };
    const proof = { prices: { channels: [{ channel: "b", packageOrders: 3 }] } };
    // An hour of waiting costs 36.00, ten seconds 0.10: a package earns 0.10 · 3² / 2 = 0.45, an order pays 0.10 for
    // itself and 0.30 for the others. Four orders are worth 4.00, of which three in one package take 3 · 0.60 + 0.45.
    expect(certified(instance, { proof })).toBe(1_750_000n);
  });
});

describe("a certificate that was looked at before", () => {
  it("is not worked out again for the check of the plan", () => {
    const hand = handPlan();
    const examined = examine(hand.contract, hand.orders);
    const before = examined.certify(hand.folder.certificate, [1, 1, 0]);
    const asked: unknown[] = [];
    const certify: typeof examined.certify = (...question) => {
      asked.push(examined.certify(...question));
      return asked.at(-1) as typeof before;
    };
    expect(checkPlan({ ...hand, examined: { ...examined, certify } }).total).toBe(0);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toBe(before);
  });
});

describe("what packages earn", () => {
  it("is looked at for every number of them where more hold more, and leave less time", () => {
    const instance: Instance = {
      channels: {
        currency: "CNY",
        planAt: PLAN_AT,
        objective: { unroutedPenalty: "1.00" },
        channels: [
          batch({
            package: { uniqueBy: ["kind"] },
            queue: { cutOff: "2026-11-22T22:00:11Z", secondsPerPackage: 2, secondsPerOrder: 1 },
          }),
        ],
      },
      // One package holds one of each kind, 5 in all; three leave time for 5, but two for 7.
      orders: orders(15).map((order, i) => ({ ...order, kind: `A${i % 5}` })),
    };
    const prices = { limits: [], channels: [{ channel: "b", place: 900_000 }] };
    // Seven orders at 0.10 and eight at their penalty: a plan costs that.
    expect(certified(instance, { proof: { prices } })).toBe(8_700_000n);
  });
});
