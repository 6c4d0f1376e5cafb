import type { NamedTable } from "../io/studyWriter.js";
import type { BreakEvenFile } from "../model/breakEvenFile.js";

/** Everything in `break-even.json` as tables: pieces, channels by plan, and the band. */
export function breakEvenTables(file: BreakEvenFile): readonly NamedTable[] {
  return [pieceTable(file), channelTable(file), bandTable(file)];
}

function pieceTable({ pieces, plans, breakpoints }: BreakEvenFile): NamedTable {
  const counts = ["routed", "rejected", "deferred", "packages"] as const;
  return {
    name: "pieces",
    head: [
      ...["piece", "from", "to", "costFrom", "costTo", "slope", "searchedAt", ...counts],
      ...["breakpoint", "ordersBelow", "packagesBelow", "proven"],
    ],
    rows: pieces.map(({ from, to, costFrom, costTo, plan }, i) => {
      const { slope, value, counts: count } = plans[plan]!;
      const end = breakpoints.find(({ before }) => before === plan);
      return [
        ...[String(i), from, to, costFrom, costTo, slope ?? "", value],
        ...counts.map((name) => String(count[name])),
        ...(end === undefined
          ? ["", "", "", ""]
          : [end.value, String(end.ordersBelow), String(end.packagesBelow), String(end.proven)]),
      ];
    }),
  };
}

function channelTable({ pieces, plans }: BreakEvenFile): NamedTable {
  const hasVolume = plans.some(({ channels }) => channels.some(({ volume }) => volume !== undefined));
  const figures = ["orders", "amount", "packages", "charges", "packageFees", "delay"] as const;
  const columns = hasVolume ? ([...figures, "volume"] as const) : figures;
  return {
    name: "channels",
    head: ["piece", "searchedAt", "channel", ...columns, "finishAt"],
    rows: pieces.flatMap(({ plan }, i) => {
      const { value, channels } = plans[plan]!;
      return channels.map((channel) => [
        String(i),
        value,
        channel.id,
        ...columns.map((column) => String(channel[column] ?? "")),
        channel.finishAt ?? "",
      ]);
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
