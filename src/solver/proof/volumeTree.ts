import type { CostTotal } from "../../model/money.js";
import { atVolumePrices } from "../atVolumePrices.js";
import type { Problem } from "../problem.js";
import { anyCounts, type PackageCounts } from "../relaxation/relax.js";
import { alone } from "./crew.js";
import { commonStep, evaluate, PROVES_NOTHING } from "./evaluate.js";
import { scaleFor } from "./fromRelaxation.js";
import type { Guidance } from "./guidance.js";
import type { ProofPart, ProveOptions } from "./options.js";
import { zeroPrices } from "./prices.js";
import type { ProofTree, Proven } from "./tree.js";
import { guideByVolume, type VolumeGuide, withVolume } from "./volumeGuide.js";

/** Parts that plans are divided into by their volumes, at most. */
const MOST_PARTS = 64;
/** The same where a like problem has been solved and questions are counted: each part costs relaxations of its own. */
const FEW_PARTS = 8;
/** What volumes may cost more than the relaxation says, in cost units, */
const TOLERANCE = 0.5;
/** or as a part of all that is open, before how many packages there are is asked first. */
const MATTERS = 0.1;

/** A part of the plans: those with volumes in such ranges. */
interface Part {
  readonly counts: PackageCounts;
  /** Null where no plan has such volumes. */
  readonly guide: VolumeGuide | null;
  proven: Proven | null;
  /** Its numbers of packages have been asked about. */
  branched: boolean;
  /** Nothing more is to be had from it. */
  settled: boolean;
  split?: { readonly channel: number; readonly volume: number; readonly atMost: Part; readonly above: Part };
}

/**
 * Proves a bound where volume has prices: prices of volume by a relaxation turn it into a problem without, and where
 * that leaves too much open, plans are divided by whether a volume reaches one of the contract's thresholds, each part
 * with prices of its own (formulation.md, V3).
 *
 * @param means what it takes to prove a bound at prices of volume
 */
export function proveByVolume(problem: Problem, options: ProveOptions, means: ProofMeans): Proven {
  return new VolumeProof(problem, options, means).run();
}

export interface ProofMeans {
  /** What is proven already. */
  readonly first: Proven;
  /** Whether it is worth asking how many packages there are. */
  readonly asks: boolean;
  /** Proves a bound for a part. */
  proveAt(part: ProofPart, options: ProveOptions): Proven;
}

class VolumeProof {
  readonly #problem: Problem;
  readonly #options: ProveOptions;
  readonly #means: ProofMeans;
  #best: Proven;
  #root: Part | null = null;
  /** Of the first part that has brought some, which is all plans. */
  #guidance: Guidance | null = null;

  constructor(problem: Problem, options: ProveOptions, means: ProofMeans) {
    this.#problem = problem;
    this.#options = options;
    this.#means = means;
    this.#best = means.first;
  }

  run(): Proven {
    const { shouldStop, enough, onGuided, mostQuestions } = this.#options;
    const mostParts = mostQuestions === undefined ? MOST_PARTS : FEW_PARTS;
    const root = this.#part(anyCounts(this.#problem.classes.channels));
    this.#root = root;
    this.#prove(root, false);
    onGuided?.(this.#guidance);
    for (let parts = 1; !this.#done() && !shouldStop() && !enough() && this.#questionsLeft() > 0; ) {
      const part = this.#leastOf(root);
      if (part === null) break;
      const { guide, counts } = part;
      if (!part.branched && !this.#isLoose(part)) {
        this.#prove(part, true, part.proven!);
        part.branched = true;
      } else if (guide!.question !== null && guide!.missing > TOLERANCE && parts < mostParts) {
        const { channel, volume } = guide!.question;
        const atMost = this.#part(withVolume(counts, channel, (range) => ({ ...range, to: volume })));
        const above = this.#part(withVolume(counts, channel, (range) => ({ ...range, from: volume + 1 })));
        for (const child of [atMost, above]) this.#prove(child, false, part.proven!);
        part.split = { channel, volume, atMost, above };
        this.#offer();
        parts++;
      } else part.settled = true;
    }
    return this.#best;
  }

  /** Whether what the relaxation leaves out of the volumes' cost is much of what is open. */
  #isLoose({ guide, proven }: Part): boolean {
    const open = this.#options.incumbent() - Number(proven!.bound);
    return (
      guide!.question !== null && guide!.missing > Math.max(TOLERANCE, MATTERS * (open < Infinity ? open : 0))
    );
  }

  #part(counts: PackageCounts): Part {
    const guide = guideByVolume(this.#problem, counts, this.#options.shouldStop);
    return {
      counts,
      guide,
      proven: null,
      branched: !this.#means.asks,
      settled: guide === null,
    };
  }

  /**
   * @param asks whether to ask how many packages there are
   * @param before what the plans of a larger part are proven to cost
   */
  #prove(part: Part, asks: boolean, before?: Proven): void {
    const { guide, counts } = part;
    if (guide === null) {
      // That there is no such plan any prices show.
      part.proven = { tree: { prices: this.#zeroPrices() }, bound: before?.bound ?? 0n };
      return;
    }
    const problem = atVolumePrices(this.#problem, guide.prices);
    const first = this.#better(this.#at(this.#zeroPrices(), counts), part.proven);
    const inherited = before !== undefined && "prices" in before.tree ? before.tree.prices : null;
    const start = inherited === null ? first : this.#better(this.#at(inherited, counts), first);
    const { onPlan, enough, incumbent, shouldStop, crew, start: like } = this.#options;
    part.proven = start;
    part.proven = this.#means.proveAt(
      { problem, counts, first: start!, asks },
      {
        shouldStop,
        incumbent,
        crew: crew ?? alone,
        ...(onPlan ? { onPlan } : {}),
        onProof: (proven) => {
          part.proven = proven;
          this.#offer();
        },
        onGuided: (found) => {
          this.#guidance ??= found;
        },
        enough,
        ...(like === undefined ? {} : { start: like }),
        mostQuestions: this.#questionsLeft(),
      },
    );
    this.#offer();
  }

  /** A question divides one part of the proof into two, whether it asks for packages or for volume. */
  #questionsLeft(): number {
    const { mostQuestions } = this.#options;
    return mostQuestions === undefined ? Infinity : mostQuestions + 1 - leavesOf(this.#root!);
  }

  #better(one: Proven | null, other: Proven | null): Proven | null {
    if (one === null || other === null) return one ?? other;
    return one.bound > other.bound ? one : other;
  }

  #at(prices: ReturnType<typeof zeroPrices>, counts: PackageCounts): Proven | null {
    const bound = evaluate(this.#problem, prices, counts, commonStep(this.#problem));
    return bound === null || bound === PROVES_NOTHING ? null : { tree: { prices }, bound };
  }

  /** All parts of a proof have prices of one scale. */
  #zeroPrices() {
    return { ...zeroPrices(this.#problem), scale: scaleFor(this.#problem) };
  }

  /** The open part that proves least; null where none that proves no more than all together is open. */
  #leastOf(root: Part): Part | null {
    let least: Part | null = null;
    const look = (part: Part): void => {
      if (part.split !== undefined) {
        look(part.split.atMost);
        look(part.split.above);
      } else if (part.guide !== null && (least === null || part.proven!.bound < least.proven!.bound))
        least = part;
    };
    look(root);
    return least === null || (least as Part).settled ? null : least;
  }

  #done(): boolean {
    return Number(this.#best.bound) >= this.#options.incumbent();
  }

  /** Parts that are not yet in the tree are not yet told of. */
  #offer(): void {
    const bound = boundOf(this.#root!);
    if (bound === null || bound <= this.#best.bound) return;
    this.#best = { tree: treeOf(this.#root!), bound };
    this.#options.onProof?.(this.#best);
  }
}

/** The least that its parts prove; null where no plan is in any. */
function boundOf({ split, guide, proven }: Part): CostTotal | null {
  if (split === undefined) return guide === null ? null : proven!.bound;
  const [atMost, above] = [boundOf(split.atMost), boundOf(split.above)];
  if (atMost === null || above === null) return atMost ?? above;
  if (above < atMost) return above;
  return atMost;
}

/** Sets of prices in the proofs of a part. */
function leavesOf({ split, proven }: Part): number {
  if (split !== undefined) return leavesOf(split.atMost) + leavesOf(split.above);
  const count = (tree: ProofTree): number => ("prices" in tree ? 1 : count(tree.atMost) + count(tree.above));
  return proven === null ? 1 : count(proven.tree);
}

function treeOf({ split, proven }: Part): ProofTree {
  if (split === undefined) return proven!.tree;
  const { channel, volume, atMost, above } = split;
  return { channel, volume, atMost: treeOf(atMost), above: treeOf(above) };
}
