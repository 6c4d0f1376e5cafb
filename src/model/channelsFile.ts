import { z } from "zod";
import type { Channel, Contract, FeeSchedule, Limits, PackageLimits, Rule } from "./contract.js";
import { RATE_ONE } from "./contract.js";
import {
  amountField,
  attributeValue,
  complain,
  costField,
  countField,
  feePartField,
  instantField,
  name,
  rateField,
  SourceNumber,
  secondsField,
  text,
} from "./fields.js";
import { type Issue, IssueList, suggest } from "./issue.js";
import { COST_UNITS_PER_MINOR, currencyExponent, knownCurrencies } from "./money.js";
import { issuesOf, keyed, type Locate, pathText } from "./zodIssues.js";

/**
 * The channels file: its zod schemas, which are the only source of its shape, and the step from the file's form to
 * the {@link Contract} that everything else works on.
 */

/** Schemas depend on the currency, because it fixes how fine money may be. */
function schemas(exponent: number) {
  const amount = amountField(exponent);
  const cost = costField(exponent);
  const limits = keyed({ maxOrders: countField(0).optional(), maxAmount: amount.optional() });
  const packageLimits = keyed({ ...limits.shape, maxPackages: countField(0).optional() });

  const feeParts = {
    flat: feePartField().optional(),
    rate: rateField().optional(),
    min: feePartField().optional(),
    max: feePartField().optional(),
  };
  const round = keyed({
    to: cost.optional(),
    mode: z.enum(["halfUp", "halfEven", "up", "down"]).optional(),
  });
  const tier = keyed({ upTo: amount.optional(), ...feeParts });
  const fee = keyed({ ...feeParts, tiers: z.array(tier).min(1).optional(), round: round.optional() });

  const banks = z.union([z.literal("*"), z.array(name).min(1)], {
    error: 'must be "*" or a list of bank codes, such as [ICBC, CCB]',
  });
  const rule = keyed({
    banks,
    except: z.array(name).optional(),
    where: z.record(z.string(), z.array(attributeValue).min(1)).optional(),
    amount: keyed({ min: amount.optional(), max: amount.optional() }).optional(),
    fee: fee.optional(),
    successRate: rateField().optional(),
    limits: limits.optional(),
  });
  const queue = keyed({
    opensAt: instantField().optional(),
    cutOff: instantField().optional(),
    backlogSeconds: secondsField().optional(),
    secondsPerPackage: secondsField().optional(),
    secondsPerOrder: secondsField().optional(),
    lanes: countField(1).optional(),
    resultSeconds: secondsField().optional(),
  });
  const channel = keyed({
    id: name,
    mode: z.enum(["batch", "single"]),
    coverage: z.array(rule).min(1),
    fee: fee.optional(),
    failureFee: cost.optional(),
    package: keyed({
      fee: cost.optional(),
      maxOrders: countField(1).optional(),
      minOrders: countField(1).optional(),
      maxAmount: amount.optional(),
      separateBy: z.array(name).optional(),
    }).optional(),
    limits: packageLimits.optional(),
    queue: queue.optional(),
  });
  return keyed({
    currency: currencyField,
    planAt: instantField().optional(),
    objective: keyed({
      delayCostPerOrderHour: cost.optional(),
      failureCost: cost.optional(),
      unroutedPenalty: cost.optional(),
      unroutedPenaltyRate: rateField().optional(),
    }).optional(),
    quotas: z.array(keyed({ id: name, channels: z.array(name).min(1), limits: packageLimits })).optional(),
    channels: z.array(channel).min(1),
  });
}

const currencyField = text.transform((value, context) => {
  if (currencyExponent(value) === undefined)
    return complain(
      context,
      "UNKNOWN_CURRENCY",
      "is no ISO 4217 currency",
      suggest(value, knownCurrencies()) || "Write a code such as CNY.",
    );
  return value;
});

/** The channels file in its own form, parsed: money in exact units, instants and durations in microseconds. */
export type ChannelsFile = z.output<ReturnType<typeof schemas>>;
type ChannelForm = ChannelsFile["channels"][number];
type FeeForm = NonNullable<ChannelForm["fee"]>;
type LimitsForm = NonNullable<NonNullable<ChannelsFile["quotas"]>[number]["limits"]>;

/**
 * Parses a channels file that was read into plain data with source text at its leaves.
 *
 * @param tree what the file says: objects, arrays, strings and {@link SourceNumber}s
 * @param locate names the file and line of a path, for messages
 * @throws InputError with every problem of the file
 */
export function parseChannels(tree: unknown, locate: Locate = () => ({})): Contract {
  const currency = (tree as { currency?: unknown } | null)?.currency;
  const exponent = (typeof currency === "string" ? currencyExponent(currency) : undefined) ?? 2;
  const found = new IssueList();
  const schema = schemas(exponent);
  const result = schema.safeParse(tree);
  if (!result.success) for (const issue of issuesOf(result.error, tree, locate)) found.add(issue);
  const faulty = result.success ? [] : faultyPaths(result.error);
  // All problems at once: what stands between fields is looked at as well, without the fields that are wrong in themselves.
  const file = result.success ? result.data : schema.safeParse(without(tree, faulty)).data;
  if (file !== undefined) {
    checkFile(file, (path, code, message, hint, value) => {
      if (faulty.some((other) => isWithin(other, path))) return;
      const issue: Issue = { code, path: pathText(path), message, ...locate(path) };
      found.add({ ...issue, ...(hint ? { hint } : {}), ...(value === undefined ? {} : { value }) });
    });
  }
  found.throwIfAny();
  return toContract(file!, exponent);
}

function faultyPaths(error: z.ZodError): (readonly PropertyKey[])[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
}

function isWithin(inner: readonly PropertyKey[], outer: readonly PropertyKey[]): boolean {
  return outer.every((key, i) => inner[i] === key);
}

/** A copy of plain data without the members at some paths; elements of lists stay, so that places keep their numbers. */
function without(tree: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  if (Array.isArray(tree)) return tree.map((element, i) => without(element, below(paths, i)));
  if (typeof tree !== "object" || tree === null || tree instanceof SourceNumber) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => !paths.some((path) => path.length === 1 && path[0] === key))
      .map(([key, value]) => [key, without(value, below(paths, key))]),
  );
}

function below(paths: readonly (readonly PropertyKey[])[], key: PropertyKey): (readonly PropertyKey[])[] {
  return paths.filter((path) => path.length > 1 && path[0] === key).map((path) => path.slice(1));
}

type Path = readonly (string | number)[];
type Report = (path: Path, code: string, message: string, hint?: string, value?: string) => void;

/** Rules between fields, which a schema of one field cannot see. */
function checkFile(file: ChannelsFile, report: Report): void {
  const ids = file.channels.map((channel) => channel.id);
  duplicates(ids, (i, id) =>
    report(
      ["channels", i, "id"],
      "DUPLICATE_ID",
      `channel id "${id}" is used twice`,
      "Give every channel its own id.",
    ),
  );
  ids.forEach((id, i) => {
    if (id.includes("|"))
      report(
        ["channels", i, "id"],
        "CHANNEL_ID_BAR",
        `channel id "${id}" contains "|"`,
        'Orders list channels as A|B, so an id cannot hold a "|".',
      );
  });
  const quotas = file.quotas ?? [];
  duplicates(
    quotas.map((quota) => quota.id),
    (i, id) =>
      report(
        ["quotas", i, "id"],
        "DUPLICATE_ID",
        `quota id "${id}" is used twice`,
        "Give every quota its own id.",
      ),
  );
  quotas.forEach((quota, i) => {
    quota.channels.forEach((id, j) => {
      if (!ids.includes(id))
        report(["quotas", i, "channels", j], "UNKNOWN_CHANNEL", `no channel "${id}"`, suggest(id, ids), id);
    });
    duplicates(quota.channels, (j, id) =>
      report(["quotas", i, "channels", j], "DUPLICATE_ID", `channel "${id}" is listed twice`),
    );
  });
  for (const [c, channel] of file.channels.entries()) checkChannel(channel, file, ["channels", c], report);
  if (file.planAt === undefined && usesInstants(file))
    report(
      ["planAt"],
      "MISSING_FIELD",
      "is needed, because an opening or cut-off is an instant",
      "Add planAt, the plan's time zero, such as 2026-11-22T22:00:00+08:00.",
    );
}

function usesInstants(file: ChannelsFile): boolean {
  return file.channels.some(({ queue }) => queue?.opensAt !== undefined || queue?.cutOff !== undefined);
}

function checkChannel(channel: ChannelForm, file: ChannelsFile, path: Path, report: Report): void {
  if (channel.mode === "single") {
    if (channel.package !== undefined)
      report(
        [...path, "package"],
        "PACKAGE_ON_SINGLE",
        "belongs to batch channels alone",
        "Remove it, or set mode: batch.",
      );
    if (channel.limits?.maxPackages !== undefined)
      report(
        [...path, "limits", "maxPackages"],
        "PACKAGE_ON_SINGLE",
        "belongs to batch channels alone",
        "Use maxOrders.",
      );
    if (channel.queue?.secondsPerPackage !== undefined)
      report(
        [...path, "queue", "secondsPerPackage"],
        "PACKAGE_ON_SINGLE",
        "belongs to batch channels alone",
        "Use secondsPerOrder.",
      );
  }
  const terms = channel.package;
  if (terms?.minOrders !== undefined && terms.maxOrders !== undefined && terms.minOrders > terms.maxOrders)
    report(
      [...path, "package", "minOrders"],
      "EMPTY_RANGE",
      `minOrders ${terms.minOrders} is above maxOrders ${terms.maxOrders}`,
      "No package could be sent: lower minOrders.",
    );
  if (terms?.separateBy)
    duplicates(terms.separateBy, (i, field) =>
      report([...path, "package", "separateBy", i], "DUPLICATE_ID", `"${field}" is listed twice`),
    );
  for (const [i, field] of (terms?.separateBy ?? []).entries()) {
    if (["id", "amount", "dueBy", "delayWeight", "channels", "unroutedPenalty"].includes(field))
      report(
        [...path, "package", "separateBy", i],
        "NOT_AN_ATTRIBUTE",
        `"${field}" is not a bank or an attribute`,
        "Name bank or an attribute column.",
      );
  }
  if (channel.fee) checkFee(channel.fee, [...path, "fee"], report);
  const failureCost = file.objective?.failureCost;
  channel.coverage.forEach((rule, r) => {
    const at = [...path, "coverage", r];
    if (rule.except !== undefined && rule.banks !== "*")
      report(
        [...at, "except"],
        "EXCEPT_WITHOUT_ALL",
        'goes with banks: "*" only',
        "Leave the banks out of the list instead.",
      );
    if (rule.amount?.min !== undefined && rule.amount.max !== undefined && rule.amount.min > rule.amount.max)
      report([...at, "amount"], "EMPTY_RANGE", "min is above max");
    for (const attribute of Object.keys(rule.where ?? {})) {
      if (["id", "amount", "dueBy", "delayWeight", "channels", "unroutedPenalty", "bank"].includes(attribute))
        report(
          [...at, "where", attribute],
          "NOT_AN_ATTRIBUTE",
          `"${attribute}" is a field of its own`,
          attribute === "bank"
            ? "Use banks."
            : attribute === "amount"
              ? "Use amount: { min, max }."
              : "Ask for an attribute column.",
        );
    }
    if (rule.fee === undefined && channel.fee === undefined)
      report(
        [...at, "fee"],
        "MISSING_FIELD",
        "no fee: neither the rule nor its channel has one",
        "Add a fee to the channel or the rule.",
      );
    if (rule.fee) checkFee(rule.fee, [...at, "fee"], report);
    if (rule.successRate !== undefined && rule.successRate < RATE_ONE && failureCost === undefined)
      report(
        [...at, "successRate"],
        "MISSING_FAILURE_COST",
        "is below 1, and the objective has no failureCost",
        'Add objective: { failureCost: "2.00" }, or "0" where a failed debit costs nothing more.',
      );
  });
}

function checkFee(fee: FeeForm, path: Path, report: Report): void {
  const parts = ["flat", "rate", "min", "max"] as const;
  if (fee.round?.to === 0) report([...path, "round", "to"], "OUT_OF_RANGE", "must be above 0");
  if (fee.tiers === undefined) {
    if (fee.flat === undefined && fee.rate === undefined)
      report(path, "MISSING_FIELD", "needs flat, rate or tiers", 'Write { flat: "0.50" }.');
    checkFeeRange(fee, path, report);
    return;
  }
  for (const part of parts)
    if (fee[part] !== undefined)
      report([...path, part], "FEE_BESIDE_TIERS", "cannot stand beside tiers", "Move it into the tiers.");
  let previous = -1;
  fee.tiers.forEach((tier, t) => {
    const at = [...path, "tiers", t];
    const last = t === fee.tiers!.length - 1;
    if (tier.flat === undefined && tier.rate === undefined)
      report(at, "MISSING_FIELD", "needs flat or rate", 'Write { flat: "0.50" }.');
    checkFeeRange(tier, at, report);
    if (last && tier.upTo !== undefined)
      report(
        [...at, "upTo"],
        "LAST_TIER_BOUNDED",
        "the last tier has no upTo",
        "Remove it, or add a tier for larger amounts.",
      );
    if (!last && tier.upTo === undefined) report(at, "MISSING_FIELD", "every tier but the last needs upTo");
    if (tier.upTo !== undefined) {
      if (tier.upTo <= previous)
        report([...at, "upTo"], "TIERS_NOT_ASCENDING", "upTo must ascend from tier to tier");
      previous = tier.upTo;
    }
  });
}

function checkFeeRange(
  fee: { min?: bigint | undefined; max?: bigint | undefined },
  path: Path,
  report: Report,
): void {
  if (fee.min !== undefined && fee.max !== undefined && fee.min > fee.max)
    report([...path, "min"], "EMPTY_RANGE", "min is above max");
}

function duplicates(values: readonly string[], report: (index: number, value: string) => void): void {
  const seen = new Set<string>();
  values.forEach((value, i) => {
    if (seen.has(value)) report(i, value);
    seen.add(value);
  });
}

function toContract(file: ChannelsFile, exponent: number): Contract {
  const planAt = file.planAt?.at ?? null;
  const zero = planAt ?? 0;
  const ids = file.channels.map((channel) => channel.id);
  return {
    currency: file.currency,
    exponent,
    planAt,
    offsetMinutes: file.planAt?.offset ?? 0,
    objective: {
      delayCostPerOrderHour: file.objective?.delayCostPerOrderHour ?? 0,
      failureCost: file.objective?.failureCost ?? 0,
      unroutedPenalty: file.objective?.unroutedPenalty ?? null,
      unroutedPenaltyRate: file.objective?.unroutedPenaltyRate ?? 0,
    },
    quotas: (file.quotas ?? []).map((quota) => ({
      id: quota.id,
      channels: quota.channels.map((id) => ids.indexOf(id)).sort((a, b) => a - b),
      limits: toPackageLimits(quota.limits),
    })),
    channels: file.channels.map((channel) => toChannel(channel, zero)),
  };
}

function toLimits(
  limits: { maxOrders?: number | undefined; maxAmount?: number | undefined } | undefined,
): Limits {
  return { maxOrders: limits?.maxOrders ?? Infinity, maxAmount: limits?.maxAmount ?? Infinity };
}

function toPackageLimits(limits: LimitsForm | undefined): PackageLimits {
  return { ...toLimits(limits), maxPackages: limits?.maxPackages ?? Infinity };
}

function toChannel(channel: ChannelForm, zero: number): Channel {
  const queue = channel.queue;
  const opens = Math.max(0, (queue?.opensAt?.at ?? zero) - zero);
  return {
    id: channel.id,
    mode: channel.mode,
    coverage: channel.coverage.map((rule) => toRule(rule, channel)),
    failureFee: channel.failureFee ?? 0,
    package: {
      fee: channel.package?.fee ?? 0,
      minOrders: channel.package?.minOrders ?? 1,
      separateBy: channel.package?.separateBy ?? [],
      ...toLimits(channel.package),
    },
    limits: toPackageLimits(channel.limits),
    queue: {
      start: opens + (queue?.backlogSeconds ?? 0),
      cutOff: queue?.cutOff === undefined ? Infinity : queue.cutOff.at - zero,
      perPackage: queue?.secondsPerPackage ?? 0,
      perOrder: queue?.secondsPerOrder ?? 0,
      lanes: queue?.lanes ?? 1,
      result: queue?.resultSeconds ?? 0,
    },
  };
}

function toRule(rule: ChannelForm["coverage"][number], channel: ChannelForm): Rule {
  return {
    banks: rule.banks === "*" ? null : rule.banks,
    except: rule.except ?? [],
    where: Object.entries(rule.where ?? {}).map(([attribute, values]) => ({ attribute, values })),
    amountMin: rule.amount?.min ?? 0,
    amountMax: rule.amount?.max ?? Infinity,
    fee: toFee((rule.fee ?? channel.fee)!),
    successRate: rule.successRate ?? RATE_ONE,
    limits: toLimits(rule.limits),
  };
}

function toFee(fee: FeeForm): FeeSchedule {
  const tiers = fee.tiers ?? [fee];
  return {
    tiers: tiers.map((tier) => ({
      upTo: ("upTo" in tier ? tier.upTo : undefined) ?? Infinity,
      flat: tier.flat ?? 0n,
      rate: BigInt(tier.rate ?? 0),
      min: tier.min ?? null,
      max: tier.max ?? null,
    })),
    roundTo: fee.round?.to ?? COST_UNITS_PER_MINOR,
    roundMode: fee.round?.mode ?? "halfUp",
  };
}

/** Attribute names that the contract asks for, in coverage rules or `separateBy`, sorted. */
export function attributesUsed(contract: Contract): readonly string[] {
  const used = new Set<string>();
  for (const channel of contract.channels) {
    for (const rule of channel.coverage) for (const { attribute } of rule.where) used.add(attribute);
    for (const field of channel.package.separateBy) if (field !== "bank") used.add(field);
  }
  return [...used].sort();
}
