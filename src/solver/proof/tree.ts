import type { CostTotal } from "../../model/money.js";
import type { ProofPrices } from "./prices.js";

/** Prices, or a question about a channel's number of packages or its volume with a proof for each answer. */
export type ProofTree =
  | { readonly prices: ProofPrices }
  | (Question & { readonly atMost: ProofTree; readonly above: ProofTree });

type Question =
  | { readonly channel: number; readonly packages: number }
  /** In orders or minor units, as the channel's terms have it. */
  | { readonly channel: number; readonly volume: number };

/** A proof and what it proves. */
export interface Proven {
  readonly tree: ProofTree;
  readonly bound: CostTotal;
}
