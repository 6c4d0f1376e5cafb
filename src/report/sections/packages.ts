import { columnChart, legend } from "../bars.js";
import { formatMoment, formatSpan, offsetName, readMoment } from "../clock.js";
import { swatch } from "../drawing.js";
import { fillPicture, fillSteps } from "../fills.js";
import { assignLanes, timed } from "../lanes.js";
import { html, type Markup, named } from "../markup.js";
import { formatCount, formatShare, group, plural } from "../numbers.js";
import type { DrawnChannel } from "../packages.js";
import { type QueuePicture, queuePicture } from "../queues.js";
import { type Cell, table } from "../table.js";
import { lead, type ReportData, type Section } from "./section.js";

/** Up to this many packages are listed one by one; more are what packages.csv is for. */
const MOST_LISTED = 250;

/** Packages over time, or in sequence where the plan has no times. */
export function queueSection(data: ReportData): Section {
  const { contract, channels } = data;
  const picture = queuePicture(channels, contract);
  const body = picture === null ? withoutTimes(data) : withTimes(data, picture);
  const title = picture === null ? "Packages in sequence" : "Packages over time";
  return { id: "queues", title, short: title, body: html`${body}${list(data)}` };
}

function withoutTimes({ contract, channels }: ReportData): Markup {
  const why =
    contract.planAt === null
      ? "The channels file has no planAt, so this plan has no clock times."
      : "Nothing is routed, so there are no times.";
  const picture = fillPicture(channels);
  return html`${lead(
    picture === null
      ? why
      : `${why} Instead, each package in submission sequence, as high as it is full (orders over the channel's maxOrders).`,
  )}${picture}`;
}

function withTimes(data: ReportData, { markup, shows }: QueuePicture): Markup {
  const { contract, channels } = data;
  const entries: (readonly [Markup, string])[] = [];
  if (shows.packages)
    entries.push([swatch("url(#fill-package)"), "package in its lane, filled as high as it is full"]);
  if (shows.density)
    entries.push([swatch("url(#fill-package)"), "many packages: height is the share of lanes in use"]);
  if (shows.single) entries.push([swatch("url(#fill-single)"), "single orders"]);
  if (shows.waiting) entries.push([WAITING, "waiting for results"]);
  if (shows.closed) entries.push([swatch("url(#fill-closed)"), "before opening and backlog are over"]);
  if (shows.cutOff) entries.push([CUT_OFF, "cut-off"]);
  const batch = channels.filter(({ packages }) => packages.length > 0);
  return html`${lead(
    `Times are ${offsetName(contract.offsetMinutes)}. A package holds its lane until it is worked off; ` +
      "its orders finish when the channel's results arrive.",
  )}
${legend(entries)}
<div class="scroll" tabindex="0" role="group" aria-label="Packages over time">${markup}</div>
${
  batch.length > 0 &&
  table({
    caption: "Queues of the batch channels",
    columns: [
      { label: "Channel", kind: "text" },
      { label: "Packages", kind: "count" },
      { label: "Lanes used", kind: "figure" },
      { label: "Takes packages from", kind: "figure", className: "nowrap" },
      { label: "First starts", kind: "figure", className: "nowrap" },
      { label: "Last leaves", kind: "figure", className: "nowrap" },
      { label: "Cut-off", kind: "figure", className: "nowrap" },
      { label: "Time to spare", kind: "figure", className: "nowrap" },
      { label: "Last result", kind: "figure", className: "nowrap" },
    ],
    rows: batch.map((channel) => queueRow(channel, data)),
    exponent: contract.exponent,
  })
}`;
}

const WAITING = html`<svg class="swatch" width="14" height="12" aria-hidden="true" focusable="false"><rect class="w" y="5" width="14" height="3"/></svg>`;
const CUT_OFF = html`<svg class="swatch" width="14" height="12" aria-hidden="true" focusable="false"><line class="cutoff" x1="7" x2="7" y1="0" y2="12"/></svg>`;

function queueRow({ figures, terms, packages }: DrawnChannel, { contract }: ReportData): readonly Cell[] {
  const all = timed(packages);
  const moment = (since: number) => formatMoment(contract.planAt! + since, contract.offsetMinutes);
  if (terms === null || all.length === 0) return [named(figures.id), packages.length, ...Array(7).fill(null)];
  const { queue } = terms;
  let [first, leave] = [Infinity, 0];
  for (const { times } of all) {
    first = Math.min(first, times.start);
    leave = Math.max(leave, times.leave);
  }
  const closes = Number.isFinite(queue.cutOff);
  return [
    named(figures.id),
    packages.length,
    `${formatCount(assignLanes(all, queue).length)} of ${formatCount(queue.lanes)}`,
    moment(queue.start),
    moment(first),
    moment(leave),
    closes ? moment(queue.cutOff) : null,
    closes ? formatSpan(queue.cutOff - leave) : null,
    readMoment(figures.finishAt, contract),
  ];
}

/** Every package, folded away; where there are too many, where to find them. */
function list({ plan, contract, channels }: ReportData): Markup | null {
  const packages = channels.flatMap((channel) => channel.packages.map((entry) => ({ channel, entry })));
  if (packages.length === 0) return null;
  if (packages.length > MOST_LISTED)
    return html`<p class="note">packages.csv lists all ${plural(packages.length, "package")}.</p>`;
  return html`<details><summary>All ${plural(packages.length, "package")}</summary>
${table({
  caption: `Packages in submission sequence, money in ${plan.currency}`,
  columns: [
    { label: "Package", kind: "text" },
    { label: "Channel", kind: "text" },
    { label: "Sequence", kind: "count" },
    { label: "Orders", kind: "count" },
    { label: "Full", kind: "figure" },
    { label: "Amount", kind: "money" },
    { label: "Charges", kind: "money" },
    { label: "Fee", kind: "money" },
    { label: "Starts", kind: "figure", className: "nowrap" },
    { label: "Finishes", kind: "figure", className: "nowrap" },
  ],
  rows: packages.map(({ channel, entry: { row, sequence, orders, fill } }) => [
    named(row.package),
    named(channel.figures.id),
    sequence,
    orders,
    fill === null ? null : formatShare(fill),
    row.amount,
    row.charges,
    row.fee,
    readMoment(row.startsAt, contract),
    readMoment(row.finishesAt, contract),
  ]),
  exponent: contract.exponent,
})}</details>`;
}

/** How full the packages are, over all and by channel. */
export function fillSection({ contract, channels }: ReportData): Section | null {
  const batch = channels.filter(({ packages }) => packages.length > 0);
  if (batch.length === 0) return null;
  const all = batch.flatMap(({ packages }) => packages);
  const limited = all.filter(({ fill }) => fill !== null);
  const apart = all.length - limited.length;
  const note =
    apart > 0
      ? ` ${plural(apart, "package")} of channels without such a limit ${apart === 1 ? "is" : "are"} not in the picture.`
      : "";
  const body = html`${lead(`Orders in a package over the channel's maxOrders.${note}`)}
${
  limited.length > 0 &&
  html`<div class="chart">${columnChart({
    id: "fill",
    title: "Packages by fill",
    unit: "package",
    steps: fillSteps(limited),
  })}<p class="axis">fill, percent of maxOrders</p></div>`
}
${table({
  caption: "Fill by channel",
  columns: [
    { label: "Channel", kind: "text" },
    { label: "Packages", kind: "count" },
    { label: "Full ones", kind: "count" },
    { label: "Mean fill", kind: "figure" },
    { label: "Least orders", kind: "count" },
    { label: "Mean orders", kind: "figure" },
    { label: "Most orders", kind: "count" },
    { label: "maxOrders", kind: "count" },
  ],
  rows: batch.map(fillRow),
  exponent: contract.exponent,
})}`;
  return { id: "fill", title: "How full the packages are", short: "Fill", body };
}

function fillRow({ figures, terms, packages }: DrawnChannel): readonly Cell[] {
  const limit = terms?.package.maxOrders ?? Infinity;
  const orders = packages.map((entry) => entry.orders);
  const mean = orders.reduce((sum, count) => sum + count, 0) / orders.length;
  const limited = Number.isFinite(limit);
  return [
    named(figures.id),
    orders.length,
    limited ? orders.filter((count) => count >= limit).length : null,
    limited ? formatShare(mean / limit) : null,
    orders.reduce((least, count) => Math.min(least, count), Infinity),
    group(mean.toFixed(1)),
    orders.reduce((most, count) => Math.max(most, count), 0),
    limited ? limit : null,
  ];
}
