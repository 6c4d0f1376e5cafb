import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chargeOf, chargeSchedule, penaltyOf } from "../../src/model/charge.js";
import { coverageMatcher, ruleForAmount } from "../../src/model/coverage.js";
import { fieldOf } from "../../src/model/order.js";
import { holdTime } from "../../src/model/queue.js";
import { classify } from "../../src/solver/classes.js";
import { EVERYTHING, instances } from "../support/arbitraries.js";
import { contractOf, type Instance, tableOf } from "../support/instance.js";

/** Every order on every channel, looked at one by one. */
function byHand({ channels: file, orders: rows }: Instance) {
  const contract = contractOf(file);
  const orders = tableOf(contract, rows);
  const { channels, quotas, objective, exponent } = contract;
  const covered = channels.map(() => 0);
  const coveredCharges = channels.map(() => 0n);
  const cells = rows.map((_, i) => {
    const profile = orders.profiles[orders.profile[i]!]!;
    const amount = orders.amount[i]!;
    return channels.map((channel, c) => {
      if (profile.channels !== null && !profile.channels.includes(c)) return null;
      const rule = ruleForAmount(channel.coverage, coverageMatcher(channel)(profile).rules, amount);
      if (rule < 0) return null;
      const terms = channel.coverage[rule]!;
      const charge = chargeOf(chargeSchedule(channel, terms, objective, exponent), amount);
      covered[c]!++;
      coveredCharges[c]! += BigInt(charge);
      const outer = [
        channel.limits,
        ...quotas.filter((quota) => quota.channels.includes(c)).map(({ limits }) => limits),
      ];
      const all = [terms.limits, channel.package, ...outer];
      const leaves = channel.queue.start + holdTime(channel.queue, 1);
      const takes =
        all.every((limits) => limits.maxAmount >= amount) &&
        [terms.limits, ...outer].every((limits) => limits.maxOrders > 0) &&
        (channel.mode === "single" || outer.every((limits) => limits.maxPackages > 0)) &&
        leaves <= channel.queue.cutOff &&
        leaves + channel.queue.result <= profile.dueBy;
      return takes ? { rule, charge } : null;
    });
  });
  const name = (i: number) => {
    const profile = orders.profiles[orders.profile[i]!]!;
    return JSON.stringify([
      cells[i],
      channels.map(({ package: { separateBy } }) => separateBy.map((field) => fieldOf(profile, field))),
      [String(profile.dueBy), profile.delayWeight, profile.unroutedPenalty],
      String(penaltyOf(0, objective.unroutedPenaltyRate, orders.amount[i]!)),
    ]);
  };
  return { contract, orders, cells, name, covered, coveredCharges };
}

describe("classes", () => {
  it("are the orders that are alike one by one", () => {
    const some = instances({ ...EVERYTHING, maxOrders: 12, maxChannels: 4 });
    fc.assert(
      fc.property(some, (instance) => {
        const { contract, orders, cells, name, covered, coveredCharges } = byHand(instance);
        const C = contract.channels.length;
        const classes = classify(contract, orders);
        const classOfName = new Map<string, number>();
        cells.forEach((row, i) => {
          const k = classes.classOf[i]!;
          expect(k >= 0).toBe(row.some((cell) => cell !== null));
          if (k < 0) return;
          // Classes count up in the order of the file, and two of them are never alike.
          if (!classOfName.has(name(i))) {
            expect(k).toBe(classOfName.size);
            classOfName.set(name(i), k);
          }
          expect(classOfName.get(name(i))).toBe(k);
          row.forEach((cell, c) => {
            expect(classes.charge[k * C + c]).toBe(cell?.charge ?? -1);
            expect(classes.rule[k * C + c]).toBe(cell?.rule ?? -1);
          });
        });
        expect(classes.count).toBe(classOfName.size);
        expect([...classes.covered]).toEqual(covered);
        expect(classes.coveredCharges).toEqual(coveredCharges);
      }),
      { numRuns: 1000 },
    );
  });
});
