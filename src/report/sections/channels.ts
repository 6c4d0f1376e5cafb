import type { Contract, PackageLimits } from "../../model/contract.js";
import { formatAmount, parseMoney } from "../../model/money.js";
import { shareBar } from "../bars.js";
import { readMoment } from "../clock.js";
import { html, type Markup, named } from "../markup.js";
import { perOrder, ratio, sumCosts } from "../numbers.js";
import type { DrawnChannel } from "../packages.js";
import { askingNotes, channelNotes, leastSaid, quotaNotes } from "../room.js";
import { money, table } from "../table.js";
import { lead, type ReportData, type Section } from "./section.js";

/** What every channel carries and costs. */
export function channelSection(data: ReportData): Section {
  const { plan, contract, channels } = data;
  const { exponent } = contract;
  const hasVolume = plan.cost.volume !== undefined;
  const rows = channels.map((channel) => {
    const { id, mode, orders, amount, packages, charges, packageFees, delay, volume, finishAt } =
      channel.figures;
    return [
      named(id),
      orders,
      amount,
      mode === "batch" ? packages : "single",
      charges,
      packageFees,
      delay,
      ...(hasVolume ? [volume ?? null] : []),
      perOrder(sumCosts([charges, packageFees, delay, volume ?? "0"], exponent), orders, exponent),
      fullest(channel, contract),
      readMoment(finishAt, contract),
    ];
  });
  const { charges, packageFees, delay, volume } = plan.cost;
  const amounts = plan.channels.reduce((sum, { amount }) => sum + (parseMoney(amount, exponent) ?? 0n), 0n);
  const body = html`${lead(
    `Cost per order is charges, package fees${hasVolume ? ", delay and volume" : " and delay"} over the orders carried. ` +
      "The tightest limit is the one of the channel's own limits that is used up most.",
  )}
${table({
  caption: `Channels, money in ${plan.currency}`,
  columns: [
    { label: "Channel", kind: "text" },
    { label: "Orders", kind: "count" },
    { label: "Amount", kind: "money" },
    { label: "Packages", kind: "count" },
    { label: "Charges", kind: "money" },
    { label: "Package fees", kind: "money" },
    { label: "Delay", kind: "money" },
    ...(hasVolume ? [{ label: "Volume", kind: "money" } as const] : []),
    { label: "Cost per order", kind: "money" },
    { label: "Tightest limit", kind: "text", className: "nowrap" },
    { label: "Finish", kind: "figure", className: "nowrap" },
  ],
  rows,
  foot: [
    "Total",
    plan.counts.routed,
    formatAmount(amounts, exponent),
    plan.counts.packages,
    charges,
    packageFees,
    delay,
    ...(hasVolume ? [volume ?? null] : []),
    perOrder(sumCosts([charges, packageFees, delay, volume ?? "0"], exponent), plan.counts.routed, exponent),
    "",
    readMoment(plan.finishAt, contract),
  ],
  muted: (row) => channels[row]!.figures.orders === 0,
  exponent,
})}${quotaTable(data)}${roomList(data)}`;
  return { id: "channels", title: "Channels", short: "Channels", body };
}

/** Limits that channels share, and how much of them the plan uses. */
function quotaTable({ contract, channels }: ReportData): Markup | false {
  const { exponent, quotas } = contract;
  if (quotas.length === 0) return false;
  const byId = new Map(channels.map(({ figures }) => [figures.id, figures]));
  const limitCell = (limit: number) => (Number.isFinite(limit) ? limit : null);
  const rows = quotas.map(({ id, channels: members, limits }) => {
    const ids = members.map((member) => contract.channels[member]!.id);
    const used = { orders: 0, packages: 0, amount: 0n };
    for (const figures of ids.map((member) => byId.get(member))) {
      used.orders += figures?.orders ?? 0;
      used.packages += figures?.packages ?? 0;
      used.amount += parseMoney(figures?.amount ?? "0", exponent) ?? 0n;
    }
    return [
      named(id),
      html`${ids.map((member, i) => html`${i > 0 && ", "}${named(member)}`)}`,
      used.orders,
      limitCell(limits.maxOrders),
      formatAmount(used.amount, exponent),
      Number.isFinite(limits.maxAmount) ? formatAmount(limits.maxAmount, exponent) : null,
      used.packages,
      limitCell(limits.maxPackages),
      tightest(used, limits),
    ];
  });
  return table({
    caption: "Quotas: limits that channels share",
    columns: [
      { label: "Quota", kind: "text" },
      { label: "Channels", kind: "text", className: "members" },
      { label: "Orders", kind: "count" },
      { label: "at most", kind: "count" },
      { label: "Amount", kind: "money" },
      { label: "at most", kind: "money" },
      { label: "Packages", kind: "count" },
      { label: "at most", kind: "count" },
      { label: "Tightest limit", kind: "text", className: "nowrap" },
    ],
    rows,
    exponent,
  });
}

/** What more room could save, channel by channel, and quota by quota. */
function roomList({ plan, contract, channels }: ReportData): Markup {
  const { exponent } = contract;
  const entries = [
    ...channels.map((channel) => ({
      owner: named(channel.figures.id),
      notes: channelNotes(channel, exponent),
      asking: askingNotes(channel, exponent),
    })),
    ...plan.quotas.map((quota) => ({
      owner: html`quota ${named(quota.id)}`,
      notes: quotaNotes(quota, contract),
      asking: [],
    })),
  ].filter(({ notes, asking }) => notes.length + asking.length > 0);
  if (entries.length === 0)
    return html`<h3>What more room could save</h3>
${lead(
  "Nothing beyond what the gap leaves open: by the prices of certificate.json, more of no limit, lane or cut-off " +
    `would save ${leastSaid(exponent)} or more.`,
)}`;
  return html`<h3>What more room could save</h3>
${lead(
  `The most, in ${plan.currency}, that a little more of one thing could save beyond what the gap leaves open, all else ` +
    "as it is: by the prices of certificate.json that speak about this plan's numbers of packages. The figures do not " +
    `add up. What is worth less than ${leastSaid(exponent)} is left out; plan.json has it.`,
)}
<dl class="room">${entries.map(
    ({ owner, notes, asking }) => html`
<div><dt>${owner}</dt><dd><ul>${notes.map(
      ({ what, price }) => html`<li>${what} could save up to <strong>${money(price, exponent)}</strong></li>`,
    )}${asking.map((text) => html`<li class="soft">${text}</li>`)}</ul></dd></div>`,
  )}
</dl>`;
}

/** The channel's own limit that is used up most; null where it has none. */
function fullest({ figures, terms }: DrawnChannel, { exponent }: Contract): Markup | null {
  if (terms === null) return null;
  const { orders, packages, amount } = figures;
  return tightest({ orders, packages, amount: parseMoney(amount, exponent) ?? 0n }, terms.limits);
}

function tightest(
  used: { readonly orders: number; readonly packages: number; readonly amount: bigint },
  { maxOrders, maxPackages, maxAmount }: PackageLimits,
): Markup | null {
  const uses = [
    { limit: maxOrders, share: used.orders / maxOrders, word: "orders" },
    { limit: maxPackages, share: used.packages / maxPackages, word: "packages" },
    {
      limit: maxAmount,
      share: Number.isFinite(maxAmount) ? ratio(used.amount, BigInt(maxAmount)) : 0,
      word: "amount",
    },
  ].filter(({ limit }) => Number.isFinite(limit));
  if (uses.some(({ limit }) => limit === 0)) return html`closed`;
  let most = uses[0];
  for (const use of uses) if (use.share > most!.share) most = use;
  return most === undefined ? null : html`${shareBar(most.share)} ${most.word}`;
}
