import type { ChannelLoad, Plan } from "../../model/plan.js";
import { singleLeaveTime, singlesBy } from "../../model/queue.js";
import { Usage } from "../limits.js";
import { hasFeeTiers, orderFeeOf, ownFee } from "../packageFee.js";
import { delayRate, type Problem } from "../problem.js";
import { sequencePackages, sequenceSingles } from "../sequence.js";
import { type Options, optionsOf } from "./options.js";
import { PackingVolumes } from "./volumes.js";

/** Due times that single channels and packages are checked against: at most so many, rounded down. */
const DUE_STEPS = 32;

/**
 * A plan under construction, cheap to change one order at a time. Charges, fees, limits and times are kept up in
 * doubles to steer the search; what a plan costs is decided by `pricePlan` when it is done.
 *
 * Orders are rows of the order table. `channelOf` is -1 for a deferred order; rejected orders never leave -1.
 */
export class Packing {
  readonly problem: Problem;
  readonly options: Options;
  readonly usage: Usage;
  readonly volumes: PackingVolumes;
  readonly channelOf: Int16Array;
  /** `[order]` package number, or -1 on single channels and for deferred orders. */
  readonly packageOf: Int32Array;

  /** Packages by number; numbers of closed ones are used again. */
  #capacity = 64;
  channel = new Int16Array(64).fill(-1);
  key = new Int32Array(64);
  size = new Int32Array(64);
  amount = new Float64Array(64);
  weight = new Float64Array(64);
  /** Earliest due step inside; may be too early after an order has left, until {@link refresh}. */
  due = new Float64Array(64);
  finish = new Float64Array(64);
  #free: number[] = [];
  #used = 0;

  /** `[channel]` numbers of its packages, in sequence as of the last refresh. */
  readonly packages: number[][];
  /** `[channel]` how much longer its packages may take before one is late, µs, as of the last refresh. */
  readonly slack: Float64Array;
  /** `[channel]` orders on it. */
  readonly count: Float64Array;
  /** `[channel]` delay cost, as of the last refresh. */
  readonly delay: Float64Array;
  /** `[channel]` sum of its charges. */
  readonly charges: Float64Array;
  /** `[channel]` what every order pays for its package at least. */
  readonly orderFee: Float64Array;
  /** `[channel]` whether a package's fee depends on its size beyond that. */
  readonly #tiered: readonly boolean[];
  readonly #weightOf: Float64Array;
  /** `[channel]` single channels: orders by due step. */
  readonly #singleDue: Int32Array[];
  readonly #dueEdges: Float64Array;
  /** `[channel]` single channels: orders that can finish by each due edge. */
  readonly #singleRoom: Float64Array[];
  /** `[channel]` orders by package × sets of twins + set; null where there are no twins. */
  readonly #twins: (Map<number, number> | null)[];
  /** Orders beyond one of a set in a package. */
  #clashes = 0;
  penalties = 0;
  readonly rate: number;

  /** @param options those of the problem, where they are at hand */
  constructor(problem: Problem, options: Options = optionsOf(problem.classes)) {
    this.problem = problem;
    this.options = options;
    const { contract, orders, classes } = problem;
    const C = contract.channels.length;
    this.usage = new Usage(problem.limits);
    this.volumes = new PackingVolumes(problem);
    this.channelOf = new Int16Array(orders.count).fill(-1);
    this.packageOf = new Int32Array(orders.count).fill(-1);
    this.packages = contract.channels.map(() => []);
    this.slack = new Float64Array(C).fill(Infinity);
    this.count = new Float64Array(C);
    this.delay = new Float64Array(C);
    this.charges = new Float64Array(C);
    this.orderFee = Float64Array.from(contract.channels, orderFeeOf);
    this.#tiered = contract.channels.map((channel) => hasFeeTiers(channel.package));
    this.#weightOf = new Float64Array(C);
    this.#dueEdges = dueEdges(classes.due);
    this.#twins = classes.twins.map((twins) => (twins === null ? null : new Map()));
    this.#singleDue = contract.channels.map(() => new Int32Array(this.#dueEdges.length));
    this.#singleRoom = contract.channels.map((channel) =>
      this.#dueEdges.map((due) => singlesBy(channel.queue, due)),
    );
    this.rate = delayRate(contract);
    for (let k = 0; k < classes.count; k++) this.penalties += classes.penalty[k]! * classes.size[k]!;
  }

  /** Estimated objective, exact but for delay cost, as of the last refresh of every channel. */
  get objective(): number {
    let total = this.penalties + this.volumes.excess;
    this.problem.contract.channels.forEach((channel, c) => {
      total += this.charges[c]! + this.delay[c]! + this.count[c]! * this.orderFee[c]!;
      if (!this.#tiered[c]) total += this.packages[c]!.length * channel.package.feeTiers[0]!.fee;
      else for (const p of this.packages[c]!) total += ownFee(channel, this.size[p]!);
    });
    return total;
  }

  /** The last due edge that is not after a due time: rounding down keeps every promise. */
  #dueStep(due: number): number {
    const edges = this.#dueEdges;
    let low = 0;
    let high = edges.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (edges[middle]! <= due) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Whether a single channel can take one more order of that class in time. */
  singleHasTime(c: number, k: number): boolean {
    const room = this.#singleRoom[c]!;
    const taken = this.#singleDue[c]!;
    if (taken.length === 1) return taken[0]! + 1 <= room[0]!;
    const step = this.#dueStep(this.problem.classes.due[k]!);
    let sum = 0;
    for (let d = 0; d < taken.length; d++) {
      sum += taken[d]!;
      if (d >= step && sum + 1 > room[d]!) return false;
    }
    return true;
  }

  /** Orders that a single channel can finish by its cut-off. */
  singleRoom(c: number): number {
    const room = this.#singleRoom[c]!;
    return room[room.length - 1]!;
  }

  /** How many more orders a channel's own limit lets in. */
  roomOf(c: number): number {
    return this.problem.contract.channels[c]!.limits.maxOrders - this.count[c]!;
  }

  /** Whether a channel has a free place for some order, in an open package or its queue, and its own limit lets it in. */
  accepts(c: number): boolean {
    if (this.roomOf(c) < 1) return false;
    const { mode, package: terms } = this.problem.contract.channels[c]!;
    if (mode === "single") return this.count[c]! < this.singleRoom(c);
    return this.packages[c]!.some(
      (p) => this.size[p]! < terms.maxOrders && this.amount[p]! < terms.maxAmount,
    );
  }

  /** When one more order of a single channel would finish, at the end of its queue. */
  singleFinish(c: number): number {
    const queue = this.problem.contract.channels[c]!.queue;
    return singleLeaveTime(queue, this.count[c]!) + queue.result;
  }

  /** Whether a package has room for an order, limits of the channel aside. */
  packageHasRoom(p: number, order: number): boolean {
    return this.#hasRoom(p, this.problem.classes.classOf[order]!, this.problem.orders.amount[order]!, order);
  }

  #hasRoom(p: number, k: number, amount: number, order: number): boolean {
    const c = this.channel[p]!;
    const { package: terms, queue } = this.problem.contract.channels[c]!;
    const { classes } = this.problem;
    return (
      this.size[p]! < terms.maxOrders &&
      this.amount[p]! + amount <= terms.maxAmount &&
      this.key[p]! === classes.key[k * classes.channels + c]! &&
      this.slack[c]! >= queue.perOrder &&
      this.finish[p]! + queue.perOrder <= classes.due[k]! &&
      !this.holdsTwin(p, c, order)
    );
  }

  /** The earliest package of a channel with room for an order, or -1. */
  findPackage(c: number, order: number): number {
    const packages = this.packages[c]!;
    const k = this.problem.classes.classOf[order]!;
    const amount = this.problem.orders.amount[order]!;
    for (let i = 0; i < packages.length; i++)
      if (this.#hasRoom(packages[i]!, k, amount, order)) return packages[i]!;
    return -1;
  }

  /**
   * Whether a package holds an order that may not share one with this.
   *
   * @param leaver an order of the package that makes place for it, or -1
   */
  holdsTwin(p: number, c: number, order: number, leaver = -1): boolean {
    const twins = this.problem.classes.twins[c]!;
    if (twins === null || p < 0) return false;
    const twin = twins.of[order]!;
    if (twin < 0) return false;
    const inside = this.#twins[c]!.get(p * twins.count + twin) ?? 0;
    return inside > (leaver >= 0 && twins.of[leaver] === twin ? 1 : 0);
  }

  /** Whether some package holds orders that may not share it: where whole packages are rearranged, nobody asks before. */
  get hasClashes(): boolean {
    return this.#clashes > 0;
  }

  /** @param sign 1 for an order that comes into a package, -1 for one that leaves it */
  #countTwin(p: number, c: number, order: number, sign: 1 | -1): void {
    const twins = this.problem.classes.twins[c]!;
    if (twins === null || twins.of[order]! < 0) return;
    const place = p * twins.count + twins.of[order]!;
    const count = (this.#twins[c]!.get(place) ?? 0) + sign;
    if (count === 0) this.#twins[c]!.delete(place);
    else this.#twins[c]!.set(place, count);
    if (sign === 1 ? count > 1 : count > 0) this.#clashes += sign;
  }

  /** Opens an empty package at the end of a channel's sequence. The caller has asked the limits. */
  open(c: number, key: number): number {
    const p = this.#free.pop() ?? this.#used++;
    if (p >= this.#capacity) this.#grow();
    this.channel[p] = c;
    this.key[p] = key;
    this.size[p] = 0;
    this.amount[p] = 0;
    this.weight[p] = 0;
    this.due[p] = Infinity;
    this.finish[p] = 0;
    this.packages[c]!.push(p);
    this.usage.countPackages(c, 1);
    return p;
  }

  /** Whether a package of a channel holds orders, but fewer than the channel asks for. */
  isBelowMinimum(p: number, c: number): boolean {
    return this.size[p]! > 0 && this.size[p]! < this.problem.contract.channels[c]!.package.minOrders;
  }

  /** Closes an empty package. */
  close(p: number): void {
    const c = this.channel[p]!;
    this.packages[c] = this.packages[c]!.filter((other) => other !== p);
    this.channel[p] = -1;
    this.#free.push(p);
    this.usage.countPackages(c, -1);
  }

  /** Puts a deferred order on a channel: into package p, or, with -1, into a single channel's queue. */
  add(order: number, c: number, p: number): void {
    const { classes, orders } = this.problem;
    const k = classes.classOf[order]!;
    const cell = k * classes.channels + c;
    const amount = orders.amount[order]!;
    this.channelOf[order] = c;
    this.packageOf[order] = p;
    this.usage.count(c, classes.rule[cell]!, amount, 1);
    this.volumes.count(c, k, amount, 1);
    this.charges[c]! += classes.charge[cell]!;
    this.count[c]! += 1;
    this.#weightOf[c]! += classes.weight[k]!;
    this.penalties -= classes.penalty[k]!;
    if (p < 0) {
      this.#singleDue[c]![this.#dueStep(classes.due[k]!)]! += 1;
    } else {
      this.size[p]! += 1;
      this.amount[p]! += amount;
      this.weight[p]! += classes.weight[k]!;
      if (classes.due[k]! < this.due[p]!) this.due[p] = classes.due[k]!;
      const hold = this.problem.contract.channels[c]!.queue.perOrder;
      this.slack[c]! -= hold;
      this.finish[p]! += hold;
      this.#countTwin(p, c, order, 1);
    }
  }

  /** Takes an order off its channel: it is deferred then. Its package stays open, even if empty. */
  remove(order: number): void {
    const { classes, orders } = this.problem;
    const c = this.channelOf[order]!;
    const p = this.packageOf[order]!;
    const k = classes.classOf[order]!;
    const cell = k * classes.channels + c;
    const amount = orders.amount[order]!;
    this.channelOf[order] = -1;
    this.packageOf[order] = -1;
    this.usage.count(c, classes.rule[cell]!, amount, -1);
    this.volumes.count(c, k, amount, -1);
    this.charges[c]! -= classes.charge[cell]!;
    this.count[c]! -= 1;
    this.#weightOf[c]! -= classes.weight[k]!;
    this.penalties += classes.penalty[k]!;
    if (p < 0) {
      this.#singleDue[c]![this.#dueStep(classes.due[k]!)]! -= 1;
    } else {
      this.size[p]! -= 1;
      this.amount[p]! -= amount;
      this.weight[p]! -= classes.weight[k]!;
      this.#countTwin(p, c, order, -1);
    }
  }

  /** What one order more adds to the fees of a channel's packages, in package p, or -1 on a single channel. */
  joiningFee(c: number, p: number): number {
    if (!this.#tiered[c] || p < 0) return this.orderFee[c]!;
    const channel = this.problem.contract.channels[c]!;
    const before = this.size[p]! === 0 ? 0 : ownFee(channel, this.size[p]!);
    return this.orderFee[c]! + ownFee(channel, this.size[p]! + 1) - before;
  }

  /** What an order that leaves saves in fees; of a package that it leaves empty only the order's part. */
  #leavingFee(c: number, p: number): number {
    if (!this.#tiered[c] || p < 0 || this.size[p]! <= 1) return this.orderFee[c]!;
    const channel = this.problem.contract.channels[c]!;
    return this.orderFee[c]! + ownFee(channel, this.size[p]!) - ownFee(channel, this.size[p]! - 1);
  }

  /** What package p pays beyond its orders' part. */
  ownFeeOf(p: number): number {
    return ownFee(this.problem.contract.channels[this.channel[p]!]!, Math.max(1, this.size[p]!));
  }

  /** Charge and delay cost of a routed order where it stands: what an exchange, which leaves all sizes, can change. */
  chargeAt(order: number): number {
    const { classes } = this.problem;
    const k = classes.classOf[order]!;
    const charge = classes.charge[k * classes.channels + this.channelOf[order]!]!;
    return charge + this.rate * classes.weight[k]! * this.finishOf(order);
  }

  /** Cost of an order where it stands: its charge, its part of the package fee, its delay and what its volume changes, or its penalty. */
  costAt(order: number): number {
    const { classes, orders } = this.problem;
    const k = classes.classOf[order]!;
    const c = this.channelOf[order]!;
    if (c < 0) return classes.penalty[k]!;
    const charge = classes.charge[k * classes.channels + c]! + this.#leavingFee(c, this.packageOf[order]!);
    const cost = charge + this.rate * classes.weight[k]! * this.finishOf(order);
    return this.volumes.any ? cost - this.volumes.change(c, k, orders.amount[order]!, -1) : cost;
  }

  /** When an order finishes, or for single channels about when one of its channel does. */
  finishOf(order: number): number {
    const p = this.packageOf[order]!;
    if (p >= 0) return this.finish[p]!;
    const c = this.channelOf[order]!;
    const queue = this.problem.contract.channels[c]!.queue;
    return singleLeaveTime(queue, this.count[c]! - 1) + queue.result;
  }

  /** Earliest due of every package anew, after orders have left. */
  refreshDues(): void {
    const { classes } = this.problem;
    if (this.#dueEdges.length === 1) return;
    this.due.fill(Infinity, 0, this.#used);
    for (let i = 0; i < this.packageOf.length; i++) {
      const p = this.packageOf[i]!;
      if (p < 0) continue;
      const due = classes.due[classes.classOf[i]!]!;
      if (due < this.due[p]!) this.due[p] = due;
    }
  }

  /**
   * Sequences a channel's packages anew and works out its times and delay cost.
   *
   * @returns whether every cut-off and due time holds
   */
  refresh(c: number): boolean {
    const { queue, mode } = this.problem.contract.channels[c]!;
    if (mode === "single") {
      this.delay[c] = this.#singleDelay(c);
      return true;
    }
    const packages = this.packages[c]!;
    const { sequence, leave, inTime } = sequencePackages(
      packages.map((p) => ({ orders: this.size[p]!, weight: this.weight[p]!, due: this.due[p]! })),
      queue,
    );
    this.packages[c] = sequence.map((index) => packages[index]!);
    let slack = Infinity;
    let weighted = 0;
    this.packages[c]!.forEach((p, i) => {
      const finish = leave[i]! + queue.result;
      this.finish[p] = finish;
      weighted += this.weight[p]! * finish;
      slack = Math.min(slack, queue.cutOff - leave[i]!, this.due[p]! - finish);
    });
    this.slack[c] = slack;
    this.delay[c] = this.rate * weighted;
    return inTime;
  }

  refreshAll(): boolean {
    let inTime = true;
    for (let c = 0; c < this.packages.length; c++) inTime = this.refresh(c) && inTime;
    return inTime;
  }

  /** Mean weight times the sum of the finishes: exact where all weights are equal. */
  #singleDelay(c: number): number {
    const m = this.count[c]!;
    if (m === 0) return 0;
    const { queue } = this.problem.contract.channels[c]!;
    const rounds = Math.floor(m / queue.lanes);
    const rest = m - rounds * queue.lanes;
    const turns = (rounds * (rounds + 1) * queue.lanes) / 2 + rest * (rounds + 1);
    const finishes = m * (queue.start + queue.result) + turns * queue.perOrder;
    return (this.rate * this.#weightOf[c]! * finishes) / m;
  }

  /** Makes this packing equal to another of the same problem. */
  copyFrom(other: Packing): void {
    while (this.#capacity < other.#capacity) this.#grow();
    this.usage.copyFrom(other.usage);
    this.volumes.copyFrom(other.volumes);
    this.channelOf.set(other.channelOf);
    this.packageOf.set(other.packageOf);
    this.channel.set(other.channel);
    this.key.set(other.key);
    this.size.set(other.size);
    this.amount.set(other.amount);
    this.weight.set(other.weight);
    this.due.set(other.due);
    this.finish.set(other.finish);
    this.#free = other.#free.slice();
    this.#used = other.#used;
    this.slack.set(other.slack);
    this.count.set(other.count);
    this.delay.set(other.delay);
    this.charges.set(other.charges);
    this.#weightOf.set(other.#weightOf);
    for (let c = 0; c < this.packages.length; c++) {
      this.packages[c] = other.packages[c]!.slice();
      this.#singleDue[c]!.set(other.#singleDue[c]!);
      if (this.#twins[c] !== null) this.#twins[c] = new Map(other.#twins[c]);
    }
    this.#clashes = other.#clashes;
    this.penalties = other.penalties;
  }

  /** Mean weight of the orders on a channel, in millionths. */
  meanWeight(c: number): number {
    return this.count[c] === 0 ? 0 : this.#weightOf[c]! / this.count[c]!;
  }

  /** Whether an order is deferred. */
  defers(): boolean {
    const { classOf } = this.problem.classes;
    for (let i = 0; i < this.channelOf.length; i++)
      if (this.channelOf[i]! < 0 && classOf[i]! >= 0) return true;
    return false;
  }

  /** Orders of every package, by package number, in file order. */
  members(): number[][] {
    const members: number[][] = Array.from({ length: this.#used }, () => []);
    for (let i = 0; i < this.packageOf.length; i++)
      if (this.packageOf[i]! >= 0) members[this.packageOf[i]!]!.push(i);
    return members;
  }

  /** Orders of each package of a channel, as they stand in `packages`, in file order. */
  membersOf(c: number): number[][] {
    const packages = this.packages[c]!;
    const index = new Map(packages.map((p, m) => [p, m]));
    const members: number[][] = packages.map(() => []);
    for (let i = 0; i < this.channelOf.length; i++)
      if (this.channelOf[i] === c) members[index.get(this.packageOf[i]!)!]!.push(i);
    return members;
  }

  /** Opens a package for deferred orders of one key and puts them in. The caller has asked the limits. */
  openWith(c: number, orders: ArrayLike<number>): number {
    const { classes } = this.problem;
    const p = this.open(c, classes.key[classes.classOf[orders[0]!]! * classes.channels + c]!);
    for (let i = 0; i < orders.length; i++) this.add(orders[i]!, c, p);
    return p;
  }

  /** Takes over a finished plan. The packing must be empty. */
  load(plan: Plan): void {
    const { classes } = this.problem;
    plan.loads.forEach((load, c) => {
      if (this.problem.contract.channels[c]!.mode === "single") {
        for (const order of load.orders) this.add(order, c, -1);
        return;
      }
      let next = 0;
      for (const size of load.packageSizes) {
        const p = this.open(c, classes.key[classes.classOf[load.orders[next]!]! * classes.channels + c]!);
        for (const end = next + size; next < end; next++) this.add(load.orders[next]!, c, p);
      }
    });
    this.refreshAll();
  }

  /** The plan as it stands, sequenced as of the last refresh. */
  toPlan(): Plan {
    const { contract, classes } = this.problem;
    const members = this.members();
    const singles: number[][] = contract.channels.map(() => []);
    for (let i = 0; i < this.channelOf.length; i++) {
      const c = this.channelOf[i]!;
      if (c >= 0 && this.packageOf[i]! < 0) singles[c]!.push(i);
    }
    const loads = contract.channels.map((channel, c): ChannelLoad => {
      if (channel.mode === "single") {
        const due = (order: number) => classes.due[classes.classOf[order]!]!;
        const weight = (order: number) => classes.weight[classes.classOf[order]!]!;
        const orders = sequenceSingles(Int32Array.from(singles[c]!), channel.queue, due, weight);
        return { orders, packageSizes: new Int32Array(0) };
      }
      const inside = this.packages[c]!.map((p) => members[p]!).filter((orders) => orders.length > 0);
      const orders = new Int32Array(inside.reduce((total, each) => total + each.length, 0));
      let next = 0;
      for (const each of inside) {
        orders.set(each, next);
        next += each.length;
      }
      return { orders, packageSizes: Int32Array.from(inside, (each) => each.length) };
    });
    return { loads };
  }

  #grow(): void {
    this.#capacity *= 2;
    const floats = (array: Float64Array) => {
      const larger = new Float64Array(this.#capacity);
      larger.set(array);
      return larger;
    };
    const ints = (array: Int32Array) => {
      const larger = new Int32Array(this.#capacity);
      larger.set(array);
      return larger;
    };
    const channel = new Int16Array(this.#capacity).fill(-1);
    channel.set(this.channel);
    this.channel = channel;
    this.key = ints(this.key);
    this.size = ints(this.size);
    this.amount = floats(this.amount);
    this.weight = floats(this.weight);
    this.due = floats(this.due);
    this.finish = floats(this.finish);
  }
}

/** Distinct due times, thinned out to {@link DUE_STEPS} edges; the earliest and the latest stay. */
function dueEdges(due: Float64Array): Float64Array {
  const distinct = [...new Set(due)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (distinct.length === 0) return Float64Array.of(Infinity);
  if (distinct.length <= DUE_STEPS) return Float64Array.from(distinct);
  return Float64Array.from(
    { length: DUE_STEPS },
    (_, i) => distinct[Math.floor((i * (distinct.length - 1)) / (DUE_STEPS - 1))]!,
  );
}
