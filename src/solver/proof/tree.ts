import type { CostTotal } from "../../model/money.js";
import type { ProofPrices } from "./prices.js";

/** Prices, or a question about a channel's number of packages with a proof for each answer. */
export type ProofTree =
  | { readonly prices: ProofPrices }
  | {
      readonly channel: number;
      readonly packages: number;
      readonly atMost: ProofTree;
      readonly above: ProofTree;
    };

/** A proof and what it proves. */
export interface Proven {
  readonly tree: ProofTree;
  readonly bound: CostTotal;
}
