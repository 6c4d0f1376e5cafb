import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/model/issue.js";
import { leaveTimes } from "../../../src/model/queue.js";
import { latestFinish, refuseEndlessQueues } from "../../../src/solver/queueReach.js";
import { type ChannelForm, type ChannelsForm, contractOf } from "../../support/instance.js";

const PLAN_AT = "2026-11-22T22:00:00+08:00";
/** Seconds from `PLAN_AT` to 2^53 microseconds after 1970. */
const LEFT = Number.MAX_SAFE_INTEGER / 1e6 - Date.parse(PLAN_AT) / 1000;
const at = (seconds: number) =>
  new Date(Date.parse(PLAN_AT) + seconds * 1000).toISOString().replace(".000Z", "Z");

function contractWith(channel: Partial<ChannelForm>, more: Partial<ChannelsForm> = {}) {
  const form = {
    id: "c",
    mode: "batch" as const,
    coverage: [{ banks: "*" as const }],
    fee: { flat: "1" },
    ...channel,
  };
  return contractOf({ currency: "CNY", planAt: PLAN_AT, channels: [form], ...more });
}

/** Seconds at which a channel with so many orders finishes at the latest. */
function latest(
  channel: Partial<ChannelForm>,
  orders: number,
  more: Partial<ChannelsForm> = {},
  due = Infinity,
) {
  const contract = contractWith(channel, more);
  return latestFinish(contract, 0, { orders, latestDue: due * 1e6 }) / 1e6;
}

describe("the latest finish", () => {
  const queue = { secondsPerPackage: 100, secondsPerOrder: 1 };
  it.each<[string, Partial<ChannelForm>, number]>([
    ["each order in a package", { queue }, 12 * 101],
    [
      "opening, backlog and results",
      { queue: { ...queue, backlogSeconds: 7, resultSeconds: 5, opensAt: at(60) } },
      72 + 12 * 101,
    ],
    ["a cut-off", { queue: { ...queue, cutOff: at(600), resultSeconds: 5 } }, 605],
    ["a cut-off beyond", { queue: { ...queue, cutOff: at(9999) } }, 12 * 101],
    ["packages that hold more at least", { queue, package: { minOrders: 5 } }, 2 * 100 + 12],
    ["fewer orders than a package must have", { queue, package: { minOrders: 13 } }, 0],
    ["few packages", { queue, limits: { maxPackages: 3 } }, 3 * 100 + 12],
    ["few orders", { queue, limits: { maxOrders: 4 } }, 4 * 101],
    [
      "few orders by the rules",
      {
        queue,
        coverage: [
          { banks: ["A"], limits: { maxOrders: 3 } },
          { banks: "*", limits: { maxOrders: 2 } },
        ],
      },
      5 * 101,
    ],
    [
      "one rule without a limit",
      { queue, coverage: [{ banks: ["A"], limits: { maxOrders: 3 } }, { banks: "*" }] },
      12 * 101,
    ],
    ["four lanes, a large package last", { queue: { ...queue, lanes: 4, secondsPerOrder: 100 } }, 1300],
    [
      "four lanes, no large packages",
      { queue: { ...queue, lanes: 4 }, package: { maxOrders: 1 } },
      2.75 * 101 + 101,
    ],
    ["more lanes than packages", { queue: { ...queue, lanes: 1e9 }, limits: { maxPackages: 1 } }, 112],
    ["a single channel", { mode: "single", queue: { secondsPerOrder: 10 } }, 120],
    ["a single channel of five lanes", { mode: "single", queue: { secondsPerOrder: 10, lanes: 5 } }, 30],
  ])("of 12 orders: %s", (_, channel, seconds) => {
    expect(latest(channel, 12)).toBe(seconds);
  });

  it("counts quotas and due times", () => {
    const quotas = [{ id: "q", channels: ["c"], limits: { maxOrders: 4, maxPackages: 2 } }];
    expect(latest({ queue }, 12, { quotas })).toBe(204);
    expect(
      latest({ mode: "single", queue: { secondsPerOrder: 1 } }, 12, {
        quotas: [{ ...quotas[0]!, limits: { maxOrders: 4 } }],
      }),
    ).toBe(4);
    expect(latest({ queue }, 12, {}, 300)).toBe(300);
    expect(latest({ queue }, 0, {}, -Infinity)).toBe(-Infinity);
  });

  it("is not passed by any load, and nearly reached by some", () => {
    const loads = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 }),
      lanes: fc.integer({ min: 1, max: 4 }),
      perPackage: fc.nat({ max: 50 }),
      perOrder: fc.nat({ max: 20 }),
    });
    fc.assert(
      fc.property(loads, ({ sizes, lanes, perPackage, perOrder }) => {
        const orders = sizes.reduce((sum, size) => sum + size, 0);
        const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
        const contract = contractWith({
          queue: { secondsPerPackage: perPackage, secondsPerOrder: perOrder, lanes },
          package: { minOrders: least, maxOrders: most },
        });
        const bound = latestFinish(contract, 0, { orders, latestDue: Infinity });
        for (const leave of leaveTimes(contract.channels[0]!.queue, sizes))
          expect(leave).toBeLessThanOrEqual(bound);
        // The smallest packages one after another, and one of these or of the largest at the end.
        const reached = [least, most].reduce((latest, last) => {
          const small = Array.from({ length: Math.floor((orders - last) / least) }, () => least);
          return Math.max(latest, ...leaveTimes(contract.channels[0]!.queue, [...small, last]));
        }, 0);
        expect(bound).toBeLessThanOrEqual(reached + 1e6 * 3 * (perPackage + most * perOrder));
      }),
    );
  });
});

describe("a queue too long", () => {
  const refused =
    (channel: Partial<ChannelForm>, orders: number, more: Partial<ChannelsForm> = {}) =>
    () =>
      refuseEndlessQueues(contractWith(channel, more), [{ orders, latestDue: Infinity }]);

  it("is one past 2^53 microseconds after 1970", () => {
    const [whole, micros] = [Math.floor(LEFT), "740991"];
    const queue = (seconds: string) => ({ backlogSeconds: 0, secondsPerOrder: seconds as unknown as number });
    // Half of it is shorter than the ten years a duration may have only from 23 orders on.
    const orders = 30;
    const each = Math.floor((whole * 1e6 + Number(micros)) / orders);
    const text = (time: number) => `${Math.floor(time / 1e6)}.${String(time % 1e6).padStart(6, "0")}`;
    expect(refused({ mode: "single", queue: queue(text(each)) }, orders)).not.toThrow();
    expect(refused({ mode: "single", queue: queue(text(each + 1)) }, orders)).toThrow(InputError);
    // Without planAt there is more time.
    const contract = contractOf({
      currency: "CNY",
      channels: [
        {
          id: "c",
          mode: "single",
          coverage: [{ banks: "*" }],
          fee: { flat: "1" },
          queue: queue(text(each + 1)),
        },
      ],
    });
    expect(() => refuseEndlessQueues(contract, [{ orders, latestDue: Infinity }])).not.toThrow();
    expect(() => refuseEndlessQueues(contract, [{ orders: 2 * orders, latestDue: Infinity }])).toThrow(
      InputError,
    );
  });

  it("says which, at which value, and what to do", () => {
    const queue = { secondsPerOrder: 300000000 };
    const channels = ["a", "b"].map((id) => ({
      id,
      mode: "single",
      coverage: [{ banks: "*" }],
      fee: { flat: "1" },
      queue: id === "a" ? queue : { ...queue, lanes: 100 },
    }));
    const contract = contractOf({ currency: "CNY", planAt: PLAN_AT, channels });
    const reach = channels.map(() => ({ orders: 60, latestDue: Infinity }));
    let problem: unknown;
    try {
      refuseEndlessQueues(contract, reach);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(InputError);
    expect((problem as InputError).message).toBe(
      'channels[0].queue.secondsPerOrder: at 300000000 s the queue of "a" could take 570 years for its 60 orders, ' +
        "and exact time reaches 228 years. Check the seconds; else give the queue a cutOff, or the channel a limit of " +
        "orders, that ends it sooner. [QUEUE_TOO_LONG]",
    );
    expect((problem as InputError).issues).toMatchObject([{ value: "300000000" }]);
  });

  it.each<[string, Partial<ChannelForm>, string]>([
    ["secondsPerPackage", { queue: { secondsPerPackage: 1.5e8, secondsPerOrder: 0.25 } }, "150000000"],
    ["secondsPerOrder", { queue: { secondsPerPackage: 0.5, secondsPerOrder: 1.5e8 + 0.25 } }, "150000000.25"],
  ])("names %s where that is the longest", (field, channel, value) => {
    expect(refused(channel, 100)).toThrow(`channels[0].queue.${field}: at ${value} s`);
  });

  it.each<[string, Partial<ChannelForm>, number]>([
    ["ten million packages of ten minutes", { queue: { secondsPerPackage: 600 } }, 10_000_000],
    [
      "a billion orders of a second, with a cut-off",
      { queue: { secondsPerOrder: 3e8, cutOff: at(86_400) } },
      1e9,
    ],
    ["a year each on as many lanes", { mode: "single", queue: { secondsPerOrder: 3e7, lanes: 1e9 } }, 1e9],
    ["a limit of orders", { queue: { secondsPerOrder: 3e8 }, limits: { maxOrders: 20 } }, 1e9],
    ["no order at all", { queue: { secondsPerOrder: 3e8 } }, 0],
  ])("is none of these: %s", (_, channel, orders) => {
    expect(refused(channel, orders)).not.toThrow();
  });
});
