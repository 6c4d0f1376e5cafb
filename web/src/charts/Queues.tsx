import { truncateCells } from "../../../src/report/textWidth.js";
import type { PackageRow, PlanFile, Terms } from "../api/types.js";
import { partsAt } from "../format/moments.js";
import { Scroll } from "../parts/Scroll.js";
import { Table } from "../parts/Table.js";
import type { Changes } from "../state/changes.js";
import { useWords } from "../words/context.js";
import { type Band, type QueuePicture, queuePicture } from "./queues.js";

/** Heights in pixels. */
const AXIS = 34;
const HEADER = 20;
const LANE = 15;
const PACKAGE = 10;
const GAP = 10;
/** More lanes than these are drawn on top of each other in the last one. */
const MOST_LANES = 12;

/** Packages over time against cut-offs, as a picture and as a table. */
export function Queues({
  plan,
  packages,
  terms,
  changes,
}: {
  plan: PlanFile;
  packages: readonly PackageRow[];
  terms: Terms;
  changes: Changes;
}) {
  const words = useWords();
  const picture = queuePicture(plan, packages, terms, changes);
  if (picture === null) return <p class="lead">{words.queues.noTimes}</p>;
  const { bands, zero, offset } = picture;
  const clock = (at: number) => partsAt(zero + at, offset).time;
  return (
    <>
      <ul class="legend">
        <li>
          <Mark kind="p1" /> {words.queues.package}
        </li>
        <li>
          <Mark kind="single" /> {words.queues.single}
        </li>
        <li>
          <Mark kind="w" /> {words.queues.waiting}
        </li>
        <li>
          <Mark kind="cutoff" /> {words.queues.cutOff}
        </li>
      </ul>
      <Scroll label={words.queues.title}>
        <Drawing picture={picture} />
      </Scroll>
      <details>
        <summary>{words.queues.asTable}</summary>
        <Table
          caption={words.queues.title}
          columns={[
            { label: words.channel },
            { label: words.orders, isFigure: true },
            { label: words.packages, isFigure: true },
            { label: words.queues.starts, isFigure: true },
            { label: words.queues.cutOff, isFigure: true },
            { label: words.queues.lastResult, isFigure: true },
          ]}
          rows={bands.map((band) => [
            band.id,
            words.count(band.orders),
            band.mode === "single" ? words.single : words.count(band.packages),
            clock(band.start),
            Number.isFinite(band.cutOff) ? clock(band.cutOff) : null,
            clock(band.finish),
          ])}
        />
      </details>
    </>
  );
}

function Mark({ kind }: { kind: "p1" | "w" | "cutoff" | "single" }) {
  return (
    <svg class="swatch" width="14" height="12" aria-hidden="true">
      {kind === "cutoff" ? (
        <line class="cutoff" x1="7" x2="7" y1="0" y2="12" />
      ) : kind === "w" ? (
        <rect class="w" y="5" width="14" height="3" />
      ) : (
        <rect class={kind === "single" ? "single" : "p1"} width="14" height="12" rx="2" />
      )}
    </svg>
  );
}

function Drawing({ picture }: { picture: QueuePicture }) {
  const words = useWords();
  const { axis, bands, zero, offset } = picture;
  const height = (band: Band) => Math.min(MOST_LANES, Math.max(1, band.lanes.length)) * LANE;
  let y = AXIS;
  const placed = bands.map((band) => {
    const top = y;
    y += HEADER + height(band) + GAP;
    return { band, top };
  });
  const anchorOf = (x: string) =>
    Number.parseFloat(x) < 4 ? "start" : Number.parseFloat(x) > 96 ? "end" : "middle";
  return (
    <svg
      class="drawing queues"
      width="100%"
      height={y}
      role="img"
      aria-label={words.queues.describe(bands.length)}
    >
      {axis.ticks.map(({ at, label, day }) => {
        const x = axis.at(at);
        const { month, day: number } = partsAt(zero + at, offset);
        return (
          <g key={at}>
            <line class={day === null ? "grid" : "grid day"} x1={x} x2={x} y1={AXIS - 6} y2={y} />
            <text class="tick" x={x} y="26" text-anchor={anchorOf(x)}>
              {label}
            </text>
            {day !== null && (
              <text class="tick day" x={x} y="12" text-anchor={anchorOf(x)}>
                {words.day(month, number)}
              </text>
            )}
          </g>
        );
      })}
      {placed.map(({ band, top }) => (
        <BandDrawing key={band.id} band={band} picture={picture} top={top} height={height(band)} />
      ))}
    </svg>
  );
}

function BandDrawing({
  band,
  picture,
  top,
  height,
}: {
  band: Band;
  picture: QueuePicture;
  top: number;
  height: number;
}) {
  const words = useWords();
  const { axis, zero, offset } = picture;
  const clock = (at: number) => partsAt(zero + at, offset).time;
  const y = top + HEADER;
  const parts = [
    ...(band.mode === "batch"
      ? [words.queues.packagesOn(band.packages, band.lanes.length)]
      : [words.single, words.ordersOf(band.orders)]),
    Number.isFinite(band.cutOff)
      ? `${words.queues.cutOff} ${clock(band.cutOff)}${band.cutOff > axis.end ? " →" : ""}`
      : "",
    words.queues.resultsBy(clock(band.finish)),
  ].filter((part) => part !== "");
  return (
    <g>
      <text x="1%" y={top + 13}>
        <tspan class="strong">{truncateCells(band.id, 34)}</tspan>
        <tspan class="soft" dx="8">
          {parts.join(" · ")}
        </tspan>
      </text>
      {band.start > 0 && (
        <rect class="closed" x={axis.at(0)} y={y} width={axis.span(0, band.start)} height={height - 3} />
      )}
      {band.mode === "single" && (
        <rect
          class="single"
          x={axis.at(band.start)}
          y={y}
          width={axis.span(band.start, band.waiting[0]?.from ?? band.finish)}
          height={PACKAGE}
        />
      )}
      {band.lanes.map((lane, index) => {
        const at = y + Math.min(index, MOST_LANES - 1) * LANE;
        return (
          <g key={index}>
            <line class="lane" x1="1%" x2="99%" y1={at + PACKAGE} y2={at + PACKAGE} />
            {lane.map(({ row, orders, fill, times }) => {
              const full = Math.max(1.5, PACKAGE * Math.min(1, fill ?? 1));
              const place = { x: axis.at(times.start), width: axis.span(times.start, times.leave) };
              return (
                <g key={row.package}>
                  <title>
                    {words.queues.packageTitle(
                      row.package,
                      orders,
                      clock(times.start),
                      clock(times.leave),
                      clock(times.finish),
                    )}
                  </title>
                  {full < PACKAGE - 0.5 && <rect class="p0" {...place} y={at} height={PACKAGE} />}
                  <rect class="p1" {...place} y={at + PACKAGE - full} height={full} />
                </g>
              );
            })}
          </g>
        );
      })}
      {band.waiting.map(({ from, to }) => (
        <rect
          key={from}
          class="w"
          x={axis.at(from)}
          y={y + height - 4}
          width={axis.span(from, to)}
          height="3"
        />
      ))}
      {band.cutOff <= axis.end && (
        <line class="cutoff" x1={axis.at(band.cutOff)} x2={axis.at(band.cutOff)} y1={y - 4} y2={y + height} />
      )}
    </g>
  );
}
