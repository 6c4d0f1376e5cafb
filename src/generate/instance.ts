import { parseChannels } from "../model/channelsFile.js";
import { makeBanks } from "./banks.js";
import { measureDemand, SAMPLE } from "./demand.js";
import { type ChannelsForm, textTree } from "./form.js";
import { settlePrices } from "./market.js";
import { draftOf, makeOffers, sharedContracts } from "./offers.js";
import { checkOptions, type GenerateOptions } from "./options.js";
import { type OrderRecord, streamOrders } from "./orders.js";
import { coveredByOf, quotesOf } from "./prices.js";
import { Random } from "./random.js";
import { addTerms } from "./terms.js";

/** A generated instance. */
export interface Instance {
  readonly options: GenerateOptions;
  /** The channels file, in its own form. */
  readonly channels: ChannelsForm;
  /** Draws the orders anew, the same ones, each time it is iterated. */
  readonly orders: Iterable<OrderRecord>;
}

/**
 * Makes a realistic instance: banks of heavy-tailed shares, log-normal amounts, channels with published kinds of
 * prices, package sizes and windows, limits of which about a third binds. The same options give the same instance.
 *
 * @throws InputError where an option is out of its range
 */
export function generateInstance(options: GenerateOptions): Instance {
  checkOptions(options);
  const stream = (name: string) => new Random(options.seed, name);
  const banks = makeBanks(options.banks, stream("banks"));
  const random = stream("channels");
  const offers = makeOffers(options.channels, options.orders, banks, random);
  const asked = draftOf(offers, random);
  // Who covers an order does not depend on prices, so the orders can be drawn before these have settled.
  const coveredBy = coveredByOf(parseChannels(textTree(asked)));
  const drawOrders = (count: number) => streamOrders(count, banks, coveredBy, stream("orders"));
  const draft = settlePrices(asked, drawOrders(options.orders), stream("market"));
  const contract = parseChannels(textTree(draft));
  const quotes = quotesOf(contract);
  const sample = drawOrders(Math.min(SAMPLE, options.orders));
  const demand = measureDemand(contract, sample, options.orders, quotes);
  const channels = addTerms(
    draft,
    offers,
    sharedContracts(offers, random),
    demand,
    options.orders,
    stream("terms"),
  );
  return { options, channels, orders: { [Symbol.iterator]: () => drawOrders(options.orders) } };
}
