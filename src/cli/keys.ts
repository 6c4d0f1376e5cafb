import { Command, InvalidArgumentError, Option } from "commander";
import { isKeyName, KEY_LIMITS, SCOPES, type Scope } from "../model/apiKey.js";
import { InputError, quoteValue } from "../model/issue.js";
import { demandOptions, tellAllWrongValues, wholeNumber } from "./options.js";
import { inStore, type ReachFlags, reachOptions } from "./reach.js";
import { askService } from "./remote.js";
import { colorsFor, describeTerminal } from "./terminal.js";

interface CreateFlags extends ReachFlags {
  readonly name: string;
  readonly scope: Scope;
  readonly perMinute: number;
  readonly expiresDays?: number;
}

/** A key as it is shown, however it was reached. */
interface ShownKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly perMinute: number;
  readonly createdAt: string | Date;
  readonly expiresAt: string | Date | null;
  readonly revokedAt: string | Date | null;
}

export function keysCommand(): Command {
  const command = new Command("keys")
    .summary("make, list and revoke the keys of callers")
    .description(
      "Keys that callers of the service show. Made in the place where the service keeps its data, before it runs; while it runs on a folder, by asking it with --url and a key of scope admin.",
    );
  for (const each of [createCommand(), listCommand(), revokeCommand()]) {
    each
      .helpOption("-h, --help", "print help")
      .showHelpAfterError(`Try \`packwright keys ${each.name()} --help\`.`);
    command.addCommand(tellAllWrongValues(each).exitOverride());
  }
  return command;
}

function keyName(text: string): string {
  if (isKeyName(text)) return text;
  throw new InvalidArgumentError(
    `It must have 1 to ${KEY_LIMITS.name} characters, none that cannot be seen, for example ops.`,
  );
}

function createCommand(): Command {
  const command = new Command("create")
    .summary("make a key")
    .description("Makes a key and prints its text, which is kept nowhere: only a hash of it is.")
    .addOption(new Option("--name <text>", "what it is for").argParser(keyName))
    .addOption(
      new Option("--scope <scope>", "what it allows, each what the one before it does, too")
        .choices(SCOPES)
        .default("plan"),
    )
    .addOption(
      new Option("--per-minute <n>", "requests that it may make in a minute")
        .argParser(wholeNumber({ from: 1, to: KEY_LIMITS.perMinute, example: KEY_LIMITS.defaultPerMinute }))
        .default(KEY_LIMITS.defaultPerMinute),
    )
    .addOption(
      new Option("--expires-days <n>", "days until it ends (default: it does not)").argParser(
        wholeNumber({ from: 1, to: KEY_LIMITS.days, example: 90 }),
      ),
    );
  for (const option of reachOptions("admin")) command.addOption(option);
  demandOptions(command, ["name"]);
  return command.action(async (flags: CreateFlags) => {
    const { key, text } = await create(flags);
    if (flags.json) process.stdout.write(`${JSON.stringify({ key, text })}\n`);
    else {
      process.stdout.write(`${text}\n`);
      process.stderr.write(
        `Key ${key.id} for ${key.name}: ${key.scopes.join(", ")}. It is not shown again.\n`,
      );
    }
  });
}

function listCommand(): Command {
  const command = new Command("list").summary("list keys, without their texts").description("Lists keys.");
  for (const option of reachOptions("admin")) command.addOption(option);
  return command.action(async (flags: ReachFlags) => {
    const keys = await list(flags);
    if (flags.json) process.stdout.write(`${JSON.stringify({ keys })}\n`);
    else process.stdout.write(await tableOf(keys));
  });
}

function revokeCommand(): Command {
  const command = new Command("revoke")
    .summary("end a key")
    .description("Ends a key, from its next request on.")
    .argument("<id>", "of the key, as `packwright keys list` shows it");
  for (const option of reachOptions("admin")) command.addOption(option);
  return command.action(async (id: string, flags: ReachFlags) => {
    await revoke(id, flags);
    process.stderr.write(`Key ${id} is revoked.\n`);
  });
}

async function create(flags: CreateFlags): Promise<{ readonly key: ShownKey; readonly text: string }> {
  const { name, scope, perMinute, expiresDays, url } = flags;
  if (url !== undefined) {
    const days = expiresDays === undefined ? {} : { expiresInDays: expiresDays };
    const body = { name, scopes: [scope], perMinute, ...days };
    return (await askService({ ...flags, url }, "POST", "/v1/keys", body)) as Awaited<
      ReturnType<typeof create>
    >;
  }
  const expiresAt = expiresDays === undefined ? null : new Date(Date.now() + expiresDays * 86_400_000);
  return inStore(flags, ({ keys }) => keys.create({ name, scopes: [scope], perMinute, expiresAt }));
}

async function list(flags: ReachFlags): Promise<readonly ShownKey[]> {
  const { url } = flags;
  if (url === undefined) return inStore(flags, ({ keys }) => keys.list());
  return ((await askService({ ...flags, url }, "GET", "/v1/keys")) as { keys: ShownKey[] }).keys;
}

async function revoke(id: string, flags: ReachFlags): Promise<void> {
  const { url } = flags;
  if (url !== undefined) {
    await askService({ ...flags, url }, "DELETE", `/v1/keys/${encodeURIComponent(id)}`);
    return;
  }
  if (await inStore(flags, ({ keys }) => keys.revoke(id))) return;
  throw new InputError([
    {
      code: "UNKNOWN_KEY_ID",
      path: "id",
      value: id,
      message: `no key in force has the id ${quoteValue(id)}`,
      hint: "`packwright keys list` shows all of them.",
    },
  ]);
}

async function tableOf(keys: readonly ShownKey[]): Promise<string> {
  if (keys.length === 0) return "There are no keys.\n";
  const { textTable } = await import("../report/textTable.js");
  const terminal = describeTerminal(process.stdout);
  const lines = textTable({
    head: ["id", "name", "scopes", "a minute", "made", "state"],
    rows: keys.map(({ id, name, scopes, perMinute, ...key }) => [
      id,
      name,
      scopes.join(", "),
      String(perMinute),
      dayOf(key.createdAt),
      stateOf(key),
    ]),
    rightAligned: [3],
    flexible: 1,
    colors: colorsFor(terminal),
    width: terminal.width,
  });
  return `${lines.join("\n")}\n`;
}

function stateOf({ expiresAt, revokedAt }: Pick<ShownKey, "expiresAt" | "revokedAt">): string {
  if (revokedAt !== null) return `revoked ${dayOf(revokedAt)}`;
  if (expiresAt === null) return "in force";
  return new Date(expiresAt).getTime() < Date.now() ? "expired" : `until ${dayOf(expiresAt)}`;
}

function dayOf(instant: string | Date): string {
  return new Date(instant).toISOString().slice(0, 10);
}
