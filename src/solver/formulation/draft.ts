import { type Channel, VOLUME_SCALE } from "../../model/contract.js";
import { commonUnit } from "../commonUnit.js";
import { feeSteps, hasFeeTiers, orderFeeOf } from "../packageFee.js";
import { delayRate, type Problem } from "../problem.js";
import { ProgramBuilder } from "../program.js";
import { pricesVolume, upToUnits } from "../volume.js";
import { ConvexTerms, type Tangent } from "./convexTerms.js";
import type { Kind, TooLarge } from "./kinds.js";
import type { Claims, Flow, Formulation, FormulationLimits, SizedPackages, Slot } from "./types.js";

/** The orders of a kind on a channel, or on one of its slots, as a column. */
export interface FlowColumn {
  readonly kind: number;
  readonly column: number;
}

/**
 * A program being written: columns and rows that all channels share, and what each kind of channel model needs to add
 * its own. Labels are those of docs/formulation.md.
 */
export class Draft {
  readonly flows: Flow[] = [];
  readonly slots: Slot[] = [];
  readonly #sized: SizedPackages[] = [];
  /** Cost units for a millionth of weight waiting a microsecond. */
  readonly rate: number;
  readonly #builder = new ProgramBuilder();
  readonly #convex = new ConvexTerms();
  readonly #rows: { lower: number; upper: number; entries: (readonly [number, number])[] }[] = [];
  readonly #byKind: number[][];
  readonly #unit: number;
  #claims: Claims = "exact";
  #usesAmounts = false;
  /** Few packages for each channel, as in facility location: strong rows pay and deferral gets columns of its own. */
  readonly #fewPackages: boolean;
  /** Whether a package may need, or pay less for, one order more, or its channel's volume. */
  readonly #countsExactly: boolean;
  /** `[channel]` its delay cost in cost units, as columns and factors, where it is rounded up in the program. */
  readonly #delayParts: (readonly [column: number, units: number])[][];
  /** `[channel]` columns that count its packages. */
  readonly #packageColumns: number[][];
  /** What columns of volume cost, in {@link VOLUME_SCALE}ths of a cost unit. */
  readonly #volumeParts = new Map<number, bigint>();

  constructor(
    readonly problem: Problem,
    readonly kinds: readonly Kind[],
    readonly limits: FormulationLimits,
    readonly roundsDelay: boolean,
  ) {
    const { channels } = problem.contract;
    this.#countsExactly =
      channels.some(({ package: terms }) => terms.minOrders > 1 || hasFeeTiers(terms)) ||
      pricesVolume(channels);
    this.#delayParts = channels.map(() => []);
    this.#byKind = kinds.map(() => []);
    this.#packageColumns = channels.map(() => []);
    this.rate = delayRate(problem.contract);
    this.#unit = commonUnit(problem);
    this.#fewPackages = hasFewPackages(problem);
  }

  get isTooLarge(): boolean {
    return this.#builder.columns > this.limits.maxColumns;
  }

  /** Kinds of which the channel could take an order. */
  eligible(c: number): number[] {
    const { classes } = this.problem;
    return this.kinds.flatMap((kind, i) =>
      classes.charge[kind.class * classes.channels + c]! >= 0 ? [i] : [],
    );
  }

  /** A column without a role of its own. */
  column(cost: number, lower: number, upper: number, integer: boolean): number {
    return this.#builder.column(cost, lower, upper, integer);
  }

  /** x(k,c) or x(k,c,s): cost is what routing changes against deferring. */
  flow(kind: number, c: number, slot: number, finish: number, most: number): number {
    const { classes } = this.problem;
    const k = this.kinds[kind]!.class;
    const delay = this.rate * classes.weight[k]! * finish;
    const saved = this.#fewPackages ? 0 : classes.penalty[k]!;
    const orderFee = orderFeeOf(this.problem.contract.channels[c]!);
    const charge = classes.charge[k * classes.channels + c]! + orderFee - saved;
    const cost = (charge + (this.roundsDelay ? 0 : delay)) / this.#unit;
    const column = this.#builder.column(cost, 0, Math.min(most, this.kinds[kind]!.orders.length), true);
    if (delay > 0) this.#delayParts[c]!.push([column, delay]);
    this.flows.push({ kind, channel: c, slot, column });
    this.#byKind[kind]!.push(column);
    return column;
  }

  /** A column that costs so many {@link VOLUME_SCALE}ths of a cost unit; of whole numbers, whether it says so or not. */
  partsColumn(parts: bigint, lower: number, upper: number, integer: boolean): number {
    const column = this.#builder.column(Number(parts) / VOLUME_SCALE / this.#unit, lower, upper, integer);
    this.#volumeParts.set(column, parts);
    return column;
  }

  /** All columns of orders on a channel that have been written. */
  flowsOf(c: number): FlowColumn[] {
    return this.flows.filter(({ channel }) => channel === c);
  }

  row(lower: number, upper: number, entries: (readonly [number, number])[]): void {
    if (entries.length > 0) this.#rows.push({ lower, upper, entries });
  }

  /** y column of packages, with (C2) places, (C3) minimum and (C4) amount against the flows that it carries. */
  packages(
    c: number,
    channel: Channel,
    most: number,
    flows: readonly { readonly kind: number; readonly column: number }[],
    amountBinds: boolean,
  ): number {
    const { package: terms } = channel;
    const tiered = hasFeeTiers(terms);
    const y = this.#builder.column(tiered ? 0 : terms.feeTiers[0]!.fee / this.#unit, 0, most, true);
    if (tiered) this.#feeTiers(c, channel, y, flows);
    this.#packageColumns[c]!.push(y);
    this.#apart(c, y, flows);
    const orders = flows.reduce((sum, { kind }) => sum + this.kinds[kind]!.orders.length, 0);
    const places = Math.min(terms.maxOrders, orders);
    this.row(-Infinity, 0, [...flows.map(({ column }) => [column, 1] as const), [y, -places] as const]);
    if (terms.minOrders > 1)
      this.row(0, Infinity, [
        ...flows.map(({ column }) => [column, 1] as const),
        [y, -terms.minOrders] as const,
      ]);
    if (amountBinds) {
      this.#usesAmounts = true;
      this.row(-Infinity, 0, [
        ...flows.map(({ kind, column }) => [column, this.kinds[kind]!.amount / terms.maxAmount] as const),
        [y, -1] as const,
      ]);
    }
    // (C6) A kind smaller than a package cannot use more of it than itself: strong form, where it says more than (C2).
    if (!this.#fewPackages) return y;
    for (const { kind, column } of flows) {
      const size = this.kinds[kind]!.orders.length;
      if (size < places && flows.length > 1)
        this.row(-Infinity, 0, [[column, 1] as const, [y, -size] as const]);
    }
    return y;
  }

  /** (C8) of orders that may not share a package, no more than packages. */
  #apart(c: number, y: number, flows: readonly { readonly kind: number; readonly column: number }[]): void {
    const sets = new Map<number, { columns: number[]; orders: number }>();
    for (const { kind, column } of flows) {
      const twins = this.kinds[kind]!.twins?.[c] ?? -1;
      if (twins < 0) continue;
      const set = sets.get(twins) ?? { columns: [], orders: 0 };
      set.columns.push(column);
      set.orders += this.kinds[kind]!.orders.length;
      sets.set(twins, set);
    }
    for (const { columns, orders } of sets.values())
      if (orders > 1)
        this.row(-Infinity, 0, [...columns.map((column) => [column, 1] as const), [y, -1] as const]);
    // Packages of uneven sizes may have to take two of them where even ones need not.
    if (sets.size > 0 && hasFeeTiers(this.problem.contract.channels[c]!.package)) this.weaken("bound");
  }

  /** (F1–F3) how many of some packages are in each tier of their fee, and how many orders those hold. */
  #feeTiers(
    c: number,
    channel: Channel,
    y: number,
    flows: readonly { readonly kind: number; readonly column: number }[],
  ): void {
    const { classes } = this.problem;
    const orders = flows.reduce((sum, { kind }) => sum + this.kinds[kind]!.orders.length, 0);
    const tiers = feeSteps(channel, orders).map(({ least, most, fee, extra }) => {
      const packages = this.#builder.column(fee / this.#unit, 0, Infinity, true);
      const inside = this.#builder.column(extra / this.#unit, 0, orders, true);
      this.row(0, Infinity, [
        [inside, 1],
        [packages, -least],
      ]);
      this.row(-Infinity, 0, [
        [inside, 1],
        [packages, -most],
      ]);
      return { packages, orders: inside };
    });
    this.row(0, 0, [[y, 1], ...tiers.map(({ packages }) => [packages, -1] as const)]);
    this.row(0, 0, [
      ...flows.map(({ column }) => [column, 1] as const),
      ...tiers.map((tier) => [tier.orders, -1] as const),
    ]);
    const key = classes.key[this.kinds[flows[0]!.kind]!.class * classes.channels + c]!;
    this.#sized.push({ channel: c, key, column: y, tiers });
  }

  /**
   * (D1) Orders of higher weight go first, so the weighted sum of a convex function of ranks is, over descending
   * weights w1 > w2 > …, Σ (wg − wg+1) · F(orders of weight at least wg).
   */
  nestedDelay(
    c: number,
    flows: readonly { readonly kind: number; readonly column: number }[],
    tangent: Tangent,
  ): void {
    const { classes } = this.problem;
    const weightOf = (kind: number) => classes.weight[this.kinds[kind]!.class]!;
    const weights = [...new Set(flows.map(({ kind }) => weightOf(kind)))].sort((a, b) => b - a);
    weights.forEach((weight, g) => {
      const step = weight - (weights[g + 1] ?? 0);
      if (step === 0) return;
      const within = flows.filter(({ kind }) => weightOf(kind) >= weight);
      const most = within.reduce((sum, { kind }) => sum + this.kinds[kind]!.orders.length, 0);
      const factor = (this.rate * step) / this.#unit;
      const column = this.#builder.column(this.roundsDelay ? 0 : 1, 0, Infinity, false);
      this.#delayParts[c]!.push([column, this.#unit]);
      const columns = within.map((flow) => flow.column);
      this.#convex.add(column, columns, most, (n) => {
        const { slope, intercept } = tangent(n);
        return { slope: slope * factor, intercept: intercept * factor };
      });
    });
  }

  /** The program's optimum says less than it might. */
  weaken(claims: Claims): void {
    if (this.#claims !== "none") this.#claims = claims;
  }

  /** Adds what all channels share and closes the draft. */
  finish(): Formulation | TooLarge {
    this.#demandRows();
    this.#limitRows();
    this.#roundedDelayRows();
    const entries = this.#rows.reduce((sum, row) => sum + row.entries.length, 0);
    if (entries > this.limits.maxEntries) return { tooLarge: `more than ${this.limits.maxEntries} entries` };
    for (const row of this.#rows) this.#builder.row(row.lower, row.upper, row.entries);
    return {
      program: (integerFlows) => {
        this.#convex.writeRows(this.#builder);
        const built = this.#builder.build();
        for (const { column } of this.flows) built.integer[column] = integerFlows ? 1 : 0;
        return built;
      },
      valueAt: (values) => this.#valueAt(values),
      refine: (values) => this.#convex.refine(values),
      unit: this.#unit,
      constant: this.#deferAll(),
      hasDelay: this.rate > 0,
      roundsDelay: this.roundsDelay,
      claims: this.#claims,
      usesAmounts: this.#usesAmounts,
      kinds: this.kinds,
      flows: this.flows,
      slots: this.slots,
      sized: this.#sized,
    };
  }

  #valueAt(values: Float64Array): { undelayed: bigint; delay: number } {
    const { cost } = this.#builder.build();
    const delayUnits = new Float64Array(cost.length);
    const curved = new Uint8Array(cost.length);
    if (!this.roundsDelay) {
      for (const [column, units] of this.#delayParts.flat()) delayUnits[column] = units;
    }
    for (const column of this.#convex.columns) curved[column] = 1;
    let undelayed = 0n;
    let volume = 0n;
    let delay = 0;
    for (let j = 0; j < cost.length; j++) {
      const value = curved[j] === 1 ? values[j]! : Math.round(values[j]!);
      delay += delayUnits[j]! * value;
      const parts = this.#volumeParts.get(j);
      if (parts !== undefined) {
        volume += parts * BigInt(value);
        continue;
      }
      // Charges, fees and penalties are whole cost units; what is not whole of a coefficient is its delay.
      if (curved[j] === 0)
        undelayed += BigInt(Math.round(cost[j]! * this.#unit - delayUnits[j]!)) * BigInt(value);
    }
    // No plan's volumes cost less, were they rounded up in sum alone.
    return { undelayed: undelayed + upToUnits(volume), delay };
  }

  /** What deferring everything costs, where columns count what routing saves. */
  #deferAll(): bigint {
    const { classes } = this.problem;
    let total = 0n;
    if (this.#fewPackages) return total;
    for (let k = 0; k < classes.count; k++) total += BigInt(classes.penalty[k]!) * BigInt(classes.size[k]!);
    return total;
  }

  /**
   * (C1) no more orders of a kind are routed than there are. Deferral is the slack of that row, with the penalty in
   * what routing saves; or a column of its own, which leaves all costs at least 0 and suits programs with strong rows.
   */
  #demandRows(): void {
    const { classes } = this.problem;
    this.#byKind.forEach((columns, kind) => {
      const orders = this.kinds[kind]!.orders.length;
      if (this.#fewPackages) {
        const penalty = classes.penalty[this.kinds[kind]!.class]! / this.#unit;
        const deferred = this.#builder.column(penalty, 0, orders, false);
        // An order counted twice could fill a second package to its minimum or tier, or bring a volume to its discount.
        this.row(
          orders,
          this.#countsExactly ? orders : Infinity,
          [...columns, deferred].map((column) => [column, 1] as const),
        );
        return;
      }
      if (columns.length === 1) return; // the column's own bound says it
      this.row(
        -Infinity,
        this.kinds[kind]!.orders.length,
        columns.map((column) => [column, 1] as const),
      );
    });
  }

  /** (C7) limits of channels, rules and quotas: orders, amount, packages. */
  #limitRows(): void {
    const { limits, classes, contract } = this.problem;
    const touching: Flow[][] = Array.from({ length: limits.count }, () => []);
    for (const flow of this.flows) {
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
        this.row(
          -Infinity,
          maxOrders,
          flows.map(({ column }) => [column, 1] as const),
        );
      if (possible.amount > maxAmount) {
        this.#usesAmounts = true;
        this.row(
          -Infinity,
          1,
          flows.map(({ column, kind }) => [column, this.kinds[kind]!.amount / maxAmount] as const),
        );
      }
      if (maxPackages < Infinity) {
        const columns = contract.channels.flatMap((_, c) =>
          limits.ofChannel[c]!.includes(limit) ? this.#packageColumns[c]! : [],
        );
        this.row(
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

  /** (D3) a channel's delay cost is rounded up once: an integer column that is at least the sum of its parts. */
  #roundedDelayRows(): void {
    if (!this.roundsDelay) return;
    for (const parts of this.#delayParts) {
      if (parts.length === 0) continue;
      const rounded = this.#builder.column(1 / this.#unit, 0, Infinity, true);
      this.row(0, Infinity, [[rounded, 1], ...parts.map(([column, units]) => [column, -units] as const)]);
    }
  }
}

/** Classes × channels up to which strong rows, one for each, are worth their weight in an engine's tableau. */
const STRONG_CELLS = 1_000;

/** Whether channels could use hardly more than two packages each, if each took all it may. */
function hasFewPackages(problem: Problem): boolean {
  const { contract, classes } = problem;
  const C = classes.channels;
  let packages = 0;
  let channels = 0;
  let cells = 0;
  contract.channels.forEach((channel, c) => {
    if (channel.mode === "single") return;
    let orders = 0;
    for (let k = 0; k < classes.count; k++) {
      if (classes.charge[k * C + c]! < 0) continue;
      orders += classes.size[k]!;
      cells++;
    }
    packages += Math.min(
      channel.limits.maxPackages,
      Math.max(1, Math.ceil(orders / channel.package.maxOrders)),
    );
    channels++;
  });
  return packages <= 2 * channels && cells <= STRONG_CELLS;
}
