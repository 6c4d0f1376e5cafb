import type { z } from "zod";
import type * as answers from "../http/schemas/answers.js";
import type * as common from "../http/schemas/common.js";
import type * as requests from "../http/schemas/requests.js";
import type { OrderExplanation } from "../model/explanation.js";

/**
 * What goes to a service and what comes from it, taken from the schemas by which the service itself judges and answers. Types
 * alone: nothing of the server comes along.
 */

export type Order = z.input<typeof requests.orderSchema>;
export type PlanRequest = z.input<typeof requests.planRequest>;
export type WhatIfRequest = z.input<typeof requests.whatIfRequest>;
export type BreakEvenRequest = z.input<typeof requests.breakEvenRequest>;
export type FrontierRequest = z.input<typeof requests.frontierRequest>;
export type EvaluateRequest = z.input<typeof requests.evaluateRequest>;
export type SimulationRequest = z.input<typeof requests.simulationRequest>;
export type VerifyRequest = z.input<typeof requests.verifyRequest>;

export type Plan = z.output<typeof answers.planResource>;
export type Job = z.output<typeof answers.jobResource>;
export type JobSummary = z.output<typeof answers.jobSummary>;
export type JobPage = z.output<typeof answers.jobPage>;
export type JobState = z.output<typeof common.jobState>;
export type JobKind = z.output<typeof common.jobKind>;
export type ProgressEvent = z.output<typeof answers.progressEvent>;
export type EndEvent = z.output<typeof answers.endEvent>;
export type Assignment = z.output<typeof answers.assignmentSchema>;
export type PackageRow = z.output<typeof answers.packageSchema>;
export type Unrouted = z.output<typeof answers.unroutedSchema>;
export type Terms = z.output<typeof answers.termsSchema>;
export type Simulation = z.output<typeof answers.simulationAnswer>;
/** Its orders are those of the library's `explain` (docs/explain.md). */
export type Explained = Omit<z.output<typeof answers.explanationSchema>, "orders"> & {
  readonly orders: readonly OrderExplanation[];
};
export type OrderSet = z.output<typeof answers.orderSetSchema>;
export type OrderSetPage = z.output<typeof answers.orderSetPage>;
export type Channels = z.output<typeof answers.channelsSchema>;
export type ChannelsPage = z.output<typeof answers.channelsPage>;
export type Coverage = z.output<typeof answers.coverageSchema>;
export type Health = z.output<typeof answers.healthSchema>;
export type ApiKey = z.output<typeof answers.apiKeySchema>;
export type MadeApiKey = z.output<typeof answers.madeKeySchema>;
export type NewApiKey = z.input<typeof requests.newKeyRequest>;
export type Problem = z.output<typeof common.problemSchema>;
export type Issue = z.output<typeof common.issueSchema>;

/** A page of a table. */
export interface TablePage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
}
