import type { Instance } from "../instance.js";
import type { Penalties } from "../penalty.js";
import type { Survey } from "../survey.js";
import type { Likes } from "./likes.js";
import type { Patience } from "./patience.js";
import type { Work } from "./work.js";

/** How many packages of each channel, and what volume, a part of the proof is about. */
export interface Counts {
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** In orders or minor units, as the channel's terms of volume have it. */
  readonly volumeFrom: Float64Array;
  readonly volumeTo: Float64Array;
}

/** The same of one channel. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly volumeFrom: number;
  readonly volumeTo: number;
}

/** Everything about the inputs that every part of a proof needs. */
export interface Premises {
  readonly instance: Instance;
  readonly survey: Survey;
  readonly penalties: Penalties;
  /** Price units in a cost unit. */
  readonly scale: number;
  /** `[order]` group that `worth` is about, or null. */
  readonly groups: readonly (number | null)[] | undefined;
  readonly likes: Likes;
  readonly patience: Patience;
  /** `[channel]` least weight of an order that it could take, in millionths; 0 where there is none. */
  readonly lightest: Float64Array;
  /** Of the whole proof. */
  readonly work: Work;
}
