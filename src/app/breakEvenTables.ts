import type { NamedTable } from "../io/studyWriter.js";
import type { BreakEvenFile } from "../model/breakEvenFile.js";
import { COUNTS, channelTable } from "./outcomeTables.js";

/** Everything in `break-even.json` as tables: pieces, channels by plan, and the band. */
export function breakEvenTables(file: BreakEvenFile): readonly NamedTable[] {
  const channels = file.pieces.map(({ plan }, i) => {
    const found = file.plans[plan]!;
    return { name: [String(i), found.value], channels: found.channels };
  });
  return [pieceTable(file), channelTable(["piece", "searchedAt"], channels), bandTable(file)];
}

function pieceTable({ pieces, plans, breakpoints }: BreakEvenFile): NamedTable {
  return {
    name: "pieces",
    head: [
      ...["piece", "from", "to", "costFrom", "costTo", "slope", "searchedAt", ...COUNTS],
      ...["breakpoint", "ordersBelow", "packagesBelow", "proven"],
    ],
    rows: pieces.map(({ from, to, costFrom, costTo, plan }, i) => {
      const { slope, value, counts: count } = plans[plan]!;
      const end = breakpoints.find(({ before }) => before === plan);
      return [
        ...[String(i), from, to, costFrom, costTo, slope ?? "", value],
        ...COUNTS.map((name) => String(count[name])),
        ...(end === undefined
          ? ["", "", "", ""]
          : [end.value, String(end.ordersBelow), String(end.packagesBelow), String(end.proven)]),
      ];
    }),
  };
}

function bandTable({ band }: BreakEvenFile): NamedTable {
  return {
    name: "band",
    head: ["value", "objective", "bound"],
    rows: band.map(({ value, objective, bound }) => [value, objective, bound]),
  };
}
