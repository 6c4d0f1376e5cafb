import { chargeOf, penaltyOf } from "../model/charge.js";
import type { Contract } from "../model/contract.js";
import { Stage } from "../model/coverage.js";
import { InputError } from "../model/issue.js";
import { type CostUnits, ExactSum, formatAmount, type MinorUnits } from "../model/money.js";
import { fieldOf, type OrderProfile, type OrderTable } from "../model/order.js";
import { MICROS_PER_HOUR } from "../model/time.js";
import { ClassTable } from "./classTable.js";
import { type AmountRange, type Covering, cellHash, channelTerms, Outlooks } from "./outlooks.js";
import { refuseEndlessQueues } from "./queueReach.js";
import { type Twins, twinsOf } from "./twins.js";
import { pricesAmountInAll } from "./volume.js";
import type { ScaledVolumePrices } from "./volumePrices.js";

/**
 * Orders that look alike: a class is a set of orders that meet the same rule and pay the same charge on every channel
 * and agree in permitted channels, `separateBy` values, `dueBy`, weight and penalty. They differ in amount alone, and not
 * in that where some channel has prices for the month's amount.
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
  /** `[class * channels + channel]` what of that the channel bills, which its minimum fee counts; all where it is absent. */
  readonly billed?: Float64Array;
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
  /** `[channel]` orders that may not share a package there; null where all may. */
  readonly twins: readonly (Twins | null)[];
  /** Orders of each class: `members[memberStart[k] .. memberStart[k + 1]]`, in file order. */
  readonly memberStart: Int32Array;
  readonly members: Int32Array;
  /** Penalty of an order that names none, its amount's share aside. */
  readonly basePenalty: CostUnits;
  /** `[channel]` */
  readonly reach: readonly ChannelReach[];
  /** `[channel]` orders the channel covers, whether it could take them or not. */
  readonly covered: Float64Array;
  /** `[channel]` sum of the charges of those orders. */
  readonly coveredCharges: readonly bigint[];
  /** Set where charges and penalties are not the contract's but those at prices of volume. */
  readonly atVolume?: AtVolume;
}

/** Where charges at prices of volume come from (`volumePrices.ts`). */
export interface AtVolume {
  /** The same classes with the contract's own charges and penalties. */
  readonly own: Classes;
  readonly prices: ScaledVolumePrices;
  /** `[class]` cost units added to its charges and its penalty alike, so that none is below 0. */
  readonly raised: Float64Array;
}

/** `[class * channels + channel]` what channels bill for an order, whatever steers the search beside it. */
export function billedCharges(classes: Classes): Float64Array {
  const own = classes.atVolume?.own ?? classes;
  return own.billed ?? own.charge;
}

/** How many separation keys a channel has. */
export function keyCount(classes: Classes, channel: number): number {
  return classes.reach[channel]!.ordersOf.length;
}

/** The orders that a channel could take alone. */
export interface ChannelReach {
  /** `[key]` how many they are; as long as the channel has separation keys. */
  readonly ordersOf: Float64Array;
  /** `[key]` their minor units; NaN where doubles cannot hold them. */
  readonly amountOf: Float64Array;
  /** Of the lightest and of all, in millionths; 0 where there are none. */
  readonly lightest: number;
  readonly meanWeight: number;
}

/** Minor units of the orders of a key that a channel could take. Exact. */
export function amountReached(classes: Classes, orders: OrderTable, c: number, key: number): bigint {
  const known = classes.reach[c]!.amountOf[key]!;
  if (!Number.isNaN(known)) return BigInt(known);
  const sum = new ExactSum();
  for (let k = 0; k < classes.count; k++) {
    const cell = k * classes.channels + c;
    if (classes.charge[cell]! < 0 || classes.key[cell] !== key) continue;
    for (let m = classes.memberStart[k]!; m < classes.memberStart[k + 1]!; m++)
      sum.add(orders.amount[classes.members[m]!]!);
  }
  return sum.total;
}

/** A typed array on shared memory. */
export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8));
}
export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}

/**
 * Puts the orders into classes; the only place where charges are worked out for the solver.
 *
 * @throws InputError where a charge is beyond 2^53 cost units, or a queue could run beyond exact time
 */
export function classify(contract: Contract, orders: OrderTable): Classes {
  const terms = contract.channels.map((_, c) => channelTerms(contract, c));
  const C = terms.length;
  const kinds = profileKinds(contract, orders.profiles);
  const outlooks = new Outlooks(terms);
  const outlookOf = orders.profiles.map((profile) => outlooks.of(profile));
  const byAmount = pricesAmountInAll(contract.channels);
  const table = new ClassTable(C, byAmount);
  const classOf = sharedInt32(orders.count);
  const stage = new Uint8Array(new SharedArrayBuffer(orders.count));
  /** Charges by a rate; those that whole ranges share are added in the end. */
  const coveredCharges = terms.map(() => new ExactSum());
  const penaltyRate = contract.objective.unroutedPenaltyRate;
  let highestCharge = 0;
  let highestWeight = 0;

  const chargeAtRate = ({ channel, schedule }: Covering, amount: MinorUnits): CostUnits => {
    const charge = chargeOf(schedule, amount);
    if (Number.isNaN(charge)) return charge;
    coveredCharges[channel]!.add(charge);
    if (charge > highestCharge) highestCharge = charge;
    return charge;
  };
  // Orders that repeat the last one of their profile, as subscriptions do, are worked out once.
  const lastAmount = new Float64Array(orders.profiles.length).fill(-1);
  const lastOrder = new Int32Array(orders.profiles.length);
  const repeats = new Float64Array(orders.profiles.length);
  /** Counts the repeats of a profile's last order as covered. */
  const countRepeats = (profile: number) => {
    const times = repeats[profile]!;
    if (times === 0) return;
    const amount = lastAmount[profile]!;
    const range = outlooks.rangeOf(outlookOf[profile]!, amount);
    range.orders += times;
    for (const { channel, schedule, charge } of range.covering)
      if (charge < 0) coveredCharges[channel]!.addBig(BigInt(chargeOf(schedule, amount)) * BigInt(times));
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
    countRepeats(profile);
    lastAmount[profile] = amount;
    lastOrder[profile] = i;
    const kind = kinds.ofProfile[profile]!;
    const range = outlooks.rangeOf(outlookOf[profile]!, amount);
    range.orders++;
    if (range.highestCharge > highestCharge) highestCharge = range.highestCharge;
    if (range.covering.length > 0 && kinds.weight[kind]! > highestWeight) highestWeight = kinds.weight[kind]!;
    let hash = range.hash;
    const { rated, ratedOnly } = range;
    for (let j = 0; j < rated.length; j++) {
      const charge = chargeAtRate(rated[j]!, amount);
      table.own[j] = charge;
      hash = (hash + cellHash(rated[j]!, charge)) | 0;
      if (Number.isNaN(charge)) throw chargeTooLarge(contract, range, amount);
    }
    for (let j = 0; j < ratedOnly.length; j++)
      if (Number.isNaN(chargeAtRate(ratedOnly[j]!, amount))) throw chargeTooLarge(contract, range, amount);
    stage[i] = range.stage;
    table.own[rated.length] = penaltyRate === 0 ? 0 : penaltyShare(penaltyRate, amount);
    if (byAmount) table.own[rated.length + 1] = amount;
    classOf[i] = range.stage === Stage.taken ? table.find(range, kind, hash) : -1;
  }
  repeats.forEach((_, profile) => {
    countRepeats(profile);
  });
  const covered = sharedFloat64(C);
  for (const range of outlooks.ranges)
    for (const { channel, charge } of range.covering) {
      covered[channel]! += range.orders;
      if (charge >= 0) coveredCharges[channel]!.addBig(BigInt(charge) * BigInt(range.orders));
    }

  const basePenalty =
    contract.objective.unroutedPenalty ?? defaultPenalty(contract, highestCharge, highestWeight);
  const K = table.count;
  const size = sharedInt32(K);
  for (let i = 0; i < orders.count; i++) if (classOf[i]! >= 0) size[classOf[i]!]! += 1;
  const members = membersOf(classOf, size);
  const rows = { charge: sharedFloat64(K * C).fill(-1), rule: sharedInt32(K * C).fill(-1) };
  const penalty = sharedFloat64(K);
  const due = sharedFloat64(K);
  const weight = sharedFloat64(K);
  const key = sharedInt32(K * C);
  const reached = terms.map(() => new Reached());
  for (let k = 0; k < K; k++) {
    table.writeRow(k, rows, k * C);
    const kind = table.kindOf(k);
    penalty[k] = (kinds.penalty[kind] ?? basePenalty) + table.shareOf(k);
    if (!Number.isSafeInteger(penalty[k])) throw penaltyTooLarge();
    due[k] = kinds.due[kind]!;
    weight[k] = kinds.weight[kind]!;
    const amount = amountOf(
      orders,
      members.members.subarray(members.memberStart[k], members.memberStart[k + 1]),
    );
    for (let c = 0; c < C; c++) {
      const value = kinds.keys[kind]![c]!;
      // Most channels separate by nothing: what nobody writes to costs no memory.
      if (value > 0) key[k * C + c] = value;
      const of = reached[c]!;
      if (rows.charge[k * C + c]! < 0) of.know(value);
      else of.add(value, { orders: size[k]!, amount, weight: weight[k]!, due: due[k]! });
    }
  }
  refuseEndlessQueues(contract, reached);
  const couldTake = (order: number, c: number) =>
    classOf[order]! >= 0 && rows.charge[classOf[order]! * C + c]! >= 0;
  const twins = contract.channels.map((channel, c) =>
    twinsOf(channel, orders, (order) => (couldTake(order, c) ? key[classOf[order]! * C + c]! : -1)),
  );
  return {
    count: K,
    channels: C,
    classOf,
    stage,
    size,
    ...rows,
    penalty,
    due,
    weight,
    key,
    twins,
    ...members,
    basePenalty,
    reach: reached.map((of) => of.reach()),
    covered,
    coveredCharges: coveredCharges.map((sum) => sum.total),
  };
}

/** Minor units of some orders, as a double. */
function amountOf({ amount }: OrderTable, members: Int32Array): number {
  let sum = 0;
  for (let m = 0; m < members.length; m++) sum += amount[members[m]!]!;
  return sum;
}

/** What a channel could take, class by class. */
class Reached {
  orders = 0;
  latestDue = -Infinity;
  readonly #ordersOf: number[] = [];
  readonly #amountOf: number[] = [];
  #lightest = Infinity;
  #weight = 0;

  know(key: number): void {
    while (this.#ordersOf.length <= key) {
      this.#ordersOf.push(0);
      this.#amountOf.push(0);
    }
  }

  /** @param like a class: its orders, their minor units in all, and what they have in common */
  add(key: number, like: { orders: number; amount: number; weight: number; due: number }): void {
    const { orders, amount, weight, due } = like;
    this.know(key);
    this.#ordersOf[key]! += orders;
    // Of whole numbers above 0 a sum that is safe has been exact all along.
    const sum = this.#amountOf[key]! + amount;
    this.#amountOf[key] = Number.isSafeInteger(sum) ? sum : Number.NaN;
    this.orders += orders;
    this.#weight += weight * orders;
    if (weight < this.#lightest) this.#lightest = weight;
    if (due > this.latestDue) this.latestDue = due;
  }

  reach(): ChannelReach {
    this.know(0);
    const ordersOf = sharedFloat64(this.#ordersOf.length);
    const amountOf = sharedFloat64(this.#ordersOf.length);
    ordersOf.set(this.#ordersOf);
    amountOf.set(this.#amountOf);
    return {
      ordersOf,
      amountOf,
      lightest: this.orders === 0 ? 0 : this.#lightest,
      meanWeight: this.orders === 0 ? 0 : this.#weight / this.orders,
    };
  }
}

/** The contract's default: twice the dearest way to route an order, and two days' delay at the highest weight. */
function defaultPenalty(contract: Contract, highestCharge: CostUnits, highestWeight: number): CostUnits {
  const packageFee = Math.max(
    0,
    ...contract.channels.flatMap((channel) =>
      channel.package.feeTiers.map(({ fee, perOrder }) => fee + perOrder),
    ),
  );
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

/** Of the first channel with such a charge. */
function chargeTooLarge(contract: Contract, { covering }: AmountRange, amount: MinorUnits): InputError {
  const { channel, rule } = covering.find(({ schedule }) => Number.isNaN(chargeOf(schedule, amount)))!;
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
  /** `[kind]` */
  readonly due: readonly number[];
  readonly weight: readonly number[];
  readonly penalty: readonly (CostUnits | null)[];
  /** `[kind][channel]` */
  readonly keys: readonly (readonly number[])[];
}

function profileKinds(contract: Contract, profiles: readonly OrderProfile[]): Kinds {
  const ofProfile = new Int32Array(profiles.length);
  const kindIds = new Map<string, number>();
  const keyIds = contract.channels.map(() => new Map<string, number>());
  const kinds = {
    due: [] as number[],
    weight: [] as number[],
    penalty: [] as (number | null)[],
    keys: [] as number[][],
  };
  profiles.forEach((profile, p) => {
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
  return { ofProfile, ...kinds };
}

/** Lists the orders of each class. @param size `[class]` how many there are */
export function membersOf(classOf: Int32Array, size: Int32Array): Pick<Classes, "memberStart" | "members"> {
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
