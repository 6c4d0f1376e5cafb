import { createHash } from "node:crypto";
import type { DebitResult } from "../channel.js";
import type { Route } from "../http.js";
import { formatMoney, money } from "../money.js";

/** What goes wrong on a mock channel, as `PUT /faults` sets it. */
export interface Faults {
  /** Packages to refuse as a whole, from now on. */
  refusePackages: number;
  /** One debit in so many fails, by its order's id; 0 for none. */
  failOneIn: number;
  /** Requests to do, and then to break the connection instead of answering: the worst that can happen to whoever asked. */
  loseAnswers: number;
  /** Requests to do, and then to answer with 500. */
  failAnswers: number;
  /** Requests to do, and never to answer. */
  hangAnswers: number;
  /** How results are told, whatever was done: as they are, twice, of an order that nobody sent, or without an outcome. */
  results: "right" | "twice" | "strange" | "open";
  /** Debits to take with a cent too much. */
  wrongAmounts: number;
  /** Until when every request is answered with 503, in ms since 1970. */
  downUntil: number;
}

export function makeFaults(): Faults {
  return {
    refusePackages: 0,
    failOneIn: 0,
    loseAnswers: 0,
    failAnswers: 0,
    hangAnswers: 0,
    results: "right",
    wrongAmounts: 0,
    downUntil: 0,
  };
}

/** The same order fails whenever it is tried on the same channel. */
export function fails(channel: string, order: string, { failOneIn }: Faults): string | null {
  if (failOneIn === 0) return null;
  const [byte = 0, next = 0] = createHash("sha256").update(`${channel} ${order}`).digest();
  return (byte * 256 + next) % failOneIn === 0 ? "INSUFFICIENT_FUNDS" : null;
}

type Counted = "refusePackages" | "loseAnswers" | "failAnswers" | "hangAnswers" | "wrongAmounts";

/** Whether a fault is to happen once more; it is counted. */
export function isDue(faults: Faults, fault: Counted): boolean {
  if (faults[fault] === 0) return false;
  faults[fault]--;
  return true;
}

export function faultRoute(faults: Faults): Route {
  return {
    method: "PUT",
    path: /^\/faults$/,
    handle({ text }) {
      const { downForSeconds, ...set } = JSON.parse(text) as Partial<Faults> & { downForSeconds?: number };
      Object.assign(faults, set);
      if (downForSeconds !== undefined) faults.downUntil = Date.now() + downForSeconds * 1_000;
      return { status: 200, body: faults };
    },
  };
}

/** Results as a channel with faults tells them. */
export function told(results: readonly DebitResult[], { results: how }: Faults): readonly unknown[] {
  const [first, ...others] = results;
  if (first === undefined || how === "right") return results;
  if (how === "twice") return [first, first, ...others];
  return [{ ...first, ...(how === "strange" ? { order: "NOBODY" } : { outcome: "processing" }) }, ...others];
}

/** What is debited of an order, in a channel with faults. */
export function taken<Asked extends { readonly amount: string }>(asked: Asked, faults: Faults): Asked {
  if (!isDue(faults, "wrongAmounts")) return asked;
  return { ...asked, amount: formatMoney(money(asked.amount) + money("0.01")) };
}

/** Puts the faults before and behind a route. */
export function withFaults(route: Route, faults: Faults): Route {
  return {
    ...route,
    async handle(asked) {
      if (Date.now() < faults.downUntil) return { status: 503, body: { message: "Out of order." } };
      const answer = await route.handle(asked);
      if (route.method !== "POST") return answer;
      if (isDue(faults, "loseAnswers")) return null;
      if (isDue(faults, "failAnswers")) return { status: 500, body: { message: "A fault of ours." } };
      if (isDue(faults, "hangAnswers")) return new Promise(() => {});
      return answer;
    },
  };
}
