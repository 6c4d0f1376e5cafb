import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { ProblemError } from "../../../src/client/errors.js";
import type { BreakEvenFile } from "../../../src/model/breakEvenFile.js";
import type { FrontierFile } from "../../../src/model/frontierFile.js";
import { formatShare } from "../../../src/report/numbers.js";
import { askJson, remove, submit } from "../api/service.js";
import type { JobResource, TermNumber, Terms } from "../api/types.js";
import { Chart, ChartLegend, type Series } from "../charts/Chart.js";
import { scaleOf } from "../format/slider.js";
import { Money } from "../parts/Money.js";
import { Progress } from "../parts/Progress.js";
import { SecondsSelect } from "../parts/SecondsSelect.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import { Trouble } from "../parts/Trouble.js";
import type { Route } from "../state/route.js";
import { useJob } from "../state/useJob.js";
import { useLoaded } from "../state/useLoaded.js";
import type { Go } from "../state/useRoute.js";
import { useWords } from "../words/context.js";

/** Seconds of a search that are offered. */
const SECONDS = [5, 10, 30, 60] as const;

/** At which values of a number the plan changes, and what less time or fewer packages would cost. */
export function CurvesView({ plan, terms, route, go }: { plan: string; terms: Terms; route: Route; go: Go }) {
  const words = useWords();
  return (
    <>
      <Section title={words.breakEven.title} lead={words.breakEven.lead}>
        <BreakEvenForm plan={plan} terms={terms} onJob={(breakEven) => go({ breakEven })} />
        <Study<BreakEvenFile> id={route.breakEven} file="break-even.json">
          {(file) => <BreakEvenCurve file={file} terms={terms} />}
        </Study>
      </Section>
      <Section title={words.frontier.title} lead={words.frontier.lead}>
        <FrontierForm plan={plan} onJob={(frontier) => go({ frontier })} />
        <Study<FrontierFile> id={route.frontier} file="frontier.json">
          {(file) => <FrontierCurve file={file} terms={terms} />}
        </Study>
      </Section>
    </>
  );
}

/** A job that is followed to its end, and then its file. */
function Study<File>({
  id,
  file,
  children,
}: {
  id: string | null;
  file: string;
  children: (file: File) => ComponentChildren;
}) {
  const words = useWords();
  const { progress, error } = useJob(id === null ? null : `/v1/jobs/${id}/events`);
  const isDone = progress?.state === "done";
  const loaded = useLoaded(isDone ? `${id}/${file}` : null, (signal) =>
    askJson<File>(`/v1/jobs/${id}/files/${file}`, { signal }),
  );
  if (id === null) return null;
  if (error !== null) return <Trouble error={error} />;
  if (progress?.state === "failed" || progress?.state === "cancelled")
    return progress.problem ? (
      <Trouble error={new ProblemError(progress.problem)} />
    ) : (
      <p class="lead">{words.making.cancelled}</p>
    );
  if (loaded.state === "failed") return <Trouble error={loaded.error} />;
  if (loaded.state === "ready") return <>{children(loaded.value)}</>;
  return (
    <Progress
      progress={progress}
      onStop={() => void remove(`/v1/jobs/${id}`).catch(() => {})}
      stopLabel={words.making.cancel}
    />
  );
}

function BreakEvenForm({ plan, terms, onJob }: { plan: string; terms: Terms; onJob: (id: string) => void }) {
  const words = useWords();
  const numbers = terms.numbers.filter(({ quantity, value }) => quantity !== "instant" && value !== null);
  const usual = numbers.find(({ field }) => field === "package.fee") ?? numbers[0]!;
  const [path, setPath] = useState(usual.path);
  const [range, setRange] = useState(rangeOf(usual));
  const owners = [...new Set(numbers.map(({ owner }) => owner))];
  return (
    <StudyForm
      start={(timeLimit) =>
        submit<JobResource>("/v1/break-even", {
          plan,
          options: { path, from: range[0], to: range[1], timeLimit },
        })
      }
      onJob={onJob}
    >
      <label>
        {words.breakEven.number}
        <select
          value={path}
          onChange={({ currentTarget: { value } }) => {
            setPath(value);
            setRange(rangeOf(numbers.find((number) => number.path === value)!));
          }}
        >
          {owners.map((owner) => (
            <optgroup key={owner} label={owner ?? words.levers.allOrders}>
              {numbers
                .filter((number) => number.owner === owner)
                .map((number) => (
                  <option key={number.path} value={number.path}>
                    {words.levers.named(number, number.path)}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </label>
      {([0, 1] as const).map((end) => (
        <label key={end}>
          {end === 0 ? words.breakEven.from : words.breakEven.to}
          <input
            type="text"
            inputMode="decimal"
            value={range[end]}
            onInput={({ currentTarget: { value } }) =>
              setRange(end === 0 ? [value, range[1]] : [range[0], value])
            }
          />
        </label>
      ))}
    </StudyForm>
  );
}

/** From nothing to twice what it is. */
function rangeOf(number: TermNumber): readonly [string, string] {
  const scale = scaleOf(number)!;
  return [scale.textOf(scale.min), scale.textOf(scale.max)];
}

function FrontierForm({ plan, onJob }: { plan: string; onJob: (id: string) => void }) {
  const words = useWords();
  const [against, setAgainst] = useState<"finish" | "packages">("finish");
  const [points, setPoints] = useState(6);
  return (
    <StudyForm
      start={(timeLimit) =>
        submit<JobResource>("/v1/frontier", { plan, options: { against, points, timeLimit } })
      }
      onJob={onJob}
    >
      <label>
        {words.frontier.against}
        <select
          value={against}
          onChange={({ currentTarget }) => setAgainst(currentTarget.value as "finish" | "packages")}
        >
          <option value="finish">{words.frontier.finish}</option>
          <option value="packages">{words.packages}</option>
        </select>
      </label>
      <label>
        {words.frontier.points}
        <input
          type="number"
          min={2}
          max={20}
          value={points}
          onInput={({ currentTarget }) => setPoints(currentTarget.valueAsNumber)}
        />
      </label>
    </StudyForm>
  );
}

/** @param start asks for the study */
function StudyForm({
  start,
  onJob,
  children,
}: {
  start: (seconds: number) => Promise<JobResource>;
  onJob: (id: string) => void;
  children: ComponentChildren;
}) {
  const words = useWords();
  const id = useId();
  const [seconds, setSeconds] = useState<number>(SECONDS[0]);
  const [error, setError] = useState<unknown>(null);
  const [isAsking, setAsking] = useState(false);
  return (
    <form
      class="study"
      onSubmit={(event) => {
        event.preventDefault();
        setError(null);
        setAsking(true);
        start(seconds)
          .then((job) => onJob(job.id), setError)
          .finally(() => setAsking(false));
      }}
    >
      {children}
      <label for={id}>
        {words.start.seconds}
        <SecondsSelect id={id} choices={SECONDS} value={seconds} onValue={setSeconds} />
      </label>
      <button type="submit" disabled={isAsking}>
        {words.breakEven.begin}
      </button>
      {error !== null && <Trouble error={error} />}
    </form>
  );
}

function BreakEvenCurve({ file, terms }: { file: BreakEvenFile; terms: Terms }) {
  const words = useWords();
  const { exponent, numbers } = terms;
  const { currency, parameter, band, breakpoints, pieces, plans } = file;
  const series: readonly Series[] = [
    {
      label: words.breakEven.cost,
      color: "--charges",
      values: band.map(({ objective }) => Number(objective)),
      hasPoints: true,
    },
    {
      label: words.breakEven.bound,
      color: "--wait",
      values: band.map(({ bound }) => Number(bound)),
      isDashed: true,
    },
  ];
  const number = numbers.find(({ path }) => path === parameter.path);
  const name = words.levers.named(number, parameter.path);
  const unit = number ? words.levers.unit(number.quantity, currency, null) : "";
  return (
    <>
      <h3>{name}</h3>
      <p class="lead" data-testid="break-even">
        {words.breakEven.found(
          breakpoints.map(({ value, proven }) => words.breakEven.breakpoint(value, proven)),
          file.method === "exact",
        )}
      </p>
      <ChartLegend series={series} />
      <Chart
        label={words.breakEven.describe(name, file.from, file.to)}
        x={band.map(({ value }) => Number(value))}
        xLabel={`${name} ${unit}`}
        yLabel={currency}
        series={series}
      />
      <Table
        caption={words.breakEven.caption(currency)}
        columns={[
          { label: words.breakEven.values },
          { label: words.breakEven.costFrom, isFigure: true },
          { label: words.breakEven.costTo, isFigure: true },
          { label: words.compare.gap, isFigure: true },
          { label: words.packages, isFigure: true },
          { label: words.breakEven.ordersThere, isFigure: true },
        ]}
        rows={pieces.map(({ from, to, plan, costFrom, costTo }) => {
          const { gap, counts, channels } = plans[plan]!;
          const there = channels.find(({ id }) => id === parameter.channel)?.orders ?? counts.routed;
          return [
            from === to ? from : `${from} – ${to}`,
            <Money key="from" value={costFrom} exponent={exponent} />,
            <Money key="to" value={costTo} exponent={exponent} />,
            gap === null ? null : formatShare(gap),
            words.count(counts.packages),
            words.count(there),
          ];
        })}
      />
    </>
  );
}

function FrontierCurve({ file, terms }: { file: FrontierFile; terms: Terms }) {
  const words = useWords();
  const { currency, exponent } = terms;
  const { against, points, knee } = file;
  // From left to right, as a chart wants them.
  const rising = [...points].reverse();
  const isFinish = against === "finish";
  const series: readonly Series[] = [
    {
      label: words.frontier.plans,
      color: "--charges",
      values: rising.map(({ cost }) => Number(cost.objective)),
      hasPoints: true,
    },
  ];
  const kneePoint = knee === null ? null : points[knee]!;
  return (
    <>
      <p class="lead" data-testid="frontier">
        {words.frontier.found(points.length)}{" "}
        {kneePoint !== null &&
          words.frontier.knee(
            isFinish ? (words.moment(kneePoint.finishAt) ?? "") : words.packagesOf(kneePoint.counts.packages),
          )}
      </p>
      <ChartLegend series={series} />
      <Chart
        label={words.frontier.describe(points.length)}
        x={rising.map(({ value }) => (isFinish ? value / 3600 : value))}
        xLabel={isFinish ? words.frontier.hours : words.packages}
        yLabel={currency}
        series={series}
      />
      <Table
        caption={words.frontier.caption(currency)}
        columns={[
          { label: isFinish ? words.channels.finish : words.packages },
          { label: words.costs.objective, isFigure: true },
          { label: words.compare.difference, isFigure: true },
          { label: words.compare.gap, isFigure: true },
          { label: words.packages, isFigure: true },
          { label: words.tiles.routed, isFigure: true },
        ]}
        rows={points.map(({ cost, difference, gap, counts, finishAt }, i) => [
          `${isFinish ? words.moment(finishAt) : words.count(counts.packages)}${i === knee ? ` · ${words.frontier.kneeMark}` : ""}`,
          <Money key="cost" value={cost.objective} exponent={exponent} />,
          <Money key="difference" value={difference.money} exponent={exponent} plus />,
          gap === null ? null : formatShare(gap),
          words.count(counts.packages),
          words.count(counts.routed),
        ])}
      />
    </>
  );
}
