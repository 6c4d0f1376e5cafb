import { useState } from "preact/hooks";
import type { Terms } from "../api/types.js";
import { Queues } from "../charts/Queues.js";
import { Money } from "../parts/Money.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import { Trouble } from "../parts/Trouble.js";
import { type Changes, isUnchanged, keyOf, NO_CHANGES } from "../state/changes.js";
import { MOST_PINNED, type Route } from "../state/route.js";
import { type Answer, type Answers, LONGER_MS } from "../state/useAnswers.js";
import type { Go } from "../state/useRoute.js";
import { useSlow } from "../state/useSlow.js";
import { useWords } from "../words/context.js";
import { Levers, type OnChanges, type Owner } from "./Levers.js";
import { Baselines, Channels, Tiles } from "./planParts.js";

/** An answer that takes longer waits for the plan to be opened. */
const SLOW_MS = 2_500;

/** Numbers to turn, and what they come to. */
export function SimulateView({
  base,
  terms,
  route,
  answers,
  go,
}: {
  base: Answer;
  terms: Terms;
  route: Route;
  answers: Answers;
  go: Go;
}) {
  const words = useWords();
  const { changes } = route;
  const owner = ownerOf(route.channel, terms);
  const loaded = answers.of(changes);
  const answer = loaded.state === "ready" ? loaded.value : null;
  const longer = answer?.against ? answers.longer(changes) : null;
  const isSearching = longer?.state === "pending";
  const isSlow = useSlow(loaded.state === "pending" ? keyOf(changes) : null, SLOW_MS);
  const setChanges: OnChanges = (next, how) => go({ changes: next }, how);
  return (
    <div class="simulate">
      <div class="side">
        <h2>{words.simulate.title}</h2>
        <p class="lead">{words.simulate.lead}</p>
        <Levers
          terms={terms}
          changes={changes}
          owner={owner}
          onOwner={(next) => go({ channel: next ?? "*" }, "replace")}
          onChanges={setChanges}
        />
      </div>
      <div class="result">
        <p class="status" role="status" data-state={isSearching ? "searching" : loaded.state}>
          {isUnchanged(changes)
            ? words.simulate.asItIs
            : loaded.state === "pending"
              ? isSlow
                ? words.simulate.opening
                : words.simulate.pending
              : loaded.state === "failed"
                ? words.simulate.failed
                : isSearching
                  ? words.simulate.searching(LONGER_MS / 1_000)
                  : longer?.state === "ready" && !longer.value.isBetter
                    ? words.simulate.noCloser(LONGER_MS / 1_000)
                    : words.simulate.ready(answer!.against!.ms)}
        </p>
        {longer?.state === "failed" && <Trouble error={longer.error} />}
        {answer?.against && (isSearching || answer.plan.gap !== 0) && (
          <button
            type="button"
            class="link"
            onClick={() => (isSearching ? answers.enough(changes) : answers.closer(changes))}
          >
            {isSearching ? words.simulate.enough : words.simulate.closer(LONGER_MS / 1_000)}
          </button>
        )}
        {!isUnchanged(changes) && (
          <div class="changes">
            <ChangeList terms={terms} changes={changes} onChanges={setChanges} />
            <Pin route={route} go={go} />
          </div>
        )}
        {loaded.state === "failed" ? (
          <Trouble error={loaded.error} onRetry={() => answers.retry(changes)} />
        ) : (
          <div class={isSearching ? "earlier" : undefined}>
            {isSearching && <p class="mark">{words.simulate.earlier}</p>}
            <Tiles answer={answer} terms={terms} />
            <Moved answer={answer} terms={terms} go={go} />
            <Channels answer={answer} base={base.plan} terms={terms} />
            <Section title={words.queues.title} lead={words.queues.lead} busy={answer === null}>
              {answer === null ? (
                <p class="placeholder">{words.pending}</p>
              ) : (
                <Queues plan={answer.plan} packages={answer.packages} terms={terms} changes={changes} />
              )}
            </Section>
            {answer !== null && <Baselines plan={answer.plan} terms={terms} />}
          </div>
        )}
      </div>
    </div>
  );
}

/** The owner that the address names: `*` stands for all orders, and nothing for the first channel. */
function ownerOf(channel: string | null, { channels, quotas }: Terms): Owner {
  if (channel === "*") return null;
  const known = [...channels, ...quotas].find(({ id }) => id === channel);
  return known?.id ?? channels[0]!.id;
}

/** All changes, each of which can be taken back. */
function ChangeList({ terms, changes, onChanges }: { terms: Terms; changes: Changes; onChanges: OnChanges }) {
  const words = useWords();
  return (
    <div>
      <ul aria-label={words.simulate.changes}>
        {Object.entries(changes).map(([path, value]) => {
          const number = terms.numbers.find((each) => each.path === path);
          const { [path]: _, ...others } = changes;
          return (
            <li key={path}>
              <span>
                {words.levers.named(number, path)}
                {words.colon}
                <strong>{words.levers.value(value, number?.quantity ?? "count", terms.currency)}</strong>
              </span>
              <button
                type="button"
                class="link"
                aria-label={words.levers.resetOf(words.levers.named(number, path))}
                onClick={() => onChanges(others, "push")}
              >
                {words.levers.reset}
              </button>
            </li>
          );
        })}
      </ul>
      <button type="button" class="link" onClick={() => onChanges(NO_CHANGES, "push")}>
        {words.simulate.resetAll}
      </button>
    </div>
  );
}

/** Keeps the present changes as a scenario. */
function Pin({ route, go }: { route: Route; go: Go }) {
  const words = useWords();
  const { changes, pinned } = route;
  const [name, setName] = useState("");
  const isFull = pinned.length >= MOST_PINNED;
  return (
    <form
      class="pin"
      onSubmit={(event) => {
        event.preventDefault();
        const given = name.trim() === "" ? words.simulate.scenario(pinned.length + 1) : name.trim();
        go({
          pinned: [
            ...pinned,
            {
              name: unused(
                given,
                pinned.map((each) => each.name),
              ),
              changes,
            },
          ],
        });
        setName("");
      }}
    >
      <label>
        {words.simulate.pinName}
        <input
          type="text"
          value={name}
          maxLength={60}
          placeholder={words.simulate.scenario(pinned.length + 1)}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={isFull}>
        {words.simulate.pin}
      </button>
      {isFull && <p class="note">{words.simulate.full(MOST_PINNED)}</p>}
    </form>
  );
}

function unused(name: string, taken: readonly string[]): string {
  let free = name;
  for (let n = 2; taken.includes(free); n++) free = `${name} (${n})`;
  return free;
}

/** Orders that are elsewhere than in the plan as it is. */
function Moved({ answer, terms, go }: { answer: Answer | null; terms: Terms; go: Go }) {
  const words = useWords();
  const against = answer?.against;
  const title = words.moved.title;
  if (answer === null)
    return (
      <Section title={title} busy>
        <p class="placeholder">{words.pending}</p>
      </Section>
    );
  if (against == null || against.moved === null) return null;
  const { orders, amount, moves } = against.moved;
  return (
    <Section
      title={title}
      lead={
        <span data-testid="moved">
          {words.moved.lead(orders, answer.plan.counts.orders)}
          {orders > 0 && (
            <>
              {" "}
              {words.moved.together[0]} {terms.currency} <Money value={amount} exponent={terms.exponent} />
              {words.moved.together[1]}
            </>
          )}
        </span>
      }
    >
      {moves.length > 0 && (
        <Table
          caption={words.moved.caption}
          columns={[
            { label: words.moved.from },
            { label: words.moved.to },
            { label: words.orders, isFigure: true },
            { label: words.moved.amount, isFigure: true },
          ]}
          rows={moves.map((move) => [
            words.place(move.from),
            words.place(move.to),
            words.count(move.orders),
            <Money key="amount" value={move.amount} exponent={terms.exponent} />,
          ])}
        />
      )}
      {against.named.length > 0 && (
        <details>
          <summary>{words.moved.named(against.named.length, orders)}</summary>
          <Table
            caption={words.moved.which}
            columns={[{ label: words.order }, { label: words.moved.from }, { label: words.moved.to }]}
            rows={against.named.map(({ id, from, to }) => [
              <button key="id" type="button" class="link" onClick={() => go({ tab: "orders", order: id })}>
                {id}
              </button>,
              words.place(from),
              words.place(to),
            ])}
          />
        </details>
      )}
    </Section>
  );
}
