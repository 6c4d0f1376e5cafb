import type { Channel } from "../model/contract.js";
import { holdTime, singleLeaveTime, singlesBy } from "../model/queue.js";
import { delayRate, type Problem } from "./problem.js";
import { type Program, ProgramBuilder } from "./program.js";

/**
 * The integer program over classes of like orders. Labels in comments are those of docs/formulation.md. It is written
 * once, for any engine; nothing here knows how it is solved.
 */
export interface Formulation {
  /**
   * The program as it stands; {@link refine} may add rows to the next one.
   *
   * @param integerFlows whether counts of orders must be whole; with package counts whole they mostly come out so
   */
  program(integerFlows: boolean): Program;
  /** Whether amounts enter: then flows come out fractional unless they must be whole. */
  readonly usesAmounts: boolean;
  /** Cost units in one unit of the program's objective. */
  readonly unit: number;
  /** Cost units to add to the program's objective: all orders deferred. */
  readonly constant: bigint;
  /** Whether delay costs anything; without, every objective is a multiple of `unit`. */
  readonly hasDelay: boolean;
  /** What the program's optimum says about the problem's. */
  readonly claims: Claims;
  /** Tightens delay terms at a point; false where they are exact there. */
  refine(values: Float64Array): boolean;
  /** Kinds of orders that are counted: classes, or classes of one amount. */
  readonly kinds: readonly Kind[];
  readonly flows: readonly Flow[];
  readonly slots: readonly Slot[];
}

/** `exact`: its optimum is the problem's; `bound`: at most the problem's; `none`: some plans are left out. */
export type Claims = "exact" | "bound" | "none";

/** Orders that the program counts together. */
export interface Kind {
  readonly class: number;
  /** Rows of the order table. */
  readonly orders: Int32Array;
  /** Amount of each, or the least where they differ and it cannot matter. */
  readonly amount: number;
}

/** Orders of a kind on a channel: a column. */
export interface Flow {
  readonly kind: number;
  readonly channel: number;
  /** Index into `slots`, or -1 where packages are only counted. */
  readonly slot: number;
  readonly column: number;
}

/** A place in a channel's queue: one package, or at a level with several lanes as many as the channel has. */
export interface Slot {
  readonly channel: number;
  readonly key: number;
  /** Lane (0 where lanes are not told apart) and position in it, from 0. */
  readonly lane: number;
  readonly position: number;
  readonly column: number;
  /** Whether it is a single package. */
  readonly single: boolean;
}

/** Beyond these sizes the program is not written: the greedy engine is the better choice. */
export interface FormulationLimits {
  readonly maxColumns: number;
  readonly maxEntries: number;
}

/** Why there is no program. */
export interface TooLarge {
  readonly tooLarge: string;
}

/** A convex term of the objective, bounded from below by tangents: `column ≥ slope · Σ entries + intercept`. */
interface ConvexTerm {
  readonly column: number;
  readonly columns: readonly number[];
  readonly tangentAt: (n: number) => { readonly slope: number; readonly intercept: number };
  readonly points: Set<number>;
}

/**
 * Writes the program, unless it would be larger than the limits.
 *
 * @param roundsDelay whether each channel's delay cost is rounded up to a cost unit in the program too, which costs an
 *   integer column for each; without, the optimum may be below the plan's by a cost unit for each channel
 */
export function formulate(
  problem: Problem,
  limits: FormulationLimits,
  roundsDelay = false,
): Formulation | TooLarge {
  const kinds = kindsOf(problem, limits.maxColumns);
  if ("tooLarge" in kinds) return kinds;
  return new Writer(problem, kinds, limits, roundsDelay).write();
}

/** Orders per package, packages and slots up to which packages with an amount limit are told apart. */
const SINGLE_PACKAGE_ORDERS = 40;
const SINGLE_PACKAGE_SLOTS = 12;
/** Tangents that a convex term starts with. */
const FIRST_TANGENTS = 12;

class Writer {
  readonly #builder = new ProgramBuilder();
  readonly #flows: Flow[] = [];
  readonly #slots: Slot[] = [];
  readonly #convex: ConvexTerm[] = [];
  readonly #byKind: number[][];
  readonly #rows: { lower: number; upper: number; entries: (readonly [number, number])[] }[] = [];
  readonly #unit: number;
  readonly #rate: number;
  #claims: Claims = "exact";
  #usesAmounts = false;
  /** Few packages for each channel, as in facility location: strong rows pay and deferral gets columns of its own. */
  readonly #fewPackages: boolean;
  readonly #hasMinimum: boolean;
  /** `[channel]` its delay cost in cost units, as columns and factors, where it is rounded up in the program. */
  readonly #delayParts: (readonly [column: number, units: number])[][];
  /** `[channel]` columns that count its packages. */
  readonly #packageColumns: number[][];

  constructor(
    readonly problem: Problem,
    readonly kinds: readonly Kind[],
    readonly limits: FormulationLimits,
    readonly roundsDelay: boolean,
  ) {
    this.#hasMinimum = problem.contract.channels.some((channel) => channel.package.minOrders > 1);
    this.#delayParts = problem.contract.channels.map(() => []);
    this.#byKind = kinds.map(() => []);
    this.#packageColumns = problem.contract.channels.map(() => []);
    this.#rate = delayRate(problem.contract);
    this.#unit = commonUnit(problem);
    this.#fewPackages = hasFewPackages(problem);
  }

  write(): Formulation | TooLarge {
    const { contract } = this.problem;
    for (let c = 0; c < contract.channels.length; c++) {
      const eligible = this.#eligible(c);
      if (eligible.length === 0) continue;
      const channel = contract.channels[c]!;
      if (channel.mode === "single") this.#single(c, channel, eligible);
      else this.#batch(c, channel, eligible);
      if (this.#builder.columns > this.limits.maxColumns) {
        return { tooLarge: `more than ${this.limits.maxColumns} columns` };
      }
    }
    this.#demand();
    this.#limits();
    this.#roundedDelays();
    const entries = this.#rows.reduce((sum, row) => sum + row.entries.length, 0);
    if (entries > this.limits.maxEntries) return { tooLarge: `more than ${this.limits.maxEntries} entries` };
    return this.#finish();
  }

  #finish(): Formulation {
    const convex = this.#convex;
    const { classes } = this.problem;
    let constant = 0n;
    for (let k = 0; k < classes.count && !this.#fewPackages; k++)
      constant += BigInt(classes.penalty[k]!) * BigInt(classes.size[k]!);
    for (const row of this.#rows) this.#builder.row(row.lower, row.upper, row.entries);
    const written = convex.map(() => new Set<number>());
    const program = (integerFlows: boolean) => {
      convex.forEach((term, t) => {
        for (const n of term.points) {
          if (written[t]!.has(n)) continue;
          written[t]!.add(n);
          const { slope, intercept } = term.tangentAt(n);
          // Divided by the slope, so that a row's coefficients are near 1.
          const by = Math.max(1e-9, slope);
          this.#builder.row(intercept / by, Infinity, [
            [term.column, 1 / by] as const,
            ...term.columns.map((column) => [column, -slope / by] as const),
          ]);
        }
      });
      const built = this.#builder.build();
      for (const { column } of this.#flows) built.integer[column] = integerFlows ? 1 : 0;
      return built;
    };
    const refine = (values: Float64Array) => {
      let added = false;
      for (const term of convex) {
        const n = Math.round(term.columns.reduce((sum, column) => sum + values[column]!, 0));
        const { slope, intercept } = term.tangentAt(n);
        const truth = slope * n + intercept;
        if (truth - values[term.column]! <= 1e-7 * Math.max(1, Math.abs(truth)) || term.points.has(n))
          continue;
        term.points.add(n);
        if (n > 0) term.points.add(n - 1);
        added = true;
      }
      return added;
    };
    return {
      program,
      unit: this.#unit,
      constant,
      hasDelay: this.#rate > 0,
      claims: this.#claims,
      usesAmounts: this.#usesAmounts,
      refine,
      kinds: this.kinds,
      flows: this.#flows,
      slots: this.#slots,
    };
  }

  #eligible(c: number): number[] {
    const { classes } = this.problem;
    return this.kinds.flatMap((kind, i) =>
      classes.charge[kind.class * classes.channels + c]! >= 0 ? [i] : [],
    );
  }

  /** x(k,c) or x(k,c,s): cost is what routing changes against deferring. */
  #flow(kind: number, c: number, slot: number, finish: number, most: number): number {
    const { classes } = this.problem;
    const k = this.kinds[kind]!.class;
    const delay = this.#rate * classes.weight[k]! * finish;
    const saved = this.#fewPackages ? 0 : classes.penalty[k]!;
    const charge = classes.charge[k * classes.channels + c]! - saved;
    const cost = (charge + (this.roundsDelay ? 0 : delay)) / this.#unit;
    const column = this.#builder.column(cost, 0, Math.min(most, this.kinds[kind]!.orders.length), true);
    if (delay > 0) this.#delayParts[c]!.push([column, delay]);
    this.#flows.push({ kind, channel: c, slot, column });
    this.#byKind[kind]!.push(column);
    return column;
  }

  /** (D3) a channel's delay cost is rounded up once: an integer column that is at least the sum of its parts. */
  #roundedDelays(): void {
    if (!this.roundsDelay) return;
    for (const parts of this.#delayParts) {
      if (parts.length === 0) continue;
      const rounded = this.#builder.column(1 / this.#unit, 0, Infinity, true);
      this.#row(0, Infinity, [[rounded, 1], ...parts.map(([column, units]) => [column, -units] as const)]);
    }
  }

  #row(lower: number, upper: number, entries: (readonly [number, number])[]): void {
    if (entries.length > 0) this.#rows.push({ lower, upper, entries });
  }

  /**
   * (C1) no more orders of a kind are routed than there are. Deferral is the slack of that row, with the penalty in
   * what routing saves; or a column of its own, which leaves all costs at least 0 and suits programs with strong rows.
   */
  #demand(): void {
    const { classes } = this.problem;
    this.#byKind.forEach((columns, kind) => {
      const orders = this.kinds[kind]!.orders.length;
      if (this.#fewPackages) {
        const penalty = classes.penalty[this.kinds[kind]!.class]! / this.#unit;
        const deferred = this.#builder.column(penalty, 0, orders, false);
        // With a minimum, an order counted twice could fill a second package.
        this.#row(
          orders,
          this.#hasMinimum ? orders : Infinity,
          [...columns, deferred].map((column) => [column, 1] as const),
        );
        return;
      }
      if (columns.length === 1) return; // the column's own bound says it
      this.#row(
        -Infinity,
        this.kinds[kind]!.orders.length,
        columns.map((column) => [column, 1] as const),
      );
    });
  }

  /** (C7) limits of channels, rules and quotas: orders, amount, packages. */
  #limits(): void {
    const { limits, classes, contract } = this.problem;
    const touching: Flow[][] = Array.from({ length: limits.count }, () => []);
    for (const flow of this.#flows) {
      const rule = classes.rule[this.kinds[flow.kind]!.class * classes.channels + flow.channel]!;
      for (const limit of limits.ofChannel[flow.channel]!) touching[limit]!.push(flow);
      const ofRule = limits.ofRule[flow.channel]![rule]!;
      if (ofRule >= 0) touching[ofRule]!.push(flow);
    }
    touching.forEach((flows, limit) => {
      const [maxOrders, maxAmount, maxPackages] = [
        limits.maxOrders[limit]!,
        limits.maxAmount[limit]!,
        limits.maxPackages[limit]!,
      ];
      const possible = this.#possible(flows);
      if (possible.orders > maxOrders)
        this.#row(
          -Infinity,
          maxOrders,
          flows.map(({ column }) => [column, 1] as const),
        );
      if (possible.amount > maxAmount) {
        this.#usesAmounts = true;
        this.#row(
          -Infinity,
          1,
          flows.map(({ column, kind }) => [column, this.kinds[kind]!.amount / maxAmount] as const),
        );
      }
      if (maxPackages < Infinity) {
        const columns = contract.channels.flatMap((_, c) =>
          limits.ofChannel[c]!.includes(limit) ? this.#packageColumns[c]! : [],
        );
        this.#row(
          -Infinity,
          maxPackages,
          columns.map((column) => [column, 1] as const),
        );
      }
    });
  }

  /** The most orders and amount that flows could bring together. */
  #possible(flows: readonly Flow[]): { orders: number; amount: number } {
    const { orders: table } = this.problem;
    let orders = 0;
    let amount = 0;
    for (const kind of new Set(flows.map((flow) => flow.kind))) {
      const rows = this.kinds[kind]!.orders;
      orders += rows.length;
      for (const row of rows) amount += table.amount[row]!;
    }
    return { orders, amount };
  }

  /** Single channels: (C5) due times and cut-off as nested counts, (D1) delay as a convex function of counts. */
  #single(c: number, channel: Channel, eligible: readonly number[]): void {
    const { classes } = this.problem;
    const { queue } = channel;
    const constant = queue.perOrder === 0;
    const base = constant ? queue.start + queue.result : 0;
    const flows = eligible.map((kind) => ({ kind, column: this.#flow(kind, c, -1, base, Infinity) }));
    if (constant) return;
    const dueOf = (kind: number) => classes.due[this.kinds[kind]!.class]!;
    for (const due of [...new Set(eligible.map(dueOf))].sort((a, b) => a - b)) {
      const within = flows.filter(({ kind }) => dueOf(kind) <= due);
      const room = singlesBy(queue, due);
      if (room < within.reduce((sum, { kind }) => sum + this.kinds[kind]!.orders.length, 0)) {
        this.#row(
          -Infinity,
          room,
          within.map(({ column }) => [column, 1] as const),
        );
      }
    }
    if (this.#rate === 0) return;
    const finishSum = finishSums(channel);
    this.#nestedDelay(c, flows, (n) => {
      const slope = singleLeaveTime(queue, n) + queue.result;
      return { slope, intercept: finishSum(n) - n * slope };
    });
    // Where due times forbid the order of weights, the true delay is above the sum of these terms.
    const mixedWeights = new Set(eligible.map((kind) => classes.weight[this.kinds[kind]!.class])).size > 1;
    if (mixedWeights && eligible.some((kind) => dueOf(kind) < Infinity)) this.#weaken("bound");
  }

  /**
   * (D1) Orders of higher weight go first, so the weighted sum of a convex function of ranks is, over descending
   * weights w1 > w2 > …, Σ (wg − wg+1) · F(orders of weight at least wg).
   */
  #nestedDelay(
    c: number,
    flows: readonly { readonly kind: number; readonly column: number }[],
    tangent: (n: number) => { slope: number; intercept: number },
  ): void {
    const { classes } = this.problem;
    const weightOf = (kind: number) => classes.weight[this.kinds[kind]!.class]!;
    const weights = [...new Set(flows.map(({ kind }) => weightOf(kind)))].sort((a, b) => b - a);
    weights.forEach((weight, g) => {
      const step = weight - (weights[g + 1] ?? 0);
      if (step === 0) return;
      const within = flows.filter(({ kind }) => weightOf(kind) >= weight);
      const most = within.reduce((sum, { kind }) => sum + this.kinds[kind]!.orders.length, 0);
      const factor = (this.#rate * step) / this.#unit;
      this.#convexTerm(
        c,
        within.map(({ column }) => column),
        most,
        (n) => {
          const { slope, intercept } = tangent(n);
          return { slope: slope * factor, intercept: intercept * factor };
        },
      );
    });
  }

  /** A column in the program's unit that is at least a convex function of how many orders the columns hold. */
  #convexTerm(c: number, columns: readonly number[], most: number, tangentAt: ConvexTerm["tangentAt"]): void {
    const column = this.#builder.column(this.roundsDelay ? 0 : 1, 0, Infinity, false);
    this.#delayParts[c]!.push([column, this.#unit]);
    const points = new Set<number>();
    for (let i = 0; i < FIRST_TANGENTS; i++) points.add(Math.round((i * most) / FIRST_TANGENTS));
    if (most <= FIRST_TANGENTS) for (let n = 0; n < most; n++) points.add(n);
    this.#convex.push({ column, columns, tangentAt, points });
  }

  #weaken(claims: Claims): void {
    if (this.#claims !== "none") this.#claims = claims;
  }

  /** Batch channels, by how much their packages' times matter. */
  #batch(c: number, channel: Channel, eligible: readonly number[]): void {
    const { classes } = this.problem;
    const { queue } = channel;
    const instant = queue.perPackage === 0 && queue.perOrder === 0;
    const hasDue = eligible.some((kind) => classes.due[this.kinds[kind]!.class]! < Infinity);
    const timed =
      !instant &&
      (this.#rate > 0 || hasDue || (queue.cutOff < Infinity && queue.lanes > 1 && queue.perOrder > 0));
    if (!timed) this.#counted(c, channel, eligible);
    else if (queue.perOrder === 0) this.#levels(c, channel, eligible);
    else this.#lanes(c, channel, eligible);
  }

  #keyOf(kind: number, c: number): number {
    const { classes } = this.problem;
    return classes.key[this.kinds[kind]!.class * classes.channels + c]!;
  }

  #byKey(c: number, eligible: readonly number[]): Map<number, number[]> {
    const byKey = new Map<number, number[]>();
    for (const kind of eligible) {
      const key = this.#keyOf(kind, c);
      byKey.set(key, [...(byKey.get(key) ?? []), kind]);
    }
    return byKey;
  }

  #ordersOf(kinds: readonly number[]): number {
    return kinds.reduce((sum, kind) => sum + this.kinds[kind]!.orders.length, 0);
  }

  #amountBinds(channel: Channel, kinds: readonly number[]): boolean {
    const { orders } = this.problem;
    let total = 0;
    let largest = 0;
    for (const kind of kinds) {
      for (const row of this.kinds[kind]!.orders) {
        total += orders.amount[row]!;
        if (orders.amount[row]! > largest) largest = orders.amount[row]!;
      }
    }
    return (
      Math.min(total, largest * Math.min(channel.package.maxOrders, 2 ** 53)) > channel.package.maxAmount
    );
  }

  /** Packages that suffice for orders of one key where merging two never costs: docs/formulation.md (P). */
  #mostPackages(channel: Channel, kinds: readonly number[], amountBinds: boolean): number {
    const orders = this.#ordersOf(kinds);
    // Without maxOrders one package holds all.
    const byOrders = Math.max(1, Math.ceil(orders / channel.package.maxOrders));
    const amount = kinds.reduce(
      (sum, kind) =>
        sum + this.kinds[kind]!.orders.reduce((part, row) => part + this.problem.orders.amount[row]!, 0),
      0,
    );
    const most = amountBinds
      ? 2 * (orders / channel.package.maxOrders + amount / channel.package.maxAmount) + 1
      : byOrders;
    return Math.min(orders, Math.floor(most), this.#packageLimit(channel));
  }

  #packageLimit(channel: Channel): number {
    return channel.limits.maxPackages;
  }

  /** y column of packages, with (C2) places, (C3) minimum and (C4) amount against the flows that it carries. */
  #packages(
    c: number,
    channel: Channel,
    most: number,
    flows: readonly { readonly kind: number; readonly column: number }[],
    amountBinds: boolean,
  ): number {
    const { package: terms } = channel;
    const y = this.#builder.column(terms.fee / this.#unit, 0, most, true);
    this.#packageColumns[c]!.push(y);
    const orders = flows.reduce((sum, { kind }) => sum + this.kinds[kind]!.orders.length, 0);
    const places = Math.min(terms.maxOrders, orders);
    this.#row(-Infinity, 0, [...flows.map(({ column }) => [column, 1] as const), [y, -places] as const]);
    if (terms.minOrders > 1)
      this.#row(0, Infinity, [
        ...flows.map(({ column }) => [column, 1] as const),
        [y, -terms.minOrders] as const,
      ]);
    if (amountBinds) {
      this.#usesAmounts = true;
      this.#row(-Infinity, 0, [
        ...flows.map(({ kind, column }) => [column, this.kinds[kind]!.amount / terms.maxAmount] as const),
        [y, -1] as const,
      ]);
    }
    // (C6) A kind smaller than a package cannot use more of it than itself: strong form, where it says more than (C2).
    if (!this.#fewPackages) return y;
    for (const { kind, column } of flows) {
      const size = this.kinds[kind]!.orders.length;
      if (size < places && flows.length > 1)
        this.#row(-Infinity, 0, [[column, 1] as const, [y, -size] as const]);
    }
    return y;
  }

  /** Packages counted, their times left out: y(c,v). */
  #counted(c: number, channel: Channel, eligible: readonly number[]): void {
    const { queue } = channel;
    const finish = queue.perPackage === 0 && queue.perOrder === 0 ? queue.start + queue.result : 0;
    const packages: number[] = [];
    const flows: { kind: number; column: number }[] = [];
    for (const [key, kinds] of this.#byKey(c, eligible)) {
      const binds = this.#amountBinds(channel, kinds);
      const most = this.#mostPackages(channel, kinds, binds);
      if (binds && this.#ordersOf(kinds) <= SINGLE_PACKAGE_ORDERS && most <= SINGLE_PACKAGE_SLOTS) {
        // Told apart, packages fill exactly; counted together, the amount limit is only a relaxation.
        let previous = -1;
        for (let position = 0; position < most; position++) {
          const inside = kinds.map((kind) => ({
            kind,
            column: this.#flow(kind, c, this.#slots.length, finish, Infinity),
          }));
          const y = this.#packages(c, channel, 1, inside, true);
          this.#slots.push({ channel: c, key, lane: 0, position, column: y, single: true });
          if (previous >= 0)
            this.#row(0, Infinity, [
              [previous, 1],
              [y, -1],
            ]);
          previous = y;
          packages.push(y);
          flows.push(...inside);
        }
        continue;
      }
      if (binds) this.#weaken("bound");
      const inside = kinds.map((kind) => ({ kind, column: this.#flow(kind, c, -1, finish, Infinity) }));
      packages.push(this.#packages(c, channel, most, inside, binds));
      flows.push(...inside);
    }
    this.#cutOffRow(channel, packages, flows);
  }

  /** (C5) the cut-off, where one lane works off everything or a package takes the same time whatever its size. */
  #cutOffRow(
    channel: Channel,
    packages: readonly number[],
    flows: readonly { readonly column: number }[],
  ): void {
    const { queue } = channel;
    if (queue.cutOff === Infinity || (queue.perPackage === 0 && queue.perOrder === 0)) return;
    const room = queue.cutOff - queue.start;
    if (queue.perOrder === 0) {
      const most = Math.floor(room / queue.perPackage) * queue.lanes;
      this.#row(
        -Infinity,
        most,
        packages.map((column) => [column, 1] as const),
      );
      return;
    }
    this.#row(-Infinity, 1, [
      ...packages.map((column) => [column, queue.perPackage / room] as const),
      ...flows.map(({ column }) => [column, queue.perOrder / room] as const),
    ]);
  }

  /** Packages by level of the queue, each of them as many as lanes: y(c,l,v). Hold times do not depend on size. */
  #levels(c: number, channel: Channel, eligible: readonly number[]): void {
    const { classes } = this.problem;
    const { queue } = channel;
    const byKey = this.#byKey(c, eligible);
    const apart = new Map<number, boolean>();
    let most = 0;
    for (const [key, kinds] of byKey) {
      const binds = this.#amountBinds(channel, kinds);
      const packages = this.#mostPackages(channel, kinds, binds);
      apart.set(
        key,
        binds && this.#ordersOf(kinds) <= SINGLE_PACKAGE_ORDERS && packages <= SINGLE_PACKAGE_SLOTS,
      );
      most += packages;
    }
    most = Math.min(most, this.#packageLimit(channel));
    for (let level = 0; level * queue.lanes < most; level++) {
      const leave = queue.start + (level + 1) * queue.perPackage;
      if (leave > queue.cutOff) break;
      const finish = leave + queue.result;
      const columns: number[] = [];
      for (const [key, kinds] of byKey) {
        const timely = kinds.filter((kind) => finish <= classes.due[this.kinds[kind]!.class]!);
        if (timely.length === 0) continue;
        const binds = this.#amountBinds(channel, timely);
        const lanes = apart.get(key)! ? queue.lanes : 1;
        if (binds && !apart.get(key)!) this.#weaken("bound");
        for (let lane = 0; lane < lanes; lane++) {
          const inside = timely.map((kind) => ({
            kind,
            column: this.#flow(kind, c, this.#slots.length, finish, Infinity),
          }));
          const y = this.#packages(c, channel, apart.get(key)! ? 1 : queue.lanes, inside, binds);
          this.#slots.push({
            channel: c,
            key,
            lane,
            position: level,
            column: y,
            single: apart.get(key)! || queue.lanes === 1,
          });
          columns.push(y);
        }
      }
      if (columns.length > 1)
        this.#row(
          -Infinity,
          queue.lanes,
          columns.map((column) => [column, 1] as const),
        );
      if (this.#builder.columns > this.limits.maxColumns) return;
    }
  }

  /** Each package told apart, by lane and position: y(c,a,j,v). Hold times depend on size. */
  #lanes(c: number, channel: Channel, eligible: readonly number[]): void {
    const { queue } = channel;
    const byKey = this.#byKey(c, eligible);
    const orders = this.#ordersOf(eligible);
    const ceiling = Math.min(
      orders,
      this.#packageLimit(channel),
      Math.floor(orders / channel.package.minOrders),
    );
    // More packages than this never were of use where it was tried, but no proof says so.
    const likely =
      [...byKey.values()].reduce(
        (sum, kinds) => sum + this.#mostPackages(channel, kinds, this.#amountBinds(channel, kinds)),
        0,
      ) + queue.lanes;
    const most = orders <= SINGLE_PACKAGE_SLOTS ? ceiling : Math.min(ceiling, likely);
    if (most < ceiling) this.#weaken("none");
    const lanes = Math.min(queue.lanes, most);
    // Spread evenly, this many suffice where nothing but the orders limits the packages; else one lane may need all.
    const spread = most === Math.floor(orders / channel.package.minOrders) || lanes === 1;
    const positions = spread ? Math.ceil(most / lanes) : most;
    for (let lane = 0; lane < lanes; lane++) {
      const inLane: { kind: number; column: number }[][] = [];
      const used: number[] = [];
      for (let position = 0; position < positions; position++) {
        if (this.#builder.columns > this.limits.maxColumns) return;
        const slot = this.#slot(c, channel, byKey, lane, position);
        const before = used.at(-1);
        // Positions are used from the first on.
        if (before !== undefined)
          this.#row(0, Infinity, [
            [before, 1],
            [slot.used, -1],
          ]);
        inLane.push(slot.flows);
        used.push(slot.used);
        this.#slotTimes(channel, position, inLane, used, eligible);
      }
      if (queue.cutOff < Infinity) {
        const room = queue.cutOff - queue.start;
        this.#row(-Infinity, 1, [
          ...used.map((column) => [column, queue.perPackage / room] as const),
          ...inLane.flat().map(({ column }) => [column, queue.perOrder / room] as const),
        ]);
      }
      if (this.#rate > 0) this.#laneDelay(c, channel, inLane);
    }
  }

  /** One slot: at most one package, of one of the keys. `used` is 1 where there is one. */
  #slot(c: number, channel: Channel, byKey: Map<number, number[]>, lane: number, position: number) {
    const { queue } = channel;
    const finish = queue.start + (position + 1) * queue.perPackage + queue.result;
    const flows: { kind: number; column: number }[] = [];
    const packages: number[] = [];
    for (const [key, kinds] of byKey) {
      const inside = kinds.map((kind) => ({
        kind,
        column: this.#flow(kind, c, this.#slots.length, finish, channel.package.maxOrders),
      }));
      const y = this.#packages(c, channel, 1, inside, this.#amountBinds(channel, kinds));
      this.#slots.push({ channel: c, key, lane, position, column: y, single: true });
      flows.push(...inside);
      packages.push(y);
    }
    if (packages.length === 1) return { flows, used: packages[0]! };
    const used = this.#builder.column(0, 0, 1, true);
    this.#row(0, 0, [[used, 1] as const, ...packages.map((y) => [y, -1] as const)]);
    return { flows, used };
  }

  /** (C5) due times of a slot: u = 1 where it holds an order due by d, and then it must have finished by d. */
  #slotTimes(
    channel: Channel,
    position: number,
    inLane: readonly { kind: number; column: number }[][],
    used: readonly number[],
    eligible: readonly number[],
  ): void {
    const { classes } = this.problem;
    const { queue, package: terms } = channel;
    const dueOf = (kind: number) => classes.due[this.kinds[kind]!.class]!;
    const dues = [...new Set(eligible.map(dueOf))].filter((due) => due < Infinity);
    const flows = inLane[position]!;
    const orders = this.#ordersOf(eligible);
    const longest = (position + 1) * queue.perPackage + queue.perOrder * orders;
    for (const due of dues) {
      const within = flows.filter(({ kind }) => dueOf(kind) <= due);
      const room = due - queue.result - queue.start;
      if (longest <= room || within.length === 0) continue;
      const u = this.#builder.column(0, 0, 1, true);
      this.#row(-Infinity, 0, [
        ...within.map(({ column }) => [column, 1] as const),
        [u, -Math.min(orders, terms.maxOrders)] as const,
      ]);
      // hold times so far + (longest − room) · u ≤ longest
      this.#row(-Infinity, 1, [
        ...used.map((column) => [column, queue.perPackage / longest] as const),
        ...inLane.flat().map(({ column }) => [column, queue.perOrder / longest] as const),
        [u, (longest - room) / longest] as const,
      ]);
    }
  }

  /**
   * (D2) Within a lane every order waits for the orders before it and those of its package:
   * Σj nj · Σi≤j ni = (N² + Σj nj²) / 2, convex. Of mixed weights, each step of weight counts its own orders alone,
   * which leaves out the lighter ones and so bounds from below.
   */
  #laneDelay(c: number, channel: Channel, inLane: readonly { kind: number; column: number }[][]): void {
    const { classes } = this.problem;
    const square = (n: number) => ({
      slope: ((2 * n + 1) * channel.queue.perOrder) / 2,
      intercept: (-n * (n + 1) * channel.queue.perOrder) / 2,
    });
    this.#nestedDelay(c, inLane.flat(), square);
    for (const flows of inLane) this.#nestedDelay(c, flows, square);
    const weights = new Set(inLane.flat().map(({ kind }) => classes.weight[this.kinds[kind]!.class]));
    if (weights.size > 1) this.#weaken("bound");
  }
}

/** Whether channels could use hardly more than two packages each, if each took all it may. */
function hasFewPackages(problem: Problem): boolean {
  const { contract, classes } = problem;
  const C = classes.channels;
  let packages = 0;
  let channels = 0;
  contract.channels.forEach((channel, c) => {
    if (channel.mode === "single") return;
    let orders = 0;
    for (let k = 0; k < classes.count; k++) if (classes.charge[k * C + c]! >= 0) orders += classes.size[k]!;
    packages += Math.min(channel.limits.maxPackages, Math.ceil(orders / channel.package.maxOrders));
    channels++;
  });
  return packages <= 2 * channels;
}

/** `F(n)`: sum of the finishes of the first n orders of a single channel. */
function finishSums(channel: Channel): (n: number) => number {
  const { queue } = channel;
  return (n) => {
    const rounds = Math.floor(n / queue.lanes);
    const rest = n - rounds * queue.lanes;
    const turns = (rounds * (rounds + 1) * queue.lanes) / 2 + rest * (rounds + 1);
    return n * (queue.start + queue.result) + turns * holdTime(queue, 1);
  };
}

/**
 * Classes, split by amount where an amount limit could bind for them; else too many columns would come of nothing.
 */
function kindsOf(problem: Problem, maxKinds: number): Kind[] | TooLarge {
  const { classes, orders } = problem;
  const matters = amountMatters(problem);
  const kinds: Kind[] = [];
  for (let k = 0; k < classes.count; k++) {
    const members = classes.members.subarray(classes.memberStart[k]!, classes.memberStart[k + 1]!);
    if (matters[k] === 0) {
      kinds.push({ class: k, orders: members, amount: orders.amount[members[0]!]! });
      continue;
    }
    const byAmount = new Map<number, number[]>();
    for (const order of members) {
      const same = byAmount.get(orders.amount[order]!);
      if (same === undefined) byAmount.set(orders.amount[order]!, [order]);
      else same.push(order);
    }
    for (const [amount, rows] of byAmount) kinds.push({ class: k, orders: Int32Array.from(rows), amount });
    if (kinds.length > maxKinds)
      return { tooLarge: `more than ${maxKinds} kinds of order, told apart by charge and amount` };
  }
  if (kinds.length > maxKinds)
    return { tooLarge: `more than ${maxKinds} kinds of order, told apart by charge` };
  return kinds;
}

/** `[class]` 1 where some channel that can take its orders has an amount limit that could bind. */
function amountMatters(problem: Problem): Uint8Array {
  const { contract, classes, orders, limits } = problem;
  const C = classes.channels;
  const total = new Float64Array(limits.count);
  const channelTotal = new Float64Array(C);
  const largest = new Float64Array(C);
  for (let k = 0; k < classes.count; k++) {
    let amount = 0;
    let most = 0;
    for (let m = classes.memberStart[k]!; m < classes.memberStart[k + 1]!; m++) {
      const value = orders.amount[classes.members[m]!]!;
      amount += value;
      if (value > most) most = value;
    }
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      channelTotal[c]! += amount;
      if (most > largest[c]!) largest[c] = most;
      for (const limit of limits.ofChannel[c]!) total[limit]! += amount;
      const rule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
      if (rule >= 0) total[rule]! += amount;
    }
  }
  const binds = contract.channels.map(({ package: terms }, c) => {
    const inPackage =
      Math.min(channelTotal[c]!, largest[c]! * Math.min(terms.maxOrders, 2 ** 53)) > terms.maxAmount;
    return inPackage || limits.ofChannel[c]!.some((limit) => total[limit]! > limits.maxAmount[limit]!);
  });
  const matters = new Uint8Array(classes.count);
  for (let k = 0; k < classes.count; k++) {
    for (let c = 0; c < C; c++) {
      if (classes.charge[k * C + c]! < 0) continue;
      const rule = limits.ofRule[c]![classes.rule[k * C + c]!]!;
      if (binds[c]! || (rule >= 0 && total[rule]! > limits.maxAmount[rule]!)) matters[k] = 1;
    }
  }
  return matters;
}

/** Greatest common divisor of all charges, fees and penalties: the program's objective counts in it. */
function commonUnit(problem: Problem): number {
  const { classes, contract } = problem;
  let unit = 0;
  const take = (value: number) => {
    let [a, b] = [unit, value];
    while (b > 0) [a, b] = [b, a % b];
    unit = a;
  };
  for (let cell = 0; cell < classes.charge.length && unit !== 1; cell++)
    if (classes.charge[cell]! > 0) take(classes.charge[cell]!);
  for (let k = 0; k < classes.count && unit !== 1; k++) take(classes.penalty[k]!);
  for (const channel of contract.channels) take(channel.package.fee);
  return Math.max(1, unit);
}
