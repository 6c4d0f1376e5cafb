import type { ComponentChildren } from "preact";
import { Scroll } from "./Scroll.js";

export interface Column {
  readonly label: string;
  /** Figures stand to the right. */
  readonly isFigure?: boolean;
  /** Sentences, which are not to be squeezed on a phone. */
  readonly isLong?: boolean;
}

export interface TableProps {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** `[row][column]`; the first of each row names it. */
  readonly rows: readonly (readonly ComponentChildren[])[];
  readonly foot?: readonly ComponentChildren[];
  readonly muted?: (row: number) => boolean;
}

/** A table that scrolls by itself where it is too wide. */
export function Table({ caption, columns, rows, foot, muted }: TableProps) {
  const kind = (column: number) =>
    columns[column]?.isFigure ? "n" : columns[column]?.isLong ? "long" : undefined;
  return (
    <Scroll label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label }, column) => (
              <th key={label} scope="col" class={kind(column)}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row} class={muted?.(row) ? "muted" : undefined}>
              <Cells cells={cells} kind={kind} />
            </tr>
          ))}
        </tbody>
        {foot && (
          <tfoot>
            <tr>
              <Cells cells={foot} kind={kind} />
            </tr>
          </tfoot>
        )}
      </table>
    </Scroll>
  );
}

function Cells({
  cells,
  kind,
}: {
  cells: readonly ComponentChildren[];
  kind: (column: number) => string | undefined;
}) {
  return (
    <>
      {cells.map((cell, column) => {
        const shown = cell === null || cell === undefined ? <span class="none">–</span> : cell;
        return column === 0 ? (
          <th key={column} scope="row">
            {shown}
          </th>
        ) : (
          <td key={column} class={kind(column)}>
            {shown}
          </td>
        );
      })}
    </>
  );
}
