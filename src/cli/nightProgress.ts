import type { PlanProgress } from "../app/planOptions.js";
import { currencyExponent, parseCost } from "../model/money.js";
import type { NightParts } from "../nightly/nightParts.js";
import { type ProgressView, showProgress } from "./progress.js";
import { describeTerminal, fitted } from "./terminal.js";

/** Progress of a job as the store has it: money as text, and two times. */
interface ToldProgress extends Omit<PlanProgress, "currency" | "incumbent" | "bound"> {
  /** Of the job. */
  readonly elapsedMs: number;
  readonly phaseMs: number;
  readonly currency?: string;
  readonly incumbent?: string;
  readonly bound?: string;
}

/**
 * Shows on standard error what a night by hand waits for and how far its job is, as `plan` does.
 *
 * @param timeLimitSeconds of the search
 * @returns the parts to work on the night with, and the view that is to be stopped
 */
export async function withProgress(
  parts: NightParts,
  timeLimitSeconds: number,
): Promise<{ parts: NightParts; view: ProgressView }> {
  const stream = process.stderr;
  const terminal = describeTerminal(stream);
  const view = await showProgress({ stream, terminal, timeLimitSeconds }, false);
  const { log } = parts;
  return {
    view,
    parts: {
      ...parts,
      log: {
        info: (_told, words) => view.say(fitted(`packwright: ${words}`, terminal)),
        warn: (told, words) => log.warn(told, words),
        error: (told, words) => log.error(told, words),
      },
      onProgress: (told) => view.update(planProgressOf(told as ToldProgress)),
    },
  };
}

/** Progress as the store has it, with its money in cost units and the time of its phase again. */
export function planProgressOf(progress: ToldProgress): PlanProgress {
  const { currency, incumbent, bound, phaseMs, ...more } = progress;
  const told = { ...more, elapsedMs: phaseMs };
  const exponent = currency === undefined ? undefined : currencyExponent(currency);
  if (currency === undefined || exponent === undefined) return told;
  const units = (text: string | undefined) => (text === undefined ? null : parseCost(text, exponent));
  const [best, proven] = [units(incumbent), units(bound)];
  return {
    ...told,
    currency: { code: currency, exponent },
    ...(best === null ? {} : { incumbent: best }),
    ...(proven === null ? {} : { bound: proven }),
  };
}
