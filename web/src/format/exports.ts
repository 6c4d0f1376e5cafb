import type { PlanFile, Simulated } from "../api/types.js";
import { type Scenario, scenarioChanges } from "../state/changes.js";

/** What the page hands out: scenarios as the command line takes them, and what they came to. */

/** The content of a scenarios file. */
export function scenariosFile(scenarios: readonly Scenario[]): { scenarios: object[] } {
  return {
    scenarios: scenarios.map(({ name, changes }) => ({ id: name, changes: scenarioChanges(changes) })),
  };
}

/** The same as YAML. Texts are quoted as in JSON, which YAML reads alike. */
export function scenariosYaml(scenarios: readonly Scenario[]): string {
  const blocks = scenarios.map(({ name, changes }) => {
    const list = scenarioChanges(changes);
    const lines = list.map((change) => `      - ${JSON.stringify(change)}`);
    const head = list.length === 0 ? "    changes: []" : "    changes:";
    return [`  - id: ${JSON.stringify(name)}`, head, ...lines].join("\n");
  });
  return `scenarios:\n${blocks.join("\n")}\n`;
}

const COLUMNS = [
  "scenario",
  "objective",
  "charges",
  "packageFees",
  "delay",
  "volume",
  "penalties",
  "bound",
  "gap",
  "proof",
  "status",
  "orders",
  "routed",
  "rejected",
  "deferred",
  "packages",
  "finishAt",
  "difference",
  "least",
  "most",
  "proven",
  "moved",
] as const;

/** A plan, and what it differs in from the plan as it is. */
export interface Result {
  readonly name: string;
  readonly plan: PlanFile;
  readonly against: Pick<Simulated, "difference" | "moved"> | null;
}

/** A row for each scenario, as `scenarios.csv` of a what-if has them. */
export function resultsCsv(results: readonly Result[]): string {
  const rows = results.map(({ name, plan, against }) => {
    const { cost, counts } = plan;
    const row: Readonly<Record<(typeof COLUMNS)[number], string | number | boolean | null | undefined>> = {
      scenario: name,
      ...cost,
      volume: cost.volume,
      bound: plan.bound,
      gap: plan.gap,
      proof: plan.proof,
      status: plan.status,
      ...counts,
      finishAt: plan.finishAt,
      difference: against?.difference.money,
      least: against?.difference.least,
      most: against?.difference.most,
      proven: against?.difference.proven,
      moved: against?.moved?.orders,
    };
    return COLUMNS.map((column) => cell(row[column]));
  });
  return [COLUMNS, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** What a spreadsheet would run as a formula is text to it: a name is free to begin with anything. */
function cell(value: string | number | boolean | null | undefined): string {
  const plain = value === null || value === undefined ? "" : String(value);
  const safe = typeof value === "string" && /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
