/** CSV as RFC 4180 has it. Columns go by the names in the first row. */

export interface CsvRow {
  /** Of the file, from 1 on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Takes text apart into rows; empty lines are none. `openLine`: where a quote opens that is never closed; null where none does. */
export function parseCsv(text: string): { readonly rows: CsvRow[]; readonly openLine: number | null } {
  const rows: CsvRow[] = [];
  let line = 1;
  let begins = 1;
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    cells.push(cell);
    if (cells.length > 1 || cell !== "") rows.push({ line: begins, cells });
    cells = [];
    cell = "";
    begins = line;
  };
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\n") line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === ",") {
      cells.push(cell);
      cell = "";
    } else if (c === "\n") endRow();
    else if (c !== "\r" || text[i + 1] !== "\n") cell += c;
  }
  if (cells.length > 0 || cell !== "") endRow();
  return { rows, openLine: quoted ? (rows.at(-1)?.line ?? 1) : null };
}
