import { useState } from "preact/hooks";
import { askJson } from "../api/service.js";
import { exampleFiles, type PlanFiles, submitPlan } from "../api/submit.js";
import type { JobSummary } from "../api/types.js";
import { SecondsSelect } from "../parts/SecondsSelect.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import { Trouble } from "../parts/Trouble.js";
import { START } from "../state/route.js";
import { useLoaded } from "../state/useLoaded.js";
import type { Go } from "../state/useRoute.js";
import { useWords } from "../words/context.js";

const SECONDS = [10, 20, 30, 60] as const;

/** Where a plan begins: the shipped example, two files, or a plan that is there. */
export function StartView({ go }: { go: Go }) {
  const words = useWords();
  const [seconds, setSeconds] = useState<number>(20);
  const [files, setFiles] = useState<Partial<PlanFiles>>({});
  const [isOver, setOver] = useState(false);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = (of: () => Promise<PlanFiles>) => {
    setError(null);
    setSending(true);
    of()
      .then((both) => submitPlan(both, seconds))
      .then(({ id }) => go({ ...START, plan: id }), setError)
      .finally(() => setSending(false));
  };
  const take = (list: FileList | null) => setFiles((had) => ({ ...had, ...sorted([...(list ?? [])]) }));
  const choose = (which: keyof PlanFiles, list: FileList | null) => {
    const file = list?.[0];
    if (file !== undefined) setFiles((had) => ({ ...had, [which]: file }));
  };
  const { channels, orders } = files;
  return (
    <>
      <div class="hero">
        <h2>{words.start.title}</h2>
        <p>{words.start.lead}</p>
      </div>
      <div class="ways">
        <Section title={words.start.example} lead={words.start.exampleLead}>
          <button type="button" class="primary" disabled={isSending} onClick={() => send(exampleFiles)}>
            {words.start.loadExample}
          </button>
        </Section>
        <Section title={words.start.own} lead={words.start.ownLead}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way beside the two fields */}
          <div
            class={isOver ? "drop over" : "drop"}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              take(event.dataTransfer?.files ?? null);
            }}
          >
            <label>
              {words.start.channelsFile}
              <input
                type="file"
                accept=".yaml,.yml,.json"
                onChange={({ currentTarget }) => choose("channels", currentTarget.files)}
              />
            </label>
            <label>
              {words.start.ordersFile}
              <input
                type="file"
                accept=".csv,.ndjson,.jsonl,.json,.parquet,.gz"
                onChange={({ currentTarget }) => choose("orders", currentTarget.files)}
              />
            </label>
            <p class="note">
              {channels || orders
                ? words.start.chosen(
                    channels?.name ?? words.start.missing,
                    orders?.name ?? words.start.missing,
                  )
                : words.start.drop}
            </p>
          </div>
          <button
            type="button"
            class="primary"
            disabled={isSending || channels === undefined || orders === undefined}
            onClick={() => send(async () => ({ channels: channels!, orders: orders! }))}
          >
            {words.start.makePlan}
          </button>
        </Section>
      </div>
      <p class="field">
        <label for="seconds">{words.start.seconds}</label>
        <SecondsSelect id="seconds" choices={SECONDS} value={seconds} onValue={setSeconds} />
      </p>
      {isSending && (
        <p class="status" role="status">
          {words.start.sending}
        </p>
      )}
      {error !== null && <Trouble error={error} />}
      <Recent go={go} />
    </>
  );
}

/** Which of dropped files is which: channels are YAML, orders are not; of two JSON files the larger one holds the orders. */
function sorted(dropped: readonly File[]): Partial<PlanFiles> {
  const bySize = [...dropped].sort((a, b) => a.size - b.size);
  const isYaml = ({ name }: File) => /\.ya?ml$/i.test(name);
  const isJson = ({ name }: File) => /\.json$/i.test(name);
  const channels = bySize.find(isYaml) ?? (bySize.length > 1 ? bySize.find(isJson) : undefined);
  const orders = bySize.find((file) => file !== channels && !isYaml(file));
  return { ...(channels ? { channels } : {}), ...(orders ? { orders } : {}) };
}

/** Plans that are there. */
function Recent({ go }: { go: Go }) {
  const words = useWords();
  const jobs = useLoaded("recent", (signal) =>
    askJson<{ jobs: JobSummary[] }>("/v1/jobs?kind=plan&limit=8", { signal }),
  );
  if (jobs.state === "failed") return <Trouble error={jobs.error} />;
  if (jobs.state === "pending" || jobs.value.jobs.length === 0) return null;
  return (
    <Section title={words.start.recent}>
      <Table
        caption={words.start.recent}
        columns={[
          { label: words.start.made },
          { label: words.start.state },
          { label: words.orders, isFigure: true },
          { label: words.tiles.costs, isFigure: true },
        ]}
        rows={jobs.value.jobs.map(({ id, createdAt, state, summary }) => {
          const { cost, counts, currency } = (summary ?? {}) as {
            cost?: { objective: string };
            counts?: { orders: number };
            currency?: string;
          };
          return [
            <button key="open" type="button" class="link" onClick={() => go({ ...START, plan: id })}>
              {words.localMoment(new Date(createdAt))}
            </button>,
            words.states[state],
            counts ? words.count(counts.orders) : null,
            cost ? `${currency} ${words.group(cost.objective)}` : null,
          ];
        })}
      />
    </Section>
  );
}
