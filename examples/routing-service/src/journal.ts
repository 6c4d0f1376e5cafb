import { type FileHandle, open, readFile, truncate } from "node:fs/promises";

/** What packwright has against an order; `order` is null where it is not about one. */
export interface OrderProblem {
  readonly order: string | null;
  readonly message: string;
}

/** What has happened to a batch. Entries are facts: nothing is journaled before it is known, and nothing is taken back. */
export type Entry =
  /** Nobody covers it: it was not even planned. */
  | { readonly type: "refused"; readonly order: string; readonly reason: string }
  /** There is a plan; its tables lie beside the journal. From here on there will be no other. */
  | { readonly type: "planned"; readonly plan: string }
  /** There will be no plan: nothing was sent anywhere. */
  | {
      readonly type: "unplannable";
      readonly code: string;
      readonly message: string;
      readonly problems: readonly OrderProblem[];
    }
  /** A channel has taken a package; what becomes of its orders is not known. */
  | { readonly type: "packageTaken"; readonly package: string }
  /** A channel has refused a package as a whole: none of its orders was touched. */
  | { readonly type: "packageRefused"; readonly package: string; readonly reason: string }
  /** All results of a package stand before this line. */
  | { readonly type: "packageDone"; readonly package: string }
  /** A channel has said what became of a debit. */
  | {
      readonly type: "result";
      readonly order: string;
      readonly channel: string;
      readonly outcome: "settled" | "failed";
      readonly fee: string;
      readonly reason: string;
    }
  /** An order that its batch channel did not debit goes to a single channel, this one time. */
  | { readonly type: "fallBack"; readonly order: string; readonly to: string }
  /** It would, and there is no single channel that takes it. */
  | { readonly type: "noFallBack"; readonly order: string }
  /** Everything is known, and the report is written. */
  | { readonly type: "reconciled"; readonly balanced: boolean };

/**
 * An append-only file, a line for each entry. An entry counts once it is on the disk, so that whatever is told to others, or
 * done because of it, survives a crash. A line that a crash cut off never counted.
 */
export class Journal {
  readonly #file: FileHandle;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens a journal that is there. @param tell told of every entry that is there, in their order */
  static async open(path: string, tell: (entry: Entry) => void): Promise<Journal> {
    const text = await readFile(path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    // What follows a line that was cut off would be glued to it.
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
    for (const line of whole.split("\n")) if (line !== "") tell(JSON.parse(line) as Entry);
    return new Journal(await open(path, "a"));
  }

  /** Writes entries; they are on the disk when this resolves. Entries of one call are not mixed with those of others. */
  append(entries: readonly Entry[]): Promise<void> {
    const at = new Date().toISOString();
    const lines = entries.map((entry) => `${JSON.stringify({ at, ...entry })}\n`).join("");
    const written = this.#last.then(async () => {
      await this.#file.appendFile(lines);
      await this.#file.datasync();
    });
    // What a failed write has left at the end nobody knows: nothing may follow it, and whoever comes next fails, too.
    this.#last = written;
    this.#last.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#file.close();
  }
}
