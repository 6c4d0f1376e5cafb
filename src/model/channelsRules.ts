import type { PartialForm } from "./channelsForm.js";
import { RATE_ONE } from "./contract.js";
import { quoteValue, suggest } from "./issue.js";
import { ORDER_FIELDS } from "./orderFields.js";

/**
 * Rules between fields of the channels file, which a schema of one field cannot see. They are held against as much of
 * the file as can be parsed, so that one wrong field hides nothing that is wrong elsewhere; where it takes a wrong field
 * to judge, nothing is said.
 */

type Path = readonly (string | number)[];
type Defined<Type> = NonNullable<Type>;
type ChannelForm = Defined<Defined<PartialForm["channels"]>[number]>;
type RuleForm = Defined<Defined<ChannelForm["coverage"]>[number]>;
type FeeForm = Defined<ChannelForm["fee"]>;
type VolumeForm = Defined<ChannelForm["volume"]>;
type TierForm = Defined<Defined<FeeForm["tiers"]>[number]>;

export interface Judge {
  /** Whether a field, or something in it or around it, cannot be parsed: undefined then does not mean absent. */
  isFaulty(path: Path): boolean;
  /** What the file says there, as it is written; empty where it says nothing. */
  textAt(path: Path): string;
  /** @param value what is wrong; else the text at the path */
  report(path: Path, code: string, message: string, hint?: string, value?: string): void;
}

/** Reports every rule that the file breaks. */
export function checkRules(file: PartialForm, judge: Judge): void {
  const channels = file.channels ?? [];
  checkIds(channels, judge);
  checkQuotas(file, judge);
  for (const [c, channel] of channels.entries())
    if (channel !== undefined) checkChannel(channel, file, ["channels", c], judge);
  if (file.planAt === undefined && !judge.isFaulty(["planAt"]) && usesInstants(channels, judge))
    judge.report(
      ["planAt"],
      "MISSING_FIELD",
      "is needed, because an opening or cut-off is an instant",
      "Add planAt, the plan's time zero, such as 2026-11-22T22:00:00+08:00.",
    );
}

/** Whether a channel opens or closes at an instant, be it a wrong one. */
function usesInstants(channels: Defined<PartialForm["channels"]>, judge: Judge): boolean {
  return channels.some((channel, c) =>
    (["opensAt", "cutOff"] as const).some(
      (field) =>
        channel?.queue?.[field] !== undefined ||
        (channel?.queue !== undefined && judge.isFaulty(["channels", c, "queue", field])),
    ),
  );
}

function checkIds(channels: Defined<PartialForm["channels"]>, { report }: Judge): void {
  const ids = channels.map((channel) => channel?.id);
  duplicates(ids, (i, id) =>
    report(
      ["channels", i, "id"],
      "DUPLICATE_ID",
      `channel id "${id}" is used twice`,
      "Give every channel its own id.",
    ),
  );
  ids.forEach((id, i) => {
    if (id?.includes("|"))
      report(
        ["channels", i, "id"],
        "CHANNEL_ID_BAR",
        `channel id "${id}" contains "|"`,
        'Orders list channels as A|B, so an id cannot hold a "|".',
      );
  });
}

function checkQuotas(file: PartialForm, { report }: Judge): void {
  const ids = (file.channels ?? []).map((channel) => channel?.id);
  const known = ids.filter((id) => id !== undefined);
  // A name may be that of a channel whose own is still wrong.
  const allKnown = ids.length > 0 && known.length === ids.length;
  const quotas = file.quotas ?? [];
  duplicates(
    quotas.map((quota) => quota?.id),
    (i, id) =>
      report(
        ["quotas", i, "id"],
        "DUPLICATE_ID",
        `quota id "${id}" is used twice`,
        "Give every quota its own id.",
      ),
  );
  quotas.forEach((quota, i) => {
    const listed = quota?.channels ?? [];
    listed.forEach((id, j) => {
      if (id !== undefined && allKnown && !known.includes(id))
        report(["quotas", i, "channels", j], "UNKNOWN_CHANNEL", `no channel "${id}"`, suggest(id, known), id);
    });
    duplicates(listed, (j, id) =>
      report(["quotas", i, "channels", j], "DUPLICATE_ID", `channel "${id}" is listed twice`),
    );
  });
}

function checkChannel(channel: ChannelForm, file: PartialForm, path: Path, judge: Judge): void {
  if (channel.mode === "single") checkSingle(channel, path, judge);
  checkPackage(channel.package, [...path, "package"], judge);
  if (channel.fee) checkFee(channel.fee, [...path, "fee"], judge);
  if (channel.volume) checkVolume(channel.volume, [...path, "volume"], judge);
  duplicates(
    (channel.coverage ?? []).map((rule) => rule?.id),
    (r, id) =>
      judge.report(
        [...path, "coverage", r, "id"],
        "DUPLICATE_ID",
        `rule id "${id}" is used twice`,
        "Give every rule of a channel its own id, or none.",
      ),
  );
  channel.coverage?.forEach((rule, r) => {
    if (rule === undefined) return;
    const at = [...path, "coverage", r];
    checkRule(rule, at, judge);
    const hasNoFee = rule.fee === undefined && channel.fee === undefined;
    if (hasNoFee && !judge.isFaulty([...at, "fee"]) && !judge.isFaulty([...path, "fee"]))
      judge.report(
        [...at, "fee"],
        "MISSING_FIELD",
        "no fee: neither the rule nor its channel has one",
        "Add a fee to the channel or the rule.",
      );
    const hasNoCost =
      file.objective?.failureCost === undefined && !judge.isFaulty(["objective", "failureCost"]);
    if (rule.successRate !== undefined && rule.successRate < RATE_ONE && hasNoCost)
      judge.report(
        [...at, "successRate"],
        "MISSING_FAILURE_COST",
        "is below 1, and the objective has no failureCost",
        'Add objective: { failureCost: "2.00" }, or "0" where a failed debit costs nothing more.',
      );
  });
}

function checkSingle(channel: ChannelForm, path: Path, { report }: Judge): void {
  const message = "belongs to batch channels alone";
  if (channel.package !== undefined)
    report([...path, "package"], "PACKAGE_ON_SINGLE", message, "Remove it, or set mode: batch.");
  if (channel.limits?.maxPackages !== undefined)
    report([...path, "limits", "maxPackages"], "PACKAGE_ON_SINGLE", message, "Use maxOrders.");
  if (channel.queue?.secondsPerPackage !== undefined)
    report([...path, "queue", "secondsPerPackage"], "PACKAGE_ON_SINGLE", message, "Use secondsPerOrder.");
}

function checkPackage(terms: ChannelForm["package"], path: Path, judge: Judge): void {
  const { report } = judge;
  if (terms?.minOrders !== undefined && terms.maxOrders !== undefined && terms.minOrders > terms.maxOrders)
    report(
      [...path, "minOrders"],
      "EMPTY_RANGE",
      `minOrders ${terms.minOrders} is above maxOrders ${terms.maxOrders}`,
      "No package could be sent: lower minOrders.",
    );
  if (terms?.feeTiers !== undefined) {
    if (terms.fee !== undefined)
      report([...path, "fee"], "FEE_BESIDE_TIERS", "cannot stand beside feeTiers", "Move it into the tiers.");
    checkTierEnds(terms.feeTiers, [...path, "feeTiers"], judge);
    terms.feeTiers.forEach((tier, t) => {
      const at = [...path, "feeTiers", t];
      if (tier !== undefined && lacks(tier, ["fee", "perOrder"], at, judge))
        report(at, "MISSING_FIELD", "needs fee or perOrder", 'Write { fee: "1.75", perOrder: "0.009" }.');
    });
  }
  for (const list of ["separateBy", "uniqueBy"] as const) {
    const fields = terms?.[list] ?? [];
    duplicates(fields, (i, field) =>
      report([...path, list, i], "DUPLICATE_ID", `"${field}" is listed twice`),
    );
    for (const [i, field] of fields.entries())
      if (field !== "bank" && isOrderField(field))
        report(
          [...path, list, i],
          "NOT_AN_ATTRIBUTE",
          `"${field}" is not a bank or an attribute`,
          "Name bank or an attribute column.",
        );
  }
}

function checkVolume(volume: VolumeForm, path: Path, judge: Judge): void {
  const { tiers, kind } = volume;
  const { report } = judge;
  if (lacks(volume, ["tiers", "minimum"], path, judge))
    report(
      path,
      "MISSING_FIELD",
      "needs tiers or minimum",
      "Write tiers: [{ from: 1000, discount: … }], or leave volume out.",
    );
  if (tiers !== undefined && lacks(volume, ["kind"], path, judge))
    report(
      [...path, "kind"],
      "MISSING_FIELD",
      "is missing",
      "graduated: a tier's price is for the volume in it; allUnits: for all of the month's.",
    );
  if (kind !== undefined && lacks(volume, ["tiers"], path, judge))
    report([...path, "kind"], "KIND_WITHOUT_TIERS", "says how tiers count, and there are none", "Add tiers.");
  const ascends = ascending("from", [...path, "tiers"], judge);
  tiers?.forEach((tier, t) => {
    if (tier === undefined) return;
    const { from, discount, fee } = tier;
    const at = [...path, "tiers", t];
    if (lacks(tier, ["discount", "fee"], at, judge))
      report(at, "MISSING_FIELD", "needs discount or fee", 'Write { from: 1000, discount: "0.05" }.');
    if (discount !== undefined && fee !== undefined)
      report(
        [...at, "fee"],
        "FEE_BESIDE_DISCOUNT",
        "cannot stand beside a discount",
        "Write the one or the other.",
      );
    if (from !== undefined) ascends(from, t);
  });
}

function checkRule(rule: RuleForm, path: Path, judge: Judge): void {
  const { report } = judge;
  if (rule.fee) checkFee(rule.fee, [...path, "fee"], judge);
  if (rule.except !== undefined && rule.banks !== undefined && rule.banks !== "*")
    report(
      [...path, "except"],
      "EXCEPT_WITHOUT_ALL",
      'goes with banks: "*" only',
      "Leave the banks out of the list instead.",
    );
  if (rule.amount?.min !== undefined && rule.amount.max !== undefined && rule.amount.min > rule.amount.max)
    report([...path, "amount"], "EMPTY_RANGE", "min is above max");
  for (const attribute of Object.keys(rule.where ?? {}))
    if (isOrderField(attribute))
      report(
        [...path, "where", attribute],
        "NOT_AN_ATTRIBUTE",
        `"${attribute}" is a field of its own`,
        attribute === "bank"
          ? "Use banks."
          : attribute === "amount"
            ? "Use amount: { min, max }."
            : "Ask for an attribute column.",
      );
}

function isOrderField(name: string | undefined): boolean {
  return (ORDER_FIELDS as readonly (string | undefined)[]).includes(name);
}

function checkFee(fee: FeeForm, path: Path, judge: Judge): void {
  const { report } = judge;
  if (fee.round?.to === 0) report([...path, "round", "to"], "OUT_OF_RANGE", "must be above 0");
  if (fee.tiers === undefined) {
    if (lacks(fee, ["flat", "rate", "tiers"], path, judge))
      report(path, "MISSING_FIELD", "needs flat, rate or tiers", 'Write { flat: "0.50" }.');
    if (fee.apply !== undefined && !judge.isFaulty([...path, "tiers"]))
      report([...path, "apply"], "APPLY_WITHOUT_TIERS", "goes with tiers only", "Remove it, or write tiers.");
    checkFeeRange(fee, path, judge);
    return;
  }
  for (const part of ["flat", "rate", "min", "max"] as const)
    if (fee[part] !== undefined)
      report([...path, part], "FEE_BESIDE_TIERS", "cannot stand beside tiers", "Move it into the tiers.");
  checkTiers(fee.tiers, [...path, "tiers"], judge);
}

function checkTiers(tiers: readonly (TierForm | undefined)[], path: Path, judge: Judge): void {
  tiers.forEach((tier, t) => {
    if (tier === undefined) return;
    const at = [...path, t];
    if (lacks(tier, ["flat", "rate"], at, judge))
      judge.report(at, "MISSING_FIELD", "needs flat or rate", 'Write { flat: "0.50" }.');
    checkFeeRange(tier, at, judge);
  });
  checkTierEnds(tiers, path, judge);
}

/** Each tier goes further than the one before, and the last one without end. */
function checkTierEnds(
  tiers: readonly ({ readonly upTo?: number | undefined } | undefined)[],
  path: Path,
  judge: Judge,
): void {
  const { report } = judge;
  const ascends = ascending("upTo", path, judge);
  tiers.forEach((tier, t) => {
    if (tier === undefined) return;
    const at = [...path, t];
    const last = t === tiers.length - 1;
    if (last && tier.upTo !== undefined)
      report(
        [...at, "upTo"],
        "LAST_TIER_BOUNDED",
        "the last tier has no upTo",
        "Remove it, or add a tier beyond it.",
      );
    if (!last && lacks(tier, ["upTo"], at, judge))
      report(at, "MISSING_FIELD", "every tier but the last needs upTo");
    if (tier.upTo !== undefined) ascends(tier.upTo, t);
  });
}

/** Told of the field of tier after tier, reports those that are not above the one before. */
function ascending(
  field: string,
  path: Path,
  { report, textAt }: Judge,
): (value: number, tier: number) => void {
  let previous: { readonly value: number; readonly text: string } | undefined;
  return (value, tier) => {
    const at = [...path, tier, field];
    const text = quoteValue(textAt(at));
    if (previous !== undefined && value <= previous.value)
      report(
        at,
        "TIERS_NOT_ASCENDING",
        `${field} must ascend from tier to tier, and ${text} is not above ${previous.text}`,
        `Sort the tiers by ${field}, each above the one before.`,
      );
    previous = { value, text };
  };
}

/** Whether a mapping has none of some fields, not even one that is wrong. */
function lacks<Key extends string>(
  form: Readonly<Partial<Record<Key, unknown>>>,
  keys: readonly Key[],
  path: Path,
  judge: Judge,
): boolean {
  return keys.every((key) => form[key] === undefined && !judge.isFaulty([...path, key]));
}

function checkFeeRange(
  fee: { readonly min?: bigint | undefined; readonly max?: bigint | undefined },
  path: Path,
  { report }: Judge,
): void {
  if (fee.min !== undefined && fee.max !== undefined && fee.min > fee.max)
    report([...path, "min"], "EMPTY_RANGE", "min is above max");
}

function duplicates(
  values: readonly (string | undefined)[],
  report: (index: number, value: string) => void,
): void {
  const seen = new Set<string>();
  values.forEach((value, i) => {
    if (value === undefined) return;
    if (seen.has(value)) report(i, value);
    seen.add(value);
  });
}
