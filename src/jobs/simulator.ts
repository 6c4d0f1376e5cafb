import type { BadOutcome } from "./outcome.js";

/** What the process of simulations is told. */
export type ToSimulator =
  | {
      readonly type: "open";
      readonly number: number;
      readonly plan: string;
      /** Path of a folder with its inputs, and the plan itself in `plan`. */
      readonly dir: string;
      readonly threads: number | undefined;
      /** Of the plan and of every question; undefined for any number. */
      readonly maxChannels: number | undefined;
      readonly maxOrders: number | undefined;
    }
  | {
      readonly type: "ask";
      readonly number: number;
      readonly plan: string;
      readonly question: object;
      /** Moved orders to name, at most. */
      readonly name: number;
      readonly within?: number | undefined;
      readonly gap?: number | undefined;
    }
  | { readonly type: "giveUp"; readonly number: number }
  | { readonly type: "close"; readonly plan: string };

export type SimulatorOutcome =
  | { readonly ok: true; readonly answer: object }
  | BadOutcome
  | { readonly ok: false; readonly givenUp: true };

/** What it tells of what was asked under a number: first that it has been taken, and then its outcome. */
export interface FromSimulator {
  readonly number: number;
  readonly outcome?: SimulatorOutcome;
}
