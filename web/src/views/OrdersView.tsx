import { useEffect, useRef, useState } from "preact/hooks";
import { formatShare, group } from "../../../src/report/numbers.js";
import { askJson } from "../api/service.js";
import type { AssignmentRow, Explained, OrderExplanation, Terms, UnroutedRow } from "../api/types.js";
import { Money } from "../parts/Money.js";
import { Original } from "../parts/Original.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import { Trouble } from "../parts/Trouble.js";
import { useLoaded } from "../state/useLoaded.js";
import type { Go } from "../state/useRoute.js";
import { useWords } from "../words/context.js";

/** Orders that are listed to begin with. */
const LISTED = 50;

/** Finds an order and says why it is where it is. */
export function OrdersView({
  plan,
  terms,
  order,
  go,
}: {
  plan: string;
  terms: Terms;
  order: string | null;
  go: Go;
}) {
  const words = useWords();
  // What is written goes when another order is looked at.
  const [written, setWritten] = useState<{ readonly text: string; readonly order: string | null } | null>(
    null,
  );
  const text = written !== null && written.order === order ? written.text : (order ?? "");
  /** The order that was chosen in the list below, which the answer to it leads away from. */
  const [chosen, setChosen] = useState<string | null>(null);
  const explained = useLoaded(order === null ? null : `${plan}/${order}`, (signal) =>
    askJson<Explained>(`/v1/plans/${plan}/explanations/${encodeURIComponent(order!)}`, { signal }),
  );
  return (
    <>
      <Section title={words.orderSearch.title} lead={words.orderSearch.lead}>
        <form
          class="study"
          onSubmit={(event) => {
            event.preventDefault();
            const id = text.trim();
            if (id !== "") go({ order: id });
          }}
        >
          <label>
            {words.orderSearch.id}
            <input
              type="search"
              value={text}
              onInput={({ currentTarget }) => setWritten({ text: currentTarget.value, order })}
            />
          </label>
          <button type="submit">{words.orderSearch.find}</button>
        </form>
        {order !== null && explained.state === "pending" && (
          <p class="status" role="status">
            {words.pending}
          </p>
        )}
        {explained.state === "failed" && <Trouble error={explained.error} />}
        {explained.state === "ready" &&
          explained.value.orders.map((each) => (
            <Explanation
              key={each.order}
              order={each}
              gap={explained.value.gap}
              terms={terms}
              isLedTo={each.order === chosen}
            />
          ))}
      </Section>
      <SomeOrders
        plan={plan}
        terms={terms}
        onOrder={(id) => {
          setChosen(id);
          go({ order: id });
        }}
      />
    </>
  );
}

/** @param isLedTo whether it is gone to when it comes: what it answers lies elsewhere on the page */
function Explanation({
  order,
  gap,
  terms,
  isLedTo,
}: {
  order: OrderExplanation;
  gap: number | null;
  terms: Terms;
  isLedTo: boolean;
}) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isLedTo) heading.current!.focus();
  }, [isLedTo]);
  const { exponent, currency } = terms;
  const able = order.channels
    .filter(({ charge }) => charge !== null)
    .sort(
      (a, b) =>
        Number(b.chosen) - Number(a.chosen) || Number(a.move?.costs ?? 0) - Number(b.move?.costs ?? 0),
    );
  const unable = order.channels.filter(({ charge }) => charge === null);
  const money = (value: string, plus = false) => <Money value={value} exponent={exponent} plus={plus} />;
  const [where, why] = words.orderSearch.answer(
    order.channel === null
      ? words[order.status === "routed" ? "plan" : order.status]
      : words.orderSearch.on(order.channel, order.package),
    order.because,
    words.orderSearch.codes[order.code] ?? order.code,
  );
  return (
    <article class="explanation" data-testid="explanation">
      <h3 ref={heading} tabIndex={-1}>
        {words.orderSearch.heading(order.order, order.bank, `${currency} ${group(order.amount)}`)}
      </h3>
      <p class="answer">
        <strong>{where}</strong>
        {why}
      </p>
      <Original text={order.sentence} />
      {able.length > 0 && (
        <Table
          caption={words.orderSearch.caption(currency)}
          columns={[
            { label: words.channel },
            { label: words.orderSearch.charge, isFigure: true },
            { label: words.orderSearch.costs, isFigure: true },
            { label: words.cost.delay.label, isFigure: true },
            { label: words.cost.packageFees.label, isFigure: true },
            { label: words.orderSearch.why, isLong: true },
          ]}
          rows={[
            ...able.map(({ channel, charge, chosen, move, code }) => [
              channel,
              money(charge!),
              chosen ? words.orderSearch.here : money(move!.costs, true),
              chosen ? "" : money(move!.delay, true),
              chosen ? "" : money(move!.packageFees, true),
              chosen ? "" : (words.orderSearch.codes[code] ?? code),
            ]),
            ...(order.deferring === null
              ? []
              : [
                  [
                    `(${words.deferred})`,
                    "",
                    money(order.deferring.costs, true),
                    money(order.deferring.delay, true),
                    money(order.deferring.packageFees, true),
                    words.orderSearch.codes[order.deferring.code] ?? order.deferring.code,
                  ],
                ]),
          ]}
        />
      )}
      {unable.length > 0 && (
        <>
          <h4>{words.orderSearch.unable}</h4>
          <ul class="sentences">
            {unable.map(({ channel, code, sentence }) => (
              <li key={channel}>
                {words.original !== null && `${channel}：${words.orderSearch.codes[code] ?? code}`}
                <Original text={sentence} />
              </li>
            ))}
          </ul>
        </>
      )}
      {order.worth !== null && (
        <p class="note">
          {words.orderSearch.worth(`${currency} ${group(order.worth)}`)}{" "}
          {gap !== null && gap > 0 && words.orderSearch.open(formatShare(gap))}
        </p>
      )}
    </article>
  );
}

/** Orders to look at: those that are left out, and the first of the others. */
function SomeOrders({ plan, terms, onOrder }: { plan: string; terms: Terms; onOrder: (id: string) => void }) {
  const words = useWords();
  const listed = useLoaded(`${plan}/orders`, async (signal) => {
    const [unrouted, routed] = await Promise.all([
      askJson<{ rows: UnroutedRow[] }>(`/v1/plans/${plan}/unrouted?limit=${LISTED}`, { signal }),
      askJson<{ rows: AssignmentRow[] }>(`/v1/plans/${plan}/assignments?limit=${LISTED}`, { signal }),
    ]);
    return { unrouted: unrouted.rows, routed: routed.rows };
  });
  if (listed.state === "failed") return <Trouble error={listed.error} />;
  if (listed.state === "pending") return null;
  const { unrouted, routed } = listed.value;
  const link = (id: string) => (
    <button type="button" class="link" onClick={() => onOrder(id)}>
      {id}
    </button>
  );
  return (
    <Section title={words.orderSearch.some}>
      {unrouted.length > 0 && (
        <details open>
          <summary>{words.orderSearch.unrouted(unrouted.length)}</summary>
          <Table
            caption={words.orderSearch.unrouted(unrouted.length)}
            columns={[
              { label: words.order },
              { label: words.unrouted.reason },
              { label: words.unrouted.meaning, isLong: true },
            ]}
            rows={unrouted.map(({ order, reason }) => [
              link(order),
              <code key="reason">{reason}</code>,
              words.unrouted.reasons[reason as keyof typeof words.unrouted.reasons].meaning,
            ])}
          />
        </details>
      )}
      {routed.length > 0 && (
        <details>
          <summary>{words.orderSearch.routed(routed.length)}</summary>
          <Table
            caption={words.orderSearch.routed(routed.length)}
            columns={[
              { label: words.order },
              { label: words.channel },
              { label: words.package },
              { label: words.orderSearch.chargeIn(terms.currency), isFigure: true },
            ]}
            rows={routed.map(({ order, channel, package: name, charge }) => [
              link(order),
              channel,
              name === "" ? words.single : name,
              <Money key="charge" value={charge} exponent={terms.exponent} />,
            ])}
          />
        </details>
      )}
    </Section>
  );
}
