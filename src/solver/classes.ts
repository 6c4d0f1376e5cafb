import { type ChargeSchedule, chargeOf, chargeSchedule, penaltyOf } from "../model/charge.js";
import type { Channel, Contract } from "../model/contract.js";
import { coverageMatcher, type ProfileMatch, ruleForAmount, Stage } from "../model/coverage.js";
import { InputError } from "../model/issue.js";
import { type CostUnits, ExactSum, formatAmount, type MinorUnits } from "../model/money.js";
import { fieldOf, type OrderProfile, type OrderTable } from "../model/order.js";
import { holdTime } from "../model/queue.js";
import { MICROS_PER_HOUR } from "../model/time.js";
import { refuseEndlessQueues } from "./queueReach.js";

/**
 * Orders that look alike: a class is a set of orders that meet the same rule and pay the same charge on every channel
 * and agree in permitted channels, `separateBy` values, `dueBy`, weight and penalty. They differ in amount alone.
 *
 * All columns lie on shared memory, so that worker threads see one copy.
 */
export interface Classes {
  /** Number of classes. */
  readonly count: number;
  /** Number of channels: the stride of `charge`, `rule` and `key`. */
  readonly channels: number;
  /** `[order]` the order's class, or -1 where it is rejected. */
  readonly classOf: Int32Array;
  /** `[order]` the {@link Stage} the order reached; below `taken` it is rejected for that reason. */
  readonly stage: Uint8Array;
  /** `[class]` orders in it. */
  readonly size: Int32Array;
  /** `[class * channels + channel]` expected charge in cost units; -1 where the channel could not take the order alone. */
  readonly charge: Float64Array;
  /** `[class * channels + channel]` index of the coverage rule that decides, or -1. */
  readonly rule: Int32Array;
  /** `[class]` cost of deferring one of its orders, in cost units. */
  readonly penalty: Float64Array;
  /** `[class]` `dueBy` since time zero, or Infinity. */
  readonly due: Float64Array;
  /** `[class]` delay weight in millionths. */
  readonly weight: Float64Array;
  /** `[class * channels + channel]` which `separateBy` values the class has; orders of a package share it. */
  readonly key: Int32Array;
  /** Orders of each class: `members[memberStart[k] .. memberStart[k + 1]]`, in file order. */
  readonly memberStart: Int32Array;
  readonly members: Int32Array;
  /** Penalty of an order that names none, its amount's share aside. */
  readonly basePenalty: CostUnits;
  /** `[channel]` orders the channel covers, whether it could take them or not. */
  readonly covered: Float64Array;
  /** `[channel]` sum of the charges of those orders. */
  readonly coveredCharges: readonly bigint[];
}

/** How many separation keys a channel has. */
export function keyCount(classes: Classes, channel: number): number {
  let keys = 1;
  for (let cell = channel; cell < classes.key.length; cell += classes.channels)
    if (classes.key[cell]! >= keys) keys = classes.key[cell]! + 1;
  return keys;
}

/** A typed array on shared memory. */
export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8));
}
export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}

/** What a channel asks of an order beyond coverage, worked out once. */
interface Terms {
  readonly channel: Channel;
  readonly match: (profile: OrderProfile) => ProfileMatch;
  readonly schedules: readonly ChargeSchedule[];
  /** `[rule]` largest amount that every limit lets pass alone; -1 where one is closed. */
  readonly amountCap: readonly MinorUnits[];
  /** Earliest finish of an order alone in an empty queue; Infinity where that is past the cut-off. */
  readonly earliestFinish: number;
}

function termsOf(contract: Contract, index: number): Terms {
  const channel = contract.channels[index]!;
  const batch = channel.mode === "batch";
  const quotas = contract.quotas.filter((quota) => quota.channels.includes(index));
  const outer = [channel.limits, ...quotas.map((quota) => quota.limits)];
  const closed = outer.some((limits) => limits.maxOrders === 0 || (batch && limits.maxPackages === 0));
  const cap = Math.min(channel.package.maxAmount, ...outer.map((limits) => limits.maxAmount));
  const leave = channel.queue.start + holdTime(channel.queue, 1);
  return {
    channel,
    match: coverageMatcher(channel),
    schedules: channel.coverage.map((rule) =>
      chargeSchedule(channel, rule, contract.objective, contract.exponent),
    ),
    amountCap: channel.coverage.map((rule) =>
      closed || rule.limits.maxOrders === 0 ? -1 : Math.min(cap, rule.limits.maxAmount),
    ),
    earliestFinish: leave > channel.queue.cutOff ? Infinity : leave + channel.queue.result,
  };
}

/**
 * Puts the orders into classes; the only place where charges are worked out for the solver.
 *
 * @throws InputError where a charge is beyond 2^53 cost units, or a queue could run beyond exact time
 */
export function classify(contract: Contract, orders: OrderTable): Classes {
  const terms = contract.channels.map((_, c) => termsOf(contract, c));
  const C = terms.length;
  const kinds = profileKinds(contract, orders.profiles, terms);
  const table = new ClassTable(C);
  const classOf = sharedInt32(orders.count);
  const stage = new Uint8Array(new SharedArrayBuffer(orders.count));
  const covered = sharedFloat64(C);
  const coveredCharges = terms.map(() => new ExactSum());
  const penaltyRate = contract.objective.unroutedPenaltyRate;
  let highestCharge = 0;
  let highestWeight = 0;

  const charge = table.charge;
  const rule = table.rule;
  // Orders that repeat the last one of their profile, as subscriptions do, are worked out once.
  const lastAmount = new Float64Array(orders.profiles.length).fill(-1);
  const lastOrder = new Int32Array(orders.profiles.length);
  const repeats = new Float64Array(orders.profiles.length);
  /** Counts the repeats of a profile's last order as covered. */
  const countRepeats = (profile: number) => {
    const times = repeats[profile]!;
    const amount = lastAmount[profile]!;
    const permitted = orders.profiles[profile]!.channels;
    for (let c = 0; c < C; c++) {
      if (permitted !== null && !permitted.includes(c)) continue;
      const { channel, schedules } = terms[c]!;
      const { rules } = kinds.matches[profile]![c]!;
      const r = rules.length === 0 ? -1 : ruleForAmount(channel.coverage, rules, amount);
      if (r < 0) continue;
      covered[c]! += times;
      coveredCharges[c]!.addBig(BigInt(chargeOf(schedules[r]!, amount)) * BigInt(times));
    }
    repeats[profile] = 0;
  };
  for (let i = 0; i < orders.count; i++) {
    const profile = orders.profile[i]!;
    const amount = orders.amount[i]!;
    if (amount === lastAmount[profile]) {
      const like = lastOrder[profile]!;
      stage[i] = stage[like]!;
      classOf[i] = classOf[like]!;
      repeats[profile]! += 1;
      continue;
    }
    if (repeats[profile]! > 0) countRepeats(profile);
    lastAmount[profile] = amount;
    lastOrder[profile] = i;
    const kind = kinds.ofProfile[profile]!;
    const matches = kinds.matches[profile]!;
    const permitted = orders.profiles[profile]!.channels;
    const due = kinds.due[kind]!;
    let furthest: Stage = Stage.bank;
    for (let c = 0; c < C; c++) {
      charge[c] = -1;
      rule[c] = -1;
      if (permitted !== null && !permitted.includes(c)) continue;
      const { channel, schedules, amountCap, earliestFinish } = terms[c]!;
      const match = matches[c]!;
      const r = match.rules.length === 0 ? -1 : ruleForAmount(channel.coverage, match.rules, amount);
      if (r < 0) {
        if (match.stage > furthest) furthest = match.stage;
        continue;
      }
      const units = chargeOf(schedules[r]!, amount);
      if (Number.isNaN(units)) throw chargeTooLarge(contract, c, r, amount);
      covered[c]! += 1;
      coveredCharges[c]!.add(units);
      if (units > highestCharge) highestCharge = units;
      if (kinds.weight[kind]! > highestWeight) highestWeight = kinds.weight[kind]!;
      if (amount > amountCap[r]!) {
        if (furthest < Stage.amount) furthest = Stage.amount;
      } else if (earliestFinish > due || earliestFinish === Infinity) {
        if (furthest < Stage.time) furthest = Stage.time;
      } else {
        furthest = Stage.taken;
        charge[c] = units;
        rule[c] = r;
      }
    }
    stage[i] = furthest;
    const share = penaltyRate === 0 ? 0 : penaltyShare(penaltyRate, amount);
    classOf[i] = furthest === Stage.taken ? table.find(kind, share) : -1;
  }

  repeats.forEach((times, profile) => {
    if (times > 0) countRepeats(profile);
  });

  const basePenalty =
    contract.objective.unroutedPenalty ?? defaultPenalty(contract, highestCharge, highestWeight);
  const K = table.count;
  const size = sharedInt32(K);
  for (let i = 0; i < orders.count; i++) if (classOf[i]! >= 0) size[classOf[i]!]! += 1;
  const members = membersOf(classOf, size);
  const columns = table.columns();
  const penalty = sharedFloat64(K);
  const due = sharedFloat64(K);
  const weight = sharedFloat64(K);
  const key = sharedInt32(K * C);
  const reach = terms.map(() => ({ orders: 0, latestDue: -Infinity }));
  for (let k = 0; k < K; k++) {
    const kind = columns.kind[k]!;
    penalty[k] = (kinds.penalty[kind] ?? basePenalty) + columns.share[k]!;
    if (!Number.isSafeInteger(penalty[k])) throw penaltyTooLarge();
    due[k] = kinds.due[kind]!;
    weight[k] = kinds.weight[kind]!;
    for (let c = 0; c < C; c++) {
      key[k * C + c] = kinds.keys[kind]![c]!;
      if (columns.charge[k * C + c]! < 0) continue;
      const of = reach[c]!;
      of.orders += size[k]!;
      of.latestDue = Math.max(of.latestDue, due[k]!);
    }
  }
  refuseEndlessQueues(contract, reach);
  return {
    count: K,
    channels: C,
    classOf,
    stage,
    size,
    charge: columns.charge,
    rule: columns.rule,
    penalty,
    due,
    weight,
    key,
    ...members,
    basePenalty,
    covered,
    coveredCharges: coveredCharges.map((sum) => sum.total),
  };
}

/** The contract's default: twice the dearest way to route an order, and two days' delay at the highest weight. */
function defaultPenalty(contract: Contract, highestCharge: CostUnits, highestWeight: number): CostUnits {
  const packageFee = Math.max(0, ...contract.channels.map((channel) => channel.package.fee));
  const day = 24n * BigInt(MICROS_PER_HOUR);
  const delay = 2n * BigInt(contract.objective.delayCostPerOrderHour) * BigInt(highestWeight) * day;
  const scale = 1_000_000n * BigInt(MICROS_PER_HOUR);
  const penalty = 2n * (BigInt(highestCharge) + BigInt(packageFee)) + (2n * delay + scale) / (2n * scale);
  if (penalty > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new InputError([
      {
        code: "CHARGE_TOO_LARGE",
        path: "objective.unroutedPenalty",
        message: "the default penalty is beyond 2^53 cost units",
        hint: "Give objective.unroutedPenalty.",
      },
    ]);
  }
  return Number(penalty);
}

function penaltyShare(rate: number, amount: MinorUnits): CostUnits {
  const share = Number(penaltyOf(0, rate, amount));
  if (!Number.isSafeInteger(share)) throw penaltyTooLarge();
  return share;
}

function penaltyTooLarge(): InputError {
  return new InputError([
    {
      code: "CHARGE_TOO_LARGE",
      path: "objective.unroutedPenaltyRate",
      message: "the penalty of an order is beyond 2^53 cost units",
      hint: "Check the rate, the penalties and the amounts.",
    },
  ]);
}

function chargeTooLarge(contract: Contract, channel: number, rule: number, amount: MinorUnits): InputError {
  return new InputError([
    {
      code: "CHARGE_TOO_LARGE",
      path: `channels[${channel}].coverage[${rule}]`,
      message: `the charge of an order of ${formatAmount(amount, contract.exponent)} is beyond 2^53 cost units`,
      hint: "Check the rate, the flat part and the amount.",
    },
  ]);
}

/** Profiles that no cost or rule can tell apart, amount and coverage aside, are one kind. */
interface Kinds {
  /** `[profile]` */
  readonly ofProfile: Int32Array;
  /** `[profile][channel]` shared between profiles of the same bank and attributes. */
  readonly matches: readonly (readonly ProfileMatch[])[];
  /** `[kind]` */
  readonly due: readonly number[];
  readonly weight: readonly number[];
  readonly penalty: readonly (CostUnits | null)[];
  /** `[kind][channel]` */
  readonly keys: readonly (readonly number[])[];
}

function profileKinds(contract: Contract, profiles: readonly OrderProfile[], terms: readonly Terms[]): Kinds {
  const ofProfile = new Int32Array(profiles.length);
  const matches: (readonly ProfileMatch[])[] = [];
  const matchCache = new Map<string, readonly ProfileMatch[]>();
  const kindIds = new Map<string, number>();
  const keyIds = contract.channels.map(() => new Map<string, number>());
  const kinds = {
    due: [] as number[],
    weight: [] as number[],
    penalty: [] as (number | null)[],
    keys: [] as number[][],
  };
  profiles.forEach((profile, p) => {
    const identity = JSON.stringify([profile.bank, profile.attributes]);
    let match = matchCache.get(identity);
    if (match === undefined) {
      match = terms.map((channel) => channel.match(profile));
      matchCache.set(identity, match);
    }
    matches.push(match);
    const keys = contract.channels.map((channel, c) => {
      if (channel.package.separateBy.length === 0) return 0;
      const values = JSON.stringify(channel.package.separateBy.map((field) => fieldOf(profile, field)));
      const ids = keyIds[c]!;
      if (!ids.has(values)) ids.set(values, ids.size);
      return ids.get(values)!;
    });
    const signature = `${profile.dueBy}|${profile.delayWeight}|${profile.unroutedPenalty}|${keys.join()}`;
    let kind = kindIds.get(signature);
    if (kind === undefined) {
      kind = kindIds.size;
      kindIds.set(signature, kind);
      kinds.due.push(profile.dueBy);
      kinds.weight.push(profile.delayWeight);
      kinds.penalty.push(profile.unroutedPenalty);
      kinds.keys.push(keys);
    }
    ofProfile[p] = kind;
  });
  return { ofProfile, matches, ...kinds };
}

/** Finds equal rows by hash: open addressing over growing columns. */
class ClassTable {
  /** The row that {@link find} looks up: filled by the caller. */
  readonly charge: Float64Array;
  readonly rule: Int32Array;
  readonly #channels: number;
  #slots = new Int32Array(1 << 12).fill(-1);
  #hashes = new Int32Array(1 << 11);
  #charges: Float64Array;
  #rules: Int32Array;
  #kinds = new Int32Array(1 << 11);
  #shares = new Float64Array(1 << 11);
  count = 0;

  constructor(channels: number) {
    this.#channels = channels;
    this.charge = new Float64Array(channels);
    this.rule = new Int32Array(channels);
    this.#charges = new Float64Array((1 << 11) * channels);
    this.#rules = new Int32Array((1 << 11) * channels);
  }

  find(kind: number, share: number): number {
    const C = this.#channels;
    let hash = Math.imul(kind + 1, 0x9e3779b1) ^ (share | 0);
    for (let c = 0; c < C; c++) {
      hash = Math.imul(hash ^ (this.charge[c]! | 0), 0x85ebca6b) ^ this.rule[c]!;
      hash ^= hash >>> 13;
    }
    let mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (let k = this.#slots[slot]!; k >= 0; k = this.#slots[slot]!) {
      if (this.#hashes[k] === hash && this.#equals(k, kind, share)) return k;
      slot = (slot + 1) & mask;
    }
    if (this.count * 2 >= this.#slots.length) {
      this.#grow();
      mask = this.#slots.length - 1;
      slot = (hash ^ (hash >>> 16)) & mask;
      while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask;
    }
    const k = this.count++;
    this.#slots[slot] = k;
    this.#hashes[k] = hash;
    this.#kinds[k] = kind;
    this.#shares[k] = share;
    this.#charges.set(this.charge, k * C);
    this.#rules.set(this.rule, k * C);
    return k;
  }

  #equals(k: number, kind: number, share: number): boolean {
    if (this.#kinds[k] !== kind || this.#shares[k] !== share) return false;
    const base = k * this.#channels;
    for (let c = 0; c < this.#channels; c++) {
      if (this.#charges[base + c] !== this.charge[c] || this.#rules[base + c] !== this.rule[c]) return false;
    }
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let k = 0; k < this.count; k++) {
      const hash = this.#hashes[k]!;
      let slot = (hash ^ (hash >>> 16)) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = k;
    }
    this.#slots = slots;
    this.#hashes = grown(this.#hashes, Int32Array);
    this.#kinds = grown(this.#kinds, Int32Array);
    this.#shares = grown(this.#shares, Float64Array);
    this.#charges = grown(this.#charges, Float64Array);
    this.#rules = grown(this.#rules, Int32Array);
  }

  /** The table's columns, cut to length and on shared memory. */
  columns() {
    const cells = this.count * this.#channels;
    const charge = sharedFloat64(cells);
    charge.set(this.#charges.subarray(0, cells));
    const rule = new Int32Array(new SharedArrayBuffer(cells * 4));
    rule.set(this.#rules.subarray(0, cells));
    return { charge, rule, kind: this.#kinds, share: this.#shares };
  }
}

function grown<T extends Int32Array | Float64Array>(array: T, type: new (length: number) => T): T {
  const larger = new type(array.length * 2);
  larger.set(array);
  return larger;
}

function membersOf(classOf: Int32Array, size: Int32Array) {
  const memberStart = sharedInt32(size.length + 1);
  for (let k = 0; k < size.length; k++) memberStart[k + 1] = memberStart[k]! + size[k]!;
  const members = sharedInt32(memberStart[size.length]!);
  const next = memberStart.slice();
  for (let i = 0; i < classOf.length; i++) {
    const k = classOf[i]!;
    if (k >= 0) members[next[k]!++] = i;
  }
  return { memberStart, members };
}
