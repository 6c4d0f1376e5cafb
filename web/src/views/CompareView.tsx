import type { ComponentChildren } from "preact";
import { formatShare, signedPercent } from "../../../src/report/numbers.js";
import { costParts } from "../../../src/report/words.js";
import type { Terms } from "../api/types.js";
import { CostBar, CostLegend, drawnUnits } from "../parts/CostBar.js";
import { Money, Pending } from "../parts/Money.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import { Trouble } from "../parts/Trouble.js";
import { type Changes, NO_CHANGES } from "../state/changes.js";
import type { Route } from "../state/route.js";
import type { Answer, Answers } from "../state/useAnswers.js";
import type { Loaded } from "../state/useLoaded.js";
import type { Go } from "../state/useRoute.js";
import { useWords } from "../words/context.js";

interface Column {
  readonly name: string;
  readonly changes: Changes;
  readonly loaded: Loaded<Answer>;
  /** Null where it is not there, or not yet. */
  readonly answer: Answer | null;
}

/** Pinned scenarios side by side with the plan as it is. */
export function CompareView({
  terms,
  route,
  answers,
  go,
}: {
  terms: Terms;
  route: Route;
  answers: Answers;
  go: Go;
}) {
  const words = useWords();
  const { pinned } = route;
  const columns: Column[] = [{ name: words.compare.asItIs, changes: NO_CHANGES }, ...pinned].map(
    ({ name, changes }) => {
      const loaded = answers.of(changes);
      return { name, changes, loaded, answer: loaded.state === "ready" ? loaded.value : null };
    },
  );
  if (pinned.length === 0)
    return (
      <Section title={words.compare.title}>
        <p class="lead">{words.compare.none}</p>
        <button type="button" onClick={() => go({ tab: "simulate" })}>
          {words.tabs.simulate}
        </button>
      </Section>
    );
  return (
    <>
      <Section
        title={words.compare.title}
        lead={words.compare.lead}
        busy={columns.some(({ loaded }) => loaded.state === "pending")}
      >
        <Bars columns={columns} exponent={terms.exponent} />
        <Figures columns={columns} terms={terms} />
        {columns.map(({ name, changes, loaded }) =>
          loaded.state === "failed" ? (
            <div key={name}>
              <h3>{name}</h3>
              <Trouble error={loaded.error} onRetry={() => answers.retry(changes)} />
            </div>
          ) : null,
        )}
      </Section>
      <Section title={words.compare.which}>
        <ul class="scenarios">
          {pinned.map(({ name, changes }) => (
            <li key={name}>
              <strong>{name}</strong>
              <ul>
                {Object.entries(changes).map(([path, value]) => {
                  const number = terms.numbers.find((each) => each.path === path);
                  return (
                    <li key={path}>
                      {words.levers.named(number, path)}
                      {words.colon}
                      {words.levers.value(number?.value ?? null, number?.quantity ?? "count", terms.currency)}{" "}
                      →{" "}
                      <strong>
                        {words.levers.value(value, number?.quantity ?? "count", terms.currency)}
                      </strong>
                    </li>
                  );
                })}
              </ul>
              <button type="button" class="link" onClick={() => go({ tab: "simulate", changes })}>
                {words.compare.open(name)}
              </button>{" "}
              <button
                type="button"
                class="link"
                onClick={() => go({ pinned: pinned.filter((each) => each.name !== name) })}
              >
                {words.compare.remove(name)}
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Bars({ columns, exponent }: { columns: readonly Column[]; exponent: number }) {
  const words = useWords();
  let most = 1n;
  for (const { answer } of columns) {
    const units = answer === null ? 0n : drawnUnits(answer.plan.cost, exponent);
    if (units > most) most = units;
  }
  return (
    <>
      <CostLegend cost={columns[0]!.answer!.plan.cost} />
      <ul class="bars">
        {columns.map(({ name, answer, loaded }) => (
          <li key={name}>
            <span class="name">{name}</span>
            {answer === null ? (
              <span class="rate">{loaded.state === "pending" ? words.pending : words.simulate.failed}</span>
            ) : (
              <CostBar cost={answer.plan.cost} of={most} exponent={exponent} height={18} />
            )}
            <span class="figure">
              {answer === null ? (
                <Pending />
              ) : (
                <Money value={answer.plan.cost.objective} exponent={exponent} />
              )}
            </span>
            <span class="rate">
              {answer?.against?.difference.percent == null
                ? ""
                : signedPercent(answer.against.difference.percent)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Figures({ columns, terms }: { columns: readonly Column[]; terms: Terms }) {
  const words = useWords();
  const { exponent, currency } = terms;
  const row = (label: string, cell: (answer: Answer) => ComponentChildren) => [
    label,
    ...columns.map(({ answer, loaded }) =>
      answer !== null ? cell(answer) : loaded.state === "pending" ? <Pending key="pending" /> : null,
    ),
  ];
  const money = (value: string) => <Money value={value} exponent={exponent} />;
  const parts = costParts(columns[0]!.answer!.plan.cost).map(({ key }) => key);
  return (
    <Table
      caption={words.compare.caption(currency)}
      columns={[
        { label: words.compare.figure },
        ...columns.map(({ name }) => ({ label: name, isFigure: true })),
      ]}
      rows={[
        row(words.costs.objective, ({ plan }) => money(plan.cost.objective)),
        row(words.compare.difference, ({ against }) =>
          against === null ? null : <Money value={against.difference.money} exponent={exponent} plus />,
        ),
        row(words.compare.proven, ({ against }) =>
          against === null ? null : words.certainty(against.difference),
        ),
        row(words.compare.bound, ({ plan }) => (plan.bound === null ? null : money(plan.bound))),
        row(words.compare.gap, ({ plan }) => (plan.gap === null ? null : formatShare(plan.gap))),
        ...parts.map((key) => row(words.cost[key].label, ({ plan }) => money(plan.cost[key] ?? "0"))),
        row(words.tiles.routed, ({ plan }) => words.count(plan.counts.routed)),
        row(words.compare.deferred, ({ plan }) => words.count(plan.counts.deferred)),
        row(words.compare.rejected, ({ plan }) => words.count(plan.counts.rejected)),
        row(words.packages, ({ plan }) => words.count(plan.counts.packages)),
        row(words.moved.title, ({ against }) =>
          against?.moved == null ? null : words.count(against.moved.orders),
        ),
        row(words.channels.finish, ({ plan }) => words.moment(plan.finishAt)),
        ...terms.channels.map(({ id }) =>
          row(words.compare.ordersOn(id), ({ plan }) =>
            words.count(plan.channels.find((channel) => channel.id === id)?.orders ?? 0),
          ),
        ),
      ]}
    />
  );
}
