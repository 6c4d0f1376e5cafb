import type { NamedTable } from "../io/studyWriter.js";
import type { OrderPlace, Outcome, ScenarioOutcome, WhatIfFile } from "../model/whatIfFile.js";
import { COUNTS, channelTable, costPartsOf } from "./outcomeTables.js";

/** Everything in `what-if.json` as tables: scenarios, channels by scenario, and what moved. */
export function whatIfTables({ base, scenarios }: WhatIfFile): readonly NamedTable[] {
  const channels = [{ id: "base", ...base }, ...scenarios].map((plan) => ({
    name: [plan.id],
    channels: plan.channels,
  }));
  return [scenarioTable(base, scenarios), channelTable(["scenario"], channels), moveTable(scenarios)];
}

function scenarioTable(base: Outcome, scenarios: readonly ScenarioOutcome[]): NamedTable {
  const parts = costPartsOf([base, ...scenarios]);
  const cells = (outcome: Outcome) => [
    ...parts.map((part) => outcome.cost[part] ?? ""),
    outcome.bound,
    outcome.gap === null ? "" : String(outcome.gap),
    outcome.proof,
    outcome.status,
    ...COUNTS.map((count) => String(outcome.counts[count])),
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
      ...COUNTS,
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
