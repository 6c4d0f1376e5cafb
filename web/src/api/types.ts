import type { z } from "zod";
import type {
  assignmentSchema,
  jobPage,
  jobResource,
  packageSchema,
  planResource,
  simulationAnswer,
  termsSchema,
  unroutedSchema,
} from "../../../src/http/schemas/answers.js";
import type { OrderExplanation } from "../../../src/model/explanation.js";

/** What the service answers, as its own schemas have it. */

export type PlanResource = z.output<typeof planResource>;
export type JobResource = z.output<typeof jobResource>;
export type JobSummary = z.output<typeof jobPage>["jobs"][number];
export type Terms = z.output<typeof termsSchema>;
export type TermNumber = Terms["numbers"][number];
export type Simulated = z.output<typeof simulationAnswer>;
export type PackageRow = z.output<typeof packageSchema>;
export type UnroutedRow = z.output<typeof unroutedSchema>;
export type AssignmentRow = z.output<typeof assignmentSchema>;
export interface Explained {
  readonly currency: string;
  readonly gap: number | null;
  readonly orders: readonly OrderExplanation[];
}
export type { Issue, Problem } from "../../../src/client/types.js";
export type { OrderExplanation } from "../../../src/model/explanation.js";
export type { PlanFile } from "../../../src/model/planFile.js";
