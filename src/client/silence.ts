import { UnreachableError } from "./errors.js";

/** Ends a call where nothing has been heard for too long, or its caller ends it. Time that the caller takes does not count. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #ms: number;
  readonly #caller: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param seconds of silence at most */
  constructor(seconds: number, caller?: AbortSignal) {
    this.#ms = seconds * 1_000;
    this.#caller = caller;
    if (caller?.aborted) this.#end();
    else caller?.addEventListener("abort", this.#end);
    this.begin();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on something should be heard; what came before counts as heard. */
  readonly begin = (): void => {
    clearTimeout(this.#timer);
    const message = `Nothing was heard for ${this.#ms / 1_000} s.`;
    this.#timer = setTimeout(
      () => this.#controller.abort(new UnreachableError("TIMEOUT", message)),
      this.#ms,
    );
  };

  /** Nothing need be heard for the time being. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#end);
  }

  readonly #end = (): void => this.#controller.abort(this.#caller!.reason);
}
