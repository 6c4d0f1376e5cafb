import type { Instance } from "../instance.js";
import type { Survey } from "../survey.js";
import type { Likes } from "./likes.js";

/** How long orders can wait and what it costs: the distinct pairs of weight and due time. */
export interface Patience {
  /** `[profile]` number of its pair. */
  readonly ofProfile: Int32Array;
  /** `[pair]` in millionths. */
  readonly weight: Float64Array;
  /** `[pair]` since time zero; Infinity where absent. */
  readonly due: Float64Array;
}

export function patienceOf({ orders: { profiles } }: Instance): Patience {
  const numbers = new Map<number, Map<number, number>>();
  const weight: number[] = [];
  const due: number[] = [];
  const ofProfile = Int32Array.from(profiles, ({ delayWeight, dueBy }) => {
    let byDue = numbers.get(delayWeight);
    if (byDue === undefined) {
      byDue = new Map();
      numbers.set(delayWeight, byDue);
    }
    let number = byDue.get(dueBy);
    if (number === undefined) {
      number = weight.push(delayWeight) - 1;
      due.push(dueBy);
      byDue.set(dueBy, number);
    }
    return number;
  });
  return { ofProfile, weight: Float64Array.from(weight), due: Float64Array.from(due) };
}

/** `[channel]` least weight of the orders that it could take, in millionths; 0 where there are none. */
export function lightestOrders(instance: Instance, { takes }: Survey, likes: Likes): Float64Array {
  const lightest = new Float64Array(instance.contract.channels.length).fill(Infinity);
  for (const i of likes.order) {
    const weight = instance.weight(i);
    for (let c = 0; c < lightest.length; c++)
      if (weight < lightest[c]! && takes.has(i, c)) lightest[c] = weight;
  }
  return lightest.map((weight) => (weight === Infinity ? 0 : weight));
}
