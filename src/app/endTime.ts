/** What the end of an answer may take longer than it has lately. */
const MARGIN = 1.25;
/** A part of the time that the end may have at most: one that took long for once is not to be in the way of the next search. */
const MOST_END = 0.3;
/** Answers of which that is known. */
const LATELY = 8;

/** How long the end of an answer takes (certificate, description, check), by how long it has taken lately. */
export class EndTime {
  #lately: readonly number[] = [];

  /** Of `within` milliseconds those that are left for the search. */
  searchMs(within: number): number {
    const sorted = this.#lately.toSorted((a, b) => a - b);
    const mostly = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return within - Math.min(MARGIN * mostly, MOST_END * within);
  }

  /** @param ms that the end of an answer has taken */
  took(ms: number): void {
    this.#lately = [...this.#lately, ms].slice(-LATELY);
  }

  forget(): void {
    this.#lately = [];
  }
}
