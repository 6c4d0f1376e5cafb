import type { Problem } from "../problem.js";
import type { Pass, PassKind } from "./crew.js";
import { SamplePass, WorthPass } from "./orderAsks.js";
import { MarginsPass } from "./orderMargins.js";

// biome-ignore lint/suspicious/noExplicitAny: each takes the input of its own kind, which came with that kind
const PASSES: { readonly [Kind in PassKind]: new (problem: Problem, input: any) => Pass<unknown> } = {
  margins: MarginsPass,
  sample: SamplePass,
  worths: WorthPass,
};

/** A pass made anew from what was sent of it. */
export function passOf(
  problem: Problem,
  { kind, input }: Pick<Pass<unknown>, "kind" | "input">,
): Pass<unknown> {
  return new PASSES[kind](problem, input);
}
