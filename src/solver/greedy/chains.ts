import { putOn } from "./moves.js";
import type { Packing } from "./packing.js";

/**
 * Improvement by chains: one order moves to a channel that is full, another leaves that for a third, and so on until a
 * channel has room or the chain closes. On the graph whose nodes are the channels (and their separation keys) and whose
 * edges are the cheapest moves between them, such chains are paths and cycles of negative length, as in the primal
 * method for transportation problems (Klein 1967, doi:10.1287/mnsc.14.3.205).
 */

/** Graphs of more nodes are left alone: the search is quadratic in them. */
const MOST_NODES = 600;
/** Times that one chain is applied, each time with the next cheapest orders. */
const REPEATS = 5_000;
/** Gains below this many cost units are none. */
const TIE = 0.5;

/** A step of a chain: an order moves from one node to the next; -1 where only a limit passes on. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly moves: boolean;
}

/**
 * The cheapest moves between channels. It is worked out once and kept up along the chains that are applied; times are
 * those of when it was made.
 */
export class MoveGraph {
  readonly nodes: number;
  readonly #packing: Packing;
  readonly #firstNode: Int32Array;
  readonly #channelOfNode: Int16Array;
  /** `[channel]` about when one more order would finish. */
  readonly #finish: Float64Array;
  /** `[from * nodes + to]` least change of cost of any order that moves so. */
  readonly #length: Float64Array;
  /** `[node]` 1 where its lengths are out of date. */
  readonly #stale: Uint8Array;

  constructor(packing: Packing) {
    this.#packing = packing;
    const { contract, classes } = packing.problem;
    const C = classes.channels;
    const keys = contract.channels.map((channel, c) => {
      if (channel.package.separateBy.length === 0) return 1;
      let most = 0;
      for (let k = 0; k < classes.count; k++) most = Math.max(most, classes.key[k * C + c]!);
      return most + 1;
    });
    this.#firstNode = new Int32Array(C);
    for (let c = 1; c < C; c++) this.#firstNode[c] = this.#firstNode[c - 1]! + keys[c - 1]!;
    // The last node is deferral.
    this.nodes = this.#firstNode[C - 1]! + keys[C - 1]! + 1;
    this.#channelOfNode = new Int16Array(this.nodes).fill(-1);
    for (const [c, count] of keys.entries()) {
      this.#channelOfNode.fill(c, this.#firstNode[c]!, this.#firstNode[c]! + count);
    }
    this.#finish = Float64Array.from(contract.channels, (channel, c) => {
      if (channel.mode === "single") return packing.singleFinish(c);
      return packing.packages[c]!.reduce(
        (latest, p) => Math.max(latest, packing.finish[p]!),
        channel.queue.start,
      );
    });
    this.#length = new Float64Array(this.isTooLarge ? 0 : this.nodes * this.nodes);
    this.#stale = new Uint8Array(this.nodes).fill(1);
    if (!this.isTooLarge) this.#measure();
  }

  /** Whether there are more nodes than the search is made for. */
  get isTooLarge(): boolean {
    return this.nodes > MOST_NODES;
  }

  /** Takes in that a chain was applied. */
  update(chain: readonly Step[]): void {
    for (const { from, to } of chain) {
      this.#stale[from] = 1;
      this.#stale[to] = 1;
    }
    this.#measure();
  }

  #nodeOf(order: number): number {
    const c = this.#packing.channelOf[order]!;
    return c < 0 ? this.nodes - 1 : this.#nodeAt(order, c);
  }

  #nodeAt(order: number, c: number): number {
    const { classes } = this.#packing.problem;
    return this.#firstNode[c]! + classes.key[classes.classOf[order]! * classes.channels + c]!;
  }

  #costAt(k: number, c: number): number {
    const { classes } = this.#packing.problem;
    if (c < 0) return classes.penalty[k]!;
    const charge = classes.charge[k * classes.channels + c]! + this.#packing.orderFee[c]!;
    return charge + this.#packing.rate * classes.weight[k]! * this.#finish[c]!;
  }

  /** Works out the lengths from stale nodes anew. */
  #measure(): void {
    const { channelOf, problem } = this.#packing;
    const { classes } = problem;
    const C = classes.channels;
    const N = this.nodes;
    for (let node = 0; node < N; node++) {
      if (this.#stale[node] === 1) this.#length.fill(Infinity, node * N, (node + 1) * N);
    }
    for (let i = 0; i < channelOf.length; i++) {
      const k = classes.classOf[i]!;
      if (k < 0) continue;
      const node = this.#nodeOf(i);
      if (this.#stale[node] === 0) continue;
      const from = channelOf[i]!;
      const row = node * N;
      const here = this.#costAt(k, from);
      if (from >= 0 && classes.penalty[k]! - here < this.#length[row + N - 1]!) {
        this.#length[row + N - 1] = classes.penalty[k]! - here;
      }
      for (let c = 0; c < C; c++) {
        if (c === from || classes.charge[k * C + c]! < 0) continue;
        const change = this.#costAt(k, c) - here;
        const cell = row + this.#firstNode[c]! + classes.key[k * C + c]!;
        if (change < this.#length[cell]!) this.#length[cell] = change;
      }
    }
    this.#stale.fill(0);
  }

  /** Whether a package of the node, or the queue, has a place. */
  #hasPlace(node: number): boolean {
    const packing = this.#packing;
    const c = this.#channelOfNode[node]!;
    if (c < 0) return true;
    const channel = packing.problem.contract.channels[c]!;
    if (channel.mode === "single") return packing.count[c]! < packing.singleRoom(c);
    if (packing.slack[c]! < channel.queue.perOrder) return false;
    const key = node - this.#firstNode[c]!;
    return packing.packages[c]!.some(
      (p) =>
        packing.key[p] === key &&
        packing.size[p]! < channel.package.maxOrders &&
        packing.amount[p]! < channel.package.maxAmount,
    );
  }

  /** Whether the channel's own limit lets one more in. */
  #hasLimitRoom(node: number): boolean {
    const c = this.#channelOfNode[node]!;
    return c < 0 || this.#packing.roomOf(c) >= 1;
  }

  /** A path of negative length to a node with room, or a negative cycle; Bellman and Ford's method from all nodes at once. */
  negativeChain(): Step[] | undefined {
    const N = this.nodes;
    const distance = new Float64Array(N);
    const before = new Int32Array(N).fill(-1);
    const place = Array.from({ length: N }, (_, node) => this.#hasPlace(node));
    const limit = Array.from({ length: N }, (_, node) => this.#hasLimitRoom(node));
    const relax = (from: number, to: number, length: number): boolean => {
      if (distance[from]! + length >= distance[to]! - TIE) return false;
      distance[to] = distance[from]! + length;
      before[to] = from;
      return true;
    };
    for (let round = 0; round < N; round++) {
      let changed = false;
      for (let from = 0; from < N; from++) {
        const row = from * N;
        for (let to = 0; to < N; to++) {
          if (this.#length[row + to]! < Infinity && relax(from, to, this.#length[row + to]!)) changed = true;
        }
        if (!place[from] || limit[from]) continue;
        // A free place in a channel whose limit is full: an order of another key must leave it.
        const c = this.#channelOfNode[from]!;
        for (let to = 0; to < N; to++) {
          if (to !== from && this.#channelOfNode[to] === c && relax(from, to, 0)) changed = true;
        }
      }
      const cycle = cycleIn(before);
      if (cycle !== undefined) return this.#steps([...cycle, cycle[0]!]);
      if (!changed) break;
    }
    let end = -1;
    for (let node = 0; node < N; node++) {
      if (
        place[node] &&
        limit[node] &&
        distance[node]! < -TIE &&
        (end < 0 || distance[node]! < distance[end]!)
      )
        end = node;
    }
    if (end < 0) return undefined;
    const path: number[] = [];
    for (let node = end; node >= 0; node = before[node]!) path.unshift(node);
    return this.#steps(path);
  }

  #steps(path: readonly number[]): Step[] {
    return path.slice(1).map((to, i) => ({
      from: path[i]!,
      to,
      moves: this.#length[path[i]! * this.nodes + to]! < Infinity,
    }));
  }

  /** Applies a chain again and again with the next cheapest orders, while that gains and every rule allows it. */
  apply(chain: readonly Step[]): number {
    const moves = this.#withCandidates(chain.filter((step) => step.moves));
    let times = 0;
    let refused = 0;
    while (times < REPEATS && refused < 50) {
      let change = 0;
      for (const move of moves) change += move.change[move.next] ?? Infinity;
      if (!(change < -TIE)) break;
      const stuck = this.#shift(moves.map(({ orders, next, to }) => ({ order: orders[next]!, to })));
      if (stuck < 0) {
        for (const move of moves) move.next++;
        times++;
      } else {
        moves[stuck]!.next++;
        refused++;
      }
    }
    return times;
  }

  /**
   * The orders that could make each step of a gaining chain, the most saved first: those for which the chain gains with
   * the cheapest orders in the other steps.
   */
  #withCandidates(steps: readonly Step[]) {
    const { channelOf, problem } = this.#packing;
    const { classes } = problem;
    const least = steps.map(({ from, to }) => this.#length[from * this.nodes + to]!);
    const total = least.reduce((sum, length) => sum + length, 0);
    const found = steps.map(() => ({ orders: [] as number[], changes: [] as number[] }));
    for (let i = 0; i < channelOf.length; i++) {
      const k = classes.classOf[i]!;
      if (k < 0) continue;
      const node = this.#nodeOf(i);
      for (let s = 0; s < steps.length; s++) {
        if (steps[s]!.from !== node) continue;
        const target = this.#channelOfNode[steps[s]!.to]!;
        if (target >= 0) {
          if (classes.charge[k * classes.channels + target]! < 0) continue;
          if (this.#nodeAt(i, target) !== steps[s]!.to) continue;
        }
        const change = this.#costAt(k, target) - this.#costAt(k, channelOf[i]!);
        if (total - least[s]! + change >= -TIE) continue;
        found[s]!.orders.push(i);
        found[s]!.changes.push(change);
      }
    }
    return steps.map((step, s) => {
      const { orders, changes } = found[s]!;
      const ranked = Int32Array.from(orders, (_, i) => i).sort((a, b) => changes[a]! - changes[b]! || a - b);
      return {
        ...step,
        orders: Int32Array.from(ranked, (i) => orders[i]!),
        change: Float64Array.from(ranked, (i) => changes[i]!),
        next: 0,
      };
    });
  }

  /** Moves all orders at once; -1 if that went well, else the index of the one that found no place, and nothing moved. */
  #shift(moves: readonly { readonly order: number; readonly to: number }[]): number {
    const packing = this.#packing;
    const origin = moves.map(({ order }) => ({ c: packing.channelOf[order]!, p: packing.packageOf[order]! }));
    // Sizes stay as they were but at the ends, so times do; whole packings are compared before anything is kept.
    const slack = packing.slack.slice();
    moves.forEach(({ order }, m) => {
      if (origin[m]!.c >= 0) packing.remove(order);
    });
    let stuck = -1;
    let placed = 0;
    for (; placed < moves.length && stuck < 0; placed++) {
      const c = this.#channelOfNode[moves[placed]!.to]!;
      if (c >= 0 && !putOn(packing, moves[placed]!.order, c, false)) stuck = placed;
    }
    if (stuck < 0) stuck = origin.findIndex(({ c, p }) => p >= 0 && packing.isBelowMinimum(p, c));
    if (stuck >= 0) {
      for (let m = 0; m < placed; m++) {
        if (packing.channelOf[moves[m]!.order]! >= 0) packing.remove(moves[m]!.order);
      }
      moves.forEach(({ order }, m) => {
        if (origin[m]!.c >= 0) packing.add(order, origin[m]!.c, origin[m]!.p);
      });
    } else {
      for (const { c, p } of origin) {
        if (p >= 0 && packing.channel[p] === c && packing.size[p] === 0) packing.close(p);
      }
    }
    packing.slack.set(slack);
    return stuck;
  }
}

/** A cycle among the predecessors, in the direction of the edges; undefined if there is none. */
function cycleIn(before: Int32Array): number[] | undefined {
  const seen = new Int32Array(before.length);
  for (let start = 0; start < before.length; start++) {
    let node = start;
    while (node >= 0 && seen[node] === 0) {
      seen[node] = start + 1;
      node = before[node]!;
    }
    if (node < 0 || seen[node] !== start + 1) continue;
    const cycle = [node];
    for (let other = before[node]!; other !== node; other = before[other]!) cycle.unshift(other);
    return cycle;
  }
  return undefined;
}
