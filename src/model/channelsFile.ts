import { type ChannelsForm, channelsSchema, type PartialForm } from "./channelsForm.js";
import { checkRules } from "./channelsRules.js";
import type {
  Channel,
  Contract,
  FeeSchedule,
  Limits,
  PackageLimits,
  PackageTerms,
  Rule,
} from "./contract.js";
import { RATE_ONE } from "./contract.js";
import { InputError, type Issue, IssueList } from "./issue.js";
import { parseLeniently } from "./lenientSchema.js";
import { COST_UNITS_PER_MINOR, currencyExponent, MOST_DECIMALS } from "./money.js";
import type { OrderTerms } from "./orderFields.js";
import { toVolumeTerms } from "./volumeForm.js";
import { faultsIn, issuesOf, type Locate, pathText, sourceText } from "./zodIssues.js";

/** The step from the channels file's form to the {@link Contract} that everything else works on. */

type ChannelForm = ChannelsForm["channels"][number];
type FeeForm = NonNullable<ChannelForm["fee"]>;
type LimitsForm = NonNullable<NonNullable<ChannelsForm["quotas"]>[number]["limits"]>;

/** A channels file that cannot be used. */
export class ChannelsError extends InputError {
  /**
   * @param terms what orders can be judged by all the same; null where currency or channel ids are not known
   */
  constructor(
    { issues, total }: IssueList,
    readonly terms: OrderTerms | null,
  ) {
    super(issues, total);
  }
}

/**
 * Parses a channels file that was read into plain data with source text at its leaves.
 *
 * @param tree what the file says: objects, arrays, strings and {@link SourceNumber}s
 * @param locate names the file and line of a path, for messages
 * @throws ChannelsError with every problem of the file
 */
export function parseChannels(tree: unknown, locate: Locate = () => ({})): Contract {
  const currency = (tree as { currency?: unknown } | null)?.currency;
  const exponent = typeof currency === "string" ? currencyExponent(currency) : undefined;
  const found = new IssueList();
  // Of an unknown currency no amount is too fine that is not too fine in any.
  const schema = channelsSchema(exponent ?? MOST_DECIMALS);
  const result = schema.safeParse(tree);
  if (!result.success) for (const issue of issuesOf(result.error, tree, locate)) found.add(issue);
  // All problems at once: what stands between fields is looked at as well, as far as the fields can be parsed.
  const form: PartialForm = result.success ? result.data : (parseLeniently(schema, tree) ?? {});
  checkRules(form, {
    isFaulty: faultsIn(result.error),
    textAt: (path) => sourceText(tree, path) ?? "",
    report(path, code, message, hint, value = sourceText(tree, path)) {
      const issue: Issue = { code, path: pathText(path), message, ...locate(path) };
      found.add({ ...issue, ...(hint ? { hint } : {}), ...(value === undefined ? {} : { value }) });
    },
  });
  if (result.success && found.total === 0) return toContract(result.data, exponent!);
  throw new ChannelsError(found, termsOf(form, exponent, found));
}

/** As much of the contract as orders are judged by. */
function termsOf(form: PartialForm, exponent: number | undefined, found: IssueList): OrderTerms | null {
  if (exponent === undefined || !form.channels?.length) return null;
  const channels: OrderTerms["channels"][number][] = [];
  for (const channel of form.channels) {
    if (channel?.id === undefined) return null;
    channels.push({
      id: channel.id,
      coverage: (channel.coverage ?? []).map((rule) => ({
        where: Object.keys(rule?.where ?? {}).map((attribute) => ({ attribute })),
      })),
      package: {
        separateBy: (channel.package?.separateBy ?? []).filter((field) => field !== undefined),
        uniqueBy: (channel.package?.uniqueBy ?? []).filter((field) => field !== undefined),
      },
    });
  }
  // What is said of it once need not be said again with every order that is due.
  const planAtFaulty = found.issues.some(({ path }) => path === "planAt");
  return { exponent, planAt: form.planAt?.at ?? (planAtFaulty ? 0 : null), channels };
}

function toContract(file: ChannelsForm, exponent: number): Contract {
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
      feeTiers: toPackageFees(channel.package),
      minOrders: channel.package?.minOrders ?? 1,
      separateBy: channel.package?.separateBy ?? [],
      uniqueBy: channel.package?.uniqueBy ?? [],
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
    volume: channel.volume === undefined ? null : toVolumeTerms(channel.volume),
    minimumFee:
      channel.minimumFee === undefined
        ? null
        : { fee: channel.minimumFee.fee, toDate: channel.minimumFee.chargesToDate ?? 0 },
  };
}

function toPackageFees(terms: ChannelForm["package"]): PackageTerms["feeTiers"] {
  return (terms?.feeTiers ?? [{ fee: terms?.fee }]).map((tier) => ({
    upTo: ("upTo" in tier ? tier.upTo : undefined) ?? Infinity,
    fee: tier.fee ?? 0,
    perOrder: ("perOrder" in tier ? tier.perOrder : undefined) ?? 0,
  }));
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
    apply: fee.apply ?? "whole",
    roundTo: fee.round?.to ?? COST_UNITS_PER_MINOR,
    roundMode: fee.round?.mode ?? "halfUp",
  };
}
