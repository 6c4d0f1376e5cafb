import { legend, type Step } from "./bars.js";
import { drawing } from "./drawing.js";
import { html, type Markup } from "./markup.js";
import { plural } from "./numbers.js";
import type { DrawnChannel, DrawnPackage } from "./packages.js";
import { truncateCells } from "./textWidth.js";

/** How full packages are: orders / maxOrders of their channel. */

/** Packages in tenths of fill, full ones apart. Packages of channels without such a limit are in none. */
export function fillSteps(packages: readonly DrawnPackage[]): readonly Step[] {
  const counts = new Array<number>(11).fill(0);
  for (const { fill } of packages) if (fill !== null) counts[Math.min(10, Math.floor(fill * 10 + 1e-9))]!++;
  return counts.map((count, i) => ({ count, label: i === 10 ? "full" : `${i * 10}–${i * 10 + 10}` }));
}

const COLUMNS = 200;
const ROW = 34;
const HEADER = 20;

/** Packages in submission sequence as columns of their fill: the picture of a plan without times. */
export function fillPicture(channels: readonly DrawnChannel[]): Markup | null {
  const used = channels.filter(({ packages }) => packages.length > 0);
  if (used.length === 0) return null;
  let averaged = false;
  const rows = used.map(({ figures, packages }, i) => {
    const limited = packages.every(({ fill }) => fill !== null);
    const largest = packages.reduce((most, { orders }) => Math.max(most, orders), 1);
    const columns = averages(packages.map(({ fill, orders }) => Math.min(1, fill ?? orders / largest)));
    averaged ||= columns.length < packages.length;
    const y = i * (HEADER + ROW) + 13;
    const height = ROW - 10;
    const gap = columns.length > 100 ? 0 : 0.1;
    const column = (c: number, share: number) =>
      `M${c} ${height}V${Number((height * (1 - share)).toFixed(1))}h${1 - gap}V${height}z`;
    // A few packages would become slabs: no column is wider than a twelfth of the picture.
    const places = Math.max(12, columns.length);
    return html`<text x="0" y="${y}"><tspan class="strong">${truncateCells(figures.id, 40)}</tspan><tspan class="soft" dx="8">${plural(packages.length, "package")}${
      !limited && ", no maxOrders: height against its largest"
    }</tspan></text>
<svg x="0" y="${y + 7}" width="100%" height="${height}" viewBox="0 0 ${places} ${height}" preserveAspectRatio="none"><path class="f0" d="${columns.map((_, c) => column(c, 1)).join("")}"/><path class="f1" d="${columns.map((share, c) => column(c, Math.max(0.03, share))).join("")}"/></svg>
`;
  });
  const picture = drawing({
    id: "fills",
    className: "queues",
    title: "Fill of packages in submission sequence",
    description: `One row for each of ${plural(used.length, "channel")}, a column for each package, as high as it is full.`,
    height: used.length * (HEADER + ROW),
    body: rows,
  });
  const note = averaged ? `Rows of more than ${COLUMNS} packages show averages of neighbours.` : "";
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Fill of packages">${picture}</div>${note !== "" && legend([[html``, note]])}`;
}

/** At most {@link COLUMNS} values: means of equal runs. */
function averages(values: readonly number[]): readonly number[] {
  const run = Math.ceil(values.length / COLUMNS);
  const means: number[] = [];
  for (let from = 0; from < values.length; from += run) {
    const part = values.slice(from, from + run);
    means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return means;
}
