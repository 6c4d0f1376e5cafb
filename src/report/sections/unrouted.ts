import { html, type Markup } from "../markup.js";
import { formatCount, plural } from "../numbers.js";
import { money, table } from "../table.js";
import { isRejection, REASON_TEXT } from "../words.js";
import { lead, type ReportData, type Section } from "./section.js";

/** Orders that the plan leaves out: why, and what can be done. */
export function unroutedSection({ plan, contract }: ReportData): Section {
  const { deferred, rejected, orders } = plan.counts;
  const head = { id: "unrouted", title: "Orders not routed", short: "Not routed" };
  if (deferred + rejected === 0)
    return {
      ...head,
      body: lead(orders === 0 ? "There were no orders." : "Every order is routed."),
    };
  const penalty: Markup = html`The penalty of an order without one of its own is <span class="nowrap">${plan.currency} ${money(plan.unroutedPenalty, contract.exponent)}</span>.`;
  const body = html`${lead(
    html`${deferred > 0 && `${plural(deferred, "order")} deferred: a channel could take each, and its penalty is part of the cost. `}${
      rejected > 0 &&
      `${plural(rejected, "order")} rejected: no channel could take any, even alone, at no cost. `
    }${deferred > 0 && penalty} unrouted.csv names every order.`,
  )}
${table({
  caption: "Unrouted orders by reason",
  columns: [
    { label: "Reason", kind: "text" },
    { label: "Orders", kind: "count" },
    { label: "Outcome", kind: "text" },
    { label: "What it means", kind: "text" },
    { label: "What to do", kind: "text" },
  ],
  rows: plan.unrouted.map(({ reason, orders: count }) => [
    html`<code>${reason}</code>`,
    count,
    isRejection(reason) ? "rejected" : "deferred",
    REASON_TEXT[reason].meaning,
    REASON_TEXT[reason].remedy,
  ]),
  foot: ["Total", formatCount(deferred + rejected), "", "", ""],
  exponent: contract.exponent,
})}`;
  return { ...head, body };
}
