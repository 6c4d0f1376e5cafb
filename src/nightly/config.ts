import { dirname, isAbsolute, join, resolve } from "node:path";
import { readTreeFile } from "../io/treeFile.js";
import { type AllowedHosts, mayTell } from "../jobs/webhooks/hosts.js";
import { InputError, IssueList } from "../model/issue.js";
import { type Lenient, parseLeniently } from "../model/lenientSchema.js";
import { faultsIn, issuesOf, type Locate, pathText, sourceText } from "../model/zodIssues.js";
import { nightlyForm, type ScheduleForm } from "./configForm.js";
import { type CronTimes, timesOfDay } from "./cron.js";
import { type FolderNights, sharedByNights, sharedBySchedules } from "./places.js";

/** Plans that are made again and again: when, from what, and for whom. */
export interface Schedule extends CronTimes {
  readonly id: string;
  /** A due instant that nobody was there for is caught up for so long. */
  readonly catchUpMs: number;
  readonly source: FolderSource | QuerySource;
  readonly channels: ChannelsChoice;
  /** Whether the instants of the channels move to the night. */
  readonly moveDates: boolean;
  /** As {@link ScheduleForm} has them. */
  readonly options: Readonly<Record<string, unknown>> & { readonly timeLimit?: number | undefined };
  /** Minutes since midnight, local time: the plan is delivered by then. */
  readonly latestEnd: number | null;
  /** Seconds before the latest end at which the search ends, for checking and delivering. */
  readonly finishSeconds: number;
  readonly destination: FolderDestination | TablesDestination;
  readonly webhook: string | null;
}

interface Waiting {
  /** Minutes since midnight, local time, until which there need not be anything; null where it must be there when due. */
  readonly waitUntil: number | null;
}

export interface FolderSource extends Waiting {
  readonly kind: "folder";
  readonly folder: string;
  /** Name of the file, `*` for anything, with dates. */
  readonly files: string;
  /** A file is whole when it has not changed for so long… */
  readonly settledSeconds: number;
  /** …or, where this is given, when there is a file of its name and this ending. */
  readonly marker: string | null;
}

export interface QuerySource extends Waiting {
  readonly kind: "query";
  readonly databaseUrl: string;
  readonly query: string;
}

export type ChannelsChoice =
  | { readonly file: string }
  | { readonly stored: string; readonly version?: number | undefined };

export interface FolderDestination {
  readonly kind: "folder";
  readonly folder: string;
}

export interface TablesDestination {
  readonly kind: "tables";
  readonly databaseUrl: string;
  readonly schema: string;
}

/** What the file is read with. */
export interface ConfigSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly allowedHosts: AllowedHosts;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const DEFAULT_CATCH_UP_HOURS = 6;
const DEFAULT_SETTLED_SECONDS = 10;
const DEFAULT_FINISH_SECONDS = 60;
const DAY_MINUTES = 1_440;
const DEFAULT_SCHEMA = "packwright_nights";
/** Endings by which orders are known. */
const ORDERS = /\.(csv|ndjson|jsonl|json)(\.gz)?$|\.parquet$/i;

/**
 * Reads a nightly file. Paths in it are those seen from its folder.
 *
 * @throws InputError with every problem of the file, each with its line
 */
export async function readNightly(path: string, surroundings: ConfigSurroundings): Promise<Schedule[]> {
  const { tree, locate } = await readTreeFile(path);
  return parseNightly(tree, locate, dirname(path), surroundings);
}

/** @param folder that paths are seen from */
export function parseNightly(
  tree: unknown,
  locate: Locate,
  folder: string,
  surroundings: ConfigSurroundings,
): Schedule[] {
  const found = new IssueList();
  const result = nightlyForm.safeParse(tree);
  if (!result.success) for (const issue of issuesOf(result.error, tree, locate)) found.add(issue);
  // All problems at once: what stands between fields is looked at as well, as far as the fields can be parsed.
  const form: Lenient<typeof nightlyForm> = result.success
    ? result.data
    : (parseLeniently(nightlyForm, tree) ?? {});
  const isFaulty = faultsIn(result.error);
  const complain: Complain = (at, code, message, hint) => {
    if (isFaulty(at)) return;
    const value = sourceText(tree, at);
    found.add({
      code,
      path: pathText(at),
      message,
      ...locate(at),
      ...(value === undefined ? {} : { value }),
      hint,
    });
  };
  checkIds(form, complain);
  form.schedules?.forEach((schedule, i) => {
    if (schedule !== undefined) checkSchedule(schedule, ["schedules", i], surroundings, complain);
  });
  checkPlaces(form, folder, surroundings.now, complain);
  if (!result.success || found.total > 0) throw found.error();
  return result.data.schedules.map((schedule) => toSchedule(schedule, folder, surroundings));
}

/** Paths of the channels files that a nightly file names, each once, whatever else is wrong with it. */
export function channelsFilesIn(tree: unknown, folder: string): string[] {
  const { schedules = [] } = parseLeniently(nightlyForm, tree) ?? {};
  const files = schedules.flatMap((schedule) =>
    typeof schedule?.channels === "string" ? [seenFrom(folder, schedule.channels)] : [],
  );
  return [...new Set(files)];
}

function seenFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

type Complain = (at: readonly PropertyKey[], code: string, message: string, hint: string) => void;
type PartialSchedule = Lenient<typeof nightlyForm.shape.schedules.element>;

function checkIds({ schedules = [] }: Lenient<typeof nightlyForm>, complain: Complain): void {
  schedules.forEach((schedule, i) => {
    const first = schedules.findIndex((other) => other?.id === schedule?.id);
    if (schedule?.id !== undefined && first < i)
      complain(
        ["schedules", i, "id"],
        "DUPLICATE_ID",
        `"${schedule.id}" is schedule ${first + 1}'s id already`,
        "Give each its own.",
      );
  });
}

function checkSchedule(
  schedule: PartialSchedule,
  at: readonly PropertyKey[],
  { environment, allowedHosts }: ConfigSurroundings,
  complain: Complain,
): void {
  const { source, destination, webhook } = schedule;
  if (source !== undefined) {
    const isQuery = source.databaseFrom !== undefined || source.query !== undefined;
    mustBeOne(
      [...at, "source"],
      isQuery,
      source.folder !== undefined || source.files !== undefined,
      "folder and files, or databaseFrom and query",
      complain,
    );
    const wanted = isQuery ? (["databaseFrom", "query"] as const) : (["folder", "files"] as const);
    for (const key of wanted)
      if (source[key] === undefined)
        complain(
          [...at, "source", key],
          "MISSING_FIELD",
          "is missing",
          `${wanted.join(" and ")} belong together.`,
        );
    if (source.files !== undefined && (!ORDERS.test(source.files) || /[/\\]/.test(source.files)))
      complain(
        [...at, "source", "files"],
        "UNKNOWN_FORMAT",
        "does not tell the format of the orders",
        "Write the name of a file, without folders, that ends as orders files do: orders-{yyyymmdd}*.csv.",
      );
  }
  if (destination !== undefined) {
    mustBeOne(
      [...at, "destination"],
      destination.databaseFrom !== undefined,
      destination.folder !== undefined,
      "folder or databaseFrom",
      complain,
    );
  }
  for (const [part, variable] of [
    ["source", source?.databaseFrom],
    ["destination", destination?.databaseFrom],
  ] as const)
    if (variable !== undefined && !/^postgres(ql)?:\/\/./.test(environment[variable] ?? ""))
      complain(
        [...at, part, "databaseFrom"],
        "WRONG_ADDRESS",
        `names a variable that ${environment[variable] === undefined ? "is not set" : "holds no address of a PostgreSQL database"}`,
        `Set ${variable} to postgres://user:password@host:5432/database.`,
      );
  if (webhook !== undefined && !mayTell(allowedHosts, webhook))
    complain(
      [...at, "webhook"],
      "WEBHOOK_NOT_ALLOWED",
      "is not at a host that may be told",
      "List the host with --webhook-hosts; a URL holds no user and no password.",
    );
  checkTimes(schedule, at, complain);
}

function mustBeOne(
  at: readonly PropertyKey[],
  isDatabase: boolean,
  isFolder: boolean,
  what: string,
  complain: Complain,
): void {
  if (isDatabase && isFolder)
    complain([...at, "databaseFrom"], "TWO_PLACES", "stands beside a folder", `Give ${what}, not both.`);
  if (!isDatabase && !isFolder) complain([...at, "folder"], "MISSING_FIELD", "is missing", `Give ${what}.`);
}

/** Two nights in one place would replace each other. */
function checkPlaces(
  { schedules = [] }: Lenient<typeof nightlyForm>,
  folder: string,
  now: number,
  complain: Complain,
): void {
  const known: { readonly id: string; readonly nights: FolderNights }[] = [];
  schedules.forEach((schedule, i) => {
    const { id = "", cron, timeZone, destination } = schedule ?? {};
    if (cron === undefined || timeZone === undefined || destination?.folder === undefined) return;
    const at = ["schedules", i, "destination", "folder"];
    const nights = { cron, timeZone, folder: resolve(folder, destination.folder) };
    const own = sharedByNights(nights, now);
    if (own !== null)
      complain(
        at,
        "SAME_PLACE",
        `is ${own} for two nights`,
        "Put {date} into it, or {due} where there are several a day.",
      );
    for (const other of known) {
      const shared = sharedBySchedules(nights, other.nights, now);
      if (shared === null) continue;
      complain(
        at,
        "SAME_PLACE",
        `is, or lies in or around, a folder of "${other.id}": ${shared}`,
        "Put the schedule's name into it.",
      );
    }
    known.push({ id, nights });
  });
}

/**
 * There must be time to plan each night. Times of day are compared as clocks show them: what is wrong is so on every day, and not
 * only on that on which the file is looked at.
 */
function checkTimes(
  { cron, source, latestEnd, finishSeconds = DEFAULT_FINISH_SECONDS }: PartialSchedule,
  at: readonly PropertyKey[],
  complain: Complain,
): void {
  if (cron === undefined || latestEnd === undefined) return;
  const waitUntil = source?.waitUntil;
  for (const due of timesOfDay(cron)) {
    const seconds = minutesTo(latestEnd, due) * 60 - finishSeconds;
    const night = `the night that is due at ${timeText(due)}`;
    const hint = `The search ends ${finishSeconds} s before latestEnd, which finishSeconds says.`;
    if (seconds <= 0) {
      complain([...at, "latestEnd"], "ENDS_TOO_EARLY", `leaves ${night} no time to plan`, hint);
      return;
    }
    if (waitUntil !== undefined && minutesTo(waitUntil, due) * 60 >= seconds) {
      const message = `leaves ${night} no time to plan before latestEnd`;
      complain([...at, "source", "waitUntil"], "WAITS_TOO_LONG", message, hint);
      return;
    }
  }
}

/** Minutes until clocks show a time of day next, from another one: 1 to 1,440. */
function minutesTo(time: number, from: number): number {
  return ((time - from + DAY_MINUTES - 1) % DAY_MINUTES) + 1;
}

function timeText(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function toSchedule(form: ScheduleForm, folder: string, { environment }: ConfigSurroundings): Schedule {
  const seen = (path: string) => seenFrom(folder, path);
  const { source, destination, channels } = form;
  const waitUntil = source.waitUntil ?? null;
  return {
    id: form.id,
    cron: form.cron,
    timeZone: form.timeZone,
    catchUpMs: (form.catchUpHours ?? DEFAULT_CATCH_UP_HOURS) * 3_600_000,
    source:
      source.query === undefined
        ? {
            kind: "folder",
            folder: seen(source.folder!),
            files: source.files!,
            settledSeconds: source.settledSeconds ?? DEFAULT_SETTLED_SECONDS,
            marker: source.marker ?? null,
            waitUntil,
          }
        : { kind: "query", databaseUrl: environment[source.databaseFrom!]!, query: source.query, waitUntil },
    channels: typeof channels === "string" ? { file: seen(channels) } : channels,
    moveDates: form.moveDates ?? false,
    options: Object.fromEntries(
      Object.entries(form.options ?? {}).filter(([, value]) => value !== undefined),
    ),
    latestEnd: form.latestEnd ?? null,
    finishSeconds: form.finishSeconds ?? DEFAULT_FINISH_SECONDS,
    destination:
      destination.databaseFrom === undefined
        ? { kind: "folder", folder: seen(destination.folder!) }
        : {
            kind: "tables",
            databaseUrl: environment[destination.databaseFrom]!,
            schema: destination.schema ?? DEFAULT_SCHEMA,
          },
    webhook: form.webhook ?? null,
  };
}

/** @throws InputError where there is no schedule of the id */
export function scheduleOf(schedules: readonly Schedule[], id: string): Schedule {
  const found = schedules.find((schedule) => schedule.id === id);
  if (found !== undefined) return found;
  throw new InputError([
    {
      code: "UNKNOWN_SCHEDULE",
      path: "run",
      message: `there is no schedule "${id}"`,
      value: id,
      hint: `Known here: ${schedules.map((each) => each.id).join(", ")}.`,
    },
  ]);
}
