import { statSync } from "node:fs";
import { validate } from "../app/validateInput.js";
import type { Currency } from "./progress.js";

/**
 * Finds out the currency of a channels file beside the work, for showing progress in money. A pipe is left alone: it
 * can be read once only.
 *
 * @returns what tells the currency as soon as it is known
 */
export function knownCurrency(channels: string): () => Currency | undefined {
  let known: Currency | undefined;
  if (statSync(channels, { throwIfNoEntry: false })?.isFile()) {
    validate({ channels }).then(
      ({ contract }) => {
        known = { code: contract.currency, exponent: contract.exponent };
      },
      // What is wrong with the file is said by those who need it.
      () => {},
    );
  }
  return () => known;
}
