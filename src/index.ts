export {
  type Assignment,
  type PlanBatchOptions,
  type PlanBatchResult,
  type PlanInput,
  type PlannedBatch,
  type PlanProgress,
  plan,
  planBatch,
  type SearchOptions,
  type Unrouted,
} from "./app/planBatch.js";
export { type Coverage, type ValidateOptions, type ValidationResult, validate } from "./app/validateInput.js";
export { type Verification, type VerifyOptions, verify } from "./app/verifyPlan.js";
export type { CheckReport, Violation } from "./check/index.js";
export type { Certificate } from "./model/certificate.js";
export type { Contract } from "./model/contract.js";
export { Fault, formatIssue, InputError, type Issue } from "./model/issue.js";
export type { UnroutedReason } from "./model/plan.js";
export type { BaselineId, PlanFile } from "./model/planFile.js";
export type { PackageRow } from "./model/planFolder.js";
export type { EngineName } from "./solver/choice.js";
export type { MipEngineName } from "./solver/engines/engine.js";
export { VERSION } from "./version.js";
