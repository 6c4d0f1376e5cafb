import type { NamedTable } from "../io/studyWriter.js";
import { costSchema } from "../model/planFile.js";
import type { Outcome } from "../model/whatIfFile.js";

/** What the tables of all studies have in common. */

/** Numbers of orders and packages that stand in a row of their own columns. */
export const COUNTS = ["routed", "rejected", "deferred", "packages"] as const;

/** The parts of cost that some of the plans have: volume is there only where a contract prices it. */
export function costPartsOf(outcomes: readonly Pick<Outcome, "cost">[]): readonly (keyof Outcome["cost"])[] {
  const parts = Object.keys(costSchema.shape) as (keyof Outcome["cost"])[];
  return parts.filter((part) => outcomes.some(({ cost }) => cost[part] !== undefined));
}

/**
 * A row for each channel of each plan.
 *
 * @param head of the columns that say which plan it is
 * @param plans each with the cells of those columns
 */
export function channelTable(
  head: readonly string[],
  plans: readonly { readonly name: readonly string[]; readonly channels: Outcome["channels"] }[],
): NamedTable {
  const hasVolume = plans.some(({ channels }) => channels.some(({ volume }) => volume !== undefined));
  const figures = ["orders", "amount", "packages", "charges", "packageFees", "delay"] as const;
  const columns = hasVolume ? ([...figures, "volume"] as const) : figures;
  return {
    name: "channels",
    head: [...head, "channel", ...columns, "finishAt"],
    rows: plans.flatMap(({ name, channels }) =>
      channels.map((channel) => [
        ...name,
        channel.id,
        ...columns.map((column) => String(channel[column] ?? "")),
        channel.finishAt ?? "",
      ]),
    ),
  };
}
