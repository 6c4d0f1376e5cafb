import { InputError, type Issue } from "../model/issue.js";
import type { Store } from "../store/index.js";
import type { JobFile } from "../store/jobStore.js";

/** The plan of a night, as it is delivered. */
export interface Delivery {
  readonly head: NightHead;
  /** Files of the plan, and the channels that it was made with. */
  readonly files: readonly JobFile[];
  readonly blobs: Store["blobs"];
  /** Local time that is due. */
  readonly due: number;
  /** Asked just before the plan comes to stand in its place. @throws LeaseLost where another process has taken the night */
  readonly mustBeOurs: () => Promise<void>;
  /** Gives it up: nothing of it is to be there then, or all of it. */
  readonly signal: AbortSignal;
}

/** What is said of a night beside its plan: `night.json`, or the row in the table `night`. */
export interface NightHead {
  readonly schemaVersion: 1;
  readonly schedule: string;
  /** With the offset of the schedule's time zone. */
  readonly due: string;
  readonly revision: number;
  readonly job: string;
  /** Whether the search ended by itself; false where the latest end has cut it short. */
  readonly complete: boolean;
  readonly stoppedBy: string;
  /** Whether it was delivered after the latest end. */
  readonly late: boolean;
}

/** Where a plan was put, and whether something was changed by it. */
export interface Delivered {
  readonly to: { readonly folder: string } | { readonly schema: string };
  readonly changed: boolean;
}

/** A revision that is older than what is in its place. @param where the place */
export function newerThere(
  { schedule, due, revision }: NightHead,
  there: number,
  where: Pick<Issue, "file" | "path" | "value">,
): InputError {
  return new InputError([
    {
      code: "NEWER_REVISION_THERE",
      ...where,
      message: `holds revision ${there} of the night ${schedule} ${due} already; this is revision ${revision}`,
      hint: "It stays as it is. Remove it there first if this one is to take its place.",
    },
  ]);
}
