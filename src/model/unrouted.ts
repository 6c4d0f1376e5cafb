import type { UnroutedReason } from "./plan.js";

/** The `detail` of an unrouted order: a sentence for a person, the same wherever it is written or checked. */
export function unroutedDetail(reason: UnroutedReason, bank: string): string {
  switch (reason) {
    case "BANK_NOT_COVERED":
      return `No channel that this order may use covers bank ${bank}.`;
    case "ATTRIBUTES_NOT_COVERED":
      return `Bank ${bank} is covered, but not for an order with these attributes.`;
    case "AMOUNT_OUT_OF_RANGE":
      return `Bank ${bank} is covered, but not for an order of this amount.`;
    case "NO_CHANNEL_IN_TIME":
      return `Every channel that covers bank ${bank} would finish too late, even with an empty queue.`;
    case "CAPACITY_EXHAUSTED":
      return `Every channel that covers bank ${bank} is full or out of time in this plan.`;
    case "PACKAGE_MINIMUM":
      return "Only a further package could take it, and that would stay below the channel's minimum.";
    case "DEARER_THAN_PENALTY":
      return "Room remains; in a cheapest plan every way to use it costs more than the penalty.";
  }
}
