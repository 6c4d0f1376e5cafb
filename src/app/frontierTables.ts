import type { NamedTable } from "../io/studyWriter.js";
import type { FrontierFile } from "../model/frontierFile.js";
import { costSchema } from "../model/planFile.js";

/** Everything in `frontier.json` as tables: points, and channels by point. */
export function frontierTables(file: FrontierFile): readonly NamedTable[] {
  return [pointTable(file), channelTable(file)];
}

const COST_PARTS = Object.keys(costSchema.shape) as (keyof FrontierFile["points"][number]["cost"])[];

function pointTable({ points, knee }: FrontierFile): NamedTable {
  const parts = COST_PARTS.filter((part) => points.some(({ cost }) => cost[part] !== undefined));
  const counts = ["routed", "rejected", "deferred", "packages"] as const;
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
      ...counts,
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
      ...counts.map((count) => String(point.counts[count])),
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

function channelTable({ points }: FrontierFile): NamedTable {
  const hasVolume = points.some(({ channels }) => channels.some(({ volume }) => volume !== undefined));
  const figures = ["orders", "amount", "packages", "charges", "packageFees", "delay"] as const;
  const columns = hasVolume ? ([...figures, "volume"] as const) : figures;
  return {
    name: "channels",
    head: ["point", "channel", ...columns, "finishAt"],
    rows: points.flatMap(({ channels }, i) =>
      channels.map((channel) => [
        String(i + 1),
        channel.id,
        ...columns.map((column) => String(channel[column] ?? "")),
        channel.finishAt ?? "",
      ]),
    ),
  };
}
