import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { channelsYaml } from "../../../src/generate/channelsYaml.js";
import { textTree } from "../../../src/generate/form.js";
import { generateInstance, type Instance } from "../../../src/generate/instance.js";
import type { OrderRecord } from "../../../src/generate/orders.js";
import { parseChannels } from "../../../src/model/channelsFile.js";
import { InputError } from "../../../src/model/issue.js";
import { orderSchemas } from "../../../src/model/orderFields.js";

const take = (orders: Iterable<OrderRecord>, count: number): OrderRecord[] => {
  const taken: OrderRecord[] = [];
  for (const order of orders) {
    taken.push(order);
    if (taken.length === count) break;
  }
  return taken;
};

/** Both files as they would be read: YAML with text at its leaves, orders by the model's schemas. */
function accept(instance: Instance, most: number) {
  const tree: unknown = parse(channelsYaml(instance), { schema: "failsafe" });
  expect(tree).toEqual(textTree(instance.channels));
  const contract = parseChannels(tree);
  const schemas = orderSchemas(contract);
  const ids = new Set<string>();
  for (const { id, amount, accountType, business, ...rest } of take(instance.orders, most)) {
    ids.add(schemas.id.parse(id));
    schemas.amount.parse(amount);
    schemas.profile.parse({ ...rest, attributes: { accountType, business } });
  }
  return { contract, ids };
}

describe("the same options", () => {
  it("give the same instance, however often its orders are drawn", () => {
    const options = { orders: 500, banks: 40, channels: 8, seed: 11 };
    const [first, second] = [generateInstance(options), generateInstance(options)];
    const orders = [...first.orders];
    expect(channelsYaml(first)).toBe(channelsYaml(second));
    expect([...second.orders]).toEqual(orders);
    expect([...first.orders]).toEqual(orders);
  });

  it("give another instance with another seed", () => {
    const [first, second] = [1, 2].map((seed) =>
      generateInstance({ orders: 50, banks: 40, channels: 8, seed }),
    );
    expect(first!.channels).not.toEqual(second!.channels);
    expect([...first!.orders]).not.toEqual([...second!.orders]);
  });
});

describe("generated files", () => {
  it.each([1, 2, 3, 7, 20, 150, 500])(
    "parse with %i banks, whatever the number of channels and orders",
    (banks) => {
      for (const channels of [2, 3, 8, 24, 60]) {
        for (const orders of [1, 30, 1000]) {
          const instance = generateInstance({ orders, banks, channels, seed: 100 * banks + channels });
          const { contract, ids } = accept(instance, orders);
          expect(ids.size).toBe(orders);
          expect(contract.channels).toHaveLength(channels);
          expect(new Set(contract.channels.map(({ mode }) => mode))).toEqual(new Set(["batch", "single"]));
          expect(contract.channels.at(-1)!.mode).toBe("single");
        }
      }
    },
  );

  it("parse with many seeds", () => {
    for (let seed = 0; seed < 60; seed++)
      accept(generateInstance({ orders: 200, banks: 30, channels: 2 + (seed % 12), seed }), 200);
  });

  it("parse at the extremes, and know ten million orders without drawing them", () => {
    for (const options of [
      { orders: 10_000_000, banks: 500, channels: 60, seed: 1 },
      { orders: 10_000_000, banks: 1, channels: 2, seed: 2 },
      { orders: 1, banks: 500, channels: 60, seed: Number.MAX_SAFE_INTEGER },
      { orders: 100, banks: 10_000, channels: 3, seed: 0 },
    ]) {
      const { ids } = accept(generateInstance(options), 3000);
      expect(ids.size).toBe(Math.min(3000, options.orders));
    }
  });

  it("hold no text that CSV would have to quote", () => {
    for (const order of generateInstance({ orders: 2000, banks: 150, channels: 8, seed: 3 }).orders)
      for (const field of Object.values(order)) expect(field).toMatch(/^[\w.:+|-]*$/);
  });
});

describe("limits", () => {
  it("grow with the orders", () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const roomOf = (orders: number) =>
      seeds
        .flatMap((seed) => generateInstance({ orders, banks: 60, channels: 12, seed }).channels.channels)
        .reduce((sum, { limits }) => sum + (limits?.maxOrders ?? 0), 0) / orders;
    const growth = roomOf(1_000_000) / roomOf(20_000);
    expect(growth).toBeGreaterThan(0.6);
    expect(growth).toBeLessThan(1.6);
  });
});

describe("every feature of the channels file", () => {
  it("occurs in some instance", () => {
    const seen = new Set<string>();
    const note = (value: unknown, path: string) => {
      if (Array.isArray(value)) for (const part of value) note(part, path);
      else if (typeof value === "object" && value !== null)
        for (const [key, part] of Object.entries(value)) {
          seen.add(`${path}.${key}`);
          note(part, `${path}.${key}`);
        }
    };
    for (let seed = 0; seed < 10; seed++)
      note(generateInstance({ orders: 2000, banks: 100, channels: 16, seed }).channels, "");
    for (const path of [
      ".objective.delayCostPerOrderHour",
      ".objective.failureCost",
      ".objective.unroutedPenalty",
      ".objective.unroutedPenaltyRate",
      ".quotas.limits.maxOrders",
      ".quotas.limits.maxAmount",
      ".channels.coverage.except",
      ".channels.coverage.where.accountType",
      ".channels.coverage.where.business",
      ".channels.coverage.amount.min",
      ".channels.coverage.amount.max",
      ".channels.coverage.fee.flat",
      ".channels.coverage.successRate",
      ".channels.coverage.limits.maxOrders",
      ".channels.coverage.limits.maxAmount",
      ".channels.fee.flat",
      ".channels.fee.rate",
      ".channels.fee.min",
      ".channels.fee.max",
      ".channels.fee.tiers.upTo",
      ".channels.fee.round.mode",
      ".channels.failureFee",
      ".channels.package.fee",
      ".channels.package.maxOrders",
      ".channels.package.minOrders",
      ".channels.package.maxAmount",
      ".channels.package.separateBy",
      ".channels.limits.maxOrders",
      ".channels.limits.maxAmount",
      ".channels.limits.maxPackages",
      ".channels.queue.opensAt",
      ".channels.queue.cutOff",
      ".channels.queue.backlogSeconds",
      ".channels.queue.secondsPerPackage",
      ".channels.queue.secondsPerOrder",
      ".channels.queue.lanes",
      ".channels.queue.resultSeconds",
    ])
      expect(seen, path).toContain(path);
  });
});

describe("options out of their range", () => {
  it("are all named at once", () => {
    const wrong = () => generateInstance({ orders: 0, banks: 2.5, channels: 1, seed: -1 });
    expect(wrong).toThrow(InputError);
    expect(wrong).toThrow(/orders: .*\n.*banks: .*\n.*channels: .*\n.*seed: /);
  });
});
