/** Margins, best first, with how many orders have each. */
export class Sales {
  readonly orders: number;
  readonly greatest: number;
  readonly #margin: Float64Array;
  /** Orders and margins up to and with each entry. */
  readonly #upTo: Float64Array;
  readonly #sum: Float64Array;
  readonly #positive: number;
  readonly #lowest: number;

  /** @param counts orders of each margin; null where each is one order's */
  constructor(margins: Float64Array, counts: Float64Array | null) {
    const ranked = counts === null ? null : rankedBy(margins);
    this.#margin =
      ranked === null ? margins.slice().sort().reverse() : Float64Array.from(ranked, (i) => margins[i]!);
    const entries = margins.length;
    this.#upTo = new Float64Array(entries + 1);
    this.#sum = new Float64Array(entries + 1);
    let positive = 0;
    for (let e = 0; e < entries; e++) {
      const count = counts === null ? 1 : counts[ranked![e]!]!;
      this.#upTo[e + 1] = this.#upTo[e]! + count;
      this.#sum[e + 1] = this.#sum[e]! + this.#margin[e]! * count;
      if (this.#margin[e]! > 0) positive += count;
    }
    this.#positive = positive;
    this.orders = this.#upTo[entries]!;
    this.greatest = Math.max(0, this.#margin[0] ?? 0);
    this.#lowest = Math.min(0, this.#margin.at(-1) ?? 0);
  }

  /** Sum of the best so many margins. */
  #best(orders: number): number {
    let low = 0;
    let high = this.#margin.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo[middle + 1]! < orders) low = middle + 1;
      else high = middle;
    }
    if (orders === 0 || low >= this.#margin.length) return this.#sum[Math.min(low, this.#margin.length)]!;
    return this.#sum[low]! + (orders - this.#upTo[low]!) * this.#margin[low]!;
  }

  inPlaces(low: number, high: number): number | bigint {
    const orders = Math.max(low, Math.min(high, this.#positive));
    // Orders that are taken at a loss can take the sum beyond what doubles hold.
    return orders > this.#positive && orders * this.#lowest < -Number.MAX_SAFE_INTEGER
      ? this.#exactly(orders)
      : this.#best(orders);
  }

  #exactly(orders: number): bigint {
    let sum = 0n;
    let left = orders;
    for (let e = 0; left > 0 && e < this.#margin.length; e++) {
      const some = Math.min(left, this.#upTo[e + 1]! - this.#upTo[e]!);
      sum += BigInt(some) * BigInt(this.#margin[e]!);
      left -= some;
    }
    return sum;
  }

  inPackages(places: number, queuePrice: Float64Array): (low: number, high: number) => number {
    const best = new Float64Array(this.orders + 1);
    let entry = 0;
    let sum = 0;
    for (let q = 1; q <= this.orders; q++) {
      while (this.#upTo[entry + 1]! < q) entry++;
      sum += this.#margin[entry]!;
      const full = places === Infinity ? 0 : Math.floor(q / places);
      const rest = full === 0 ? q : q - full * places;
      const price = full === 0 ? queuePrice[rest]! : full * queuePrice[places]! + queuePrice[rest]!;
      best[q] = Math.max(best[q - 1]!, sum - price);
    }
    return (_low, high) => best[Math.min(high, this.orders)]!;
  }
}

/** Indices, the greatest margin first. */
function rankedBy(margins: Float64Array): Int32Array {
  return Int32Array.from(margins, (_, i) => i).sort((a, b) => margins[b]! - margins[a]!);
}
