/** What a suite of benchmarks brings: tables for people, and how far its targets are reached. */
export interface Section {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A promise of the project, and the number that keeps or breaks it. */
export interface Target {
  readonly name: string;
  readonly asked: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface BenchOptions {
  /** Fewer sizes, seeds and runs: to see that it works, not for the record. */
  readonly quick: boolean;
  /** A folder of the suite's own, gone after it. */
  readonly dir: string;
  /** Tells a person what is going on. */
  readonly say: (text: string) => void;
}

export type Suite = (options: BenchOptions) => Promise<Section>;
