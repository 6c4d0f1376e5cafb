import {
  costUnits,
  formatPercent,
  formatShare,
  perOrder,
  signedPercent,
  sumCosts,
} from "../../../src/report/numbers.js";
import { bestBaseline, costParts, isRejection, shareOfObjective } from "../../../src/report/words.js";
import type { PlanFile, Terms } from "../api/types.js";
import { CostBar, CostLegend, drawnUnits, Swatch } from "../parts/CostBar.js";
import { Money, Pending } from "../parts/Money.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import type { Answer } from "../state/useAnswers.js";
import { useWords } from "../words/context.js";

/** What a person with a minute needs: the cost, how good it is, what is routed. Null while it is being worked out. */
export function Tiles({ answer, terms }: { answer: Answer | null; terms: Terms }) {
  const words = useWords();
  const { exponent, currency } = terms;
  const plan = answer?.plan ?? null;
  const best = plan === null ? null : bestBaseline(plan, exponent);
  const difference = answer?.against?.difference ?? null;
  return (
    <div class="tiles" aria-busy={plan === null}>
      <div class="tile main">
        <p class="what">{words.tiles.costs}</p>
        <p class="big" data-testid="objective">
          <span class="cur">{currency}</span>{" "}
          {plan === null ? <Pending /> : <Money value={plan.cost.objective} exponent={exponent} />}
        </p>
        <p>
          {plan === null ? (
            words.pending
          ) : difference !== null ? (
            <>
              <strong data-testid="difference">
                <Money value={difference.money} exponent={exponent} plus />
              </strong>{" "}
              {words.tiles.against(
                difference.percent === null ? "" : signedPercent(difference.percent),
                difference.proven,
              )}
            </>
          ) : best === null ? (
            words.tiles.noBaseline
          ) : (
            words.tiles.saves(words.saving(best.saving), best.id)
          )}
        </p>
      </div>
      <div class="tile">
        <p class="what">{words.tiles.quality}</p>
        <p class="mid" data-testid="gap">
          {plan === null ? <Pending /> : words.verdict(plan.status, plan.gap, plan.proof)}
        </p>
        <p>{plan === null ? words.pending : words.verdictSentence(plan, exponent)}</p>
      </div>
      <div class="tile">
        <p class="what">{words.tiles.routed}</p>
        <p class="mid">
          {plan === null ? <Pending /> : words.count(plan.counts.routed)}{" "}
          <span class="of">{plan === null ? "" : words.tiles.ofOrders(plan.counts.orders)}</span>
        </p>
        <p>{plan === null ? words.pending : words.tiles.left(plan.counts.deferred, plan.counts.rejected)}</p>
      </div>
      <div class="tile">
        <p class="what">{words.packages}</p>
        <p class="mid">{plan === null ? <Pending /> : words.count(plan.counts.packages)}</p>
        <p>{plan === null ? words.pending : words.tiles.lastResult(plan.finishAt)}</p>
      </div>
    </div>
  );
}

/** The plan beside the plans that teams make by hand. */
export function Baselines({ plan, terms }: { plan: PlanFile; terms: Terms }) {
  const words = useWords();
  const { exponent, currency } = terms;
  const entries = [
    { id: null, cost: plan.cost, saving: null },
    ...plan.baselines.map(({ id, cost, saving }) => ({ id, cost, saving })),
  ];
  let most = 1n;
  for (const { cost } of entries) {
    const units = drawnUnits(cost, exponent);
    if (units > most) most = units;
  }
  return (
    <Section title={words.baselines.title} lead={words.baselines.lead}>
      <CostLegend cost={plan.cost} />
      <ul class="bars">
        {entries.map(({ id, cost, saving }) => (
          <li key={id ?? ""}>
            <span class="name">{id === null ? <strong>{words.thisPlan}</strong> : id}</span>
            <CostBar cost={cost} of={most} exponent={exponent} height={18} />
            <span class="figure">
              <Money value={cost.objective} exponent={exponent} />
            </span>
            <span class="rate">{saving === null ? "" : words.saving(saving)}</span>
          </li>
        ))}
      </ul>
      <Table
        caption={words.baselines.caption(currency)}
        columns={[
          { label: words.plan },
          { label: words.tiles.costs, isFigure: true },
          { label: words.baselines.saves, isFigure: true },
          { label: "%", isFigure: true },
          { label: words.baselines.meaning, isLong: true },
        ]}
        rows={plan.baselines.map(({ id, cost, saving }) => [
          id,
          <Money key="cost" value={cost.objective} exponent={exponent} />,
          <Money key="saving" value={saving.money} exponent={exponent} />,
          formatPercent(saving.percent),
          words.baselines.meanings[id],
        ])}
      />
    </Section>
  );
}

/** What the objective is made of. */
export function Costs({ plan, terms }: { plan: PlanFile; terms: Terms }) {
  const words = useWords();
  const { exponent, currency } = terms;
  const objective = costUnits(plan.cost.objective, exponent);
  return (
    <Section title={words.costs.title}>
      <CostBar cost={plan.cost} of={drawnUnits(plan.cost, exponent) || 1n} exponent={exponent} height={30} />
      <Table
        caption={words.costs.caption(currency)}
        columns={[
          { label: words.costs.part },
          { label: currency, isFigure: true },
          { label: words.costs.share, isFigure: true },
          { label: words.costs.meaning, isLong: true },
        ]}
        rows={costParts(plan.cost).map(({ key, money }) => [
          <>
            <Swatch of={key} /> {words.cost[key].label}
          </>,
          <Money key="money" value={money} exponent={exponent} />,
          formatShare(shareOfObjective(costUnits(money, exponent), objective)),
          words.cost[key].meaning,
        ])}
        foot={[
          words.costs.objective,
          <Money key="money" value={plan.cost.objective} exponent={exponent} />,
          objective > 0n ? "100.00 %" : null,
          "",
        ]}
      />
    </Section>
  );
}

/**
 * What every channel carries and costs, beside what it carries as things are.
 *
 * @param base null where the plan is the one as things are
 */
export function Channels({
  answer,
  base,
  terms,
}: {
  answer: Answer | null;
  base: PlanFile | null;
  terms: Terms;
}) {
  const words = useWords();
  const { exponent, currency } = terms;
  const plan = answer?.plan ?? null;
  const before = new Map(base?.channels.map((channel) => [channel.id, channel]));
  const shown = (plan ?? base)!;
  const more = (now: number, then: number | undefined) =>
    then === undefined
      ? ""
      : now === then
        ? "="
        : `${now > then ? "+" : "−"}${words.count(Math.abs(now - then))}`;
  const pending = <Pending />;
  return (
    <Section
      title={words.channels.title}
      lead={base === null ? words.channels.lead : words.channels.leadAgainst}
      busy={plan === null}
    >
      <Table
        caption={words.channels.caption(currency)}
        columns={[
          { label: words.channel },
          { label: words.orders, isFigure: true },
          ...(base === null ? [] : [{ label: words.channels.more, isFigure: true }]),
          { label: words.packages, isFigure: true },
          { label: words.cost.charges.label, isFigure: true },
          { label: words.cost.packageFees.label, isFigure: true },
          { label: words.cost.delay.label, isFigure: true },
          { label: words.channels.perOrder, isFigure: true },
          { label: words.channels.finish, isFigure: true },
        ]}
        muted={(row) => plan !== null && shown.channels[row]!.orders === 0}
        rows={shown.channels.map((channel) => {
          const { id, mode, orders, packages, charges, packageFees, delay, volume, finishAt } = channel;
          if (plan === null) return [id, ...Array.from({ length: base === null ? 7 : 8 }, () => pending)];
          const each = perOrder(
            sumCosts([charges, packageFees, delay, volume ?? "0"], exponent),
            orders,
            exponent,
          );
          return [
            id,
            words.count(orders),
            ...(base === null ? [] : [more(orders, before.get(id)?.orders)]),
            mode === "single" ? words.single : words.count(packages),
            <Money key="charges" value={charges} exponent={exponent} />,
            <Money key="fees" value={packageFees} exponent={exponent} />,
            <Money key="delay" value={delay} exponent={exponent} />,
            each === null ? null : <Money key="each" value={each} exponent={exponent} />,
            words.moment(finishAt),
          ];
        })}
      />
    </Section>
  );
}

/** Orders on no channel, by reason. */
export function Unrouted({ plan }: { plan: PlanFile }) {
  const words = useWords();
  const { unrouted, counts } = plan;
  return (
    <Section
      title={words.unrouted.title}
      lead={
        unrouted.length === 0 ? words.unrouted.none : words.unrouted.lead(counts.deferred, counts.rejected)
      }
    >
      {unrouted.length > 0 && (
        <Table
          caption={words.unrouted.caption}
          columns={[
            { label: words.unrouted.reason },
            { label: words.orders, isFigure: true },
            { label: words.unrouted.outcome },
            { label: words.unrouted.meaning, isLong: true },
            { label: words.unrouted.remedy, isLong: true },
          ]}
          rows={unrouted.map(({ reason, orders }) => [
            <code key="reason">{reason}</code>,
            words.count(orders),
            isRejection(reason) ? words.rejected : words.deferred,
            words.unrouted.reasons[reason].meaning,
            words.unrouted.reasons[reason].remedy,
          ])}
        />
      )}
    </Section>
  );
}
