/** Margins in price units, highest first, with how many orders have each. */
export interface RankedMargins {
  readonly values: Float64Array;
  readonly counts: Float64Array;
  /** Orders of all margins together. */
  readonly offered: number;
}

/** Collects margins, millions of them where every order stands alone, and ranks them when all are there. */
export class MarginList {
  #values: Float64Array = new Float64Array(16);
  /** Left out while every margin is one order's. */
  #counts: Float64Array | null = null;
  #length = 0;
  #ranked: RankedMargins | null = null;

  push(margin: number, count: number): void {
    if (this.#length === this.#values.length) {
      this.#values = longer(this.#values);
      if (this.#counts !== null) this.#counts = longer(this.#counts);
    }
    if (count !== 1 && this.#counts === null)
      this.#counts = new Float64Array(this.#values.length).fill(1, 0, this.#length);
    if (this.#counts !== null) this.#counts[this.#length] = count;
    this.#values[this.#length++] = margin;
    this.#ranked = null;
  }

  highestFirst(): RankedMargins {
    this.#ranked ??= this.#counts === null ? rankOnes(this.#taken(this.#values)) : this.#rank(this.#counts);
    return this.#ranked;
  }

  #taken(list: Float64Array): Float64Array {
    return list.subarray(0, this.#length);
  }

  #rank(counts: Float64Array): RankedMargins {
    const values = this.#values;
    const order = Int32Array.from(this.#taken(values), (_, i) => i).sort((a, b) => values[b]! - values[a]!);
    return {
      values: Float64Array.from(order, (i) => values[i]!),
      counts: Float64Array.from(order, (i) => counts[i]!),
      offered: this.#taken(counts).reduce((sum, count) => sum + count, 0),
    };
  }
}

/** Ranks margins of one order each; equal ones become one entry. Sorting numbers is far faster than by a function. */
function rankOnes(margins: Float64Array): RankedMargins {
  const sorted = margins.slice().sort();
  const counts = new Float64Array(sorted.length);
  const values = new Float64Array(sorted.length);
  let entries = 0;
  for (let i = sorted.length - 1; i >= 0; i--) {
    if (entries === 0 || values[entries - 1] !== sorted[i]) values[entries++] = sorted[i]!;
    counts[entries - 1]!++;
  }
  return { values: values.slice(0, entries), counts: counts.slice(0, entries), offered: sorted.length };
}

function longer(list: Float64Array): Float64Array {
  const grown = new Float64Array(2 * list.length);
  grown.set(list);
  return grown;
}
