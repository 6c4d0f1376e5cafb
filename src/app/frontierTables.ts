import type { NamedTable } from "../io/studyWriter.js";
import type { FrontierFile } from "../model/frontierFile.js";
import { COUNTS, channelTable, costPartsOf } from "./outcomeTables.js";

/** Everything in `frontier.json` as tables: points, and channels by point. */
export function frontierTables(file: FrontierFile): readonly NamedTable[] {
  const channels = file.points.map((point, i) => ({ name: [String(i + 1)], channels: point.channels }));
  return [pointTable(file), channelTable(["point"], channels)];
}

function pointTable({ points, knee }: FrontierFile): NamedTable {
  const parts = costPartsOf(points);
  const text = (value: number | null) => (value === null ? "" : String(value));
  return {
    name: "points",
    head: [
      "point",
      "value",
      "limit",
      ...parts,
      "bound",
      "gap",
      "status",
      ...COUNTS,
      "finishAt",
      "difference",
      "percent",
      "least",
      "most",
      "proven",
      "knee",
    ],
    rows: points.map((point, i) => [
      String(i + 1),
      String(point.value),
      text(point.limit),
      ...parts.map((part) => point.cost[part] ?? ""),
      point.bound,
      text(point.gap),
      point.status,
      ...COUNTS.map((count) => String(point.counts[count])),
      point.finishAt ?? "",
      point.difference.money,
      text(point.difference.percent),
      point.difference.least,
      point.difference.most,
      String(point.difference.proven),
      String(i === knee),
    ]),
  };
}
