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

/** The k-th largest value, k from 1 (Hoare's selection, doi:10.1145/366622.366647). */
function kthLargest(values: ArrayLike<number>, k: number): number {
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
