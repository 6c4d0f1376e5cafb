import { readFileSync } from "node:fs";

/** Reads a CSV file without quoted fields as records by its header. */
export function parseTable(text: string): readonly Readonly<Record<string, string>>[] {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const columns = header!.split(",");
  return lines.map((line) => {
    const fields = line.split(",");
    return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? ""]));
  });
}

/** Reads a file that {@link parseTable} understands. */
export function readTable(file: string): readonly Readonly<Record<string, string>>[] {
  return parseTable(readFileSync(file, "utf8"));
}

/** All whole numbers and decimals of a text, taken one after another. */
export class NumberReader {
  readonly #numbers: readonly number[];
  #position = 0;

  constructor(text: string) {
    this.#numbers = text.trim().split(/\s+/).map(Number);
  }

  next(): number {
    const value = this.#numbers[this.#position++];
    if (value === undefined || Number.isNaN(value))
      throw new Error(`No number at position ${this.#position}.`);
    return value;
  }

  take(count: number): readonly number[] {
    return Array.from({ length: count }, () => this.next());
  }
}
