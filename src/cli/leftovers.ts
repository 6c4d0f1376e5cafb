import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isDraft } from "../model/draftName.js";

/**
 * Remembers what lies at and around the place of a plan, so that a process that must end at once can remove the folders
 * that it has begun there and nothing else.
 */
export class Leftovers {
  readonly #place: string;
  readonly #before: ReadonlySet<string>;
  /** Folders above the place that there were not, the innermost first. */
  readonly #missing: readonly string[];

  constructor(out: string) {
    this.#place = resolve(out);
    this.#before = new Set(this.#drafts());
    this.#missing = missingAbove(this.#place);
  }

  /**
   * Removes the draft and the empty folders made for it; puts back the old plan where it was just about to be
   * replaced.
   */
  remove(): void {
    for (const name of this.#drafts()) {
      if (this.#before.has(name)) continue;
      const draft = join(dirname(this.#place), name);
      if (name.endsWith(".old") && !existsSync(this.#place)) renameSync(draft, this.#place);
      else rmSync(draft, { recursive: true, force: true });
    }
    for (const folder of this.#missing) {
      if (!existsSync(folder)) continue;
      // It holds the plan, or what somebody else has put there.
      if (readdirSync(folder).length > 0) break;
      rmdirSync(folder);
    }
  }

  #drafts(): string[] {
    try {
      return readdirSync(dirname(this.#place)).filter((name) => isDraft(this.#place, name));
    } catch {
      // Without the folder there is no draft in it.
      return [];
    }
  }
}

function missingAbove(path: string): string[] {
  const above = dirname(path);
  return above === path || existsSync(above) ? [] : [above, ...missingAbove(above)];
}
