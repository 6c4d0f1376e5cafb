/** Orders that are still to be packed, to be asked for the last one that fits: a tree of least amounts. */
export class FittingOrders {
  /** Leaves from `#leaves` on, Infinity where taken; above two nodes the lesser of them. */
  readonly #least: Float64Array;
  readonly #leaves: number;

  /** @param amount `[position]` minor units */
  constructor(amount: Float64Array) {
    let leaves = 1;
    while (leaves < amount.length) leaves *= 2;
    this.#leaves = leaves;
    this.#least = new Float64Array(2 * leaves).fill(Infinity);
    this.#least.set(amount, leaves);
    for (let node = leaves - 1; node > 0; node--) this.#raise(node);
  }

  /** The last position whose order is of at most that amount, or -1. */
  lastWithin(amount: number): number {
    if (this.#least[1]! > amount) return -1;
    let node = 1;
    while (node < this.#leaves) {
      node = 2 * node + 1;
      if (this.#least[node]! > amount) node--;
    }
    return node - this.#leaves;
  }

  take(position: number): void {
    let node = position + this.#leaves;
    this.#least[node] = Infinity;
    for (node >>= 1; node > 0; node >>= 1) this.#raise(node);
  }

  #raise(node: number): void {
    this.#least[node] = Math.min(this.#least[2 * node]!, this.#least[2 * node + 1]!);
  }
}
