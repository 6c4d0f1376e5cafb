import { InputError, type Issue, quoteValue } from "../model/issue.js";
import { isEnded, type JobKind, type JobState } from "../model/job.js";
import type { ListedJob, ShownJob } from "../report/jobs.js";
import { inStore, mustExist, type ReachFlags } from "./reach.js";
import { askService, type Remote } from "./remote.js";

/** Jobs where they are: in a place, or with a service that runs. */
export interface JobsPlace {
  /** Newest first. */
  list(filter: JobsFilter): Promise<readonly ListedJob[]>;
  show(id: string): Promise<ShownJob>;
  /** Puts one that failed or was cancelled back to waiting. */
  retry(id: string): Promise<void>;
  /**
   * @param keep whether the best plan so far is kept
   * @param keepHours how long one that waits is kept then; a service that is asked has its own
   */
  cancel(id: string, keep: boolean, keepHours: number): Promise<void>;
  /** Throws one that has ended away. */
  remove(id: string): Promise<void>;
}

export interface JobsFilter {
  readonly limit: number;
  readonly kind?: JobKind;
  readonly state?: JobState;
}

/**
 * Works on jobs wherever they are.
 *
 * @throws InputError where they cannot be reached
 */
export async function withJobs<T>(flags: ReachFlags, work: (place: JobsPlace) => Promise<T>): Promise<T> {
  const { url } = flags;
  if (url !== undefined) return work(overHttp({ ...flags, url }));
  mustExist(
    flags,
    "a service",
    "Name the folder that `packwright serve` was started with, or ask a service that runs: --url.",
  );
  const [{ JobQueue }, { resourceOf, summaryOf }] = await Promise.all([
    import("../jobs/queue.js"),
    import("../http/presenting.js"),
  ]);
  return inStore(flags, async (store) => {
    const find = async (id: string) => (await store.jobs.get(id)) ?? unknown(id);
    let opening: ReturnType<typeof JobQueue.open> | undefined;
    // Its upkeep is for processes that stay, which are told of it.
    const queueOnce = () => (opening ??= JobQueue.open(store.database, () => {}));
    const place: JobsPlace = {
      list: async (filter) => (await store.jobs.list(filter)).map(summaryOf) as ListedJob[],
      show: async (id) => (await resourceOf(store, await find(id))) as ShownJob,
      async retry(id) {
        const { state } = await find(id);
        const queue = await queueOnce();
        const again = await store.database.transaction(async (within) => {
          const job = await store.jobs.retry(within, id);
          if (job !== null) await queue.send(within, job);
          return job;
        });
        if (again === null) throw notEndedBadly(id, state);
      },
      async cancel(id, keep, keepHours) {
        const { state } = await find(id);
        if (isEnded(state)) throw wrongState(id, state, "it has ended already");
        await store.jobs.stop(id, keep ? "keep" : "discard", keepHours * 3_600);
      },
      async remove(id) {
        const { state } = await find(id);
        if (!isEnded(state) || !(await store.jobs.remove(id))) throw notEnded(id, state);
      },
    };
    try {
      return await work(place);
    } finally {
      await (await opening)?.close();
    }
  });
}

function overHttp(remote: Remote): JobsPlace {
  const show = async (id: string) => (await askService(remote, "GET", `/v1/jobs/${id}`)) as ShownJob;
  return {
    async list(filter) {
      const query = new URLSearchParams(
        Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
      );
      return ((await askService(remote, "GET", `/v1/jobs?${query}`)) as { jobs: ListedJob[] }).jobs;
    },
    show,
    async retry(id) {
      const { state } = await show(id);
      if (!endedBadly(state)) throw notEndedBadly(id, state);
      await askService(remote, "POST", `/v1/jobs/${id}/retry`);
    },
    async cancel(id, keep) {
      const { state } = await show(id);
      if (isEnded(state)) throw wrongState(id, state, "it has ended already");
      await askService(remote, "DELETE", `/v1/${keep ? "plans" : "jobs"}/${id}`);
    },
    async remove(id) {
      const { state } = await show(id);
      // There the same request would cancel it.
      if (!isEnded(state)) throw notEnded(id, state);
      await askService(remote, "DELETE", `/v1/jobs/${id}`);
    },
  };
}

function unknown(id: string): never {
  throw refused({
    code: "UNKNOWN_JOB",
    path: "job",
    value: id,
    message: `there is no job ${quoteValue(id)}`,
    hint: "`packwright jobs list` shows those that there are.",
  });
}

function notEnded(id: string, state: JobState): InputError {
  return wrongState(id, state, "only what has ended is thrown away; cancel it first");
}

function endedBadly(state: JobState): boolean {
  return state === "failed" || state === "cancelled";
}

function notEndedBadly(id: string, state: JobState): InputError {
  return wrongState(id, state, "only what failed or was cancelled is tried again");
}

function wrongState(id: string, state: JobState, why: string): InputError {
  return refused({ code: "WRONG_STATE", path: "job", value: id, message: `${id} is ${state}: ${why}` });
}

function refused(issue: Issue): InputError {
  return new InputError([issue]);
}
