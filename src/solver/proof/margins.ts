/** What orders would bring a channel, as a pass over them has noted it; plain data. */
export interface MarginList {
  /** `[entry]` in price units. */
  readonly margin: Float64Array;
  /** `[entry]` key of the orders; null where the channel has one. */
  readonly key: Float64Array | null;
  /** `[entry]` orders of that margin; null where each is one order. */
  readonly count: Float64Array | null;
  /** `[entry]` steps of amount that each takes; null where contents of packages are not worked out. */
  readonly steps: Float64Array | null;
}

/** Notes margins one by one. */
export class MarginNotes {
  readonly #margin = new Column();
  readonly #key: Column | null;
  readonly #count: Column | null;
  readonly #steps: Column | null;

  constructor({ keyed, counted, stepped }: { keyed: boolean; counted: boolean; stepped: boolean }) {
    this.#key = keyed ? new Column() : null;
    this.#count = counted ? new Column() : null;
    this.#steps = stepped ? new Column() : null;
  }

  add(margin: number, key: number, count: number, steps: number): void {
    this.#margin.push(margin);
    this.#key?.push(key);
    this.#count?.push(count);
    this.#steps?.push(steps);
  }

  list(): MarginList {
    return {
      margin: this.#margin.values(),
      key: this.#key?.values() ?? null,
      count: this.#count?.values() ?? null,
      steps: this.#steps?.values() ?? null,
    };
  }
}

/**
 * Joins what slices have noted, and takes it apart by key.
 *
 * @param lists all with the same columns, at least one
 * @returns `[key]` without a column of keys
 */
export function byKey(lists: readonly MarginList[], keys: number): MarginList[] {
  const all = {
    margin: joined(lists.map(({ margin }) => margin)),
    key: joinedIfAny(lists.map(({ key }) => key)),
    count: joinedIfAny(lists.map(({ count }) => count)),
    steps: joinedIfAny(lists.map(({ steps }) => steps)),
  };
  const { key } = all;
  if (key === null) return [all];
  const start = new Int32Array(keys + 1);
  for (const k of key) start[k + 1]!++;
  for (let k = 0; k < keys; k++) start[k + 1]! += start[k]!;
  const next = start.slice();
  const place = Int32Array.from(key, (k) => next[k]!++);
  const sorted = (column: Float64Array) => {
    const to = new Float64Array(column.length);
    for (let e = 0; e < column.length; e++) to[place[e]!] = column[e]!;
    return to;
  };
  const margin = sorted(all.margin);
  const count = all.count && sorted(all.count);
  const steps = all.steps && sorted(all.steps);
  return Array.from({ length: keys }, (_, k) => {
    const own = (column: Float64Array) => column.subarray(start[k]!, start[k + 1]!);
    return { margin: own(margin), key: null, count: count && own(count), steps: steps && own(steps) };
  });
}

function joinedIfAny(columns: readonly (Float64Array | null)[]): Float64Array | null {
  return columns[0] === null ? null : joined(columns as readonly Float64Array[]);
}

function joined(columns: readonly Float64Array[]): Float64Array {
  if (columns.length === 1) return columns[0]!;
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

/** Numbers that become more. */
class Column {
  #values = new Float64Array(32);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const more = new Float64Array(2 * this.#length);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#length++] = value;
  }

  /** A copy of its own. */
  values(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
