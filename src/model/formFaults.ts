import { isWithin } from "./zodIssues.js";

type Path = readonly PropertyKey[];

/** Told of one problem and where it stands. */
export type Report = (
  path: Path,
  issue: { code: string; message: string; hint?: string; value?: string },
) => void;

/** What is wrong in a form: what could not be parsed, and what is found as its parts are put together. */
export class FormFaults {
  readonly #isFaulty: (path: Path) => boolean;
  readonly #tell: Report;
  readonly #told: Path[] = [];

  /** @param isFaulty whether a field, or something in it or around it, cannot be parsed */
  constructor(isFaulty: (path: Path) => boolean, tell: Report) {
    this.#isFaulty = isFaulty;
    this.#tell = tell;
  }

  readonly report: Report = (path, issue) => {
    this.#told.push(path);
    this.#tell(path, issue);
  };

  /** Whether a field, or something in it or around it, could not be parsed. */
  isFaulty(path: Path): boolean {
    return this.#isFaulty(path);
  }

  /** Whether nothing is wrong in a part of the form. */
  isRight(path: Path): boolean {
    return !this.#isFaulty(path) && !this.#told.some((told) => isWithin(told, path));
  }

  /** Whether a mapping has none of some fields, not even one that is wrong. */
  lacks(form: object, keys: readonly string[], path: Path): boolean {
    return keys.every(
      (key) => (form as Record<string, unknown>)[key] === undefined && !this.#isFaulty([...path, key]),
    );
  }
}
