/** The largest of many numbers without sorting more than numbers: comparing functions cost ten times as much. */

/** @returns sum of the `count` largest values, of all where there are fewer */
export function sumOfLargest(values: ArrayLike<number>, count: number): number {
  const n = values.length;
  if (count <= 0 || n === 0) return 0;
  const least = count < n ? kthLargest(values, count) : -Infinity;
  let sum = 0;
  let above = 0;
  for (let i = 0; i < n; i++) {
    if (values[i]! <= least) continue;
    sum += values[i]!;
    above++;
  }
  return above < Math.min(n, count) ? sum + (Math.min(n, count) - above) * least : sum;
}

/** @returns indices of the `count` largest values, largest first, ties by index */
export function largest(values: ArrayLike<number>, count: number): Int32Array {
  const n = values.length;
  if (count <= 0) return new Int32Array(0);
  const take = Math.min(n, count);
  const least = take < n ? kthLargest(values, take) : -Infinity;
  const chosen: number[] = [];
  for (let i = 0; i < n; i++) if (values[i]! >= least) chosen.push(i);
  return Int32Array.from(chosen)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .subarray(0, take);
}

/** @returns indices by value, least first, ties by index */
export function ascending(values: Float64Array): Int32Array {
  const sorted = Float64Array.from(values).sort();
  /** `[place]` how many of the equal values that begin there are placed. */
  const placed = new Int32Array(values.length);
  const indices = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let low = 0;
    let high = values.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    indices[low + placed[low]!++] = i;
  }
  return indices;
}

/** The k-th largest value, k from 1 (Hoare's selection, doi:10.1145/366622.366647). */
export function kthLargest(values: ArrayLike<number>, k: number): number {
  const work = Float64Array.from(values);
  const target = work.length - k;
  let low = 0;
  let high = work.length - 1;
  while (low < high) {
    const pivot = work[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (work[i]! < pivot) i++;
      while (work[j]! > pivot) j--;
      if (i > j) break;
      const value = work[i]!;
      work[i++] = work[j]!;
      work[j--] = value;
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return work[target]!;
}

/**
 * Where a queue of claims is cut off: the largest value at which the weights of this and all larger values exceed the
 * room; 0 where they never do. Selection by weight; the first `count` entries of both arrays are put into another order.
 */
export function whereFull(values: Float64Array, weights: Float64Array, count: number, room: number): number {
  let low = 0;
  let high = count - 1;
  let used = 0;
  const swap = (i: number, j: number) => {
    const [value, weight] = [values[i]!, weights[i]!];
    values[i] = values[j]!;
    weights[i] = weights[j]!;
    values[j] = value;
    weights[j] = weight;
  };
  while (low <= high) {
    const pivot = values[(low + high) >> 1]!;
    // Larger than the pivot, equal to it, smaller: low .. above, above .. i, below .. high.
    let above = low;
    let below = high;
    let larger = 0;
    let equal = 0;
    for (let i = low; i <= below; ) {
      if (values[i]! > pivot) {
        larger += weights[i]!;
        swap(i++, above++);
      } else if (values[i]! < pivot) {
        swap(i, below--);
      } else {
        equal += weights[i]!;
        i++;
      }
    }
    if (used + larger > room) high = above - 1;
    else if (used + larger + equal > room) return pivot;
    else {
      used += larger + equal;
      low = below + 1;
    }
  }
  return 0;
}
