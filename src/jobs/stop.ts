/** A wish to end with the best that there is. It comes true once inputs have been read: before, there is nothing to keep. */
export class Stop {
  readonly #controller = new AbortController();
  #asked = false;
  #reading = true;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  ask(): void {
    this.#asked = true;
    this.#settle();
  }

  /** Looks at the progress of the task whether inputs are still being read. */
  heed({ phase }: { readonly phase?: string }): void {
    this.#reading = phase === "read";
    this.#settle();
  }

  #settle(): void {
    if (this.#asked && !this.#reading) this.#controller.abort();
  }
}
