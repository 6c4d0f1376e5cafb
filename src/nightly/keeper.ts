import { Unavailable } from "../store/database.js";
import type { NightLease, NightStore } from "../store/nightStore.js";

/** Seconds without news after which another process may take a night. */
export const LEASE_SECONDS = 12;
const BEAT_MS = 3_000;

/** Another process has taken the night. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** Renews the lease of a night until it is closed. */
export class NightKeeper {
  readonly #lease: NightLease;
  readonly #nights: NightStore;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** Given where the night is not ours any more, or nobody shall go on with it here. */
  readonly signal: AbortSignal;

  constructor(lease: NightLease, nights: NightStore, stopping: AbortSignal) {
    this.#lease = lease;
    this.#nights = nights;
    this.signal = AbortSignal.any([this.#lost.signal, stopping]);
    this.#timer = setInterval(async () => {
      try {
        await this.mustBeOurs();
      } catch (error) {
        // A database that does not answer gives the night to nobody else either.
        if (!(error instanceof Unavailable)) this.#lost.abort(error);
      }
    }, BEAT_MS);
  }

  /**
   * Renews the lease now: from here on nobody takes the night for {@link LEASE_SECONDS}.
   *
   * @throws LeaseLost where somebody has
   * @throws Unavailable where nobody can tell
   */
  async mustBeOurs(): Promise<void> {
    if (!(await this.#nights.renew(this.#lease, LEASE_SECONDS)))
      throw new LeaseLost("the night was taken by another process");
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
