import { dirname } from "node:path";
import { readChannels } from "../io/channelsReader.js";
import { readTreeFile } from "../io/treeFile.js";
import { InputError, IssueList } from "../model/issue.js";
import { localOf, nextTimeOfDay } from "../model/zone.js";
import { type ConfigSurroundings, channelsFilesIn, parseNightly, type Schedule } from "./config.js";
import { dueInstants } from "./cron.js";
import { filledIn } from "./placeholders.js";

/** What a schedule is going to do. */
export interface Outlook {
  readonly id: string;
  readonly cron: string;
  readonly timeZone: string;
  /** The next due instants, milliseconds since 1970. */
  readonly dues: readonly number[];
  /** What the first of them is made from, by when, and where it goes to. */
  readonly from: string;
  readonly to: string;
  readonly latestEnd: number | null;
}

const DUES = 5;

/**
 * Looks at what the schedules of a file are going to do, and at the channels files that it names.
 *
 * @throws InputError with every problem of the file and of the channels files
 */
export async function outlooks(path: string, surroundings: ConfigSurroundings): Promise<Outlook[]> {
  const file = await readTreeFile(path);
  const found = new IssueList();
  const orIssues = (error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    found.addAll(error);
    return [];
  };
  const folder = dirname(path);
  let schedules: Schedule[];
  try {
    schedules = parseNightly(file.tree, file.locate, folder, surroundings);
  } catch (error) {
    schedules = orIssues(error);
  }
  for (const channels of channelsFilesIn(file.tree, folder)) await readChannels(channels).catch(orIssues);
  found.throwIfAny();
  return schedules.map((schedule) => outlookOf(schedule, surroundings.now));
}

function outlookOf(schedule: Schedule, now: number): Outlook {
  const { id, cron, timeZone, source, destination, latestEnd } = schedule;
  const times = dueInstants(schedule, now);
  const dues = Array.from({ length: DUES }, () => times.next().value as number);
  const local = localOf(dues[0]!, timeZone);
  return {
    id,
    cron,
    timeZone,
    dues,
    from: source.kind === "query" ? "a query" : filledIn(`${source.folder}/${source.files}`, local),
    to:
      destination.kind === "tables" ? `tables in ${destination.schema}` : filledIn(destination.folder, local),
    latestEnd: latestEnd === null ? null : nextTimeOfDay(dues[0]!, latestEnd, timeZone),
  };
}
