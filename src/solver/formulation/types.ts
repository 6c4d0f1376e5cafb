import type { Program } from "../program.js";
import type { Kind } from "./kinds.js";

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
  /** Whether each channel's delay cost is rounded up in the program. */
  readonly roundsDelay: boolean;
  /** What the program's optimum says about the problem's. */
  readonly claims: Claims;
  /** The program's objective at an answer with what counts made whole: exact but for the delay. In cost units. */
  valueAt(values: Float64Array): { readonly undelayed: bigint; readonly delay: number };
  /** Tightens delay terms at a point; false where they are exact there. */
  refine(values: Float64Array): boolean;
  /** Kinds of orders that are counted: classes, or classes of one amount. */
  readonly kinds: readonly Kind[];
  readonly flows: readonly Flow[];
  readonly slots: readonly Slot[];
  /** Packages whose sizes the program knows, because their fees have tiers. */
  readonly sized: readonly SizedPackages[];
}

/** `exact`: its optimum is the problem's; `bound`: at most the problem's; `none`: some plans are left out. */
export type Claims = "exact" | "bound" | "none";

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

/** Packages of one channel and key, by tier of their fee. */
export interface SizedPackages {
  readonly channel: number;
  readonly key: number;
  /** Their number. */
  readonly column: number;
  /** Columns of how many are in a tier, and how many orders these hold together. */
  readonly tiers: readonly { readonly packages: number; readonly orders: number }[];
}

/** Beyond these sizes the program is not written: the greedy engine is the better choice. */
export interface FormulationLimits {
  readonly maxColumns: number;
  readonly maxEntries: number;
}
