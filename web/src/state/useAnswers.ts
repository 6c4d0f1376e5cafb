import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { question } from "../api/service.js";
import type { PackageRow, PlanFile, Simulated } from "../api/types.js";
import { betterAnswer } from "./betterAnswer.js";
import { type Changes, isUnchanged, keyOf, scenarioChanges } from "./changes.js";
import type { Loaded } from "./useLoaded.js";

/** A plan and what it differs in from the plan as it is; null where it is that plan. */
export interface Answer {
  readonly plan: PlanFile;
  readonly packages: readonly PackageRow[];
  readonly against: Pick<Simulated, "difference" | "moved" | "newlyRejected" | "named" | "ms"> | null;
}

/** Waits so long for a slider to come to rest, so that it asks about one value and not about all on its way. */
const REST_MS = 70;
/** Answers that are kept, so that going back to a value shows its answer at once. */
const MOST_KEPT = 100;
/** Milliseconds for an answer: with the rest before it, the way there and back and drawing it stands on the screen within a second. */
const WITHIN_MS = 750;
/** Milliseconds of a longer search. */
export const LONGER_MS = 10_000;
/** Seconds that nothing may be heard for: the first question about a large plan waits until that has been opened. */
const SILENCE = 120;
/** Orders that moved that are named. */
const NAMED = 200;

/** A longer search for an answer: on its way, at its end with whether it has found a better one, or what kept it from that. */
export type Longer = Loaded<{ readonly isBetter: boolean }>;

export interface Answers {
  of(changes: Changes): Loaded<Answer>;
  /** Asks again where there was no answer. */
  retry(changes: Changes): void;
  /** Searches on for a cheaper plan or a better bound. The answer stays until there is one. */
  closer(changes: Changes): void;
  /** The longer search; null where there is none. */
  longer(changes: Changes): Longer | null;
  /** Ends the longer search, without what it might have found. */
  enough(changes: Changes): void;
}

/**
 * Answers by their changes. What is told of changes is the service's answer to those very changes, or that it is on its way:
 * there is no last answer that could be shown in place of the next.
 *
 * @param wanted all changes that are looked at; the first of them that is not answered is asked about, and then the first that
 *   is to be searched longer
 * @param exponent of the currency
 */
export function useAnswers(id: string, base: Answer, wanted: readonly Changes[], exponent: number): Answers {
  const kept = useRef(new Map<string, Loaded<Answer>>());
  const longer = useRef(new Map<string, Longer>());
  const [count, setCount] = useState(0);
  const tell = useCallback(() => setCount((before) => before + 1), []);
  const open = wanted.filter((changes) => !isUnchanged(changes));
  const next =
    open.find((changes) => !kept.current.has(keyOf(changes))) ??
    open.find((changes) => longer.current.get(keyOf(changes))?.state === "pending");
  const key = next === undefined ? null : keyOf(next);
  const isLonger = key !== null && kept.current.has(key);
  useEffect(() => {
    if (key === null || next === undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async (more: object): Promise<Answer> => {
      const path = `/v1/plans/${id}/simulations`;
      const body = { changes: scenarioChanges(next), moved: NAMED, ...more };
      const found = await question<Simulated>(path, body, { signal, timeout: SILENCE });
      const { plan, packages, ...against } = found;
      return { plan, packages, against };
    };
    const keep = (answer: Loaded<Answer>) => {
      const answers = kept.current;
      if (answers.size >= MOST_KEPT) answers.delete(answers.keys().next().value!);
      answers.set(key, answer);
    };
    const timer = setTimeout(async () => {
      const before = kept.current.get(key);
      try {
        const value = await ask(isLonger ? { within: LONGER_MS, gap: 0 } : { within: WITHIN_MS });
        if (signal.aborted) return;
        const best = before?.state === "ready" ? betterAnswer(before.value, value, exponent) : value;
        keep({ state: "ready", value: best });
        if (isLonger) longer.current.set(key, { state: "ready", value: { isBetter: best === value } });
      } catch (error) {
        if (signal.aborted) return;
        if (isLonger) longer.current.set(key, { state: "failed", error });
        else keep({ state: "failed", error });
      }
      tell();
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      // The service gives the question up when nobody waits for it.
      controller.abort();
      // Whoever comes back has not asked for the rest of a search that was left.
      if (longer.current.get(key)?.state === "pending") longer.current.delete(key);
    };
  }, [id, key, isLonger]);
  return useMemo(() => {
    const forget = (changes: Changes) => {
      kept.current.delete(keyOf(changes));
      tell();
    };
    return {
      of: (changes) =>
        isUnchanged(changes)
          ? { state: "ready", value: base }
          : (kept.current.get(keyOf(changes)) ?? { state: "pending" }),
      retry: forget,
      closer(changes) {
        longer.current.set(keyOf(changes), { state: "pending" });
        tell();
      },
      longer: (changes) => longer.current.get(keyOf(changes)) ?? null,
      enough(changes) {
        longer.current.delete(keyOf(changes));
        tell();
      },
    };
  }, [base, count, tell]);
}
