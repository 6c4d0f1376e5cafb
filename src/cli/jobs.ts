import { Command, Option } from "commander";
import { InputError, IssueList, quoteValue } from "../model/issue.js";
import { JOB_KINDS, JOB_STATES, type JobKind, type JobState } from "../model/job.js";
import { type JobsPlace, withJobs } from "./jobsPlace.js";
import { tellAllWrongValues, wholeNumber } from "./options.js";
import { type ReachFlags, reachOptions } from "./reach.js";
import { keepHoursOption } from "./serviceOptions.js";
import { colorsFor, describeTerminal } from "./terminal.js";

interface ListFlags extends ReachFlags {
  readonly limit: number;
  readonly kind?: JobKind;
  readonly state?: JobState;
}

interface CancelFlags extends ReachFlags {
  readonly keep?: true;
  readonly keepHours: number;
}

export function jobsCommand(): Command {
  const command = new Command("jobs")
    .summary("list, show, retry, cancel and delete jobs")
    .description(
      "Jobs of a service: in the place where it keeps its data, or, while it runs on a folder, by asking it with --url.",
    );
  for (const each of [listCommand(), showCommand(), retryCommand(), cancelCommand(), deleteCommand()]) {
    each
      .helpOption("-h, --help", "print help")
      .showHelpAfterError(`Try \`packwright jobs ${each.name()} --help\`.`);
    command.addCommand(tellAllWrongValues(each).exitOverride());
  }
  return command;
}

function listCommand(): Command {
  const command = new Command("list")
    .summary("list jobs, newest first")
    .description("Lists jobs, newest first.")
    .addOption(new Option("--state <state>", "those of this state alone").choices(JOB_STATES))
    .addOption(new Option("--kind <kind>", "those of this kind alone").choices(JOB_KINDS))
    .addOption(
      new Option("--limit <n>", "at most so many")
        .argParser(wholeNumber({ from: 1, to: 1_000, example: 20 }))
        .default(20),
    );
  for (const option of reachOptions("read")) command.addOption(option);
  return command.action(async (flags: ListFlags) => {
    const { limit, kind, state, json } = flags;
    const filter = { limit, ...(kind ? { kind } : {}), ...(state ? { state } : {}) };
    const jobs = await withJobs(flags, (place) => place.list(filter));
    if (json) return write([JSON.stringify({ jobs })]);
    if (jobs.length === 0) return write(["There are no such jobs."]);
    const { jobTable } = await import("../report/jobs.js");
    write(jobTable(jobs, drawing()));
    if (jobs.length === limit)
      process.stderr.write(`There may be more: these are the newest ${limit}, see --limit.\n`);
  });
}

function showCommand(): Command {
  const command = new Command("show")
    .summary("show a job, and why it failed")
    .description("Shows a job, its files, and why it failed.")
    .argument("<job>", "id of the job");
  for (const option of reachOptions("read")) command.addOption(option);
  return command.action(async (id: string, flags: ReachFlags) => {
    mustBeIds([id]);
    const job = await withJobs(flags, (place) => place.show(id));
    if (flags.json) return write([JSON.stringify(job)]);
    const { jobLines } = await import("../report/jobs.js");
    write(jobLines(job, drawing()));
  });
}

function retryCommand(): Command {
  const command = new Command("retry")
    .summary("try jobs again that failed or were cancelled")
    .description("Puts jobs that failed or were cancelled back to waiting, as if they were new.")
    .argument("<job...>", "ids of jobs");
  for (const option of reachOptions("plan")) command.addOption(option);
  return command.action((ids: string[], flags: ReachFlags) =>
    forEach(ids, flags, "waits again", (place, id) => place.retry(id)),
  );
}

function cancelCommand(): Command {
  const command = new Command("cancel")
    .summary("cancel jobs that wait or run")
    .description("Cancels jobs that wait or run, with nothing kept unless asked for.")
    .argument("<job...>", "ids of jobs")
    .option("--keep", "keep the best plan so far, of plans that are being worked out");
  for (const option of [keepHoursOption(), ...reachOptions("admin")]) command.addOption(option);
  return command.action((ids: string[], flags: CancelFlags) =>
    forEach(ids, flags, "is asked to stop", (place, id) =>
      place.cancel(id, flags.keep ?? false, flags.keepHours),
    ),
  );
}

function deleteCommand(): Command {
  const command = new Command("delete")
    .summary("throw jobs away that have ended")
    .description("Throws jobs away that have ended, with their files.")
    .argument("<job...>", "ids of jobs");
  for (const option of reachOptions("admin")) command.addOption(option);
  return command.action((ids: string[], flags: ReachFlags) =>
    forEach(ids, flags, "is deleted", (place, id) => place.remove(id)),
  );
}

/** Does something to each job, and tells at the end of all for which it could not be done. */
async function forEach(
  ids: readonly string[],
  flags: ReachFlags,
  done: string,
  work: (place: JobsPlace, id: string) => Promise<void>,
): Promise<void> {
  mustBeIds(ids);
  const refused = new IssueList();
  await withJobs(flags, async (place) => {
    for (const id of new Set(ids)) {
      try {
        await work(place, id);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        refused.addAll(error);
        continue;
      }
      if (flags.json) write([JSON.stringify({ job: id, done })]);
      else process.stderr.write(`Job ${id} ${done}.\n`);
    }
  });
  refused.throwIfAny();
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function mustBeIds(ids: readonly string[]): void {
  const wrong = new IssueList();
  for (const id of ids)
    if (!ID.test(id))
      wrong.add({
        code: "WRONG_JOB_ID",
        path: "job",
        value: id,
        message: `${quoteValue(id)} is not the id of a job`,
        hint: "`packwright jobs list` shows them; they are given whole.",
      });
  wrong.throwIfAny();
}

function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function drawing() {
  const terminal = describeTerminal(process.stdout);
  return { colors: colorsFor(terminal), width: terminal.width, now: Date.now() };
}
