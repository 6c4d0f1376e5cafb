import type { Contract } from "../../model/contract.js";
import type { CostTotal } from "../../model/money.js";
import { leastOwnFee } from "../packageFee.js";
import { type Question, withCount } from "../proof/nodes.js";
import type { ProofTree, Proven } from "../proof/tree.js";
import type { PackageCounts } from "../relaxation/relax.js";
import type { Node } from "./node.js";

/** A question about a channel's number of packages. */
export interface Asked {
  readonly question: Question;
  /** Ranges of counts that its answers leave: up to so many packages, and more. */
  readonly counts: readonly [atMost: PackageCounts, above: PackageCounts];
}

/** Where a question is asked. */
type Open = Pick<Node, "counts" | "opened">;

interface Place {
  node: Node;
  split: { readonly question: Question; readonly atMost: Place; readonly above: Place } | null;
}

/** A fraction of a package below which there is none. */
const WHOLE = 1e-6;

/**
 * A proof that grows question by question, as in branching (formulation.md), of which there is time for a few only. At any
 * time it is a proof.
 */
export class Questions {
  readonly #root: Place;

  constructor(root: Node) {
    this.#root = { node: root, split: null };
  }

  /** Another answer for the root, where that proves more. */
  better(root: Node): void {
    if (isMore(root.bound, this.#root.node.bound)) this.#root.node = root;
  }

  /** Where least is proven. */
  get least(): Node {
    return this.#least().node;
  }

  /** Takes both answers to a question about {@link least}. */
  answer({ question }: Asked, atMost: Node, above: Node): void {
    this.#least().split = {
      question,
      atMost: { node: atMost, split: null },
      above: { node: above, split: null },
    };
  }

  /** The proof as far as it goes. */
  proven(): Proven {
    const bound = boundOf(this.#root);
    // The root holds every plan there is.
    return { bound: bound!, tree: treeOf(this.#root, bound) };
  }

  /** The node at the ends that proves least. */
  #least(): Place {
    let place = this.#root;
    while (place.split !== null) {
      const { atMost, above } = place.split;
      place = isMore(boundOf(atMost), boundOf(above)) ? above : atMost;
    }
    return place;
  }
}

/** Nothing is more than no plan at all. */
function isMore(one: CostTotal | null, other: CostTotal | null): boolean {
  return other !== null && (one === null || one > other);
}

function boundOf({ node, split }: Place): CostTotal | null {
  if (split === null) return node.bound;
  const [atMost, above] = [boundOf(split.atMost), boundOf(split.above)];
  const least = isMore(atMost, above) ? above : atMost;
  return isMore(node.bound, least) ? node.bound : least;
}

/** Where a node proves as much as all is worth, it needs no questions. */
function treeOf({ node, split }: Place, bound: CostTotal | null): ProofTree {
  if (split === null || !isMore(bound, node.bound)) return { prices: node.prices };
  const { question, atMost, above } = split;
  return { ...question, atMost: treeOf(atMost, bound), above: treeOf(above, bound) };
}

/**
 * What is worth asking: about the channel whose count is least sure, by what the nearest whole number of packages is away in
 * fees. Null where all counts are whole.
 */
export function questionAt({ channels }: Contract, { opened, counts }: Open): Asked | null {
  const { from, to } = counts;
  let best: Question | null = null;
  let most = 0;
  for (const [c, channel] of channels.entries()) {
    const packages = Math.floor(opened[c]!);
    const fraction = opened[c]! - packages;
    const distance = Math.min(fraction, 1 - fraction);
    const isOpen = packages >= from[c]! && packages < to[c]!;
    const worth = distance * Math.max(1, leastOwnFee(channel, Infinity));
    if (channel.mode !== "batch" || distance < WHOLE || !isOpen || worth <= most) continue;
    most = worth;
    best = { channel: c, packages };
  }
  if (best === null) return null;
  const { channel, packages } = best;
  return {
    question: best,
    counts: [
      withCount(counts, channel, from[channel]!, packages),
      withCount(counts, channel, packages + 1, to[channel]!),
    ],
  };
}
