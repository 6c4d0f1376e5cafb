import { channelsTreeOf, readChannels } from "../io/channelsReader.js";
import type { OrderStore } from "../io/orderStore.js";
import { ordersFromObjects, readOrders } from "../io/ordersReader.js";
import { TooManyChannels } from "../model/channelCount.js";
import { ChannelsError } from "../model/channelsFile.js";
import type { Contract } from "../model/contract.js";
import { InputError, type Issue, IssueList } from "../model/issue.js";
import type { OrderTerms } from "../model/orderFields.js";
import type { PlanFile } from "../model/planFile.js";
import type { ChannelsTree } from "../model/scenarioContract.js";
import { orProblems } from "./together.js";

export interface InputOptions {
  /** Path of a channels file, or its content as plain data. */
  readonly channels: string | object;
  /** Path of an orders file, `-` for standard input, or orders as plain data. */
  readonly orders: string | Iterable<object>;
  /** Channels that are taken; default any number. */
  readonly maxChannels?: number | undefined;
  /** Ends the reading of orders early. */
  readonly signal?: AbortSignal;
  /** Something else that must hold, and without which the orders are not worth reading; throws an {@link InputError}. */
  readonly demand?: () => Promise<void>;
}

export interface Inputs {
  readonly contract: Contract;
  /** The orders; whoever asked for them closes them. */
  readonly store: OrderStore;
  /** Names and hashes of what was read. */
  readonly files: PlanFile["inputs"];
}

/**
 * Reads channels and orders. Where the channels are wrong, the orders are judged all the same, as far as that goes
 * without them.
 *
 * @throws InputError with every problem of both
 * @throws the signal's reason where that was given before all was read
 */
export async function readInputs(options: InputOptions): Promise<Inputs> {
  const { channels, orders, signal, demand } = options;
  const refused = await orProblems(async () => demand?.());
  const source = await orProblems(() => channelsOf(channels, options));
  const found = new IssueList();
  if (refused instanceof InputError) found.addAll(refused);
  if (source instanceof InputError) found.addAll(source);
  if (refused instanceof InputError || source instanceof TooManyChannels) throw found.error();
  if (!(source instanceof InputError)) {
    const store = await ordersOf(orders, source.contract, signal);
    return { contract: source.contract, store, files: filesOf(source, store) };
  }
  const terms = source instanceof ChannelsError ? source.terms : null;
  if (terms === null) found.add(notRead(orders));
  else {
    const judged = await orProblems(() => ordersOf(orders, terms, signal));
    if (judged instanceof InputError) found.addAll(judged);
    else await judged.close();
  }
  throw found.error();
}

/** Names and hashes of what was read. */
export function filesOf(
  channels: PlanFile["inputs"]["channels"],
  orders: PlanFile["inputs"]["orders"],
): PlanFile["inputs"] {
  return {
    channels: { file: channels.file, sha256: channels.sha256 },
    orders: { file: orders.file, sha256: orders.sha256 },
  };
}

/** Channels as they were read, whatever they were given as. */
export type ChannelsInput = PlanFile["inputs"]["channels"] & ChannelsTree;

export async function channelsOf(
  channels: string | object,
  { maxChannels }: Pick<InputOptions, "maxChannels">,
): Promise<ChannelsInput> {
  if (typeof channels === "string") return readChannels(channels, maxChannels);
  return { ...channelsTreeOf(channels, maxChannels), file: null, sha256: null };
}

export async function ordersOf(
  orders: InputOptions["orders"],
  terms: OrderTerms,
  signal: AbortSignal | undefined,
): Promise<OrderStore> {
  if (typeof orders !== "string") return ordersFromObjects(orders, terms);
  return readOrders(orders, terms, signal === undefined ? {} : { signal });
}

function notRead(orders: InputOptions["orders"]): Issue {
  return {
    code: "ORDERS_NOT_READ",
    ...(typeof orders === "string" ? { file: orders } : { path: "orders" }),
    message: "not looked at yet: without currency and channel ids there is no telling what is right",
    hint: "Mend the channels file first.",
  };
}
