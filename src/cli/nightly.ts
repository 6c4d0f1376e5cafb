import { Command, InvalidArgumentError, Option } from "commander";
import type { PlanFile } from "../model/planFile.js";
import type { Problem } from "../model/problem.js";
import type { ConfigSurroundings, Schedule } from "../nightly/config.js";
import type { NightEnd } from "../nightly/night.js";
import type { NightParts } from "../nightly/nightParts.js";
import type { NightResult } from "../nightly/nightTold.js";
import type { Ending } from "./ending.js";
import { demandOptions, path, wholeNumber } from "./options.js";
import {
  noWorkOption,
  type PlaceFlags,
  placeOptions,
  type WebhookFlags,
  type WorkerFlags,
  webhookOptions,
  webhooksOf,
  workerOptions,
  workplaceOf,
} from "./serviceOptions.js";
import { unlessAsked } from "./unlessAsked.js";

interface NightlyFlags extends PlaceFlags, WebhookFlags, WorkerFlags {
  readonly config: string;
  readonly check?: true;
  readonly list?: true;
  readonly limit: number;
  readonly json?: true;
  readonly run?: string;
  readonly date?: string;
  readonly work: boolean;
}

export function nightlyCommand({ exitNow }: Ending): Command {
  const command = new Command("nightly")
    .summary("plan every night, by schedules")
    .description(
      "Plans when schedules are due: waits for the orders, plans them, delivers the plan and tells of it.",
    )
    .option("--config <file>", "the schedules", path)
    .option("--check", "only look at the file, and print when schedules are due next")
    .option("--list", "print the nights that there are, newest first")
    .addOption(
      new Option("--limit <n>", "with --list: at most so many")
        .argParser(wholeNumber({ from: 1, to: 1_000, example: 20 }))
        .default(20),
    )
    .option("--json", "with --list: print JSON")
    .option("--run <schedule>", "run a night now, by hand; what was delivered already stays as it is")
    .option("--date <date>", "of that night, local time: 2026-11-22, or 2026-11-22T21:30", nightDate);
  for (const option of [...placeOptions(), noWorkOption(), ...webhookOptions(), ...workerOptions()])
    command.addOption(option);
  command.action((flags: NightlyFlags) => runNightly(flags, command, exitNow));
  return demandOptions(command, ["config"]);
}

function nightDate(text: string): string {
  const date = /^(\d{4}-\d\d-\d\d)(T([01]\d|2[0-3]):[0-5]\d)?$/.exec(text)?.[1];
  if (date !== undefined && new Date(`${date}T00:00Z`).toJSON()?.startsWith(date)) return text;
  throw new InvalidArgumentError("It must be a date such as 2026-11-22, or 2026-11-22T21:30.");
}

async function runNightly(flags: NightlyFlags, command: Command, exitNow: Ending["exitNow"]): Promise<void> {
  if ((flags.run === undefined) !== (flags.date === undefined))
    command.error("error: '--run <schedule>' and '--date <date>' belong together");
  const webhooks = webhooksOf(flags);
  const surroundings = { environment: process.env, allowedHosts: webhooks.allowed, now: Date.now() };
  if (flags.check) return printOutlooks(flags.config, surroundings);
  const { readNightly } = await import("../nightly/config.js");
  const schedules = await readNightly(flags.config, surroundings);
  if (flags.list) return (await import("./nights.js")).printNights(schedules, flags);
  const [{ openWorkplace }, { nightParts }, { makeLogger }, { untilAskedToEnd }] = await Promise.all([
    import("../jobs/workplace.js"),
    import("../nightly/open.js"),
    import("../jobs/logger.js"),
    import("./untilAskedToEnd.js"),
  ]);
  // A night by hand shows its progress; what the log says besides is for those who ask for it.
  const isSilent = flags.run !== undefined && command.getOptionValueSource("logLevel") === "default";
  const logger = makeLogger(isSilent ? "warn" : flags.logLevel);
  const asked = untilAskedToEnd(exitNow);
  const options = workplaceOf(flags);
  const workplace = await unlessAsked(asked, (signal) =>
    openWorkplace({
      ...options,
      ...(flags.run === undefined ? {} : { worker: forOneJob(options.worker) }),
      webhooks,
      logger,
      signal,
    }),
  );
  if (workplace === null) return;
  const work = async () => {
    workplace.start();
    const parts = await nightParts(workplace, options.keepSeconds, logger);
    if (flags.run !== undefined && flags.date !== undefined)
      return runOnce(schedules, flags.run, flags.date, workplace.name, parts, asked);
    const { Nightly } = await import("../nightly/nightly.js");
    const nightly = new Nightly(schedules, workplace.name, parts);
    nightly.start();
    const number = schedules.length === 1 ? "1 schedule" : `${schedules.length} schedules`;
    process.stdout.write(`packwright plans by ${number}\n`);
    await asked;
    logger.info("ending");
    await nightly.stop();
  };
  // Where its data were taken nothing is written any more, not even to close: the process ends as it is.
  await Promise.race([work().finally(() => workplace.close()), workplace.failed]);
}

/** Somebody who asks for one night does not get to work on what others have asked for. */
function forOneJob(worker: ReturnType<typeof workplaceOf>["worker"]) {
  return worker && { ...worker, slots: 1, smallSlots: 0, onlyNamed: true };
}

async function runOnce(
  schedules: readonly Schedule[],
  name: string,
  date: string,
  owner: string,
  parts: NightParts,
  asked: Promise<void>,
): Promise<void> {
  const [{ dueOn, runByHand }, { scheduleOf }, { DEFAULT_TIME_LIMIT }, { withProgress }] = await Promise.all([
    import("../nightly/byHand.js"),
    import("../nightly/config.js"),
    import("../nightly/nightJob.js"),
    import("./nightProgress.js"),
  ]);
  const schedule = scheduleOf(schedules, name);
  const due = dueOn(schedule, date, Date.now());
  const stopping = new AbortController();
  void asked.then(() => stopping.abort());
  const shown = await withProgress(parts, schedule.options.timeLimit ?? DEFAULT_TIME_LIMIT);
  const end = await runByHand(schedule, due, owner, shown.parts, stopping.signal).finally(() =>
    shown.view.stop(),
  );
  await tell(end, name, date);
}

async function printOutlooks(config: string, surroundings: ConfigSurroundings): Promise<void> {
  const [{ outlooks }, { formatInstant }, { offsetAt }] = await Promise.all([
    import("../nightly/check.js"),
    import("../model/time.js"),
    import("../model/zone.js"),
  ]);
  const blocks = (await outlooks(config, surroundings)).map((outlook) => {
    const { id, cron, timeZone, dues, from, to, latestEnd } = outlook;
    const at = (instant: number) => formatInstant(instant * 1_000, offsetAt(instant, timeZone));
    return [
      `${id}: ${cron}, ${timeZone}`,
      ...dues.map((due) => `  ${at(due)}`),
      "The first of them:",
      `  from ${from}`,
      `  to   ${to}`,
      ...(latestEnd === null ? [] : [`  by   ${at(latestEnd)}`]),
    ].join("\n");
  });
  process.stdout.write(`${blocks.join("\n\n")}\n`);
}

/** What a job's summary says of the plan of a night. */
type NightPlan = Pick<PlanFile, "status" | "proof" | "bound" | "gap" | "cost" | "currency" | "counts">;

/** @throws InputError, Fault where the night came to nothing */
async function tell(end: NightEnd | null, schedule: string, date: string): Promise<void> {
  const [{ Fault, InputError }, { currencyExponent }, { formatCount, group, plural }, { verdict }] =
    await Promise.all([
      import("../model/issue.js"),
      import("../model/money.js"),
      import("../report/numbers.js"),
      import("../report/words.js"),
    ]);
  const name = `${schedule} ${date}`;
  if (end === null) {
    process.stdout.write(`${name}: left as it is; the next run goes on with it.\n`);
    return;
  }
  if (end.state === "failed" || end.state === "missed") {
    const { code, title, detail, status, problems, total } = end.problem as Problem;
    if (problems !== undefined) throw new InputError(problems, total);
    const message = detail === undefined ? title : `${title} ${detail}`;
    if (status >= 500) throw new Fault(code, message);
    throw new InputError([{ code, path: "run", message: message.replace(/\.$/, "") }]);
  }
  const { head, to, summary } = end.result as NightResult;
  const place = "folder" in to ? to.folder : `tables in ${to.schema}`;
  const plan = summary as NightPlan;
  const { counts, cost, currency } = plan;
  const proven = verdict(plan, currencyExponent(currency)!).short;
  const number = (each: "orders" | "routed" | "rejected" | "deferred") => counts[each];
  const lines = [
    end.state === "unchanged"
      ? `${name}: nothing has changed since revision ${end.revision}.`
      : `${name}: revision ${end.revision} is delivered${head.complete ? "" : ", cut short by the latest end"}.`,
    `  ${plural(number("orders"), "order")}: ${(["routed", "rejected", "deferred"] as const).map((each) => `${formatCount(number(each))} ${each}`).join(", ")}`,
    `  ${currency} ${group(cost.objective)}, ${proven[0]!.toLowerCase()}${proven.slice(1)}`,
    `  ${place}`,
    `  job ${head.job}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
