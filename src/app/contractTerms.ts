import { channelsFields } from "../model/channelsFields.js";
import { type ContractNumber, contractNumbers } from "../model/contractNumbers.js";
import { formatInstant } from "../model/time.js";
import { channelsOf } from "./readInputs.js";

/** What a contract says in numbers: what a person can turn, and what a picture of its plan needs. */
export interface ContractTerms {
  readonly currency: string;
  /** Decimals of the currency. */
  readonly exponent: number;
  /** Time zero; null where the file states none. */
  readonly planAt: string | null;
  readonly channels: readonly { readonly id: string; readonly mode: "batch" | "single" }[];
  readonly quotas: readonly { readonly id: string; readonly channels: readonly string[] }[];
  readonly numbers: readonly ContractNumber[];
}

/**
 * @param channels path of a channels file
 * @throws InputError with every problem of it
 */
export async function contractTerms({ channels }: { readonly channels: string }): Promise<ContractTerms> {
  const { contract, tree } = await channelsOf(channels, {});
  const { currency, exponent, planAt, offsetMinutes } = contract;
  return {
    currency,
    exponent,
    planAt: planAt === null ? null : formatInstant(planAt, offsetMinutes),
    channels: contract.channels.map(({ id, mode }) => ({ id, mode })),
    quotas: contract.quotas.map(({ id, channels: members }) => ({
      id,
      channels: members.map((member) => contract.channels[member]!.id),
    })),
    numbers: contractNumbers(tree, channelsFields(exponent)),
  };
}
