import type { Contract, Queue } from "../model/contract.js";
import type { Micros } from "../model/time.js";
import { formatClock, formatMoment, offsetName } from "./clock.js";
import { drawing } from "./drawing.js";
import { assignLanes, density, type Span, type TimedPackage, timed, waitingSpans } from "./lanes.js";
import { html, type Markup } from "./markup.js";
import { formatShare, plural } from "./numbers.js";
import type { DrawnChannel } from "./packages.js";
import { truncateCells } from "./textWidth.js";
import { MARGIN, type TimeAxis, timeAxis } from "./timeAxis.js";

/**
 * Packages over time: a band for each channel with a row for each lane. A band whose packages would be too narrow or
 * too many to tell apart is drawn as density, so the picture's size depends on the channels and not on the packages.
 */

/** Percent of the width below which a package cannot be told from its neighbour. */
const NARROW = 0.35;
const MOST_LANES = 8;
/** Over all bands, so that 24 channels of 8 lanes do not make a page of their own. */
const MOST_LANE_ROWS = 64;
const MOST_PACKAGES = 1500;
const BINS = 240;

const AXIS = 34;
const HEADER = 20;
const LANE = 15;
const PACKAGE = 10;
const STRIP = 30;
const GAP = 10;
const ID_CELLS = 34;

export interface QueuePicture {
  readonly markup: Markup;
  /** Which kinds of drawing occur, for the legend. */
  readonly shows: {
    packages: boolean;
    density: boolean;
    single: boolean;
    cutOff: boolean;
    waiting: boolean;
    closed: boolean;
  };
}

interface Band {
  readonly channel: DrawnChannel;
  readonly queue: Queue;
  /** `[lane][package]`; empty for single channels. */
  readonly lanes: readonly (readonly TimedPackage[])[];
  readonly form: "lanes" | "density" | "single";
}

/** The picture, or null where the plan has no times. */
export function queuePicture(channels: readonly DrawnChannel[], contract: Contract): QueuePicture | null {
  const { planAt, offsetMinutes } = contract;
  const used = channels.filter(({ figures, terms }) => figures.orders > 0 && terms !== null);
  const end = axisEnd(used);
  if (planAt === null || end === null) return null;
  const axis = timeAxis(end, planAt, offsetMinutes);
  const bands = chooseForms(used, axis);

  let y = AXIS;
  const drawn = bands.map((band) => {
    const top = y;
    const height = HEADER + bodyHeight(band);
    y += height + GAP;
    return drawBand(band, axis, top, contract);
  });
  const grid = axis.ticks.map(({ at, day }) => {
    const x = axis.at(at);
    return html`<line class="${day === null ? "grid" : "grid day"}" x1="${x}" x2="${x}" y1="${AXIS - 6}" y2="${y}"/>`;
  });
  const labels = axis.ticks.map(({ at, label, day }) => {
    const x = axis.at(at);
    const left = Number.parseFloat(x);
    const anchor = left < 4 ? "start" : left > 96 ? "end" : "middle";
    return html`<text class="tick" x="${x}" y="26" text-anchor="${anchor}">${label}</text>${
      day && html`<text class="tick day" x="${x}" y="12" text-anchor="${anchor}">${day}</text>`
    }`;
  });
  return {
    markup: drawing({
      id: "queues",
      className: "queues",
      title: "Packages over time",
      description:
        `From ${formatMoment(planAt, offsetMinutes)} to ${formatMoment(planAt + end, offsetMinutes)} ` +
        `(${offsetName(offsetMinutes)}), one band for each of ${plural(bands.length, "channel")}. ` +
        "The table after the picture holds the same times.",
      height: y,
      body: [grid, labels, drawn],
    }),
    shows: {
      packages: bands.some(({ form }) => form === "lanes"),
      density: bands.some(({ form }) => form === "density"),
      single: bands.some(({ form }) => form === "single"),
      cutOff: bands.some(({ queue }) => queue.cutOff <= end),
      waiting: bands.some(({ queue }) => queue.result > 0),
      closed: bands.some(({ queue }) => queue.start > 0),
    },
  };
}

/** The last result; and the cut-offs, where they do not squeeze the rest. */
function axisEnd(channels: readonly DrawnChannel[]): Micros | null {
  let last = 0;
  for (const { packages, finish } of channels) {
    last = Math.max(last, finish ?? 0);
    for (const { times } of packages) last = Math.max(last, times?.finish ?? 0);
  }
  if (last <= 0) return null;
  const nearby = channels.map(({ terms }) => terms!.queue.cutOff).filter((cutOff) => cutOff <= last * 1.5);
  return Math.max(last, ...nearby);
}

function chooseForms(channels: readonly DrawnChannel[], axis: TimeAxis): readonly Band[] {
  let lanesLeft = MOST_LANE_ROWS;
  let packagesLeft = MOST_PACKAGES;
  return channels.map((channel): Band => {
    const queue = channel.terms!.queue;
    if (channel.figures.mode === "single") return { channel, queue, lanes: [], form: "single" };
    const packages = timed(channel.packages);
    const lanes = assignLanes(packages, queue);
    const widths = packages.map(({ times }) => times.leave - times.start).sort((a, b) => a - b);
    const median = ((widths[widths.length >> 1] ?? 0) / axis.end) * 100;
    const crowded =
      lanes.length > Math.min(MOST_LANES, lanesLeft) ||
      packages.length > packagesLeft ||
      (median < NARROW && packages.length > 40);
    if (crowded) return { channel, queue, lanes, form: "density" };
    lanesLeft -= lanes.length;
    packagesLeft -= packages.length;
    return { channel, queue, lanes, form: "lanes" };
  });
}

function bodyHeight({ form, lanes }: Band): number {
  return form === "lanes" ? lanes.length * LANE : form === "density" ? STRIP : LANE;
}

function drawBand(band: Band, axis: TimeAxis, top: number, contract: Contract): Markup {
  const { queue } = band;
  const y = top + HEADER;
  const height = bodyHeight(band);
  const body =
    band.form === "lanes"
      ? band.lanes.map((lane, i) => drawLane(lane, axis, y + i * LANE, contract))
      : band.form === "density"
        ? drawDensity(band, axis, y)
        : drawSingle(band, axis, y);
  const closed =
    queue.start > 0 &&
    html`<rect x="${axis.at(0)}" y="${y}" width="${axis.span(0, queue.start)}" height="${height - 3}" fill="url(#fill-closed)"/>`;
  const cutOff =
    queue.cutOff <= axis.end &&
    html`<line class="cutoff" x1="${axis.at(queue.cutOff)}" x2="${axis.at(queue.cutOff)}" y1="${y - 4}" y2="${y + height}"/>`;
  return html`<g>${header(band, axis, top + 13, contract)}
${closed}${body}${cutOff}</g>
`;
}

/** What the band is about, in one line that fits the narrowest drawing. */
function header({ channel, queue, lanes }: Band, axis: TimeAxis, y: number, contract: Contract): Markup {
  const { figures, finish } = channel;
  const clock = (at: Micros) => formatClock(contract.planAt! + at, contract.offsetMinutes, false);
  const parts = [
    figures.mode === "batch"
      ? `${plural(figures.packages, "package")} on ${plural(lanes.length, "lane")}`
      : `single, ${plural(figures.orders, "order")}`,
    queue.start > 0 ? `starts ${clock(queue.start)}` : "",
    Number.isFinite(queue.cutOff)
      ? `cut-off ${clock(queue.cutOff)}${queue.cutOff > axis.end ? " →" : ""}`
      : "",
    finish === null ? "" : `results by ${clock(finish)}`,
  ];
  return html`<text x="${MARGIN}%" y="${y}"><tspan class="strong">${truncateCells(figures.id, ID_CELLS)}</tspan><tspan class="soft" dx="8">${parts
    .filter((part) => part !== "")
    .join(" · ")}</tspan></text>`;
}

function drawLane(lane: readonly TimedPackage[], axis: TimeAxis, y: number, contract: Contract): Markup {
  const clock = (at: Micros) => formatClock(contract.planAt! + at, contract.offsetMinutes, true);
  const packages = lane.map(({ row, orders, fill, times }) => {
    const x = axis.at(times.start);
    const width = axis.span(times.start, times.leave);
    const full = Math.max(1.5, PACKAGE * Math.min(1, fill ?? 1));
    const title =
      `${truncateCells(row.package, 60)}: ${plural(orders, "order")}, ` +
      `${clock(times.start)} to ${clock(times.leave)}, results ${clock(times.finish)}`;
    const pale =
      full < PACKAGE - 0.5 && html`<rect class="p0" x="${x}" y="${y}" width="${width}" height="${PACKAGE}"/>`;
    return html`
<g><title>${title}</title>${pale}<rect class="p1" x="${x}" y="${round(y + PACKAGE - full)}" width="${width}" height="${round(full)}"/></g>`;
  });
  const waiting = waitingSpans(lane).map(
    ({ from, to }) =>
      html`<rect class="w" x="${axis.at(from)}" y="${y + PACKAGE + 1}" width="${axis.span(from, to)}" height="3"/>`,
  );
  return html`<line class="lane" x1="${MARGIN}%" x2="${100 - MARGIN}%" y1="${y + PACKAGE}" y2="${y + PACKAGE}"/>${packages}${waiting}`;
}

/** Lanes in use over time, as the height of an area; waiting results as a thinner line below it. */
function drawDensity({ channel, queue, lanes }: Band, axis: TimeAxis, y: number): Markup {
  const packages = timed(channel.packages);
  const held = packages.map(({ times }) => ({ from: times.start, to: times.leave }));
  const most = Math.max(1, lanes.length);
  const inUse = density(held, axis.end, BINS).map((busy) => Math.min(1, busy / most));
  const total = held.reduce((sum, { from, to }) => sum + to - from, 0);
  const span = held.reduce((last, { to }) => Math.max(last, to), 1) - queue.start;
  const title =
    `${plural(packages.length, "package")} on ${plural(lanes.length, "lane")}, ` +
    `lanes in use ${formatShare(Math.min(1, total / (most * Math.max(1, span))))} of the time`;
  const height = STRIP - 4;
  const waiting = waitingSpans(packages).map(
    ({ from, to }: Span) =>
      html`<rect class="w" x="${axis.at(from)}" y="${y + height + 1}" width="${axis.span(from, to)}" height="3"/>`,
  );
  return html`<g><title>${title}</title><rect class="p0" x="${axis.at(held[0]?.from ?? 0)}" y="${y}" width="${axis.span(held[0]?.from ?? 0, queue.start + span)}" height="${height}"/>
<svg x="${MARGIN}%" y="${y}" width="${100 - 2 * MARGIN}%" height="${height}" viewBox="0 0 ${BINS} ${height}" preserveAspectRatio="none"><path class="p1" d="${areaPath(inUse, height)}"/></svg></g>${waiting}`;
}

/** Steps of equal width as one closed path; runs of equal height are one step. */
function areaPath(shares: readonly number[], height: number): string {
  let path = `M0 ${height}`;
  let current = height;
  shares.forEach((share, bin) => {
    const top = round(height * (1 - share));
    if (top === current) return;
    path += `H${bin}V${top}`;
    current = top;
  });
  return `${path}H${shares.length}V${height}Z`;
}

function drawSingle({ channel, queue }: Band, axis: TimeAxis, y: number): Markup {
  const finish = channel.finish ?? queue.start;
  const leave = Math.max(queue.start, finish - queue.result);
  const title = plural(channel.figures.orders, "single order");
  return html`<g><title>${title}</title><rect x="${axis.at(queue.start)}" y="${y}" width="${axis.span(queue.start, leave)}" height="${PACKAGE}" fill="url(#fill-single)"/></g>${
    finish > leave &&
    html`<rect class="w" x="${axis.at(leave)}" y="${y + PACKAGE + 1}" width="${axis.span(leave, finish)}" height="3"/>`
  }`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
