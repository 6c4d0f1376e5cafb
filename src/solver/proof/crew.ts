/** Kinds of passes over all orders. */
export type PassKind = "margins" | "sample" | "worths";

/** A pass over rows (orders, lots or classes) that may be done slice by slice, in any order. */
export interface Pass<Output> {
  readonly kind: PassKind;
  /** What it takes to make it again in another thread: plain data, large columns on shared memory. */
  readonly input: unknown;
  readonly rows: number;
  /** Rows `from .. to`. What it brings, and writes to shared memory, depends on these rows alone. */
  slice(from: number, to: number): Output;
}

/** Those who do passes. What comes out does not depend on how many they are. */
export interface Crew {
  /** What the slices bring, in their order. */
  run<Output>(pass: Pass<Output>): readonly Output[];
}

/** The thread at hand. */
export const alone: Crew = { run: (pass) => [pass.slice(0, pass.rows)] };
