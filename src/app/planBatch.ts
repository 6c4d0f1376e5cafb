import { join } from "node:path";
import { mustBeFolder } from "../io/planReader.js";
import {
  checkPlanPlace,
  openPlanDatabase,
  type PlanDatabase,
  type StagedFolder,
  stagePlanFolder,
} from "../io/planWriter.js";
import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import { IssueList } from "../model/issue.js";
import { formatCost } from "../model/money.js";
import type { UnroutedReason } from "../model/plan.js";
import type { PlanFile } from "../model/planFile.js";
import type { PackageRow } from "../model/planFolder.js";
import { unroutedDetail } from "../model/unrouted.js";
import { renderReport } from "../report/html.js";
import { openChecker } from "../workers/checkThread.js";
import type { PlanContents } from "./planContents.js";
import {
  type Batch,
  checkUnwritten,
  deliver,
  describeSolved,
  PhaseClock,
  type Planned,
  solveOrders,
  writeAndCheck,
} from "./planning.js";
import { checkOptions, type FolderOptions, type PlanBatchOptions, type PlanInput } from "./planOptions.js";
import { planPlaceOf } from "./planPlaceOf.js";
import { readInputs } from "./readInputs.js";
import { replan } from "./replan.js";
import { allProblems, together } from "./together.js";

export interface PlanBatchResult {
  readonly plan: PlanFile;
  readonly contract: Contract;
  /** The folder, as given. */
  readonly folder: string;
}

/** An order's place in a plan. */
export interface Assignment {
  readonly order: string;
  readonly channel: string;
  /** Empty on a single channel. */
  readonly package: string;
  /** Money. */
  readonly charge: string;
}

/** An order on no channel. */
export interface Unrouted {
  readonly order: string;
  readonly reason: UnroutedReason;
  readonly detail: string;
}

/** A plan in memory, checked. */
export interface PlannedBatch {
  readonly plan: PlanFile;
  readonly contract: Contract;
  readonly packages: readonly PackageRow[];
  readonly certificate: Certificate;
  /** Routed orders in submission sequence, channel by channel. */
  assignments(): Promise<Assignment[]>;
  /** Rejected and deferred orders in file order. */
  unrouted(): Promise<Unrouted[]>;
  /** The report page. */
  report(): string;
  /** Writes the plan folder, as the command line does. */
  write(out: string, options?: FolderOptions): Promise<void>;
  /** Lets go of the orders. */
  close(): Promise<void>;
}

/**
 * Plans a batch of orders.
 *
 * @throws InputError with every problem of the options, or else of the input
 * @throws the signal's reason where that was given before all orders were read
 * @throws Fault where the plan fails its own check, which must not happen
 */
export async function plan(input: PlanInput): Promise<PlannedBatch> {
  checkOptions("plan", input);
  const clock = new PhaseClock(input.onProgress);
  clock.begin("read");
  const { contract, store, files: inputs } = await readInputs(input);
  const checker = openChecker(contract, store.table, input.threads);
  const batch = { contract, store, inputs, checker, clock };
  const close = async () => {
    await checker.close();
    await store.close();
  };
  try {
    const planned = describeSolved(batch, await solveOrders(batch, input), input);
    const { contents } = await checkUnwritten(batch, planned);
    return plannedBatch(batch, planned, contents, input, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function plannedBatch(
  batch: Batch,
  planned: Planned,
  contents: PlanContents,
  { channels, orders }: PlanInput,
  close: () => Promise<void>,
): PlannedBatch {
  const { contract, store } = batch;
  const { packages, charges, unrouted, planFile, certificate } = contents;
  const { loads } = planned.outcome.best.plan;
  return {
    plan: planFile,
    contract,
    packages,
    certificate,
    async assignments() {
      let position = 0;
      let inPackage = 0;
      const assignments: Assignment[] = [];
      for (const [c, load] of loads.entries()) {
        const ids = await store.ids(load.orders);
        const channel = contract.channels[c]!.id;
        const names: string[] = [];
        for (const size of load.packageSizes) {
          const name = packages[inPackage++]!.package;
          for (let i = 0; i < size; i++) names.push(name);
        }
        for (const [i, order] of ids.entries()) {
          const charge = formatCost(charges[position++]!, contract.exponent);
          assignments.push({ order, channel, package: names[i] ?? "", charge });
        }
      }
      return assignments;
    },
    async unrouted() {
      const { order: rows, reason: reasons } = unrouted;
      const ids = await store.ids(rows);
      return ids.map((order, i) => {
        const reason = reasons[i]!;
        const { bank } = store.table.profiles[store.table.profile[rows[i]!]!]!;
        return { order, reason, detail: unroutedDetail(reason, bank) };
      });
    },
    report: () => renderReport({ plan: planFile, contract, packages }),
    async write(out, options = {}) {
      checkOptions("write", { ...options, out });
      await deliver(batch, planned, out, planPlaceOf({ ...options, channels, orders }), options.format);
    },
    close,
  };
}

/**
 * Reads channels and orders, plans, writes the plan folder, reads it back and checks it, and only then puts it in its
 * place.
 *
 * @throws InputError with every problem of the options, or else of the input; nothing is written then
 * @throws the signal's reason where that was given before all orders were read; nothing is written then
 * @throws Fault where the plan fails its own check, which must not happen; nothing is delivered then
 */
export async function planBatch(options: PlanBatchOptions): Promise<PlanBatchResult> {
  checkOptions("planBatch", options);
  mustComeFrom(options);
  const clock = new PhaseClock(options.onProgress);
  clock.begin("read");
  const { from } = options;
  // An old plan is not replaced by the new one, nor is the list of what was sent of it.
  const place = planPlaceOf(options, [from === undefined ? from : join(from, "plan.json"), options.sent]);
  const {
    contract,
    store,
    files: inputs,
  } = await readInputs({
    ...options,
    // A folder that is in the way is refused before the work rather than after it; nothing is made where input is bad.
    demand: async () => {
      await allProblems([
        ...(from === undefined ? [] : [mustBeFolder(from)]),
        checkPlanPlace(options.out, place),
      ]);
    },
  });
  const checker = openChecker(contract, store.table, options.threads);
  let staged: StagedFolder | undefined;
  let opening: Promise<PlanDatabase> | undefined;
  try {
    staged = await stagePlanFolder(options.out, place);
    const batch = { contract, store, inputs, checker, clock };
    const solving =
      from === undefined
        ? solveOrders(batch, options).then((solved) => describeSolved(batch, solved, options))
        : replan(batch, { ...options, from }, options);
    // It copies all ids, which need not wait for the plan, nor the plan for them.
    opening = openPlanDatabase(staged.path, store);
    const [planned, database] = await together([solving, opening]);
    const plan = await writeAndCheck(batch, planned, database, options.format);
    await database.close();
    await staged.commit();
    return { plan, contract, folder: options.out };
  } catch (error) {
    await opening?.then((database) => database.close()).catch(() => {});
    await staged?.discard();
    throw error;
  } finally {
    await checker.close();
    await store.close();
  }
}

/** @throws InputError where there is something of an old plan and no such plan */
function mustComeFrom({ from, sent, moveCost }: PlanBatchOptions): void {
  if (from !== undefined) return;
  const found = new IssueList();
  for (const [path, value] of Object.entries({ sent, moveCost }))
    if (value !== undefined)
      found.add({
        code: "WITHOUT_OLD_PLAN",
        path,
        message: "means something only where an old plan is planned again",
        hint: "Name its folder with from.",
      });
  found.throwIfAny();
}
