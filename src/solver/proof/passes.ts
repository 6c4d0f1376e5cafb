import type { Problem } from "../problem.js";
import type { Pass, PassKind, PassKinds } from "./crew.js";
import { SamplePass, WorthPass } from "./orderAsks.js";
import { MarginsPass } from "./orderMargins.js";

const PASSES: { [Kind in PassKind]: new (problem: Problem, input: PassKinds[Kind]["input"]) => Pass<Kind> } =
  {
    margins: MarginsPass,
    sample: SamplePass,
    worths: WorthPass,
  };

/** A pass made anew from what was sent of it. */
export function passOf<Kind extends PassKind>(
  problem: Problem,
  kind: Kind,
  input: PassKinds[Kind]["input"],
): Pass<Kind> {
  return new PASSES[kind](problem, input);
}
