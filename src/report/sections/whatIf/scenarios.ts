import type { ScenarioOutcome, WhatIfFile } from "../../../model/whatIfFile.js";
import { html, type Markup, named } from "../../markup.js";
import type { Outcomes } from "../outcomes.js";

export type WhatIfData = Outcomes<WhatIfFile>;

/** Scenarios with names of their own, that are no points of sweeps. */
export function namedScenarios({ scenarios }: WhatIfFile): readonly ScenarioOutcome[] {
  return scenarios.filter(({ sweep }) => sweep === null);
}

export type SweepPoint = ScenarioOutcome & { readonly sweep: NonNullable<ScenarioOutcome["sweep"]> };

export interface Sweep {
  readonly id: string;
  readonly over: SweepPoint["sweep"]["over"];
  readonly points: readonly SweepPoint[];
}

/** The sweeps in the order of the file. */
export function sweepsOf({ scenarios }: WhatIfFile): readonly Sweep[] {
  const byId = new Map<string, SweepPoint[]>();
  for (const scenario of scenarios) {
    if (scenario.sweep === null) continue;
    const point = { ...scenario, sweep: scenario.sweep };
    const points = byId.get(point.sweep.id);
    if (points === undefined) byId.set(point.sweep.id, [point]);
    else points.push(point);
  }
  return [...byId].map(([id, points]) => ({ id, over: points[0]!.sweep.over, points }));
}

const AXIS_WORDS = { set: "", scale: ", scaled by", add: ", with so much added" } as const;

/** What an axis changes: the field's path, and how where it is not set. */
export function axisName({ verb, path }: Sweep["over"][number]): string {
  return `${path}${AXIS_WORDS[verb]}`;
}

/** The base plan is no user's name. */
export function scenarioName(id: string | null): Markup {
  return id === null ? html`<strong>Base plan</strong>` : named(id);
}
