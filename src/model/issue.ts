import { closest, distance } from "fastest-levenshtein";

/** Where in the input something stands. Files read as lines give `line`, structures give `path`. */
export interface IssuePlace {
  readonly file?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
  /** Dotted path of the field, channels and rules by index: `channels[2].package.maxOrders`. */
  readonly path?: string;
}

/** One problem of the input: what is wrong, with which value, where, and what to do about it. */
export interface Issue extends IssuePlace {
  /** Stable upper-case name, listed in docs/errors.md. */
  readonly code: string;
  readonly message: string;
  /** The offending source text, cut to a readable length. */
  readonly value?: string;
  readonly hint?: string;
}

/** At most this many issues are listed; the rest are counted. */
export const ISSUE_LIMIT = 100;

/** Gathers issues up to {@link ISSUE_LIMIT} and counts the rest. */
export class IssueList {
  readonly issues: Issue[] = [];
  #total = 0;

  add(issue: Issue): void {
    this.#total++;
    if (this.issues.length < ISSUE_LIMIT) this.issues.push(issue);
  }

  /** Counts problems that were found but need not be listed. */
  addUnlisted(count: number): void {
    this.#total += count;
  }

  /** Adds all problems of an error, the unlisted ones too. */
  addAll({ issues, total }: InputError): void {
    for (const issue of issues) this.add(issue);
    this.addUnlisted(total - issues.length);
  }

  get total(): number {
    return this.#total;
  }

  throwIfAny(): void {
    if (this.#total > 0) throw this.error();
  }

  /** All of them, ready to be thrown. */
  error(): InputError {
    return new InputError(this.issues, this.#total);
  }
}

/** The input cannot be used. The command line exits with 2. */
export class InputError extends Error {
  override readonly name = "InputError";

  /**
   * @param issues the first {@link ISSUE_LIMIT} problems
   * @param total how many there are in all
   */
  constructor(
    readonly issues: readonly Issue[],
    readonly total: number = issues.length,
  ) {
    super(
      [
        ...issues.map(formatIssue),
        ...(total > issues.length ? [`… and ${total - issues.length} more`] : []),
      ].join("\n"),
    );
  }
}

/** Something that must not happen: a fault of ours. The command line exits with 1. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    /** Stable upper-case name, listed in docs/errors.md. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** `orders.csv:17: amount "12.345" has more than 2 decimals. Round it to …` */
export function formatIssue(issue: Issue): string {
  const place = [issue.file, issue.line].filter((part) => part !== undefined).join(":");
  const path = issue.path === undefined || issue.path === "" ? "" : `${issue.path}: `;
  const hint = issue.hint === undefined ? "" : ` ${issue.hint}`;
  return `${place === "" ? "" : `${place}: `}${path}${issue.message}.${hint} [${issue.code}]`;
}

/** Cuts a source text to a length fit for a message and makes control characters visible. */
export function quoteValue(value: string): string {
  const cut = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(cut);
}

/** `Did you mean "x"?`, where one of the candidates is near enough; else the list of all, where short. */
export function suggest(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return "";
  const near = suggestNear(word, nearest(word, candidates));
  if (near !== "") return near;
  return candidates.length <= 16 ? `Known here: ${candidates.join(", ")}.` : "";
}

/** The candidate that looks most like a word, case aside; null where there is none. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const lower = candidates.map((candidate) => candidate.toLowerCase());
  return candidates[lower.indexOf(closest(word.toLowerCase(), lower))]!;
}

/** `Did you mean "x"?`, where the one candidate is near enough; else nothing. */
export function suggestNear(word: string, candidate: string | null): string {
  if (candidate === null) return "";
  return distance(word.toLowerCase(), candidate.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3))
    ? `Did you mean "${candidate}"?`
    : "";
}

/** Text that a spreadsheet would run as a formula or that hides a control character. */
export function isUnsafeText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return /^[=+\-@\u0000-\u001f\u007f\ufeff]/.test(text);
}
