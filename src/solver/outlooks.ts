import {
  type ChargePiece,
  type ChargeSchedule,
  chargeOf,
  chargePieces,
  chargeSchedule,
} from "../model/charge.js";
import type { Channel, Contract } from "../model/contract.js";
import { coverageMatcher, type ProfileMatch, ruleForAmount, Stage } from "../model/coverage.js";
import type { CostUnits, MinorUnits } from "../model/money.js";
import type { OrderProfile } from "../model/order.js";
import { holdTime } from "../model/queue.js";

/** What a channel asks of an order beyond coverage, worked out once. */
export interface ChannelTerms {
  readonly channel: Channel;
  readonly match: (profile: OrderProfile) => ProfileMatch;
  /** `[rule]` */
  readonly schedules: readonly ChargeSchedule[];
  /** `[rule]` largest amount that every limit lets pass alone; -1 where one is closed. */
  readonly amountCap: readonly MinorUnits[];
  /** `[rule]` */
  readonly pieces: readonly (readonly ChargePiece[])[];
  /** `[rule]` amounts behind which something about the rule changes, its charge by a rate aside. */
  readonly ends: readonly (readonly MinorUnits[])[];
  /** Earliest finish of an order alone in an empty queue; Infinity where that is past the cut-off. */
  readonly earliestFinish: number;
}

export function channelTerms(contract: Contract, index: number): ChannelTerms {
  const channel = contract.channels[index]!;
  const batch = channel.mode === "batch";
  const quotas = contract.quotas.filter((quota) => quota.channels.includes(index));
  const outer = [channel.limits, ...quotas.map((quota) => quota.limits)];
  const closed = outer.some((limits) => limits.maxOrders === 0 || (batch && limits.maxPackages === 0));
  const cap = Math.min(channel.package.maxAmount, ...outer.map((limits) => limits.maxAmount));
  const leave = channel.queue.start + holdTime(channel.queue, 1);
  const amountCap = channel.coverage.map((rule) =>
    closed || rule.limits.maxOrders === 0 ? -1 : Math.min(cap, rule.limits.maxAmount),
  );
  const schedules = channel.coverage.map((rule) =>
    chargeSchedule(channel, rule, contract.objective, contract.exponent),
  );
  const pieces = schedules.map(chargePieces);
  return {
    channel,
    match: coverageMatcher(channel),
    schedules,
    amountCap,
    pieces,
    ends: channel.coverage.map(({ amountMin, amountMax }, r) => [
      amountMin - 1,
      amountMax,
      amountCap[r]!,
      ...pieces[r]!.map(({ upTo }) => upTo),
    ]),
    earliestFinish: leave > channel.queue.cutOff ? Infinity : leave + channel.queue.result,
  };
}

/**
 * Orders of one outlook whose amounts lie so close that the same rule decides on every channel, with the same outcome.
 * Their charges are the same too, but for those channels where a rate makes each amount its own.
 */
export interface AmountRange {
  /** Ranges count from 0. */
  readonly id: number;
  /** How far they all get. */
  readonly stage: Stage;
  /** Channels that cover them, ascending, with the rule that decides. */
  readonly covering: readonly Covering[];
  /** Those that could take an order alone, at a charge by a rate. */
  readonly rated: readonly Covering[];
  /** Those that could not, for its amount or for time, at a charge by a rate. */
  readonly ratedOnly: readonly Covering[];
  /** Of the charges that all share. */
  readonly highestCharge: CostUnits;
  /** Hash of what all share. */
  readonly hash: number;
  /** Orders so far. */
  orders: number;
}

/** A channel that covers the orders of a range. */
export interface Covering {
  readonly channel: number;
  readonly rule: number;
  readonly schedule: ChargeSchedule;
  /** Whether it could take an order alone. */
  readonly takes: boolean;
  /** Charge that all share; -1 where a rate makes each its own. */
  readonly charge: CostUnits;
}

/** What a profile sees of the channels, amounts aside: profiles that see the same share an outlook. */
export interface Outlook {
  /** `[channel]` rules that may decide; empty where it may not go there. */
  readonly matches: readonly ProfileMatch[];
  /** `[channel]` whether it can finish in time. */
  readonly inTime: readonly boolean[];
  /** Last amounts of its ranges, ascending; the last is Infinity. */
  readonly ends: Float64Array;
  /** `[end]` */
  readonly ranges: (AmountRange | undefined)[];
}

const NO_MATCH: ProfileMatch = { rules: [], stage: Stage.bank };

/** Outlooks and their ranges, made as orders ask for them. */
export class Outlooks {
  readonly #terms: readonly ChannelTerms[];
  /** Attributes that decide on coverage: profiles have others, too, as many as there are orders. */
  readonly #asked: readonly string[];
  readonly #matches = new Map<string, readonly ProfileMatch[]>();
  /** By what profiles have, and by what they see. */
  readonly #known = new Map<string, Outlook>();
  readonly #outlooks = new Map<string, Outlook>();
  /** Ranges that say the same are one. */
  readonly #ranges = new Map<string, AmountRange>();

  constructor(terms: readonly ChannelTerms[]) {
    this.#terms = terms;
    const rules = terms.flatMap(({ channel }) => channel.coverage);
    this.#asked = [...new Set(rules.flatMap(({ where }) => where.map(({ attribute }) => attribute)))];
  }

  /** All ranges that orders have asked for. */
  get ranges(): Iterable<AmountRange> {
    return this.#ranges.values();
  }

  of(profile: OrderProfile): Outlook {
    const has = this.#nameOf(profile);
    const name = `${has}${profile.channels?.join() ?? "*"}|${profile.dueBy}`;
    let outlook = this.#known.get(name);
    if (outlook === undefined) {
      outlook = this.#find(profile, has);
      this.#known.set(name, outlook);
    }
    return outlook;
  }

  /** What decides which rules match a profile. */
  #nameOf({ bank, attributes }: OrderProfile): string {
    return JSON.stringify([bank, this.#asked.map((attribute) => attributes[attribute])]);
  }

  #find(profile: OrderProfile, has: string): Outlook {
    const { channels: permitted, dueBy } = profile;
    const matches = this.#matchesOf(profile, has).map((match, c) =>
      permitted !== null && !permitted.includes(c) ? NO_MATCH : match,
    );
    const inTime = this.#terms.map(
      ({ earliestFinish }) => earliestFinish <= dueBy && earliestFinish < Infinity,
    );
    const name = JSON.stringify([matches, inTime]);
    let outlook = this.#outlooks.get(name);
    if (outlook === undefined) {
      const ends = this.#terms.flatMap((terms, c) => matches[c]!.rules.flatMap((rule) => terms.ends[rule]!));
      const distinct = new Set(ends.filter((end) => end > 0)).add(Infinity);
      outlook = { matches, inTime, ends: Float64Array.from(distinct).sort(), ranges: [] };
      this.#outlooks.set(name, outlook);
    }
    return outlook;
  }

  /** Profiles of the same bank and attributes match the same rules. */
  #matchesOf(profile: OrderProfile, name: string): readonly ProfileMatch[] {
    let matches = this.#matches.get(name);
    if (matches === undefined) {
      matches = this.#terms.map(({ match }) => match(profile));
      this.#matches.set(name, matches);
    }
    return matches;
  }

  /** The range that an amount lies in. */
  rangeOf(outlook: Outlook, amount: MinorUnits): AmountRange {
    const { ends, ranges } = outlook;
    let from = 0;
    let to = ends.length - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (ends[middle]! < amount) from = middle + 1;
      else to = middle;
    }
    ranges[from] ??= this.#makeRange(outlook, amount, ends[from]!);
    return ranges[from]!;
  }

  #makeRange({ matches, inTime }: Outlook, amount: MinorUnits, end: MinorUnits): AmountRange {
    const covering: Covering[] = [];
    let stage: Stage = Stage.bank;
    const reach = (reached: Stage) => {
      if (reached > stage) stage = reached;
    };
    for (const [c, terms] of this.#terms.entries()) {
      const { channel, schedules, pieces, amountCap } = terms;
      const rule = ruleForAmount(channel.coverage, matches[c]!.rules, amount);
      if (rule < 0) {
        reach(matches[c]!.stage);
        continue;
      }
      const small = amount <= amountCap[rule]!;
      reach(!small ? Stage.amount : inTime[c]! ? Stage.taken : Stage.time);
      const schedule = schedules[rule]!;
      const same = pieces[rule]!.find(({ upTo }) => end <= upTo)!.same;
      const charge = same ? chargeOf(schedule, amount) : -1;
      // What is beyond exact charges is left to the orders, which are refused.
      const fixed = Number.isNaN(charge) ? -1 : charge;
      covering.push({ channel: c, rule, schedule, takes: small && inTime[c]!, charge: fixed });
    }
    let name = `${stage}`;
    for (const { channel, rule, takes, charge } of covering) name += ` ${channel},${rule},${takes},${charge}`;
    let range = this.#ranges.get(name);
    if (range === undefined) {
      const shared = covering.filter(({ charge }) => charge >= 0);
      const own = covering.filter(({ charge }) => charge < 0);
      range = {
        id: this.#ranges.size,
        stage,
        covering,
        rated: own.filter(({ takes }) => takes),
        ratedOnly: own.filter(({ takes }) => !takes),
        highestCharge: shared.reduce((most, { charge }) => Math.max(most, charge), 0),
        hash: shared.reduce((sum, each) => (each.takes ? (sum + cellHash(each, each.charge)) | 0 : sum), 0),
        orders: 0,
      };
      this.#ranges.set(name, range);
    }
    return range;
  }
}

/** Of one channel's part of an order's row; a row's hash is their sum, so that parts can be added one by one. */
export function cellHash({ channel, rule }: Covering, charge: CostUnits): number {
  let hash = Math.imul(charge | 0, 0x9e3779b1) ^ Math.imul(channel + 1, 0x85ebca6b) ^ rule;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return hash ^ (hash >>> 15);
}
