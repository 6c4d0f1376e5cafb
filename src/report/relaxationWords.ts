import type { Lever, Relaxation } from "../model/explanation.js";
import { formatCount, group, plural } from "./numbers.js";

/** What relaxing a number means, in sentences that the terminal and JSON share. */

/** `quota harbor-day`, `rule 2 of union-batch`, `union-batch`. */
export function ownerWords({ channel, rule, quota }: Lever): string {
  if (quota !== undefined) return `quota ${quota}`;
  return rule === undefined ? (channel ?? "the objective") : `rule ${rule + 1} of ${channel}`;
}

interface More {
  readonly currency: string;
  /** Deferred orders that are left. */
  readonly left: number;
  /** By how much the number changes: a count, money, or seconds. */
  readonly more: string;
}

/** `2 more packages on netpay-batch (13 instead of 11) place all 22 orders.` */
export function relaxationSentence(relaxation: Omit<Relaxation, "sentence">, about: More): string {
  const { places, costs } = relaxation;
  const { currency, left } = about;
  const orders = plural(places, "order");
  const placed =
    left === 0 ? `${orders}, all that are deferred` : `${orders} more, not the other ${formatCount(left)}`;
  const size = group(costs.replace(/^-/, ""));
  const money = costs.startsWith("-") ? `saves ${currency} ${size}` : `costs ${currency} ${size} more`;
  return `${changeWords(relaxation, about)}: places ${placed}, and ${money}.`;
}

/** `2 more packages on netpay-batch (13 instead of 11)` */
function changeWords(relaxation: Omit<Relaxation, "sentence">, { currency, more }: More): string {
  const { field, from, to } = relaxation;
  const owner = ownerWords(relaxation);
  const counted = (word: string) =>
    `${group(more)} more ${word}${more === "1" ? "" : "s"} on ${owner} (${group(to)} instead of ${group(from)})`;
  switch (field) {
    case "limits.maxOrders":
      return counted("order");
    case "limits.maxPackages":
      return counted("package");
    case "queue.lanes":
      return counted("lane");
    case "limits.maxAmount":
      return `${currency} ${group(more)} more on ${owner} (${group(to)} instead of ${group(from)})`;
    case "package.maxOrders":
      return `Packages of up to ${group(to)} orders on ${owner} instead of ${group(from)}`;
    case "package.maxAmount":
      return `Packages of up to ${currency} ${group(to)} on ${owner} instead of ${group(from)}`;
    case "package.minOrders":
      return `Packages from ${group(to)} orders on ${owner} instead of ${group(from)}`;
    case "queue.cutOff":
      return `A cut-off of ${owner} ${durationWords(Number(more))} later, at ${to}`;
    case "unroutedPenalty":
      return `An unroutedPenalty of ${currency} ${group(to)} instead of ${group(from)}`;
  }
}

/** Seconds as `11 minutes`, `1 h 5 min`. */
function durationWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(rest > 0 ? [`${rest} s`] : []),
  ].join(" ");
}
