export type { ByteStream, Entries } from "./bodies.js";
export type { Channels, PutChannelsOptions, VersionOptions } from "./channels.js";
export { Client, type CoverageOptions } from "./client.js";
export { CancelledError, PackwrightError, ProblemError, UnreachableError } from "./errors.js";
export type { JobEvent } from "./events.js";
export type { Done, Pending, WaitOptions } from "./following.js";
export type { JobListOptions, Jobs } from "./jobs.js";
export type { Keys } from "./keys.js";
export type { NamedListOptions, OrderSets, OrdersFormat, PutOrdersOptions } from "./orderSets.js";
export type { Plans } from "./plans.js";
export type { Retries } from "./retries.js";
export type { Streaming, SubmitOptions } from "./submitting.js";
export type { PageOptions, Table } from "./tables.js";
export type { CallOptions, ClientOptions } from "./transport.js";
export type {
  ApiKey,
  Assignment,
  BreakEvenRequest,
  Channels as ChannelsVersion,
  ChannelsPage,
  Coverage,
  EndEvent,
  EvaluateRequest,
  Explained,
  FrontierRequest,
  Health,
  Issue,
  Job,
  JobKind,
  JobPage,
  JobState,
  JobSummary,
  MadeApiKey,
  NewApiKey,
  Order,
  OrderSet,
  OrderSetPage,
  PackageRow,
  Plan,
  PlanRequest,
  Problem,
  ProgressEvent,
  Simulation,
  SimulationRequest,
  TablePage,
  Terms,
  Unrouted,
  VerifyRequest,
  WhatIfRequest,
} from "./types.js";
export type { Upload } from "./uploads.js";
