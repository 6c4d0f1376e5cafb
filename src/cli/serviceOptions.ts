import { InvalidArgumentError, Option } from "commander";
import { DEFAULT_LIMITS } from "../http/limits.js";
import { isHostEntry } from "../jobs/webhooks/hosts.js";
import type { WebhookSettings } from "../jobs/webhooks/sender.js";
import { parseSecret } from "../jobs/webhooks/signature.js";
import { InputError } from "../model/issue.js";
import type { StorePlace } from "../store/index.js";
import { path, seconds, wholeNumber } from "./options.js";

/** Options of the commands that keep data, each also a variable of the environment: docs/operations.md lists them all. */

/** An option and its variable, `--max-body` and `PACKWRIGHT_MAX_BODY`. */
function setting(flags: string, description: string): Option {
  const name = /--([a-z-]+)/.exec(flags)![1]!;
  return new Option(flags, description).env(`PACKWRIGHT_${name.toUpperCase().replaceAll("-", "_")}`);
}

/** Where everything is kept. */
export function placeOptions(): Option[] {
  return [
    setting("--data <dir>", "folder to keep everything in, for this process alone")
      .argParser(path)
      .default("packwright-data"),
    databaseOption("PostgreSQL to keep everything in instead, for any number of processes"),
  ];
}

export function databaseOption(description = "PostgreSQL that the service keeps everything in"): Option {
  return setting("--database-url <url>", description);
}

export interface PlaceFlags {
  readonly data: string;
  readonly databaseUrl?: string;
}

const count = (from: number, to: number, example: number) => wholeNumber({ from, to, example });
const MANY = 2 ** 31 - 1;

/** Thirty days. */
const DEFAULT_KEEP_HOURS = 720;

export function keepHoursOption(): Option {
  return setting("--keep-hours <n>", "how long jobs are kept once they have ended")
    .argParser(count(1, 87_600, DEFAULT_KEEP_HOURS))
    .default(DEFAULT_KEEP_HOURS);
}

/** What is worked on at a time, and for how long it is kept. */
export function workerOptions(): Option[] {
  return [
    setting("--slots <n>", "jobs of any size at a time (default: one for every two processors)").argParser(
      count(1, 64, 2),
    ),
    setting("--small-slots <n>", "more jobs at a time, of small ones only (default: as many)").argParser(
      count(1, 64, 1),
    ),
    setting(
      "--threads <n>",
      "threads of a large job (default: the processors shared out among the slots)",
    ).argParser(count(1, 64, 4)),
    keepHoursOption(),
    setting(
      "--grace <seconds>",
      "for running jobs at the end; what is not done by then goes back to the queue",
    )
      .argParser(seconds)
      .default(20),
    setting("--log-level <level>", "least that is logged")
      .choices(["debug", "info", "warn", "error", "silent"])
      .default("info"),
  ];
}

export interface WorkerFlags {
  readonly slots?: number;
  readonly smallSlots?: number;
  readonly threads?: number;
  readonly keepHours: number;
  readonly grace: number;
  readonly logLevel: string;
}

export function serverOptions(): Option[] {
  const { bodyBytes, jsonBytes, orders, channels, timeLimit, queue, wait } = DEFAULT_LIMITS;
  return [
    setting("--host <name>", "address to answer on; any but loopback demands keys").default("127.0.0.1"),
    setting("--require-keys", "demand keys on loopback, too, as behind a proxy"),
    setting("--port <n>", "port to answer on; 0 for a free one")
      .argParser(count(0, 65_535, 8080))
      .default(8080),
    noWorkOption(),
    setting("--max-body <bytes>", "of a request, unpacked")
      .argParser(count(1_000, MANY * 16, bodyBytes))
      .default(bodyBytes),
    setting("--max-json <bytes>", "of a JSON request, unpacked")
      .argParser(count(1_000, MANY, jsonBytes))
      .default(jsonBytes),
    setting("--max-orders <n>", "orders of a request or a set")
      .argParser(count(1, MANY, orders))
      .default(orders),
    setting("--max-channels <n>", "channels of a contract")
      .argParser(count(1, 10_000, channels))
      .default(channels),
    setting("--max-time-limit <seconds>", "of a search").argParser(seconds).default(timeLimit),
    setting("--max-queue <n>", "jobs that wait")
      .argParser(count(1, MANY, queue))
      .default(queue),
    setting("--max-wait <seconds>", "that an answer is waited for").argParser(seconds).default(wait),
  ];
}

/** Whom webhooks may go to, and what they are signed with. */
export function webhookOptions(): Option[] {
  return [
    setting(
      "--webhook-hosts <names>",
      "hosts that may be told by webhook, A,B; .example.com is all below it; private addresses stand for themselves: 10.1.0.0/16",
    ).argParser(hostEntries),
    setting(
      "--webhook-secret <secrets>",
      "what webhooks are signed with, whsec_ and base64; several while they are changed, A,B",
    ).argParser(secretBytes),
  ];
}

export interface WebhookFlags {
  readonly webhookHosts?: readonly string[];
  readonly webhookSecret?: readonly Buffer[];
}

function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== "");
}

function hostEntries(text: string): string[] {
  const entries = listed(text.toLowerCase());
  const wrong = entries.filter((entry) => !isHostEntry(entry));
  if (wrong.length === 0) return entries;
  throw new InvalidArgumentError(
    `${wrong.join(", ")}: write names, .names, addresses or ranges of addresses, for example hooks.example.com,10.1.0.0/16.`,
  );
}

function secretBytes(text: string): Buffer[] {
  const secrets = listed(text).map(parseSecret);
  // The value is a secret, even a wrong one.
  if (secrets.includes(null))
    throw new InvalidArgumentError(
      "A secret is whsec_ and 24 to 64 bytes in base64; `openssl rand -base64 32` makes the latter.",
    );
  return secrets as Buffer[];
}

export function noWorkOption(): Option {
  return setting("--no-work", "leave the jobs to `packwright worker` elsewhere");
}

export interface ServerFlags {
  readonly host: string;
  readonly requireKeys?: boolean;
  readonly port: number;
  readonly work: boolean;
  readonly maxBody: number;
  readonly maxJson: number;
  readonly maxOrders: number;
  readonly maxChannels: number;
  readonly maxTimeLimit: number;
  readonly maxQueue: number;
  readonly maxWait: number;
}

/** @throws InputError where there is something to be told and nothing to sign it with */
export function webhooksOf({ webhookHosts = [], webhookSecret = [] }: WebhookFlags): WebhookSettings {
  if (webhookHosts.length > 0 && webhookSecret.length === 0)
    throw new InputError([
      {
        code: "WEBHOOK_SECRET_MISSING",
        path: "webhook-secret",
        message: "is missing: a receiver could not tell who has sent a webhook",
        hint: "Give it with --webhook-hosts, best as PACKWRIGHT_WEBHOOK_SECRET.",
      },
    ]);
  return { allowed: webhookHosts, secrets: webhookSecret };
}

/**
 * Where a process works, on how much at a time, and for how long that is kept.
 *
 * @throws InputError where nobody could ever do its jobs
 */
export function workplaceOf(flags: Partial<PlaceFlags> & WorkerFlags & { readonly work: boolean }) {
  const { slots, smallSlots, threads } = flags;
  if (!flags.work && flags.databaseUrl === undefined)
    throw new InputError([
      {
        code: "BAD_OPTION",
        path: "no-work",
        message: "cannot stand with --data: a folder is for one process, and nobody else could do the work",
        hint: "Leave it out, or keep everything in PostgreSQL with --database-url.",
      },
    ]);
  return {
    place: placeOf(flags),
    worker: flags.work
      ? {
          ...(slots === undefined ? {} : { slots }),
          ...(smallSlots === undefined ? {} : { smallSlots }),
          ...(threads === undefined ? {} : { threads }),
        }
      : null,
    keepSeconds: flags.keepHours * 3_600,
    graceSeconds: flags.grace,
  };
}

export function placeOf({ data, databaseUrl }: Partial<PlaceFlags>): StorePlace {
  return databaseUrl === undefined ? { data: data! } : { databaseUrl };
}
