export {
  type BreakEvenBatchOptions,
  type BreakEvenInput,
  type BreakEvenProgress,
  type BreakEvenResult,
  breakEven,
  breakEvenBatch,
} from "./app/breakEven.js";
export { type EvaluateResult, evaluate } from "./app/evaluatePlan.js";
export { type ExplainedAll, explainAll } from "./app/explainAll.js";
export { explainDeferred } from "./app/explainDeferred.js";
export { type Explanation, explain } from "./app/explainPlan.js";
export {
  type FrontierBatchOptions,
  type FrontierInput,
  type FrontierProgress,
  type FrontierResult,
  frontier,
  frontierBatch,
} from "./app/frontier.js";
export {
  type Assignment,
  type PlanBatchResult,
  type PlannedBatch,
  plan,
  planBatch,
  type Unrouted,
} from "./app/planBatch.js";
export type {
  AnswerOptions,
  EvaluateOptions,
  ExplainAllOptions,
  ExplainDeferredOptions,
  ExplainOptions,
  FolderOptions,
  PlanBatchOptions,
  PlanInput,
  PlanProgress,
  SearchOptions,
  SimulationOptions,
  SimulationQuestion,
} from "./app/planOptions.js";
export { openSimulation, type Simulation } from "./app/simulation.js";
export type { NamedMove, SimulationAnswer } from "./app/simulationAnswer.js";
export { type Coverage, type ValidateOptions, type ValidationResult, validate } from "./app/validateInput.js";
export { type Verification, type VerifyOptions, verify } from "./app/verifyPlan.js";
export {
  type WhatIfBatchOptions,
  type WhatIfInput,
  type WhatIfProgress,
  type WhatIfResult,
  whatIf,
  whatIfBatch,
} from "./app/whatIf.js";
export type { CheckReport, Violation } from "./check/index.js";
export type { BreakEvenFile } from "./model/breakEvenFile.js";
export type { Certificate } from "./model/certificate.js";
export type { Contract } from "./model/contract.js";
export type { EvaluationFile } from "./model/evaluation.js";
export type {
  Asked,
  ChannelExplanation,
  DeferredExplanation,
  Lever,
  Move,
  OrderExplanation,
  Relaxation,
} from "./model/explanation.js";
export type { FrontierFile, FrontierPoint } from "./model/frontierFile.js";
export { Fault, formatIssue, InputError, type Issue } from "./model/issue.js";
export type { UnroutedReason } from "./model/plan.js";
export type { BaselineId, PlanFile } from "./model/planFile.js";
export type { PackageRow } from "./model/planFolder.js";
export type { ScenarioOutcome, WhatIfFile } from "./model/whatIfFile.js";
export type { EngineName } from "./solver/choice.js";
export type { MipEngineName } from "./solver/engines/engine.js";
export { VERSION } from "./version.js";
