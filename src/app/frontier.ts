import type { OrderStore } from "../io/orderStore.js";
import { checkStudyPlace, FRONTIER, writeStudy } from "../io/studyWriter.js";
import type { Contract } from "../model/contract.js";
import { FRONTIER_SCHEMA_VERSION, type FrontierFile, type FrontierPoint } from "../model/frontierFile.js";
import { formatCost } from "../model/money.js";
import { renderFrontierPage } from "../report/frontierPage.js";
import { VERSION } from "../version.js";
import { MEASURES, type Measure } from "./frontierMeasure.js";
import { type Found, provenWithin, searchFrontier } from "./frontierSearch.js";
import { frontierTables } from "./frontierTables.js";
import { kneeOf, undominated } from "./pareto.js";
import { checkOptions, type SearchOptions } from "./planOptions.js";
import { planPlaceOf } from "./planPlaceOf.js";
import { type Inputs, readInputs } from "./readInputs.js";
import { differenceBetween, outcomeOf } from "./scenarioOutcome.js";
import { Study, type UnderBase } from "./study.js";

export interface FrontierInput extends Omit<SearchOptions, "onProgress"> {
  /** Path of a channels file, or its content as plain data. */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
  /** What cost is held against: the latest finish, or the number of packages. */
  readonly against: FrontierFile["against"];
  /** Plans to search at most, 2 to 200; default 12. Those that others dominate are no points. */
  readonly points?: number;
  readonly onProgress?: (progress: FrontierProgress) => void;
}

export interface FrontierProgress {
  readonly phase: "read" | "base" | "points" | "check" | "write";
  /** Plans that are done, and how many there can be. */
  readonly done: number;
  readonly total: number;
}

/** What less of something costs, each point a checked plan. */
export interface FrontierResult {
  /** The content of `frontier.json`. */
  readonly file: FrontierFile;
  readonly contract: Contract;
  /** The content of `frontier.html`. */
  readonly page: () => string;
}

const DEFAULT_POINTS = 12;

/**
 * Plans the same orders again and again, each time with less of something allowed, and keeps the plans that no other one
 * dominates. Every plan is checked as `verify` does, under the contract as it is too.
 *
 * @throws InputError with every problem of the options, or else of the input
 * @throws the signal's reason where that was given before all orders were read
 * @throws Fault where a plan fails its own check, which must not happen
 */
export async function frontier(input: FrontierInput): Promise<FrontierResult> {
  checkOptions("frontier", input);
  return studied(
    input,
    async () => {},
    false,
    async () => {},
  );
}

export interface FrontierBatchOptions extends FrontierInput {
  readonly channels: string;
  readonly orders: string;
  /** Path of the folder to make. */
  readonly out: string;
  /** Whether to write every point's plan folder into it; default false. */
  readonly plans?: boolean;
  /** Replace a folder of a frontier that exists; default false. */
  readonly overwrite?: boolean;
}

/**
 * As {@link frontier}, and writes the outcome into a folder: `frontier.json`, its tables, its page and, where asked, the plans.
 *
 * @throws InputError with every problem of the options, or else of the input; nothing is written then
 */
export async function frontierBatch(options: FrontierBatchOptions): Promise<FrontierResult> {
  checkOptions("frontierBatch", options);
  const { out, plans = false, overwrite = false, ...input } = options;
  const place = planPlaceOf({ ...input, overwrite });
  return studied(
    input,
    () => checkStudyPlace(out, FRONTIER, place),
    plans,
    ({ file, page, points, study, store }) =>
      writeStudy(
        out,
        {
          kind: FRONTIER,
          file,
          tables: frontierTables(file),
          page: page(),
          plans: {
            folders: file.points.flatMap(({ folder }) => folder ?? []),
            write: async (dir, i) => {
              input.onProgress?.({ phase: "write", done: i + 1, total: points.length });
              await study.write(points[i]!, store, dir);
            },
          },
        },
        place,
      ),
  );
}

/** A frontier and the plans of its points, as long as they can be written. */
interface Studied {
  readonly file: FrontierFile;
  readonly page: () => string;
  readonly points: readonly UnderBase[];
  readonly study: Study;
  readonly store: OrderStore;
}

/**
 * @param demand what must hold before orders are read
 * @param plans whether points name folders of their plans
 * @param deliver is given the frontier before the plans are let go of
 */
async function studied(
  { channels, orders, against, points, onProgress, ...options }: FrontierInput,
  demand: () => Promise<void>,
  plans: boolean,
  deliver: (studied: Studied) => Promise<void>,
): Promise<FrontierResult> {
  const total = points ?? DEFAULT_POINTS;
  const tell = (phase: FrontierProgress["phase"], done: number, of = total) =>
    onProgress?.({ phase, done, total: of });
  tell("read", 0);
  const { signal, maxChannels } = options;
  const inputs = await readInputs({
    channels,
    orders,
    maxChannels,
    demand,
    ...(signal === undefined ? {} : { signal }),
  });
  const { contract, store, files } = inputs;
  try {
    tell("base", 0);
    const study = await Study.open({ contract, orders: store.table, files }, options);
    try {
      const measure = MEASURES[against];
      const least = measure.leastLimit(study.base.problem);
      const found = await searchFrontier(study, {
        measure,
        least,
        most: total,
        signal,
        onFound: (done) => tell("points", done),
      });
      const kept = undominated(found);
      const checked: UnderBase[] = [];
      for (const [i, { plan, engine, stoppedBy }] of kept.entries()) {
        tell("check", i + 1, kept.length);
        checked.push(await study.underBase(plan, { engine, stoppedBy }));
      }
      const end = signal?.aborted ? "The search was ended early." : endOf(contract, measure, found, least);
      const file = fileOf(inputs, { against, measure, found, kept, checked, plans, end });
      const page = () => renderFrontierPage(file, contract.exponent);
      await deliver({ file, page, points: checked, study, store });
      return { file, contract, page };
    } finally {
      await study.close();
    }
  } finally {
    await store.close();
  }
}

/** Why there is nothing beyond the last point. */
function endOf(contract: Contract, measure: Measure, found: readonly Found[], least: number): string {
  return measure.whyNoLess(contract, Math.min(least, found[0]!.value));
}

interface FileParts {
  readonly against: FrontierFile["against"];
  readonly measure: Measure;
  readonly found: readonly Found[];
  readonly kept: readonly Found[];
  /** `[point]` of `kept`. */
  readonly checked: readonly UnderBase[];
  readonly plans: boolean;
  readonly end: string;
}

function fileOf({ contract, files }: Inputs, parts: FileParts): FrontierFile {
  const { against, measure, found, kept, checked, plans, end } = parts;
  const { exponent } = contract;
  const figures = (point: Found) => ({
    objective: point.cost,
    bound: provenWithin(found, point).bound,
  });
  const points = kept.map((point, i): FrontierPoint => {
    const { bound, ...proven } = provenWithin(found, point);
    return {
      ...outcomeOf({ contents: checked[i]!.contents, ms: point.ms }),
      ...proven,
      bound: formatCost(bound, exponent),
      value: measure.inFile(point.value),
      limit: point.limit === Infinity ? null : measure.inFile(point.limit),
      difference: differenceBetween(figures(kept[0]!), figures(point), exponent),
      folder: plans ? `plans/${i + 1}` : null,
    };
  });
  return {
    schemaVersion: FRONTIER_SCHEMA_VERSION,
    version: VERSION,
    currency: contract.currency,
    inputs: files,
    unroutedPenalty: checked[0]!.contents.planFile.unroutedPenalty,
    against,
    points,
    knee: kneeOf(kept),
    searched: found.length,
    dominated: found.length - kept.length,
    end,
  };
}
