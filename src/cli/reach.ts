import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import { InputError } from "../model/issue.js";
import { type PlaceFlags, placeOf, placeOptions } from "./serviceOptions.js";

/** How commands reach what a service keeps: the place itself, or the service that runs on it. */

export interface ReachFlags extends PlaceFlags {
  readonly url?: string;
  readonly key?: string;
  readonly json?: true;
}

/** @param scope that the key must have */
export function reachOptions(scope: string): Option[] {
  return [
    ...placeOptions(),
    new Option("--url <address>", "a service that runs, to be asked instead").env("PACKWRIGHT_URL"),
    new Option("--key <text>", `key of scope ${scope} to show it`).env("PACKWRIGHT_KEY"),
    new Option("--json", "print JSON"),
  ];
}

type Store = Awaited<ReturnType<typeof import("../store/index.js").openStore>>;

/**
 * Looks whether a place has data: a folder that has none would be made, with nothing in it.
 *
 * @param of what is looked for there: `a service`
 * @throws InputError where there are none, NO_DATA
 */
export function mustExist({ data, databaseUrl }: PlaceFlags, of: string, hint: string): void {
  if (databaseUrl !== undefined || existsSync(join(data, "postgres"))) return;
  throw new InputError([{ code: "NO_DATA", file: data, message: `holds no data of ${of}`, hint }]);
}

/**
 * Works on what is kept in a place.
 *
 * @param inUse what to do where another process is using it; default to ask that by --url
 * @throws InputError where another process is using it, or the database does not answer
 */
export async function inStore<T>(
  flags: PlaceFlags,
  work: (store: Store) => Promise<T>,
  inUse = "Ask the service that uses it: --url, and --key where it demands keys.",
): Promise<T> {
  const [{ openStore }, { isAway }] = await Promise.all([
    import("../store/index.js"),
    import("../store/database.js"),
  ]);
  try {
    const store = await openStore(placeOf(flags));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw withHint(error, inUse);
    throw isAway(error) ? away(flags, error) : error;
  }
}

/** A database that does not answer a command that has nobody to wait for. */
function away({ databaseUrl = "" }: PlaceFlags, { message }: Error): InputError {
  return new InputError([
    {
      code: "DATABASE_UNAVAILABLE",
      path: "database-url",
      message: `names a database that does not answer${serverOf(databaseUrl)}: ${message}`,
      hint: "Is it running, and is that its address? What was asked may have happened: look before you ask again.",
    },
  ]);
}

/** ` at db.example.com:5432/packwright`: never the user, whose password stands beside. */
function serverOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return "";
  const { hostname, port, pathname } = new URL(databaseUrl);
  return hostname === "" ? "" : ` at ${hostname}:${port === "" ? 5432 : port}${pathname}`;
}

function withHint({ issues, total }: InputError, hint: string): InputError {
  return new InputError(
    issues.map((issue) => (issue.code === "DATA_IN_USE" ? { ...issue, hint } : issue)),
    total,
  );
}
