import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asksOf, examine, pricesOf } from "../../src/check/index.js";
import type { Channel, Contract } from "../../src/model/contract.js";
import { parseCost } from "../../src/model/money.js";
import { zeroPriceBound } from "../../src/solver/bound.js";
import { limitTable } from "../../src/solver/limits.js";
import type { Problem } from "../../src/solver/problem.js";
import { commonStep, evaluate } from "../../src/solver/proof/evaluate.js";
import { Market } from "../../src/solver/proof/market.js";
import { type ProofPrices, zeroPrices } from "../../src/solver/proof/prices.js";
import { prove } from "../../src/solver/proof/prove.js";
import type { ProofTree } from "../../src/solver/proof/tree.js";
import { lotsOf } from "../../src/solver/relaxation/lots.js";
import { anyCounts, type PackageCounts } from "../../src/solver/relaxation/relax.js";
import type { VolumePrices } from "../../src/solver/volumePrices.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { bruteForce } from "../support/bruteForce.js";
import { certificateFile, checkedBound } from "../support/checkedBound.js";
import { problemFrom } from "../support/instance.js";

const run = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}),
};

/** Discounts and fees of some cents to some yuan; for a million minor units some thousands of those. */
function volumePrices(channels: number): fc.Arbitrary<VolumePrices> {
  const list = (value: fc.Arbitrary<number>) =>
    fc.array(value, { minLength: channels, maxLength: channels }).map((values) => Float64Array.from(values));
  const unit = fc.oneof(
    fc.constant(0),
    fc.integer({ min: -500_000, max: 500_000 }),
    fc.integer({ min: -4_000_000_000, max: 4_000_000_000 }),
  );
  return fc.record({ unit: list(unit), minimumFee: list(fc.oneof(fc.constant(0), fc.nat(1_000_000))) });
}

/** Any prices at all, right or wrong, of about the size of charges. */
function somePrices(problem: Problem): fc.Arbitrary<ProofPrices> {
  const zero = zeroPrices(problem);
  const lots = lotsOf(problem, 100);
  const { contract, limits } = problem;
  const price = fc.oneof(fc.constant(0), fc.nat(3_000), fc.nat(3_000_000));
  const prices = (length: number) =>
    fc.array(price, { minLength: length, maxLength: length }).map((list) => Float64Array.from(list));
  const onlyWhere = (values: Float64Array, room: Float64Array) =>
    values.map((value, i) => (room[i]! < Infinity ? value : 0));
  const slots = fc.record({
    per: fc.constantFrom("place" as const, "package" as const),
    prices: fc.array(
      fc
        .record({
          rows: fc.integer({ min: 1, max: 3 }),
          step: fc.nat(50),
          more: fc.nat(500),
          ofAmount: fc.option(fc.record({ step: price, more: price })),
        })
        .map(({ rows, step, more, ofAmount }) => ({
          rows,
          step,
          price: (rows - 1) * step + more,
          ...(ofAmount === null
            ? {}
            : { amountStep: ofAmount.step, amount: (rows - 1) * ofAmount.step + ofAmount.more }),
        })),
      { maxLength: 3 },
    ),
  });
  return fc
    .record({
      scale: fc.constantFrom(1, 10, 1000),
      place: fc.tuple(...zero.place.map((keys) => fc.option(prices(keys!.length)))),
      amount: fc.tuple(...zero.amount.map((keys) => prices(keys.length))),
      contents: fc.array(fc.constantFrom(0, 1, 50, 70, 100, 1000), {
        minLength: contract.channels.length,
        maxLength: contract.channels.length,
      }),
      limitOrders: prices(limits.count),
      limitAmount: prices(limits.count),
      limitPackages: prices(limits.count),
      slots: fc.array(fc.option(slots), {
        minLength: contract.channels.length,
        maxLength: contract.channels.length,
      }),
      lane: fc.array(fc.nat(4), { minLength: contract.channels.length, maxLength: contract.channels.length }),
      each: fc.array(fc.nat(4), { minLength: contract.channels.length, maxLength: contract.channels.length }),
      worth: fc.option(prices(lots.count)),
      leastPackages: prices(contract.channels.length),
      volume: volumePrices(contract.channels.length),
    })
    .map((some) => ({
      scale: some.scale,
      place: some.place,
      amount: some.amount.map((keys, c) =>
        keys.map((value) => (contract.channels[c]!.package.maxAmount < Infinity ? value : 0)),
      ),
      contents: Float64Array.from(some.contents, (unit, c) =>
        contract.channels[c]!.package.maxAmount < Infinity ? unit : 0,
      ),
      limitOrders: onlyWhere(some.limitOrders, limits.maxOrders),
      limitAmount: onlyWhere(some.limitAmount, limits.maxAmount),
      limitPackages: onlyWhere(some.limitPackages, limits.maxPackages),
      slots: some.slots.map((found, c) => {
        const { mode, package: terms } = contract.channels[c]!;
        if (found === null || (mode === "batch" && terms.maxOrders === Infinity)) return null;
        const per = mode === "single" ? "place" : found.per;
        if (per === "place" && terms.maxAmount < Infinity) return found;
        return {
          per,
          prices: found.prices.map(({ rows, step, price: first }) => ({ rows, step, price: first })),
        };
      }),
      mostPackages: zero.mostPackages,
      // Prices that are too large to add up would refuse the certificate: no more than fees are.
      leastPackages: some.leastPackages.map((value, c) =>
        contract.channels[c]!.mode === "batch" ? value * some.scale : 0,
      ),
      laneOrders: Int32Array.from(some.lane),
      packageOrders: Int32Array.from(some.each),
      volume: {
        unit: some.volume.unit.map((value, c) => (contract.channels[c]!.volume === null ? 0 : value)),
        minimumFee: some.volume.minimumFee.map((value, c) =>
          contract.channels[c]!.minimumFee === null ? 0 : value,
        ),
      },
      worth:
        some.worth === null ? null : { lots: lots as typeof lots & { lotOf: Int32Array }, price: some.worth },
    }));
}

/** Rows that ask about as much for orders and for amount as waiting in them spares, and no other prices. */
function rowPrices(problem: Problem): fc.Arbitrary<ProofPrices> {
  const zero = zeroPrices(problem);
  const { contract, orders } = problem;
  const mean = orders.amount.reduce((sum, amount) => sum + amount, 0) / orders.count;
  const factor = fc.constantFrom(0, 0.3, 0.6, 1, 1.5);
  const list = <Value>(value: fc.Arbitrary<Value>) =>
    fc.array(value, { minLength: contract.channels.length, maxLength: contract.channels.length });
  return fc
    .record({
      rows: list(fc.integer({ min: 0, max: 4 })),
      byPlace: list(factor),
      byAmount: list(factor),
    })
    .map(({ rows, byPlace, byAmount }) => ({
      ...zero,
      scale: 1000,
      slots: contract.channels.map((channel, c) => {
        const { mode, queue, package: terms } = channel;
        const each = mode === "single" ? queue.perOrder : queue.perPackage;
        const wait = (1000 * contract.objective.delayCostPerOrderHour * each) / 3_600_000_000;
        const places = mode === "single" || terms.maxOrders < Infinity;
        const step = places ? Math.floor(byPlace[c]! * wait) : 0;
        const counted = mode === "batch" && terms.maxAmount < Infinity;
        const amountStep = counted ? Math.floor((byAmount[c]! * wait * 1_000_000) / mean) : 0;
        if (rows[c] === 0 || step + amountStep === 0) return null;
        const ofAmount = amountStep === 0 ? {} : { amount: rows[c]! * amountStep, amountStep };
        return {
          per: "place" as const,
          prices: [{ rows: rows[c]!, price: rows[c]! * step, step, ...ofAmount }],
        };
      }),
    }));
}

const WITH_VOLUME = { ...EVERYTHING, volume: true };

describe("a certificate", () => {
  it("proves no more than is true, whatever its prices, and the same to solver and checker", () => {
    fc.assert(
      fc.property(
        instances(WITH_VOLUME).chain((instance) => {
          const problem = problemFrom(instance);
          return fc.record({
            instance: fc.constant(instance),
            prices: fc.array(somePrices(problem), { minLength: 4, maxLength: 4 }),
          });
        }),
        ({ instance, prices: tries }) => {
          const problem = problemFrom(instance);
          const best = bruteForce(instance).objective;
          for (const prices of tries) {
            const own = evaluate(problem, prices, anyCounts(problem.classes.channels), commonStep(problem));
            expect(own).not.toBeNull();
            expect(checkedBound(problem, { prices })).toBe(own!);
            expect(own!).toBeLessThanOrEqual(best);
          }
        },
      ),
      run,
    );
  });

  it("proves no more than is true where nothing but the rows of queues costs", () => {
    fc.assert(
      fc.property(
        instances({ ...EVERYTHING, time: true, delay: true }).chain((instance) => {
          const problem = problemFrom(instance);
          return fc.record({ instance: fc.constant(instance), prices: rowPrices(problem) });
        }),
        ({ instance, prices }) => {
          const problem = problemFrom(instance);
          // One of eight has rows that cost something; the others do not count as runs.
          fc.pre(prices.slots.some((slots) => slots !== null));
          const best = bruteForce(instance).objective;
          const own = evaluate(problem, prices, anyCounts(problem.classes.channels), 1n);
          expect(checkedBound(problem, { prices })).toBe(own!);
          expect(own!).toBeLessThanOrEqual(best);
        },
      ),
      run,
    );
  });

  it("that asks about packages proves no more than is true either, whatever it asks for them", () => {
    fc.assert(
      fc.property(
        instances(WITH_VOLUME).chain((instance) => {
          const problem = problemFrom(instance);
          return fc.record({
            instance: fc.constant(instance),
            at: fc.nat(problem.contract.channels.length - 1),
            packages: fc.nat(3),
            due: fc.oneof(fc.constant(0), fc.nat(3_000), fc.nat(3_000_000)),
            prices: fc.array(somePrices(problem), { minLength: 2, maxLength: 2 }),
          });
        }),
        ({ instance, at, packages, due, prices: [some, others] }) => {
          const problem = problemFrom(instance);
          const { channels } = problem.contract;
          const channel = channels.findIndex(({ mode }, c) => mode === "batch" && c >= at);
          // Leaves of one proof have one scale, and worths of the same orders or none.
          if (channel < 0 || some!.scale !== others!.scale) return;
          const few = { ...some!, mostPackages: some!.mostPackages.with(channel, due * some!.scale) };
          const many = { ...others!, worth: some!.worth === null ? null : (others!.worth ?? some!.worth) };
          const before = anyCounts(channels.length);
          const step = commonStep(problem);
          const bounds = [
            evaluate(problem, few, { ...before, to: before.to.with(channel, packages) }, step),
            evaluate(problem, many, { ...before, from: before.from.with(channel, packages + 1) }, step),
          ].filter((bound) => bound !== null);
          const tree = { channel, packages, atMost: { prices: few }, above: { prices: many } };
          const [own] = bounds.sort((a, b) => (a < b ? -1 : 1));
          expect(checkedBound(problem, tree)).toBe(own);
          expect(own!).toBeLessThanOrEqual(bruteForce(instance).objective);
        },
      ),
      { ...run, numRuns: 4 * run.numRuns },
    );
  });

  it("asks of every order what the solver's market does, and no channel less than the order is worth", () => {
    let stated = 0;
    fc.assert(
      fc.property(
        instances(EVERYTHING).chain((instance) => {
          const problem = problemFrom(instance);
          return fc.record({ problem: fc.constant(problem), prices: somePrices(problem), on: fc.nat(8) });
        }),
        ({ problem, prices, on }) => {
          const { contract, orders, classes } = problem;
          const C = contract.channels.length;
          const certificate = certificateFile(problem, { prices });
          const examined = examine(contract, orders);
          const channelOf = Int32Array.from({ length: orders.count }, (_, i) => ((i + on) % (C + 1)) - 1);
          const packages = new Float64Array(C);
          if ("problem" in examined.certify(certificate, packages)) return;
          const asks = asksOf(examined, certificate, channelOf, packages);
          const markets = contract.channels.map((_, c) => new Market(problem, prices, c));
          for (let order = 0; order < orders.count; order++) {
            const k = classes.classOf[order]!;
            let least = k < 0 ? 0 : Math.min(2 ** 51, prices.scale * classes.penalty[k]!);
            if (k >= 0 && prices.worth !== null)
              least = Math.min(least, prices.worth.price[prices.worth.lots.lotOf![order]!]!);
            for (let c = 0; c < C; c++) {
              const ask = asks.ask(order, c);
              expect(ask === null).toBe(k < 0 || classes.charge[k * C + c]! < 0);
              if (ask === null) continue;
              const expense = markets[c]!.expense(k, orders.amount[order]!);
              expect(ask.charge + ask.package + ask.limits + ask.amount + ask.waiting).toBe(expense);
              expect(ask.all).toBe(expense + ask.place);
              const place = prices.place[c]?.[classes.key[k * C + c]!] ?? Infinity;
              if (place === Infinity) continue;
              stated++;
              expect(ask.place).toBe(place);
              least = Math.min(least, ask.all);
            }
            expect(asks.worth(order)).toBe(least);
          }
        },
      ),
      { ...run, numRuns: 4 * run.numRuns },
    );
    expect(stated).toBeGreaterThan(0);
  });

  it("with zero prices proves the simplest bound", () => {
    fc.assert(
      fc.property(instances(WITH_VOLUME), (instance) => {
        const problem = problemFrom(instance);
        expect(checkedBound(problem, { prices: zeroPrices(problem) })).toBe(zeroPriceBound(problem));
      }),
      run,
    );
  });
});

/** The channel with a little more room of one kind. */
function withRoom(channel: Channel, kind: keyof typeof ROOM): Channel {
  return { ...channel, ...ROOM[kind](channel) };
}

const ROOM = {
  order: ({ limits }: Channel) => ({ limits: { ...limits, maxOrders: limits.maxOrders + 1 } }),
  amount: ({ limits }: Channel) => ({ limits: { ...limits, maxAmount: limits.maxAmount + 1_000_000 } }),
  package: ({ limits }: Channel) => ({ limits: { ...limits, maxPackages: limits.maxPackages + 1 } }),
  place: ({ package: terms }: Channel) => ({ package: { ...terms, maxOrders: terms.maxOrders + 1 } }),
  packageAmount: ({ package: terms }: Channel) => ({
    package: { ...terms, maxAmount: terms.maxAmount + 1_000_000 },
  }),
  lane: ({ queue }: Channel) => ({ queue: { ...queue, lanes: queue.lanes + 1 } }),
  cutOffHour: ({ queue }: Channel) => ({ queue: { ...queue, cutOff: queue.cutOff + 3_600_000_000 } }),
};

/** What the solver's own evaluation says of the prices under another contract, the orders' choices as they are. */
function underContract(problem: Problem, contract: Contract, prices: ProofPrices, counts: PackageCounts) {
  return evaluate({ ...problem, contract, limits: limitTable(contract) }, prices, counts, 1n)!;
}

describe("what more room is worth", () => {
  it("is by how much less the prices prove where there is more of it", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        instances(WITH_VOLUME).chain((instance) => {
          const problem = problemFrom(instance);
          return fc.record({
            instance: fc.constant(instance),
            prices: somePrices(problem),
            asked: fc.option(fc.nat(3)),
          });
        }),
        ({ instance, prices, asked }) => {
          const problem = problemFrom(instance);
          const { contract } = problem;
          const batch = contract.channels.findIndex(({ mode }) => mode === "batch");
          const question = asked === null || batch < 0 ? null : { channel: batch, packages: asked };
          const tree: ProofTree =
            question === null ? { prices } : { ...question, atMost: { prices }, above: { prices } };
          const counts = anyCounts(contract.channels.length);
          if (question !== null) counts.to[question.channel] = question.packages;
          const stated = pricesOf(
            examine(contract, problem.orders),
            certificateFile(problem, tree),
            new Float64Array(contract.channels.length),
          );
          const before = underContract(problem, contract, prices, counts);
          /** Compares with a contract that has more room; rounding to cost units may add one unit. */
          const compare = (price: string | null, changed: Contract, range = counts) => {
            if (price === null) return;
            const worth = parseCost(price, contract.exponent)!;
            const rest = worth - (before - underContract(problem, changed, prices, range));
            expect([0n, prices.scale === 1 ? 0n : 1n]).toContain(rest);
            if (worth > 0n) compared++;
          };
          contract.channels.forEach((channel, c) => {
            for (const kind of Object.keys(ROOM) as (keyof typeof ROOM)[]) {
              const channels = contract.channels.with(c, withRoom(channel, kind));
              const range = { from: counts.from, to: counts.to.slice() };
              if (kind === "package" && range.to[c]! >= channel.limits.maxPackages)
                range.to[c] = Math.max(range.to[c]!, channel.limits.maxPackages + 1);
              compare(stated.channels[c]![kind], { ...contract, channels }, range);
            }
            for (const { rule, order, amount } of stated.channels[c]!.rules) {
              const { limits } = channel.coverage[rule]!;
              const ruled = (more: typeof limits) => {
                const coverage = channel.coverage.with(rule, { ...channel.coverage[rule]!, limits: more });
                return { ...contract, channels: contract.channels.with(c, { ...channel, coverage }) };
              };
              compare(order, ruled({ ...limits, maxOrders: limits.maxOrders + 1 }));
              compare(amount, ruled({ ...limits, maxAmount: limits.maxAmount + 1_000_000 }));
            }
          });
          contract.quotas.forEach((quota, q) => {
            const { limits } = quota;
            const quotaWith = (more: Partial<typeof limits>) => ({
              ...contract,
              quotas: contract.quotas.with(q, { ...quota, limits: { ...limits, ...more } }),
            });
            const { order, amount, package: packages } = stated.quotas[q]!;
            compare(order, quotaWith({ maxOrders: limits.maxOrders + 1 }));
            compare(amount, quotaWith({ maxAmount: limits.maxAmount + 1_000_000 }));
            compare(packages, quotaWith({ maxPackages: limits.maxPackages + 1 }));
          });
        },
      ),
      { ...run, numRuns: 2 * run.numRuns },
    );
    // Random prices leave much room worth nothing; enough must be worth something for this to say anything.
    expect(compared).toBeGreaterThan(run.numRuns);
  });
});

describe("the search for a proof", () => {
  it("ends at or below the optimum, never below zero prices, with a certificate that the checker reads alike", () => {
    fc.assert(
      fc.property(instances(WITH_VOLUME), (instance) => {
        const problem = problemFrom(instance);
        const best = bruteForce(instance).objective;
        let left = 40;
        const proven = prove(problem, {
          shouldStop: () => false,
          enough: () => left-- <= 0,
          incumbent: () => Number(best),
        });
        expect(proven.bound).toBeLessThanOrEqual(best);
        expect(proven.bound).toBeGreaterThanOrEqual(zeroPriceBound(problem));
        expect(checkedBound(problem, proven.tree)).toBe(proven.bound);
      }),
      run,
    );
  });
});
