import { z } from "zod";
import type { TableFormat } from "../io/planWriter.js";
import type { Lever } from "../model/explanation.js";
import { complain } from "../model/fields.js";
import { InputError } from "../model/issue.js";
import { issuesOf, keyed } from "../model/zodIssues.js";
import type { EngineName } from "../solver/choice.js";
import type { MipEngineName } from "../solver/engines/engine.js";
import type { Progress } from "../workers/solvePlan.js";
import {
  AGAINST,
  CHANNELS,
  ENGINES,
  LONGEST_SECONDS,
  MIP_ENGINES,
  NAMED,
  type NumberRange,
  ORDERS,
  POINTS,
  SEEDS,
  SWEEP_STEPS,
  TABLE_FORMATS,
  THREADS,
  WITHIN,
} from "./optionRanges.js";

/** The options of a plan: their types for those who write TypeScript, their schemas for everybody. */

/** How to search and where to stop; every field has a default. */
export interface SearchOptions {
  /** Default `auto`. */
  readonly engine?: EngineName;
  /** Engine of the integer program; default `javascript-lp-solver`. */
  readonly mip?: MipEngineName;
  /** Seconds for the search, which begins when the orders are in classes, above 0 and at most 1,000,000; default 60. */
  readonly timeLimit?: number;
  /** Stop when (objective − bound) / objective is at most this, 0 to 1; default 0. */
  readonly gap?: number;
  /** 0 to 2^31 − 1; default 1. */
  readonly seed?: number;
  /** Worker threads, 1 to 64; default as many as there are processors, at most 8. */
  readonly threads?: number;
  /** Channels that are taken, 1 or more, those that scenarios add among them; default any number. */
  readonly maxChannels?: number;
  /** Orders that a scenario may have, 1 or more, however many are read; default any number. */
  readonly maxOrders?: number;
  /** Ends the search with the best plan so far; while orders are being read there is none: it rejects with the reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
}

export interface PlanProgress extends Omit<Progress, "phase"> {
  readonly phase: "read" | "class" | "solve" | "describe" | "write" | "check";
  /** Of `incumbent` and `bound`; absent before the channels file is read. */
  readonly currency?: { readonly code: string; readonly exponent: number };
}

export interface PlanInput extends SearchOptions {
  /** Path of a channels file, or its content as plain data (numbers of up to 15 digits are as good as text). */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
}

/** How a plan folder is written. */
export interface FolderOptions {
  /** Replace a plan folder that exists; default false. */
  readonly overwrite?: boolean;
  /** Of assignments and packages; default `csv`. */
  readonly format?: TableFormat;
}

/** How to plan an old plan again. */
export interface ReplanOptions {
  /** Path of its plan folder. */
  readonly from: string;
  /** Path of a CSV file whose column `package` names its packages that have been sent; default none. */
  readonly sent?: string;
  /** Money for each order that moves to another channel, as a plain decimal; default 0. */
  readonly moveCost?: string;
}

export interface PlanBatchOptions extends SearchOptions, FolderOptions, Partial<ReplanOptions> {
  /** Path of the channels file, YAML or JSON. */
  readonly channels: string;
  /** Path of the orders file, or `-` for standard input. */
  readonly orders: string;
  /** Path of the plan folder to make. */
  readonly out: string;
}

/** A plan folder and the files that it was made from. */
export interface PlanPaths {
  /** The plan folder. */
  readonly folder: string;
  /** The files that were planned with. */
  readonly channels: string;
  readonly orders: string;
  /** Told when the inputs have been read. */
  readonly onRead?: () => void;
}

export interface ExplainOptions extends PlanPaths {
  /** Ids of the orders to explain. */
  readonly ids: readonly string[];
}

export interface ExplainAllOptions extends PlanPaths {
  /** Path of the CSV file to write. */
  readonly out: string;
  /** Replace a file that exists; default false. */
  readonly overwrite?: boolean;
}

export interface ExplainDeferredOptions extends PlanPaths {
  /** Seconds for all trial plans together, above 0 and at most 1,000,000; default 60. */
  readonly timeLimit?: number;
  /** Worker threads, 1 to 64; default as many as there are processors, at most 8. */
  readonly threads?: number;
  /** Ends the search with what is known so far. */
  readonly signal?: AbortSignal;
  /** Told before each number is looked at. */
  readonly onProgress?: (progress: {
    readonly lever: Lever;
    readonly done: number;
    readonly of: number;
  }) => void;
}

export interface SimulationOptions extends Omit<SearchOptions, "onProgress"> {
  /** Path of a channels file, or its content as plain data. */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
  /** Path of a plan folder of these files to begin with; without it they are planned. */
  readonly folder?: string;
  /** Attributes of orders that changes may ask for, beside those that the channels file asks for; default none. */
  readonly attributes?: readonly string[];
}

/** A question to a simulation: one scenario, as a scenarios file has it (docs/what-if.md). */
export interface SimulationQuestion {
  /** Changes to the channels file, in their order: `set`, `scale`, `add`, `remove`, `off`, `channel`. */
  readonly changes?: readonly object[];
  /** More or fewer orders: `{ scale, seed }`. Default those of the base. */
  readonly orders?: object;
}

export interface AnswerOptions {
  /** Milliseconds from the question to the checked answer, 50 to 600,000; default 900. Asked for, not guaranteed. */
  readonly within?: number;
  /** Stop searching when (objective − bound) / objective is at most this, 0 to 1; default twice the gap of the base plan. */
  readonly gap?: number;
  /** Moved orders to name in the answer, at most: 0 to 1,000; default 0. */
  readonly name?: number;
  /** Gives the question up. */
  readonly signal?: AbortSignal;
}

export interface EvaluateOptions extends SearchOptions, FolderOptions {
  /** Path of the channels file, YAML or JSON. */
  readonly channels: string;
  /** Path of the orders file, or `-` for standard input. */
  readonly orders: string;
  /** Path of the assignments, CSV or Parquet, or of a plan folder, or `-` for standard input. */
  readonly assignments: string;
  /** Path of the plan folder to make of the assignments, where they break no rule; default none. */
  readonly out?: string;
  /** Whether to plan the same inputs, to compare with; default true. Of no account beside `against`. */
  readonly plan?: boolean;
  /** Path of a plan folder of the same inputs to compare with instead. */
  readonly against?: string;
}

const path = z.custom<string>(isPath, { error: "must be the path of a file or folder" });

/** The inputs as files. */
const files = { channels: path, orders: path };

/** The inputs as files or as plain data. */
const input = {
  channels: z.custom<PlanInput["channels"]>((value) => isPath(value) || isObject(value), {
    error: "must be the path of a file or channels as plain data",
  }),
  orders: z.custom<PlanInput["orders"]>(
    (value) => isPath(value) || (isObject(value) && Symbol.iterator in value),
    { error: "must be the path of a file or a list of orders as plain data" },
  ),
};

const callback = z.custom((value) => typeof value === "function", { error: "must be a function" });

const search = {
  engine: z.enum(ENGINES).optional(),
  mip: z.enum(MIP_ENGINES).optional(),
  timeLimit: number(
    (value) => value > 0 && value <= LONGEST_SECONDS,
    `a number of seconds above 0 and at most ${LONGEST_SECONDS}`,
    "For example 30 or 0.5.",
  ),
  gap: number((value) => value >= 0 && value <= 1, "a share from 0 to 1", "For example 0.01 for 1%."),
  seed: wholeNumber(SEEDS, "For example 1."),
  threads: wholeNumber(THREADS, "For example 4; without it there is one per processor, at most 8."),
  maxChannels: wholeNumber(CHANNELS, "For example 200; without it any number is taken."),
  maxOrders: wholeNumber(ORDERS, "For example 2000000; without it any number is taken."),
  signal: z.custom<AbortSignal>(isSignal, { error: "must be an AbortSignal" }).optional(),
  onProgress: callback.optional(),
};

const text = z.custom<string>((value) => typeof value === "string" && value !== "", {
  error: "must be a text",
});

const flag = z.custom<boolean>((value) => typeof value === "boolean", { error: "must be true or false" });

const folder = {
  overwrite: flag.optional(),
  format: z.enum(TABLE_FORMATS).optional(),
};

const planned = { folder: path, ...files, onRead: callback.optional() };

/** Files and folder of a study that is written. */
const study = { ...files, out: path, overwrite: folder.overwrite };

const breakEven = {
  path: text.optional(),
  channel: text.optional(),
  field: text.optional(),
  from: text,
  to: text,
  steps: wholeNumber(SWEEP_STEPS, "For example 21."),
  ...search,
};

const frontier = {
  against: z.enum(AGAINST),
  points: wholeNumber(POINTS, "For example 12."),
  ...search,
};

const texts = z.custom<readonly string[]>(
  (value) => Array.isArray(value) && value.every((entry) => typeof entry === "string"),
  { error: "must be a list of texts" },
);

const SCHEMAS = {
  plan: keyed({
    ...input,
    ...search,
  } satisfies Fields<PlanInput>),
  planBatch: keyed({
    ...files,
    out: path,
    from: path.optional(),
    sent: path.optional(),
    moveCost: z
      .custom<string>((value) => typeof value === "string", { error: "must be money as text" })
      .optional(),
    ...folder,
    ...search,
  } satisfies Fields<PlanBatchOptions>),
  evaluate: keyed({
    ...files,
    assignments: path,
    out: path.optional(),
    plan: flag.optional(),
    against: path.optional(),
    ...folder,
    ...search,
  } satisfies Fields<EvaluateOptions>),
  simulation: keyed({ ...input, folder: path.optional(), attributes: texts.optional(), ...search }),
  answer: keyed({
    within: number(
      (value) => value >= WITHIN.from && value <= WITHIN.to,
      `a number of milliseconds from ${WITHIN.from} to ${WITHIN.to}`,
      "For example 900.",
    ),
    gap: search.gap,
    name: wholeNumber(NAMED, "For example 20."),
    signal: search.signal,
  } satisfies Fields<AnswerOptions>),
  whatIf: keyed({
    ...input,
    scenarios: z.custom<string | object>((value) => isPath(value) || isObject(value), {
      error: "must be the path of a file or scenarios as plain data",
    }),
    ...search,
  }),
  whatIfBatch: keyed({ ...study, scenarios: path, ...search }),
  breakEven: keyed({ ...input, ...breakEven }),
  breakEvenBatch: keyed({ ...study, ...breakEven }),
  frontier: keyed({ ...input, ...frontier }),
  frontierBatch: keyed({
    ...study,
    plans: flag.optional(),
    ...frontier,
  }),
  explain: keyed({
    ...planned,
    ids: z.custom<readonly string[]>(
      (value) => Array.isArray(value) && value.every((id) => typeof id === "string"),
      { error: "must be a list of ids of orders" },
    ),
  } satisfies Fields<ExplainOptions>),
  explainAll: keyed({
    ...planned,
    out: path,
    overwrite: folder.overwrite,
  } satisfies Fields<ExplainAllOptions>),
  explainDeferred: keyed({
    ...planned,
    timeLimit: search.timeLimit,
    threads: search.threads,
    signal: search.signal,
    onProgress: search.onProgress,
  } satisfies Fields<ExplainDeferredOptions>),
  write: keyed({ out: path, ...(folder satisfies Fields<FolderOptions>) }),
};

/** A schema for each option: an option that one of the two forgets does not compile. */
type Fields<Options> = Readonly<Record<keyof Options, z.ZodType>>;

/**
 * Looks whether options are what they may be, whoever wrote them.
 *
 * @throws InputError with every option that is wrong, missing or unknown
 */
export function checkOptions(of: keyof typeof SCHEMAS, options: unknown): void {
  const result = SCHEMAS[of].safeParse(options);
  if (!result.success) throw new InputError(issuesOf(result.error, options, () => ({})));
}

/** A number, or undefined. What is no number at all is told to be one like what is out of range. */
function number(holds: (value: number) => boolean, what: string, hint: string) {
  return z
    .unknown()
    .transform((value, context): number => {
      if (typeof value !== "number") return complain(context, "WRONG_TYPE", `must be ${what}`, hint);
      return holds(value) ? value : complain(context, "OUT_OF_RANGE", `must be ${what}`, hint);
    })
    .optional();
}

function wholeNumber({ from, to }: NumberRange, hint: string) {
  return number(
    (value) => Number.isSafeInteger(value) && value >= from && value <= to,
    `a whole number from ${from} to ${to}`,
    hint,
  );
}

function isPath(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** By what it can do: a signal may come from another realm. */
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === "boolean" && typeof addEventListener === "function";
}
