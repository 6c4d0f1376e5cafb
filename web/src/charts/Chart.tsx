import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** A curve, or marks, of a chart. */
export interface Series {
  readonly label: string;
  /** Name of a colour of the style sheet: `--charges`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly isDashed?: boolean;
  readonly hasPoints?: boolean;
}

export interface ChartProps {
  /** What it is, for those who cannot see it; the figures stand in a table beside it. */
  readonly label: string;
  readonly x: readonly number[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const HEIGHT = 300;

/** Curves over a number. Where a mark lies is rounded; no figure is read off it. */
export function Chart({ label, x, xLabel, yLabel, series }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const key = JSON.stringify([x, series, xLabel, yLabel]);
  useEffect(() => {
    const root = place.current!;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(
        optionsOf({ root, xLabel, yLabel, series }),
        [[...x], ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
        root,
      );
    };
    draw();
    const resized = new ResizeObserver(() => plot?.setSize({ width: root.clientWidth, height: HEIGHT }));
    resized.observe(root);
    // A canvas does not know of dark mode: it is drawn again.
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [key]);
  return <div class="chart-canvas" ref={place} role="img" aria-label={label} />;
}

function optionsOf({
  root,
  xLabel,
  yLabel,
  series,
}: Pick<ChartProps, "xLabel" | "yLabel" | "series"> & { root: HTMLElement }): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = {
    stroke: color("--soft"),
    grid: { stroke: color("--faint"), width: 1 },
    ticks: { stroke: color("--rule"), width: 1 },
    font,
    labelFont: font,
    labelSize: 22,
  };
  return {
    width: root.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false } },
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    axes: [
      {
        ...axis,
        label: xLabel,
      },
      { ...axis, label: yLabel, size: 76 },
    ],
    series: [
      {},
      ...series.map(({ label, color: name, isDashed, hasPoints }) => ({
        label,
        stroke: color(name),
        width: 2,
        ...(isDashed ? { dash: [6, 4] } : {}),
        points: { show: hasPoints ?? false, size: 9, fill: color(name) },
      })),
    ],
  };
}

/** What the curves of a chart mean. */
export function ChartLegend({ series }: { series: readonly Series[] }) {
  return (
    <ul class="legend">
      {series.map(({ label, color, isDashed }) => (
        <li key={label}>
          <svg class={`swatch line${color}`} width="18" height="12" aria-hidden="true">
            <line
              x1="0"
              x2="18"
              y1="6"
              y2="6"
              stroke-width="2.5"
              stroke-dasharray={isDashed ? "5 3" : undefined}
            />
          </svg>{" "}
          {label}
        </li>
      ))}
    </ul>
  );
}
