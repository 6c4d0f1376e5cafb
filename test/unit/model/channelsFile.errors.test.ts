import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseChannels } from "../../../src/model/channelsFile.js";
import { SourceNumber, weightField } from "../../../src/model/fields.js";
import { formatIssue, InputError, type Issue } from "../../../src/model/issue.js";
import { issuesOf } from "../../../src/model/zodIssues.js";

type Path = readonly (string | number)[];
type Edit = readonly [path: Path, value: unknown];

/** A number token of the file. */
const n = (text: string | number) => new SourceNumber(String(text));
/** The value that takes a key away. */
const GONE = Symbol("gone");

const BATCH: Path = ["channels", 0];
const RULE: Path = [...BATCH, "coverage", 0];
const SINGLE: Path = ["channels", 1];
const RULE_OF_SINGLE: Path = [...SINGLE, "coverage", 0];

/** A file without a fault, changed in places. */
function fileWith(...edits: readonly Edit[]): unknown {
  const file = {
    currency: "CNY",
    planAt: "2026-11-22T22:00:00+08:00",
    objective: { failureCost: "2.00" },
    quotas: [{ id: "day", channels: ["bat"], limits: {} }],
    channels: [
      {
        id: "bat",
        mode: "batch",
        coverage: [{ banks: "*" }],
        fee: { flat: "0.50" },
        package: { fee: "8.00" },
      },
      { id: "single", mode: "single", coverage: [{ banks: ["ICBC"] }], fee: { rate: "0.2%" } },
    ],
  };
  for (const [path, value] of edits) {
    let node = file as unknown as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) {
      node[key] ??= {};
      node = node[key] as Record<string | number, unknown>;
    }
    if (value === GONE) delete node[path.at(-1)!];
    else node[path.at(-1)!] = value;
  }
  return file;
}

function errorOf(tree: unknown, locate?: Parameters<typeof parseChannels>[1]): InputError {
  try {
    parseChannels(tree, locate);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("The file was taken.");
}

const issuesIn = (...edits: readonly Edit[]) => errorOf(fileWith(...edits)).issues;

test("the file without changes is taken", () => {
  expect(parseChannels(fileWith()).channels.map(({ id }) => id)).toEqual(["bat", "single"]);
});

const DECIMAL_HINT =
  "Write a plain decimal such as 1234.56: no sign, exponent, blanks or thousands separators.";
const INSTANT_HINT = "Write 2026-11-22T22:00:00+08:00.";
const SECONDS_HINT = "Write seconds such as 0.02 or 1800.";
const EXACT_HINT = "Nothing is rounded here: write the exact value.";
const UNSAFE = "begins with a character that a spreadsheet would run as a formula, or a control character";
const UNSAFE_HINT = "Remove the leading =, +, -, @ or control character.";
const FLAT_HINT = 'Write { flat: "0.50" }.';
const KNOWN_OF_FILE = "Known here: currency, planAt, objective, quotas, channels.";

/** `[what, where, what is written there, the one issue]`: the path of the issue is the place, unless it says otherwise. */
type Row = readonly [
  string,
  Path,
  unknown,
  Omit<Issue, "path" | "file" | "line"> & { readonly path?: string },
];

const FIELDS: readonly Row[] = [
  // text
  [
    "an empty id",
    [...BATCH, "coverage", 0, "banks"],
    [""],
    {
      code: "EMPTY_TEXT",
      message: '"" must not be empty',
      value: "",
      path: "channels[0].coverage[0].banks[0]",
    },
  ],
  [
    "an empty quota id",
    ["quotas", 0, "id"],
    "",
    { code: "EMPTY_TEXT", message: '"" must not be empty', value: "" },
  ],
  ...["=1+1", "+a", "-a", "@a", "\ta", "\u0000", "\u007fa", "\ufeffa"].map(
    (value): Row => [
      `text that begins with ${JSON.stringify(value[0])}`,
      ["quotas", 0, "id"],
      value,
      { code: "UNSAFE_TEXT", message: `${JSON.stringify(value)} ${UNSAFE}`, value, hint: UNSAFE_HINT },
    ],
  ),
  [
    "an unsafe attribute value",
    [...RULE, "where"],
    { kind: ["=x"] },
    {
      code: "UNSAFE_TEXT",
      message: `"=x" ${UNSAFE}`,
      value: "=x",
      hint: UNSAFE_HINT,
      path: "channels[0].coverage[0].where.kind[0]",
    },
  ],
  [
    "a list for a text",
    ["quotas", 0, "id"],
    ["day"],
    { code: "WRONG_TYPE", message: "must be a text or a number" },
  ],
  [
    "a long text is cut",
    ["currency"],
    "C".repeat(300),
    {
      code: "UNKNOWN_CURRENCY",
      message: `"${"C".repeat(57)}…" is no ISO 4217 currency`,
      value: "C".repeat(200),
      hint: "Write a code such as CNY.",
    },
  ],
  // decimals
  [
    "no decimal",
    [...BATCH, "package", "fee"],
    "8,00",
    { code: "NOT_A_DECIMAL", message: '"8,00" is not a plain decimal', value: "8,00", hint: DECIMAL_HINT },
  ],
  [
    "an exponent",
    [...BATCH, "package", "fee"],
    n("8e0"),
    { code: "NOT_A_DECIMAL", message: '"8e0" is not a plain decimal', value: "8e0", hint: DECIMAL_HINT },
  ],
  [
    "a sign",
    [...BATCH, "package", "fee"],
    n("-8"),
    { code: "NOT_A_DECIMAL", message: '"-8" is not a plain decimal', value: "-8", hint: DECIMAL_HINT },
  ],
  [
    "nothing in a decimal",
    [...BATCH, "package", "fee"],
    "",
    { code: "NOT_A_DECIMAL", message: '"" is not a plain decimal', value: "", hint: DECIMAL_HINT },
  ],
  [
    "a mapping for a decimal",
    [...BATCH, "package", "fee"],
    {},
    { code: "WRONG_TYPE", message: "must be a decimal" },
  ],
  [
    "a number of 16 digits",
    [...BATCH, "package", "fee"],
    n("12345678901234.56"),
    {
      code: "NUMBER_TOO_LONG",
      message: '"12345678901234.56" has more than 15 digits as a number',
      value: "12345678901234.56",
      hint: "Put it in quotes.",
    },
  ],
  [
    "an amount finer than the currency",
    [...BATCH, "package", "maxAmount"],
    "1.001",
    {
      code: "TOO_MANY_DECIMALS",
      message: '"1.001" has more than the currency\'s 2 decimals',
      value: "1.001",
      hint: EXACT_HINT,
    },
  ],
  [
    "a cost finer than a cost unit",
    [...BATCH, "package", "fee"],
    "0.0000001",
    {
      code: "TOO_MANY_DECIMALS",
      message: '"0.0000001" is finer than 1/10,000 of the minor unit',
      value: "0.0000001",
      hint: EXACT_HINT,
    },
  ],
  [
    "a step finer than a cost unit",
    [...BATCH, "fee", "round"],
    { to: "0.0000015" },
    {
      code: "TOO_MANY_DECIMALS",
      message: '"0.0000015" is finer than 1/10,000 of the minor unit',
      value: "0.0000015",
      hint: EXACT_HINT,
      path: "channels[0].fee.round.to",
    },
  ],
  [
    "a fee of nine decimals",
    [...BATCH, "fee", "flat"],
    "0.000000001",
    {
      code: "TOO_MANY_DECIMALS",
      message: '"0.000000001" has more than 8 decimals',
      value: "0.000000001",
      hint: EXACT_HINT,
    },
  ],
  [
    "an amount beyond 2^53",
    [...BATCH, "package", "maxAmount"],
    "90071992547409.92",
    {
      code: "OUT_OF_RANGE",
      message: '"90071992547409.92" is beyond 9007199254740991 of its smallest units',
      value: "90071992547409.92",
    },
  ],
  [
    "a cost beyond 2^53",
    [...BATCH, "failureFee"],
    "9007199254.740992",
    {
      code: "OUT_OF_RANGE",
      message: '"9007199254.740992" is beyond 9007199254740991 of its smallest units',
      value: "9007199254.740992",
    },
  ],
  [
    "a step of 0",
    [...BATCH, "fee", "round"],
    { to: "0" },
    { code: "OUT_OF_RANGE", message: "must be above 0", path: "channels[0].fee.round.to" },
  ],
  // rates
  [
    "no rate",
    [...SINGLE, "fee", "rate"],
    "0,2%",
    {
      code: "NOT_A_RATE",
      message: '"0,2%" is not a rate',
      value: "0,2%",
      hint: 'Write "0.38%" or "0.0038".',
    },
  ],
  [
    "a percent sign alone",
    [...SINGLE, "fee", "rate"],
    "%",
    { code: "NOT_A_RATE", message: '"%" is not a rate', value: "%", hint: 'Write "0.38%" or "0.0038".' },
  ],
  ["a list for a rate", [...SINGLE, "fee", "rate"], [], { code: "WRONG_TYPE", message: "must be a rate" }],
  [
    "a rate of seven decimals of a percent",
    [...SINGLE, "fee", "rate"],
    "0.0000001%",
    {
      code: "TOO_MANY_DECIMALS",
      message: '"0.0000001%" has more than 8 decimals of the fraction',
      value: "0.0000001%",
      hint: "Nothing is rounded here.",
    },
  ],
  [
    "a rate of nine decimals",
    [...SINGLE, "fee", "rate"],
    n("0.000000001"),
    {
      code: "TOO_MANY_DECIMALS",
      message: '"0.000000001" has more than 8 decimals of the fraction',
      value: "0.000000001",
      hint: "Nothing is rounded here.",
    },
  ],
  [
    "a rate above 100%",
    [...SINGLE, "fee", "rate"],
    "100.000001%",
    {
      code: "RATE_OUT_OF_RANGE",
      message: '"100.000001%" is above 100%',
      value: "100.000001%",
      hint: "A rate is at most 100%.",
    },
  ],
  [
    "a rate that lacks its percent sign",
    [...RULE, "successRate"],
    n("99.2"),
    {
      code: "RATE_OUT_OF_RANGE",
      message: '"99.2" is above 100%',
      value: "99.2",
      hint: 'Did you mean "99.2%"?',
    },
  ],
  // counts
  [
    "no count",
    [...BATCH, "package", "maxOrders"],
    n("1.5"),
    {
      code: "NOT_A_COUNT",
      message: '"1.5" is not a whole number',
      value: "1.5",
      hint: "Write a whole number of at least 1.",
    },
  ],
  [
    "no count, where 0 is one",
    [...BATCH, "limits"],
    { maxOrders: n("-1") },
    {
      code: "NOT_A_COUNT",
      message: '"-1" is not a whole number',
      value: "-1",
      hint: "Write a whole number of at least 0.",
      path: "channels[0].limits.maxOrders",
    },
  ],
  [
    "a count too large",
    [...BATCH, "package", "maxOrders"],
    n("9007199254740992"),
    { code: "OUT_OF_RANGE", message: '"9007199254740992" is too large', value: "9007199254740992" },
  ],
  [
    "maxOrders 0 of a package",
    [...BATCH, "package", "maxOrders"],
    n(0),
    { code: "OUT_OF_RANGE", message: '"0" must be at least 1', value: "0" },
  ],
  [
    "minOrders 0",
    [...BATCH, "package", "minOrders"],
    n(0),
    { code: "OUT_OF_RANGE", message: '"0" must be at least 1', value: "0" },
  ],
  [
    "no lanes",
    [...SINGLE, "queue"],
    { lanes: n(0) },
    { code: "OUT_OF_RANGE", message: '"0" must be at least 1', value: "0", path: "channels[1].queue.lanes" },
  ],
  // time
  [
    "no duration",
    [...SINGLE, "queue"],
    { secondsPerOrder: "0:05" },
    {
      code: "NOT_A_DURATION",
      message: '"0:05" is not a number of seconds with up to 6 decimals',
      value: "0:05",
      hint: SECONDS_HINT,
      path: "channels[1].queue.secondsPerOrder",
    },
  ],
  [
    "a duration finer than microseconds",
    [...SINGLE, "queue"],
    { secondsPerOrder: n("0.0000001") },
    {
      code: "NOT_A_DURATION",
      message: '"0.0000001" is not a number of seconds with up to 6 decimals',
      value: "0.0000001",
      hint: SECONDS_HINT,
      path: "channels[1].queue.secondsPerOrder",
    },
  ],
  [
    "more than ten years",
    [...SINGLE, "queue"],
    { resultSeconds: "315576000.000001" },
    {
      code: "OUT_OF_RANGE",
      message: '"315576000.000001" is longer than 10 years',
      value: "315576000.000001",
      path: "channels[1].queue.resultSeconds",
    },
  ],
  [
    "no instant",
    ["planAt"],
    "2026-11-22",
    {
      code: "NOT_AN_INSTANT",
      message: '"2026-11-22" is not an ISO 8601 instant with an offset',
      value: "2026-11-22",
      hint: INSTANT_HINT,
    },
  ],
  [
    "no such day",
    ["planAt"],
    "2026-02-29T00:00:00Z",
    {
      code: "NOT_AN_INSTANT",
      message: '"2026-02-29T00:00:00Z" is not an ISO 8601 instant with an offset',
      value: "2026-02-29T00:00:00Z",
      hint: INSTANT_HINT,
    },
  ],
  // form
  ["no currency", ["currency"], GONE, { code: "MISSING_FIELD", message: "is missing" }],
  ["no id", [...BATCH, "id"], GONE, { code: "MISSING_FIELD", message: "is missing" }],
  [
    "no mode",
    [...BATCH, "mode"],
    GONE,
    { code: "MISSING_FIELD", message: "is missing", hint: "Known here: batch, single." },
  ],
  ["no coverage", [...BATCH, "coverage"], GONE, { code: "MISSING_FIELD", message: "is missing" }],
  ["no banks", [...RULE, "banks"], GONE, { code: "MISSING_FIELD", message: "is missing" }],
  ["no limits of a quota", ["quotas", 0, "limits"], GONE, { code: "MISSING_FIELD", message: "is missing" }],
  [
    "no channels of a quota",
    ["quotas", 0, "channels"],
    GONE,
    { code: "MISSING_FIELD", message: "is missing" },
  ],
  ["no channels", ["channels"], GONE, { code: "MISSING_FIELD", message: "is missing" }],
  ["an empty list of channels", ["channels"], [], { code: "EMPTY_LIST", message: "must not be empty" }],
  ["an empty coverage", [...BATCH, "coverage"], [], { code: "EMPTY_LIST", message: "must not be empty" }],
  [
    "no tiers in the list",
    [...BATCH, "fee"],
    { tiers: [] },
    { code: "EMPTY_LIST", message: "must not be empty", path: "channels[0].fee.tiers" },
  ],
  [
    "an attribute without values",
    [...RULE, "where"],
    { kind: [] },
    { code: "EMPTY_LIST", message: "must not be empty", path: "channels[0].coverage[0].where.kind" },
  ],
  [
    "a quota of no channel",
    ["quotas", 0, "channels"],
    [],
    { code: "EMPTY_LIST", message: "must not be empty" },
  ],
  [
    "a text for a list",
    [...BATCH, "coverage"],
    "*",
    { code: "WRONG_TYPE", message: '"*" must be a list', value: "*" },
  ],
  [
    "a text for a mapping",
    [...BATCH, "queue"],
    "fast",
    { code: "WRONG_TYPE", message: '"fast" must be a mapping', value: "fast" },
  ],
  ["a list for a mapping", [...BATCH, "queue"], [], { code: "WRONG_TYPE", message: "must be a mapping" }],
  [
    "a text for attribute values",
    [...RULE, "where"],
    { kind: "x" },
    {
      code: "WRONG_TYPE",
      message: '"x" must be a list',
      value: "x",
      path: "channels[0].coverage[0].where.kind",
    },
  ],
  [
    "one bank without a list",
    [...RULE, "banks"],
    "ICBC",
    {
      code: "WRONG_TYPE",
      message: '"ICBC" must be "*" or a list of bank codes, such as [ICBC, CCB]',
      value: "ICBC",
    },
  ],
  [
    "another mode",
    [...BATCH, "mode"],
    "btach",
    {
      code: "UNKNOWN_VALUE",
      message: '"btach" is not one of batch, single',
      value: "btach",
      hint: 'Did you mean "batch"?',
    },
  ],
  [
    "a mode far from any",
    [...BATCH, "mode"],
    "express",
    {
      code: "UNKNOWN_VALUE",
      message: '"express" is not one of batch, single',
      value: "express",
      hint: "Known here: batch, single.",
    },
  ],
  [
    "another rounding",
    [...BATCH, "fee", "round"],
    { mode: "halfup" },
    {
      code: "UNKNOWN_VALUE",
      message: '"halfup" is not one of halfUp, halfEven, up, down',
      value: "halfup",
      hint: 'Did you mean "halfUp"?',
      path: "channels[0].fee.round.mode",
    },
  ],
  [
    "another currency",
    ["currency"],
    "CNX",
    {
      code: "UNKNOWN_CURRENCY",
      message: '"CNX" is no ISO 4217 currency',
      value: "CNX",
      hint: 'Did you mean "CNY"?',
    },
  ],
  [
    "no currency at all",
    ["currency"],
    "renminbi",
    {
      code: "UNKNOWN_CURRENCY",
      message: '"renminbi" is no ISO 4217 currency',
      value: "renminbi",
      hint: "Write a code such as CNY.",
    },
  ],
  // unknown keys
  [
    "an unknown key of the file",
    ["chanels"],
    [],
    { code: "UNKNOWN_KEY", message: 'unknown key "chanels"', hint: 'Did you mean "channels"?' },
  ],
  [
    "one far from any",
    ["comment"],
    "x",
    { code: "UNKNOWN_KEY", message: 'unknown key "comment"', hint: KNOWN_OF_FILE },
  ],
  [
    "of the objective",
    ["objective", "failurecost"],
    "1",
    { code: "UNKNOWN_KEY", message: 'unknown key "failurecost"', hint: 'Did you mean "failureCost"?' },
  ],
  [
    "of a channel",
    [...BATCH, "packages"],
    {},
    { code: "UNKNOWN_KEY", message: 'unknown key "packages"', hint: 'Did you mean "package"?' },
  ],
  [
    "of a package",
    [...BATCH, "package", "maxOrder"],
    n(5),
    { code: "UNKNOWN_KEY", message: 'unknown key "maxOrder"', hint: 'Did you mean "maxOrders"?' },
  ],
  [
    "of a rule",
    [...RULE, "sucessRate"],
    "1",
    { code: "UNKNOWN_KEY", message: 'unknown key "sucessRate"', hint: 'Did you mean "successRate"?' },
  ],
  [
    "of a fee",
    [...BATCH, "fee", "flatt"],
    "1",
    { code: "UNKNOWN_KEY", message: 'unknown key "flatt"', hint: 'Did you mean "flat"?' },
  ],
  [
    "of a tier",
    [...BATCH, "fee"],
    { tiers: [{ flat: "1", upto: "5" }] },
    {
      code: "UNKNOWN_KEY",
      message: 'unknown key "upto"',
      hint: 'Did you mean "upTo"?',
      path: "channels[0].fee.tiers[0].upto",
    },
  ],
  [
    "rounding of a tier",
    [...BATCH, "fee"],
    { tiers: [{ flat: "1", round: {} }] },
    {
      code: "UNKNOWN_KEY",
      message: 'unknown key "round"',
      hint: "Known here: upTo, flat, rate, min, max.",
      path: "channels[0].fee.tiers[0].round",
    },
  ],
  [
    "of a queue",
    [...BATCH, "queue"],
    { cutoff: "x" },
    {
      code: "UNKNOWN_KEY",
      message: 'unknown key "cutoff"',
      hint: 'Did you mean "cutOff"?',
      path: "channels[0].queue.cutoff",
    },
  ],
  [
    "of limits",
    [...BATCH, "limits"],
    { maxPackage: n(1) },
    {
      code: "UNKNOWN_KEY",
      message: 'unknown key "maxPackage"',
      hint: 'Did you mean "maxPackages"?',
      path: "channels[0].limits.maxPackage",
    },
  ],
  [
    "packages as a limit of a rule",
    [...RULE, "limits"],
    { maxPackages: n(1) },
    {
      code: "UNKNOWN_KEY",
      message: 'unknown key "maxPackages"',
      hint: "Known here: maxOrders, maxAmount.",
      path: "channels[0].coverage[0].limits.maxPackages",
    },
  ],
];

const BETWEEN_FIELDS: readonly Row[] = [
  [
    "a channel id twice",
    [...SINGLE, "id"],
    "bat",
    {
      code: "DUPLICATE_ID",
      message: 'channel id "bat" is used twice',
      hint: "Give every channel its own id.",
    },
  ],
  [
    "a quota id twice",
    ["quotas", 1],
    { id: "day", channels: ["bat"], limits: {} },
    {
      code: "DUPLICATE_ID",
      message: 'quota id "day" is used twice',
      hint: "Give every quota its own id.",
      path: "quotas[1].id",
    },
  ],
  [
    "a channel twice in a quota",
    ["quotas", 0, "channels"],
    ["bat", "single", "bat"],
    { code: "DUPLICATE_ID", message: 'channel "bat" is listed twice', path: "quotas[0].channels[2]" },
  ],
  [
    "a field twice in separateBy",
    [...BATCH, "package", "separateBy"],
    ["bank", "kind", "bank"],
    { code: "DUPLICATE_ID", message: '"bank" is listed twice', path: "channels[0].package.separateBy[2]" },
  ],
  [
    "an unknown channel in a quota",
    ["quotas", 0, "channels"],
    ["singel"],
    {
      code: "UNKNOWN_CHANNEL",
      message: 'no channel "singel"',
      value: "singel",
      hint: 'Did you mean "single"?',
      path: "quotas[0].channels[0]",
    },
  ],
  [
    "package on a single channel",
    [...SINGLE, "package"],
    { fee: "1" },
    {
      code: "PACKAGE_ON_SINGLE",
      message: "belongs to batch channels alone",
      hint: "Remove it, or set mode: batch.",
    },
  ],
  [
    "maxPackages on a single channel",
    [...SINGLE, "limits"],
    { maxPackages: n(1) },
    {
      code: "PACKAGE_ON_SINGLE",
      message: "belongs to batch channels alone",
      hint: "Use maxOrders.",
      path: "channels[1].limits.maxPackages",
    },
  ],
  [
    "secondsPerPackage on a single channel",
    [...SINGLE, "queue"],
    { secondsPerPackage: n(0) },
    {
      code: "PACKAGE_ON_SINGLE",
      message: "belongs to batch channels alone",
      hint: "Use secondsPerOrder.",
      path: "channels[1].queue.secondsPerPackage",
    },
  ],
  [
    "minOrders above maxOrders",
    [...BATCH, "package"],
    { minOrders: n(6), maxOrders: n(5) },
    {
      code: "EMPTY_RANGE",
      message: "minOrders 6 is above maxOrders 5",
      hint: "No package could be sent: lower minOrders.",
      path: "channels[0].package.minOrders",
    },
  ],
  [
    "amounts of a rule",
    [...RULE, "amount"],
    { min: "1.01", max: "1.00" },
    { code: "EMPTY_RANGE", message: "min is above max" },
  ],
  [
    "min above max of a fee",
    [...BATCH, "fee"],
    { rate: "1%", min: "1.00000001", max: "1" },
    { code: "EMPTY_RANGE", message: "min is above max", path: "channels[0].fee.min" },
  ],
  [
    "min above max of a tier",
    [...BATCH, "fee"],
    { tiers: [{ rate: "1%", min: "2", max: "1" }] },
    { code: "EMPTY_RANGE", message: "min is above max", path: "channels[0].fee.tiers[0].min" },
  ],
  [
    "min above max of a rule's fee",
    [...RULE, "fee"],
    { rate: "1%", min: "2", max: "1" },
    { code: "EMPTY_RANGE", message: "min is above max", path: "channels[0].coverage[0].fee.min" },
  ],
  ...["id", "amount", "dueBy", "delayWeight", "channels", "unroutedPenalty"].map(
    (field): Row => [
      `separateBy ${field}`,
      [...BATCH, "package", "separateBy"],
      [field],
      {
        code: "NOT_AN_ATTRIBUTE",
        message: `"${field}" is not a bank or an attribute`,
        hint: "Name bank or an attribute column.",
        path: "channels[0].package.separateBy[0]",
      },
    ],
  ),
  [
    "where bank",
    [...RULE, "where"],
    { bank: ["ICBC"] },
    {
      code: "NOT_AN_ATTRIBUTE",
      message: '"bank" is a field of its own',
      hint: "Use banks.",
      path: "channels[0].coverage[0].where.bank",
    },
  ],
  [
    "where amount",
    [...RULE, "where"],
    { amount: ["1"] },
    {
      code: "NOT_AN_ATTRIBUTE",
      message: '"amount" is a field of its own',
      hint: "Use amount: { min, max }.",
      path: "channels[0].coverage[0].where.amount",
    },
  ],
  ...["id", "dueBy", "delayWeight", "channels", "unroutedPenalty"].map(
    (field): Row => [
      `where ${field}`,
      [...RULE, "where"],
      { [field]: ["1"] },
      {
        code: "NOT_AN_ATTRIBUTE",
        message: `"${field}" is a field of its own`,
        hint: "Ask for an attribute column.",
        path: `channels[0].coverage[0].where.${field}`,
      },
    ],
  ),
  [
    "except beside a list",
    [...SINGLE, "coverage", 0, "except"],
    ["CCB"],
    {
      code: "EXCEPT_WITHOUT_ALL",
      message: 'goes with banks: "*" only',
      hint: "Leave the banks out of the list instead.",
    },
  ],
  [
    "no fee anywhere",
    [...BATCH, "fee"],
    GONE,
    {
      code: "MISSING_FIELD",
      message: "no fee: neither the rule nor its channel has one",
      hint: "Add a fee to the channel or the rule.",
      path: "channels[0].coverage[0].fee",
    },
  ],
  [
    "a fee of nothing",
    [...BATCH, "fee"],
    {},
    { code: "MISSING_FIELD", message: "needs flat, rate or tiers", hint: FLAT_HINT },
  ],
  [
    "a fee of min alone",
    [...BATCH, "fee"],
    { min: "1" },
    { code: "MISSING_FIELD", message: "needs flat, rate or tiers", hint: FLAT_HINT },
  ],
  [
    "a tier of nothing",
    [...BATCH, "fee"],
    { tiers: [{ upTo: "1.00" }, { flat: "1" }] },
    {
      code: "MISSING_FIELD",
      message: "needs flat or rate",
      hint: FLAT_HINT,
      path: "channels[0].fee.tiers[0]",
    },
  ],
  [
    "a tier without upTo",
    [...BATCH, "fee"],
    { tiers: [{ flat: "1" }, { flat: "2" }] },
    {
      code: "MISSING_FIELD",
      message: "every tier but the last needs upTo",
      path: "channels[0].fee.tiers[0]",
    },
  ],
  [
    "a last tier with upTo",
    [...BATCH, "fee"],
    { tiers: [{ flat: "1", upTo: "5.00" }] },
    {
      code: "LAST_TIER_BOUNDED",
      message: "the last tier has no upTo",
      hint: "Remove it, or add a tier beyond it.",
      path: "channels[0].fee.tiers[0].upTo",
    },
  ],
  [
    "tiers of equal upTo",
    [...BATCH, "fee"],
    { tiers: [{ flat: "1", upTo: "5.00" }, { flat: "2", upTo: "5.00" }, { flat: "3" }] },
    {
      code: "TIERS_NOT_ASCENDING",
      message: 'upTo must ascend from tier to tier, and "5.00" is not above "5.00"',
      value: "5.00",
      hint: "Sort the tiers by upTo, each above the one before.",
      path: "channels[0].fee.tiers[1].upTo",
    },
  ],
  [
    "a field twice in uniqueBy",
    [...BATCH, "package", "uniqueBy"],
    ["account", "account"],
    { code: "DUPLICATE_ID", message: '"account" is listed twice', path: "channels[0].package.uniqueBy[1]" },
  ],
  [
    "uniqueBy of a field of its own",
    [...BATCH, "package", "uniqueBy"],
    ["amount"],
    {
      code: "NOT_AN_ATTRIBUTE",
      message: '"amount" is not a bank or an attribute',
      hint: "Name bank or an attribute column.",
      path: "channels[0].package.uniqueBy[0]",
    },
  ],
  [
    "a package fee beside feeTiers",
    [...BATCH, "package"],
    { fee: "1", feeTiers: [{ fee: "1" }] },
    {
      code: "FEE_BESIDE_TIERS",
      message: "cannot stand beside feeTiers",
      hint: "Move it into the tiers.",
      path: "channels[0].package.fee",
    },
  ],
  [
    "a tier of a package fee without a price",
    [...BATCH, "package"],
    { feeTiers: [{ upTo: n(5), fee: "1" }, {}] },
    {
      code: "MISSING_FIELD",
      message: "needs fee or perOrder",
      hint: 'Write { fee: "1.75", perOrder: "0.009" }.',
      path: "channels[0].package.feeTiers[1]",
    },
  ],
  [
    "tiers of a package fee out of order",
    [...BATCH, "package"],
    { feeTiers: [{ upTo: n(5), fee: "1" }, { upTo: n(5), fee: "2" }, { fee: "3" }] },
    {
      code: "TIERS_NOT_ASCENDING",
      message: 'upTo must ascend from tier to tier, and "5" is not above "5"',
      hint: "Sort the tiers by upTo, each above the one before.",
      path: "channels[0].package.feeTiers[1].upTo",
    },
  ],
  [
    "a last tier of a package fee with upTo",
    [...BATCH, "package"],
    { feeTiers: [{ upTo: n(5), perOrder: "0.01" }] },
    {
      code: "LAST_TIER_BOUNDED",
      message: "the last tier has no upTo",
      hint: "Remove it, or add a tier beyond it.",
      path: "channels[0].package.feeTiers[0].upTo",
    },
  ],
  [
    "a tier of a package fee of no orders",
    [...BATCH, "package"],
    { feeTiers: [{ upTo: n(0), fee: "1" }, { fee: "2" }] },
    {
      code: "OUT_OF_RANGE",
      message: '"0" must be at least 1',
      value: "0",
      path: "channels[0].package.feeTiers[0].upTo",
    },
  ],
  [
    "a way to apply tiers that nobody knows",
    [...BATCH, "fee"],
    { tiers: [{ flat: "1" }], apply: "graduated" },
    {
      code: "UNKNOWN_VALUE",
      message: '"graduated" is not one of whole, marginal',
      value: "graduated",
      hint: "Known here: whole, marginal.",
      path: "channels[0].fee.apply",
    },
  ],
  [
    "a way to apply tiers where there are none",
    [...BATCH, "fee"],
    { flat: "1", apply: "marginal" },
    {
      code: "APPLY_WITHOUT_TIERS",
      message: "goes with tiers only",
      hint: "Remove it, or write tiers.",
      path: "channels[0].fee.apply",
    },
  ],
  [
    "volume in a unit that there is not",
    [...BATCH, "volume"],
    { unit: "packages", minimum: { volume: "5", shortfallFee: "0.10" } },
    {
      code: "WRONG_TYPE",
      message: '"packages" must be orders or amount',
      value: "packages",
      path: "channels[0].volume.unit",
    },
  ],
  [
    "volume without a unit",
    [...BATCH, "volume"],
    { minimum: { volume: "5", shortfallFee: "0.10" } },
    { code: "MISSING_FIELD", message: "is missing", path: "channels[0].volume.unit" },
  ],
  [
    "an amount where orders are counted",
    [...BATCH, "volume"],
    { unit: "orders", kind: "graduated", tiers: [{ from: "1000.00", discount: "0.10" }] },
    {
      code: "NOT_A_COUNT",
      message: '"1000.00" is not a whole number',
      value: "1000.00",
      hint: "Write a whole number of at least 0.",
      path: "channels[0].volume.tiers[0].from",
    },
  ],
  [
    "a discount below 0",
    [...BATCH, "volume"],
    { unit: "amount", kind: "graduated", tiers: [{ from: "0", discount: "-1%" }] },
    {
      code: "NOT_A_RATE",
      message: '"-1%" is not a rate',
      value: "-1%",
      hint: 'Write "0.38%" or "0.0038".',
      path: "channels[0].volume.tiers[0].discount",
    },
  ],
  [
    "a key of volume that there is not",
    [...BATCH, "volume"],
    { unit: "orders", todate: n(5), minimum: { volume: n(5), shortfallFee: "0.10" } },
    {
      code: "UNKNOWN_KEY",
      message: 'unknown key "todate"',
      hint: 'Did you mean "toDate"?',
      path: "channels[0].volume.todate",
    },
  ],
  [
    "volume without prices",
    [...BATCH, "volume"],
    { unit: "orders", toDate: n(5) },
    {
      code: "MISSING_FIELD",
      message: "needs tiers or minimum",
      hint: "Write tiers: [{ from: 1000, discount: … }], or leave volume out.",
      path: "channels[0].volume",
    },
  ],
  [
    "tiers of volume of no kind",
    [...BATCH, "volume"],
    { unit: "orders", tiers: [{ from: n(5), discount: "0.10" }] },
    {
      code: "MISSING_FIELD",
      message: "is missing",
      hint: "graduated: a tier's price is for the volume in it; allUnits: for all of the month's.",
      path: "channels[0].volume.kind",
    },
  ],
  [
    "a kind of tiers that there are not",
    [...BATCH, "volume"],
    { unit: "orders", kind: "allUnits", minimum: { volume: n(5), shortfallFee: "0.10" } },
    {
      code: "KIND_WITHOUT_TIERS",
      message: "says how tiers count, and there are none",
      hint: "Add tiers.",
      path: "channels[0].volume.kind",
    },
  ],
  [
    "a tier of volume without a price",
    [...BATCH, "volume"],
    { unit: "orders", kind: "allUnits", tiers: [{ from: n(5) }] },
    {
      code: "MISSING_FIELD",
      message: "needs discount or fee",
      hint: 'Write { from: 1000, discount: "0.05" }.',
      path: "channels[0].volume.tiers[0]",
    },
  ],
  [
    "a tier of volume with two prices",
    [...BATCH, "volume"],
    { unit: "orders", kind: "allUnits", tiers: [{ from: n(5), discount: "0.10", fee: "0.10" }] },
    {
      code: "FEE_BESIDE_DISCOUNT",
      message: "cannot stand beside a discount",
      hint: "Write the one or the other.",
      path: "channels[0].volume.tiers[0].fee",
    },
  ],
  [
    "tiers of volume of equal from",
    [...BATCH, "volume"],
    {
      unit: "amount",
      kind: "graduated",
      tiers: [
        { from: "5.00", discount: "1%" },
        { from: "5.00", discount: "2%" },
      ],
    },
    {
      code: "TIERS_NOT_ASCENDING",
      message: 'from must ascend from tier to tier, and "5.00" is not above "5.00"',
      hint: "Sort the tiers by from, each above the one before.",
      path: "channels[0].volume.tiers[1].from",
    },
  ],
  [
    "charges to date without a minimum fee",
    [...SINGLE, "minimumFee"],
    { chargesToDate: "5.00" },
    { code: "MISSING_FIELD", message: "is missing", path: "channels[1].minimumFee.fee" },
  ],
  ...(["flat", "rate", "min", "max"] as const).map(
    (part): Row => [
      `${part} beside tiers`,
      [...BATCH, "fee"],
      { [part]: "0.1", tiers: [{ flat: "1" }] },
      {
        code: "FEE_BESIDE_TIERS",
        message: "cannot stand beside tiers",
        hint: "Move it into the tiers.",
        path: `channels[0].fee.${part}`,
      },
    ],
  ),
];

/** The value of an issue: what stands at its path, where that is a text or a number. */
function valueIn(tree: unknown, path: string): { value?: string } {
  let node = tree;
  for (const key of path.replaceAll("[", ".").replaceAll("]", "").split("."))
    node = (node as Record<string, unknown> | undefined)?.[key];
  if (node instanceof SourceNumber) return { value: node.text };
  return typeof node === "string" ? { value: node } : {};
}

describe.each([
  ["in a field", FIELDS],
  ["between fields", BETWEEN_FIELDS],
])("one thing wrong %s", (_, rows) => {
  test.each(rows)("%s", (_what, place, value, issue) => {
    const path = issue.path ?? textOf(place);
    const expected = { path, ...valueIn(fileWith([place, value]), path), ...issue };
    const { value: told = "", ...others } = issuesIn([place, value])[0]!;
    const { value: written = "", ...asExpected } = expected;
    expect(others).toEqual(asExpected);
    // Unknown keys have names; long texts are cut.
    if (issue.code !== "UNKNOWN_KEY") expect(told).toBe(written.slice(0, 200));
    expect(issuesIn([place, value])).toHaveLength(1);
  });
});

describe("one thing wrong", () => {
  test("an id with a bar", () => {
    expect(issuesIn([[...BATCH, "id"], "a|b"], [["quotas"], GONE])).toEqual([
      {
        code: "CHANNEL_ID_BAR",
        value: "a|b",
        path: "channels[0].id",
        message: 'channel id "a|b" contains "|"',
        hint: 'Orders list channels as A|B, so an id cannot hold a "|".',
      },
    ]);
  });

  test.each(["opensAt", "cutOff"])("%s without planAt", (field) => {
    expect(issuesIn([["planAt"], GONE], [[...SINGLE, "queue"], { [field]: "2026-11-23T06:00:00Z" }])).toEqual(
      [
        {
          code: "MISSING_FIELD",
          path: "planAt",
          message: "is needed, because an opening or cut-off is an instant",
          hint: "Add planAt, the plan's time zero, such as 2026-11-22T22:00:00+08:00.",
        },
      ],
    );
  });

  test("durations need no planAt", () => {
    const file = fileWith([["planAt"], GONE], [[...SINGLE, "queue"], { secondsPerOrder: n(1) }]);
    expect(parseChannels(file).planAt).toBeNull();
  });

  test("a success rate below 1 without a failure cost", () => {
    const without: Edit = [["objective"], GONE];
    expect(issuesIn(without, [[...RULE, "successRate"], "0.99999999"])).toEqual([
      {
        code: "MISSING_FAILURE_COST",
        value: "0.99999999",
        path: "channels[0].coverage[0].successRate",
        message: "is below 1, and the objective has no failureCost",
        hint: 'Add objective: { failureCost: "2.00" }, or "0" where a failed debit costs nothing more.',
      },
    ]);
    expect(() => parseChannels(fileWith(without, [[...RULE, "successRate"], "100%"]))).not.toThrow();
    const free = fileWith([["objective"], { failureCost: "0" }], [[...RULE, "successRate"], "0"]);
    expect(() => parseChannels(free)).not.toThrow();
  });
});

test.each([
  ["JPY", "1.5", "has more than the currency's 0 decimals"],
  ["KWD", "1.0005", "has more than the currency's 3 decimals"],
  ["CLF", "1.00005", "has more than the currency's 4 decimals"],
  ["HUF", "1.005", "has more than the currency's 2 decimals"],
])("amounts of %s", (currency, amount, message) => {
  expect(issuesIn([["currency"], currency], [[...BATCH, "package"], { maxAmount: amount }])).toMatchObject([
    { code: "TOO_MANY_DECIMALS", message: `"${amount}" ${message}` },
  ]);
});

test("weights have six decimals", () => {
  expect(weightField().parse("0.000001")).toBe(1);
  const result = weightField().safeParse("0.0000001");
  expect(issuesOf(result.error!, "0.0000001", () => ({}))).toEqual([
    {
      code: "TOO_MANY_DECIMALS",
      message: '"0.0000001" has more than 6 decimals',
      value: "0.0000001",
      hint: EXACT_HINT,
      path: "",
    },
  ]);
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a text", "channels"],
  ["a list", []],
])("a file of %s is told to be a mapping", (_, tree) => {
  const { issues } = errorOf(tree);
  expect(issues).toHaveLength(1);
  expect(issues[0]!.code).toMatch(/^(WRONG_TYPE|MISSING_FIELD)$/);
});

describe("at the edge of what is allowed", () => {
  test.each<[string, Path, unknown]>([
    ["an amount of 2^53 − 1 minor units", [...BATCH, "package", "maxAmount"], "90071992547409.91"],
    ["trailing zeros", [...BATCH, "package", "maxAmount"], "1.000000"],
    ["a cost unit", [...BATCH, "package", "fee"], "0.000001"],
    ["a number of 15 digits", [...BATCH, "package", "fee"], n("123456789.123456")],
    ["16 digits in quotes", [...BATCH, "package", "fee"], "1234567890.123456"],
    ["eight decimals of a fee", [...BATCH, "fee", "flat"], "0.00000001"],
    ["eight decimals of a rate", [...SINGLE, "fee", "rate"], "0.00000001"],
    ["six decimals of a percentage", [...SINGLE, "fee", "rate"], "0.000001%"],
    ["100%", [...SINGLE, "fee", "rate"], "100.000000%"],
    ["a blank before the percent sign", [...SINGLE, "fee", "rate"], "0.2 %"],
    ["limits of 0", [...BATCH, "limits"], { maxOrders: n(0), maxAmount: "0", maxPackages: n(0) }],
    ["ten years", [...SINGLE, "queue"], { resultSeconds: "315576000" }],
    ["minOrders = maxOrders", [...BATCH, "package"], { minOrders: n(5), maxOrders: n(5) }],
    ["an amount range of one amount", [...RULE, "amount"], { min: "1.00", max: "1.00" }],
    ["min = max of a fee", [...BATCH, "fee"], { rate: "1%", min: "1", max: "1" }],
    ["an empty attribute value", [...RULE, "where"], { kind: [""] }],
    ["except beside all", [...RULE, "except"], ["PSBC"]],
    ["no quotas", ["quotas"], []],
    ["a cut-off before planAt", [...BATCH, "queue"], { cutOff: "2026-11-01T00:00:00Z" }],
    ["separateBy of nothing", [...BATCH, "package", "separateBy"], []],
  ])("%s", (_, path, value) => {
    expect(() => parseChannels(fileWith([path, value]))).not.toThrow();
  });
});

describe("several problems at once", () => {
  test("of fields, in one go", () => {
    const issues = issuesIn(
      [["currency"], "CNX"],
      [["planAt"], "today"],
      [[...BATCH, "mode"], "bath"],
      [[...BATCH, "package"], { fee: "-1", maxOrders: n(0), seperateBy: [] }],
      [
        [...SINGLE, "coverage", 0, "banks"],
        ["ICBC", "", "=x"],
      ],
    );
    expect(issues.map(({ code, path }) => `${code} ${path}`).sort()).toEqual(
      [
        "UNKNOWN_CURRENCY currency",
        "NOT_AN_INSTANT planAt",
        "UNKNOWN_VALUE channels[0].mode",
        "NOT_A_DECIMAL channels[0].package.fee",
        "OUT_OF_RANGE channels[0].package.maxOrders",
        "UNKNOWN_KEY channels[0].package.seperateBy",
        "EMPTY_TEXT channels[1].coverage[0].banks[1]",
        "UNSAFE_TEXT channels[1].coverage[0].banks[2]",
      ].sort(),
    );
  });

  test("between fields, in one go", () => {
    const issues = issuesIn(
      [
        ["quotas", 0, "channels"],
        ["bat", "nobody"],
      ],
      [[...SINGLE, "id"], "bat"],
      [[...SINGLE, "package"], {}],
      [[...BATCH, "package"], { minOrders: n(3), maxOrders: n(2), separateBy: ["amount"] }],
      [[...RULE, "amount"], { min: "2.00", max: "1.00" }],
    );
    expect(issues.map(({ code, path }) => `${code} ${path}`).sort()).toEqual(
      [
        "DUPLICATE_ID channels[1].id",
        "UNKNOWN_CHANNEL quotas[0].channels[1]",
        "PACKAGE_ON_SINGLE channels[1].package",
        "EMPTY_RANGE channels[0].package.minOrders",
        "NOT_AN_ATTRIBUTE channels[0].package.separateBy[0]",
        "EMPTY_RANGE channels[0].coverage[0].amount",
      ].sort(),
    );
  });

  /** One rule broken in each place that there is between fields; the file's first channel is left alone. */
  const BETWEEN: readonly Edit[] = [
    [["objective"], GONE],
    [["planAt"], GONE],
    [[...SINGLE, "package"], { fee: "1" }],
    [[...SINGLE, "queue"], { cutOff: "2026-11-23T06:00:00Z" }],
    [[...RULE_OF_SINGLE, "amount"], { min: "5", max: "1" }],
    [[...RULE_OF_SINGLE, "successRate"], "0.9"],
    [[...SINGLE, "fee"], { tiers: [{ upTo: "100", flat: "1" }, { upTo: "50", flat: "1" }, { rate: "1%" }] }],
    [["channels", 2], { id: "other", mode: "batch", coverage: [{ banks: "*" }] }],
    [
      ["channels", 3],
      {
        id: "last",
        mode: "batch",
        coverage: [{ banks: ["A"], except: ["B"], fee: {} }],
        fee: { flat: "1", min: "2", max: "1" },
        package: { minOrders: n(5), maxOrders: n(3), separateBy: ["amount"] },
      },
    ],
  ];
  const FOUND_BETWEEN = [
    "MISSING_FIELD planAt",
    "PACKAGE_ON_SINGLE channels[1].package",
    "EMPTY_RANGE channels[1].coverage[0].amount",
    "MISSING_FAILURE_COST channels[1].coverage[0].successRate",
    "TIERS_NOT_ASCENDING channels[1].fee.tiers[1].upTo",
    "MISSING_FIELD channels[2].coverage[0].fee",
    "EXCEPT_WITHOUT_ALL channels[3].coverage[0].except",
    "MISSING_FIELD channels[3].coverage[0].fee",
    "EMPTY_RANGE channels[3].fee.min",
    "EMPTY_RANGE channels[3].package.minOrders",
    "NOT_AN_ATTRIBUTE channels[3].package.separateBy[0]",
  ];
  const brief = (issues: readonly Issue[]) => issues.map(({ code, path }) => `${code} ${path}`).sort();

  test("between fields, in every place", () => {
    expect(brief(issuesIn(...BETWEEN))).toEqual([...FOUND_BETWEEN].sort());
  });

  // A wrong or missing field that is required takes nothing else with it.
  test.each<[string, Edit, string]>([
    ["no currency", [["currency"], GONE], "MISSING_FIELD currency"],
    ["an unknown currency", [["currency"], "CNX"], "UNKNOWN_CURRENCY currency"],
    ["a channel without an id", [[...BATCH, "id"], GONE], "MISSING_FIELD channels[0].id"],
    ["a channel with an unsafe id", [[...BATCH, "id"], "=b"], "UNSAFE_TEXT channels[0].id"],
    ["a channel without a mode", [[...BATCH, "mode"], GONE], "MISSING_FIELD channels[0].mode"],
    ["an unknown mode", [[...BATCH, "mode"], "bach"], "UNKNOWN_VALUE channels[0].mode"],
    ["a channel without coverage", [[...BATCH, "coverage"], GONE], "MISSING_FIELD channels[0].coverage"],
    ["a channel with no rule", [[...BATCH, "coverage"], []], "EMPTY_LIST channels[0].coverage"],
    ["a rule without banks", [[...RULE, "banks"], GONE], "MISSING_FIELD channels[0].coverage[0].banks"],
    [
      "a rule with a bank for a list",
      [[...RULE, "banks"], "ICBC"],
      "WRONG_TYPE channels[0].coverage[0].banks",
    ],
    ["a text for a rule", [RULE, "all"], "WRONG_TYPE channels[0].coverage[0]"],
    ["a text for a channel", [BATCH, "bat"], "WRONG_TYPE channels[0]"],
    ["a quota without an id", [["quotas", 0, "id"], GONE], "MISSING_FIELD quotas[0].id"],
    ["a quota without channels", [["quotas", 0, "channels"], GONE], "MISSING_FIELD quotas[0].channels"],
    ["a text for quotas", [["quotas"], "none"], "WRONG_TYPE quotas"],
    ["an unknown key", [[...BATCH, "fees"], {}], "UNKNOWN_KEY channels[0].fees"],
    ["a wrong fee", [[...BATCH, "fee"], { flat: "1e3" }], "NOT_A_DECIMAL channels[0].fee.flat"],
    ["a text for a fee", [[...BATCH, "fee"], "0.50"], "WRONG_TYPE channels[0].fee"],
  ])("%s, and what is wrong between other fields", (_, edit, expected) => {
    expect(brief(issuesIn(...BETWEEN, edit))).toEqual([expected, ...FOUND_BETWEEN].sort());
  });

  test("of a channel that is wrong itself, as far as it can be parsed", () => {
    const issues = issuesIn(
      [[...SINGLE, "mode"], GONE],
      ...BETWEEN.filter(([[first]]) => first === "channels"),
    );
    expect(brief(issues)).toEqual(
      [
        "MISSING_FIELD channels[1].mode",
        // Whether it may have packages is not known; all else is.
        ...FOUND_BETWEEN.filter((found) => !/PACKAGE_ON_SINGLE|planAt|FAILURE_COST/.test(found)),
      ].sort(),
    );
  });

  test("of attributes, one wrong in itself and one that is none", () => {
    expect(brief(issuesIn([[...RULE, "where"], { kind: "personal", amount: ["1.00"] }]))).toEqual([
      "NOT_AN_ATTRIBUTE channels[0].coverage[0].where.amount",
      "WRONG_TYPE channels[0].coverage[0].where.kind",
    ]);
  });

  // What is there but wrong is not said to be missing.
  test.each<[string, readonly Edit[], string]>([
    [
      "a wrong planAt",
      [
        [["planAt"], "today"],
        [[...SINGLE, "queue"], { cutOff: "2026-11-23T06:00:00Z" }],
      ],
      "NOT_AN_INSTANT planAt",
    ],
    [
      "a wrong failureCost",
      [
        [["objective", "failureCost"], "two"],
        [[...RULE, "successRate"], "0.9"],
      ],
      "NOT_A_DECIMAL objective.failureCost",
    ],
    [
      "a wrong objective",
      [
        [["objective"], "least"],
        [[...RULE, "successRate"], "0.9"],
      ],
      "WRONG_TYPE objective",
    ],
    ["an id that a quota names", [[[...BATCH, "id"], ["bat"]]], "WRONG_TYPE channels[0].id"],
    [
      "an id that is a quota's second",
      [
        [[...SINGLE, "id"], GONE],
        [
          ["quotas", 0, "channels"],
          ["bat", "single"],
        ],
      ],
      "MISSING_FIELD channels[1].id",
    ],
    [
      "a rule's wrong fee",
      [
        [[...BATCH, "fee"], GONE],
        [[...RULE, "fee"], "1"],
      ],
      "WRONG_TYPE channels[0].coverage[0].fee",
    ],
    ["wrong tiers", [[[...BATCH, "fee"], { tiers: "1" }]], "WRONG_TYPE channels[0].fee.tiers"],
    [
      "a tier's wrong upTo",
      [[[...BATCH, "fee"], { tiers: [{ upTo: "ten", flat: "1" }, { flat: "2" }] }]],
      "NOT_A_DECIMAL channels[0].fee.tiers[0].upTo",
    ],
    [
      "wrong banks beside except",
      [
        [[...RULE, "banks"], "ALL"],
        [[...RULE, "except"], ["A"]],
      ],
      "WRONG_TYPE channels[0].coverage[0].banks",
    ],
    [
      "decimals of an unknown currency",
      [
        [["currency"], "KWDD"],
        [[...BATCH, "package"], { maxAmount: "1.234", fee: "0.0000001" }],
      ],
      "UNKNOWN_CURRENCY currency",
    ],
  ])("%s is one problem", (_, edits, expected) => {
    expect(brief(issuesIn(...edits))).toEqual([expected]);
  });

  test("a malformed instant without planAt is two problems", () => {
    expect(brief(issuesIn([["planAt"], GONE], [[...SINGLE, "queue"], { opensAt: "ten" }]))).toEqual([
      "MISSING_FIELD planAt",
      "NOT_AN_INSTANT channels[1].queue.opensAt",
    ]);
  });

  test("a wrong field of volume hides nothing of the others", () => {
    const tiers = [
      { from: n(2000), discount: "0.05" },
      { from: n(1000), discount: "0.06" },
      { from: "few", fee: "0.01" },
      { from: n(1500), fee: "x", discount: "y" },
      { from: n(3000) },
    ];
    expect(brief(issuesIn([[...BATCH, "volume"], { unit: "orders", kind: "all", tiers }]))).toEqual([
      "MISSING_FIELD channels[0].volume.tiers[4]",
      "NOT_A_COUNT channels[0].volume.tiers[2].from",
      "NOT_A_DECIMAL channels[0].volume.tiers[3].discount",
      "NOT_A_DECIMAL channels[0].volume.tiers[3].fee",
      "TIERS_NOT_ASCENDING channels[0].volume.tiers[1].from",
      "UNKNOWN_VALUE channels[0].volume.kind",
    ]);
    expect(brief(issuesIn([[...BATCH, "volume"], { unit: "orders", tiers: "few", minimum: 7 }]))).toEqual([
      "WRONG_TYPE channels[0].volume.minimum",
      "WRONG_TYPE channels[0].volume.tiers",
    ]);
    expect(brief(issuesIn([[...BATCH, "volume"], { unit: "packages", tiers }]))).toEqual([
      "WRONG_TYPE channels[0].volume.unit",
    ]);
  });

  test.each([
    [99, 99],
    [100, 100],
    [101, 100],
    [150, 100],
  ])("%i problems: %i are listed", (count, listed) => {
    const channels = Array.from({ length: count }, (_, i) => ({
      id: `c${i}`,
      mode: "batch",
      coverage: [{ banks: "*" }],
      fee: { flat: "no" },
    }));
    const error = errorOf({ currency: "CNY", channels });
    expect(error.issues).toHaveLength(listed);
    expect(error.total).toBe(count);
    const more = count > listed ? `… and ${count - listed} more` : undefined;
    expect(error.message.split("\n")[listed]).toBe(more);
  });

  test("the limit holds between fields too", () => {
    const channel = { id: "c", mode: "batch", coverage: [{ banks: "*" }], fee: { flat: "1" } };
    const error = errorOf({ currency: "CNY", channels: new Array(120).fill(channel) });
    expect([error.issues.length, error.total]).toEqual([100, 119]);
  });
});

describe("places", () => {
  test("file and line come from the reader, for either kind", () => {
    const locate = (path: readonly PropertyKey[]) => ({ file: "c.yaml", line: path.length });
    const of = (...edits: Edit[]) => errorOf(fileWith(...edits), locate).issues.map(formatIssue);
    expect(of([[...BATCH, "package", "fee"], "x"])).toEqual([
      `c.yaml:4: channels[0].package.fee: "x" is not a plain decimal. ${DECIMAL_HINT} [NOT_A_DECIMAL]`,
    ]);
    expect(of([[...BATCH, "fees"], {}])).toEqual([
      'c.yaml:3: channels[0].fees: unknown key "fees". Did you mean "fee"? [UNKNOWN_KEY]',
    ]);
    expect(of([[...SINGLE, "id"], "bat"])).toEqual([
      'c.yaml:3: channels[1].id: channel id "bat" is used twice. Give every channel its own id. [DUPLICATE_ID]',
    ]);
  });
});

describe("ids are source text", () => {
  test("numbers keep theirs", () => {
    const contract = parseChannels({
      currency: "CNY",
      quotas: [{ id: n("007"), channels: [n("0102")], limits: {} }],
      channels: [
        {
          id: n("0102"),
          mode: "batch",
          coverage: [{ banks: "*", except: [n("1.0")], where: { zone: [n("1e3"), n("01")] } }],
          fee: { flat: n(1) },
        },
        { id: n("102"), mode: "single", coverage: [{ banks: [n("0103"), "0104"] }], fee: { flat: n(1) } },
      ],
    });
    expect(contract.channels.map(({ id }) => id)).toEqual(["0102", "102"]);
    expect(contract.quotas).toMatchObject([{ id: "007", channels: [0] }]);
    expect(contract.channels[0]!.coverage[0]).toMatchObject({
      except: ["1.0"],
      where: [{ attribute: "zone", values: ["1e3", "01"] }],
    });
    expect(contract.channels[1]!.coverage[0]!.banks).toEqual(["0103", "0104"]);
  });

  test("0102 and 102 are two channels, 102 and 102 are one", () => {
    expect(
      issuesIn([["quotas"], GONE], [[...BATCH, "id"], n("102")], [[...SINGLE, "id"], "102"]),
    ).toMatchObject([{ code: "DUPLICATE_ID" }]);
  });
});

test("every code here is in docs/errors.md, and every code of the sources is here", () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  const tested = new Set([
    ...[...FIELDS, ...BETWEEN_FIELDS].map(([, , , { code }]) => code),
    "CHANNEL_ID_BAR",
    "MISSING_FAILURE_COST",
    // In test/regression/halfCharacter.test.ts.
    "WRONG_ENCODING",
  ]);
  const docs = read("docs/errors.md");
  for (const code of tested) expect(docs).toContain(`\`${code}\``);
  const sources = ["channelsForm", "channelsRules", "channelsFile", "fields"]
    .map((name) => read(`src/model/${name}.ts`))
    .join("\n");
  const used = new Set([...sources.matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g)].map((match) => match[1]!));
  expect([...used].filter((code) => !tested.has(code))).toEqual([]);
});

/** The path as messages have it. */
function textOf(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
}
