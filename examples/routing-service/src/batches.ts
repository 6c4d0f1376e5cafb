import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Batch } from "./batch.js";
import { type WorkOptions, workOff } from "./work.js";

export type Received =
  | { readonly kind: "taken"; readonly batch: Batch }
  | { readonly kind: "taken before"; readonly batch: Batch }
  | { readonly kind: "another file" };

/** All batches of this service, in a folder each. */
export class Batches {
  readonly #batches = new Map<string, Batch>();
  readonly #troubles = new Map<string, string>();
  readonly #folder: string;
  readonly #options: WorkOptions;
  /** Batches come one after the other: two requests with one id must not both be the first. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, options: WorkOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Takes up what an earlier process left. */
  async resume(): Promise<void> {
    for (const id of await readdir(this.#folder)) {
      const batch = await Batch.open(join(this.#folder, id), id);
      if (batch !== null) this.#begin(batch);
    }
  }

  get(id: string): Batch | undefined {
    return this.#batches.get(id);
  }

  /** What keeps a batch from going on, as far as it is known; null where nothing does. */
  trouble(id: string): string | null {
    return this.#troubles.get(id) ?? null;
  }

  /** Takes a batch in, once: it is on the disk before the sender is told so. */
  receive(id: string, csv: string): Promise<Received> {
    const received = this.#last.then(() => this.#receive(id, csv));
    this.#last = received.catch(() => {});
    return received;
  }

  async #receive(id: string, csv: string): Promise<Received> {
    const folder = join(this.#folder, id);
    const before = this.#batches.get(id);
    if (before !== undefined) {
      const isSame = (await readFile(join(folder, "orders.csv"), "utf8")) === csv;
      return isSame ? { kind: "taken before", batch: before } : { kind: "another file" };
    }
    await Batch.create(folder, csv);
    const batch = (await Batch.open(folder, id))!;
    this.#begin(batch);
    return { kind: "taken", batch };
  }

  #begin(batch: Batch): void {
    this.#batches.set(batch.id, batch);
    workOff(batch, this.#options).catch((error: Error) => {
      // What nobody has foreseen stops this batch and no other; all that is known is in its journal, for a person and a restart.
      this.#troubles.set(batch.id, error.message);
      this.#options.log(`batch ${batch.id} stands still: ${error.stack}`);
    });
  }
}
