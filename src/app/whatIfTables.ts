import type { NamedTable } from "../io/studyWriter.js";
import { costSchema } from "../model/planFile.js";
import type { OrderPlace, Outcome, ScenarioOutcome, WhatIfFile } from "../model/whatIfFile.js";

/** Everything in `what-if.json` as tables: scenarios, channels by scenario, and what moved. */
export function whatIfTables({ base, scenarios }: WhatIfFile): readonly NamedTable[] {
  return [scenarioTable(base, scenarios), channelTable(base, scenarios), moveTable(scenarios)];
}

const COST_PARTS = Object.keys(costSchema.shape) as (keyof Outcome["cost"])[];

function scenarioTable(base: Outcome, scenarios: readonly ScenarioOutcome[]): NamedTable {
  const all = [base, ...scenarios];
  const parts = COST_PARTS.filter((part) => all.some(({ cost }) => cost[part] !== undefined));
  const counts = ["routed", "rejected", "deferred", "packages"] as const;
  const cells = (outcome: Outcome) => [
    ...parts.map((part) => outcome.cost[part] ?? ""),
    outcome.bound,
    outcome.gap === null ? "" : String(outcome.gap),
    outcome.proof,
    outcome.status,
    ...counts.map((count) => String(outcome.counts[count])),
    outcome.finishAt ?? "",
  ];
  return {
    name: "scenarios",
    head: [
      "scenario",
      "sweep",
      "values",
      ...parts,
      "bound",
      "gap",
      "proof",
      "status",
      ...counts,
      "finishAt",
      "difference",
      "percent",
      "least",
      "most",
      "proven",
      "moved",
      "newlyRejected",
    ],
    rows: [
      ["base", "", "", ...cells(base), "", "", "", "", "", "", ""],
      ...scenarios.map((scenario) => [
        scenario.id,
        scenario.sweep?.id ?? "",
        scenario.sweep?.values.join("|") ?? "",
        ...cells(scenario),
        scenario.difference.money,
        scenario.difference.percent === null ? "" : String(scenario.difference.percent),
        scenario.difference.least,
        scenario.difference.most,
        String(scenario.difference.proven),
        scenario.moved === null ? "" : String(scenario.moved.orders),
        scenario.newlyRejected === null ? "" : String(scenario.newlyRejected),
      ]),
    ],
  };
}

function channelTable(base: Outcome, scenarios: readonly ScenarioOutcome[]): NamedTable {
  const all = [{ id: "base", ...base }, ...scenarios];
  const hasVolume = all.some(({ channels }) => channels.some(({ volume }) => volume !== undefined));
  const figures = ["orders", "amount", "packages", "charges", "packageFees", "delay"] as const;
  const columns = hasVolume ? ([...figures, "volume"] as const) : figures;
  return {
    name: "channels",
    head: ["scenario", "channel", ...columns, "finishAt"],
    rows: all.flatMap(({ id, channels }) =>
      channels.map((channel) => [
        id,
        channel.id,
        ...columns.map((column) => String(channel[column] ?? "")),
        channel.finishAt ?? "",
      ]),
    ),
  };
}

function moveTable(scenarios: readonly ScenarioOutcome[]): NamedTable {
  return {
    name: "moves",
    head: ["scenario", "from", "to", "orders", "amount"],
    rows: scenarios.flatMap(({ id, moved }) =>
      (moved?.moves ?? []).map(({ from, to, orders, amount }) => [
        id,
        placeName(from),
        placeName(to),
        String(orders),
        amount,
      ]),
    ),
  };
}

/** Unrouted orders stand in brackets, as no channel's id could. */
function placeName(place: OrderPlace): string {
  return "channel" in place ? place.channel : `(${place.unrouted})`;
}
