import type { SampleInput, WorthInput } from "./orderAsks.js";
import type { OrderMargins } from "./orderMargins.js";
import type { ProofPrices } from "./prices.js";

/** Kinds of passes over all orders: what a slice is worked out from, and what it brings. Both can be sent to any thread. */
export interface PassKinds {
  readonly margins: { readonly input: ProofPrices; readonly output: OrderMargins };
  readonly sample: { readonly input: SampleInput; readonly output: null };
  readonly worths: { readonly input: WorthInput; readonly output: null };
}
export type PassKind = keyof PassKinds;

/** A pass over rows (orders, lots or classes) that may be done slice by slice, in any order. */
export interface Pass<Kind extends PassKind> {
  readonly kind: Kind;
  readonly input: PassKinds[Kind]["input"];
  readonly rows: number;
  /** Rows `from .. to`. What it brings, and writes to shared memory, depends on these rows alone. */
  slice(from: number, to: number): PassKinds[Kind]["output"];
}

/** Those who do passes. What comes out does not depend on how many they are. */
export interface Crew {
  /** What the slices bring, in their order. */
  run<Kind extends PassKind>(pass: Pass<Kind>): readonly PassKinds[Kind]["output"][];
}

/** The thread at hand. */
export const alone: Crew = { run: (pass) => [pass.slice(0, pass.rows)] };
