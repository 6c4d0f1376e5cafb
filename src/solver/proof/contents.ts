/**
 * The most that orders of one package can bring in, exactly, where they are whole numbers: dynamic programming over
 * steps of amount, and over orders where more would fit than a package may hold.
 */
export class Knapsack {
  readonly #steps: number;
  readonly #places: number;

  constructor(steps: number, maxOrders: number) {
    this.#steps = steps;
    this.#places = maxOrders;
  }

  /**
   * @param margins those not above 0 are never taken
   * @param counts orders of each margin
   * @param sizes steps that each of them takes
   */
  best(margins: ArrayLike<number>, counts: ArrayLike<number>, sizes: ArrayLike<number>): number {
    const { use, places } = this.#selection(margins, counts, sizes);
    const cells = this.#steps + 1;
    let best = new Float64Array(cells * (places + 1));
    for (const i of use) {
      const [margin, size] = [margins[i]!, sizes[i]!];
      // More than fit by steps are no use.
      const fit = size === 0 ? counts[i]! : Math.min(counts[i]!, Math.floor(this.#steps / size));
      for (let left = fit, some = 1; left > 0; left -= some, some *= 2) {
        some = Math.min(some, left);
        best = takeOrLeave(best, cells, {
          places: places === 0 ? 0 : some,
          size: some * size,
          margin: some * margin,
        });
      }
    }
    return best[best.length - 1]!;
  }

  /** Work of {@link best} in orders × steps, as docs/certificate.md counts it. */
  work(margins: ArrayLike<number>, counts: ArrayLike<number>, sizes: ArrayLike<number>): number {
    const { use, places } = this.#selection(margins, counts, sizes);
    const orders = use.reduce((sum, i) => sum + counts[i]!, 0);
    return orders * (this.#steps + 1) * Math.max(1, places);
  }

  /** Orders worth taking, and the places where these can be too few. */
  #selection(margins: ArrayLike<number>, counts: ArrayLike<number>, sizes: ArrayLike<number>) {
    const use: number[] = [];
    for (let i = 0; i < margins.length; i++) if (margins[i]! > 0) use.push(i);
    if (this.#places === Infinity) return { use, places: 0 };
    let more = this.#places + 1;
    let steps = 0;
    for (const i of [...use].sort((a, b) => sizes[a]! - sizes[b]!)) {
      const taken = Math.min(more, counts[i]!);
      more -= taken;
      steps += taken * sizes[i]!;
    }
    return { use, places: more === 0 && steps <= this.#steps ? this.#places : 0 };
  }
}

interface Piece {
  readonly places: number;
  readonly size: number;
  readonly margin: number;
}

/** @param best `[places][steps]`, filled from few to many */
function takeOrLeave(
  best: Float64Array,
  cells: number,
  { places, size, margin }: Piece,
): Float64Array<ArrayBuffer> {
  const next = best.slice();
  const rows = best.length / cells;
  for (let row = places; row < rows; row++) {
    const to = row * cells;
    const from = (row - places) * cells - size;
    for (let used = size; used < cells; used++) {
      const taken = best[from + used]! + margin;
      if (taken > next[to + used]!) next[to + used] = taken;
    }
  }
  return next;
}
