import type { Span, Tracing } from "./tracing.js";

/** Spans of the phases of a task: read, class, solve (with price, its beginning), describe, write, check. */
export class PhaseSpans {
  readonly #tracing: Tracing;
  readonly #within: string;
  #phase: string | undefined;
  #span: Span | undefined;
  #solvedFrom: number | undefined;

  /** @param within the job's span */
  constructor(tracing: Tracing, within: string) {
    this.#tracing = tracing;
    this.#within = within;
  }

  /** Hears what phase a task is in. */
  heed({ phase }: { readonly phase?: string }): void {
    if (phase === undefined || phase === this.#phase) return;
    this.#span?.end();
    this.#phase = phase;
    if (phase === "solve") this.#solvedFrom = Date.now();
    this.#span = this.#tracing.begin(phase, this.#within);
  }

  /** @param timings milliseconds of phases, where the task says */
  end(timings: Readonly<Record<string, number>> = {}): void {
    this.#span?.end();
    const { price } = timings;
    if (price === undefined || this.#solvedFrom === undefined) return;
    // How long it took is known only afterwards.
    this.#tracing.begin("price", this.#within, {}, this.#solvedFrom).end(this.#solvedFrom + price);
  }
}
