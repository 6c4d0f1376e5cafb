import pc from "picocolors";
import type { WhatIfFile } from "../model/whatIfFile.js";
import { formatCount, formatGap, formatPercent, group, plural } from "./numbers.js";
import { fitMoney, type Row, textTable } from "./textTable.js";
import { NARROWEST, wrapText } from "./textWidth.js";
import { certainty } from "./words.js";
import { writtenLines } from "./written.js";

export interface WhatIfSummaryInput {
  readonly file: WhatIfFile;
  /** Decimals of the currency. */
  readonly exponent: number;
  readonly folder: string;
  readonly color: boolean;
  /** Columns of the terminal; 80 by default. */
  readonly width?: number;
}

/** Scenarios that are shown; all are in the folder. */
const MOST_ROWS = 40;

/** Scenarios at a glance for a terminal, ending in a line break. */
export function renderWhatIf({ file, exponent, folder, color, width = 80 }: WhatIfSummaryInput): string {
  const colors = pc.createColors(color);
  const columns = Math.max(NARROWEST, width);
  const { base, scenarios } = file;
  const shown = scenarios.slice(0, MOST_ROWS);
  const lines = fitMoney({ exponent, width: columns, droppable: [6, 4] }, ({ money, unit, omit }) => {
    const rows: Row[] = [
      [
        "base",
        money(base.cost.objective),
        "",
        "",
        formatGap(base.gap),
        "",
        formatCount(base.counts.packages),
      ],
      ...shown.map(({ id, cost, gap, difference, moved, counts }) => [
        id,
        money(cost.objective),
        `${certainty(difference) === "not proven" ? "? " : ""}${money(difference.money)}`,
        difference.percent === null ? "" : formatPercent(difference.percent),
        formatGap(gap),
        moved === null ? "–" : formatCount(moved.orders),
        formatCount(counts.packages),
      ]),
    ];
    return textTable({
      head: ["Scenario", `Cost${unit}`, `Difference${unit}`, "Percent", "Gap", "Moved", "Packages"],
      rows,
      rightAligned: [1, 2, 3, 4, 5, 6],
      omit,
      flexible: 0,
      colors,
      width: columns,
    });
  });
  const notes: string[] = [];
  if (scenarios.length > shown.length)
    notes.push(`${scenarios.length - shown.length} more in ${folder}/scenarios.csv.`);
  const open = scenarios.filter(({ difference }) => certainty(difference) === "not proven").length;
  if (open > 0)
    notes.push(
      `? ${open === 1 ? "One difference is" : `${formatCount(open)} differences are`} smaller than the gaps allow: it is not proven which way ${open === 1 ? "it goes" : "they go"}.`,
    );
  const claimed = [base, ...scenarios].filter(({ proof }) => proof === "engine").length;
  if (claimed > 0)
    notes.push(
      `${plural(claimed, "plan")} of ${formatCount(scenarios.length + 1)} ${claimed === 1 ? "is" : "are"} optimal by a MIP engine's word alone, and differences are proven only as far as that is right.`,
    );
  for (const { id, newlyRejected } of scenarios)
    if (newlyRejected !== null && newlyRejected > 0)
      notes.push(
        `${id}: no channel could take ${plural(newlyRejected, "order")} that the base plan routes or defers; rejected orders cost nothing.`,
      );
  return [
    colors.bold(
      `What if: ${plural(scenarios.length, "scenario")} against ${file.currency} ${group(base.cost.objective)}`,
    ),
    "",
    ...lines,
    ...(notes.length === 0 ? [] : ["", ...notes.flatMap((note) => wrapText(note, columns))]),
    "",
    ...writtenLines(folder, "what-if.html"),
    "",
  ].join("\n");
}
