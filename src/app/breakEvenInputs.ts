import type { OrderStore } from "../io/orderStore.js";
import type { Contract } from "../model/contract.js";
import { InputError, type Issue, IssueList } from "../model/issue.js";
import { contractAt, findParameter, formatValue, type Parameter, parseValue } from "../model/parameter.js";
import type { PlanFile } from "../model/planFile.js";
import { linearityOf } from "../solver/linearity.js";
import { type ChannelsInput, channelsOf, filesOf, type InputOptions, ordersOf } from "./readInputs.js";
import { orProblems } from "./together.js";

/** Which number of the channels file is varied, and how far. */
export interface BreakEvenQuestion {
  /** Path of a field as in scenarios; or `channel` and `field`. */
  readonly path?: string;
  /** Id of a channel, and a field of it: `package.fee`. */
  readonly channel?: string;
  readonly field?: string;
  /** First and last value, as the channels file would have them. */
  readonly from: string;
  readonly to: string;
  /** Values to look at where the parameter is swept, 2 to 200; default 21. */
  readonly steps?: number;
}

/** Which values are looked at: whole units of the parameter. */
export type Values =
  /** `from`, and then as many steps as fit. */
  | { readonly method: "exact"; readonly from: bigint; readonly step: bigint; readonly last: bigint }
  /** These; `why` goes on from the name of the parameter. */
  | { readonly method: "swept"; readonly values: readonly bigint[]; readonly why: string };

export interface BreakEvenInputs {
  readonly channels: ChannelsInput;
  readonly parameter: Parameter;
  readonly values: Values;
  /** The contract with a value of the parameter. */
  readonly contractAt: (value: bigint) => Contract;
  /** The orders; whoever asked for them closes them. */
  readonly store: OrderStore;
  /** Names and hashes of what was read. */
  readonly files: PlanFile["inputs"];
}

const DEFAULT_STEPS = 21;

/**
 * Reads channels and question, and then the orders.
 *
 * @param demand something else that must hold; throws an {@link InputError}
 * @throws InputError with every problem of channels, question and demand, or else of the orders
 * @throws the signal's reason where that was given before all was read
 */
export async function readBreakEven(
  asked: BreakEvenQuestion & InputOptions,
  demand: () => Promise<void>,
): Promise<BreakEvenInputs> {
  const found = new IssueList();
  const orIssues = async <Result>(task: () => Result | Promise<Result>): Promise<Result | undefined> => {
    const outcome = await orProblems(async () => task());
    if (!(outcome instanceof InputError)) return outcome;
    found.addAll(outcome);
    return undefined;
  };
  await orIssues(demand);
  const path = await orIssues(() => pathOf(asked));
  const channels = await orIssues(() => channelsOf(asked.channels, asked));
  if (path === undefined || channels === undefined) throw found.error();
  const parameter = await orIssues(() => findParameter(channels, path));
  if (parameter === undefined) throw found.error();
  const from = await orIssues(() => parseValue(parameter, asked.from, "from"));
  const to = await orIssues(() => parseValue(parameter, asked.to, "to"));
  if (from !== undefined && to !== undefined && from >= to) found.add(emptyRange(asked));
  const low =
    from === undefined ? undefined : await orIssues(() => contractAt(channels, parameter, from, "from"));
  const high = to === undefined ? undefined : await orIssues(() => contractAt(channels, parameter, to, "to"));
  found.throwIfAny();
  const at = (value: bigint) => contractAt(channels, parameter, value, "steps");
  const { exponent } = channels.contract;
  const values = valuesBetween(
    from!,
    to!,
    asked.steps ?? DEFAULT_STEPS,
    linearityOf(low!, high!, parameter.quantity.decimals),
  );
  if (values.method === "swept") for (const value of values.values) await orIssues(() => at(value));
  else if (values.last === 0n)
    found.add({
      code: "EMPTY_RANGE",
      path: "to",
      message: `from ${asked.from} to ${asked.to} there is one value only: cost changes in steps of ${formatValue(parameter, values.step, exponent)}`,
      hint: "Ask for a wider range.",
    });
  found.throwIfAny();
  const store = await ordersOf(asked.orders, channels.contract, asked.signal);
  return { channels, parameter, values, contractAt: at, store, files: filesOf(channels, store) };
}

/** @throws InputError where the question names no field, or two */
function pathOf({ path, channel, field }: BreakEvenQuestion): string {
  if (path !== undefined && channel === undefined && field === undefined) return path;
  if (path === undefined && channel !== undefined && field !== undefined)
    return `channels.${channel}.${field}`;
  throw new InputError([
    {
      code: "WHICH_FIELD",
      path: path === undefined && channel === undefined ? "channel" : path === undefined ? "field" : "path",
      message: "one number of the channels file is varied",
      hint: "Name it by channel and field (union-batch, package.fee), or by its path alone (objective.unroutedPenalty).",
    },
  ]);
}

function emptyRange({ from, to }: BreakEvenQuestion): Issue {
  return {
    code: "EMPTY_RANGE",
    path: "to",
    message: `${to} is not above ${from}`,
    value: to,
    hint: "Give the lower value first.",
  };
}

function valuesBetween(
  from: bigint,
  to: bigint,
  steps: number,
  linearity: ReturnType<typeof linearityOf>,
): Values {
  if (linearity.linear) {
    const { step } = linearity;
    return { method: "exact", from, step, last: (to - from) / step };
  }
  const [width, parts] = [to - from, BigInt(steps - 1)];
  const values = Array.from(
    { length: steps },
    (_, i) => from + (2n * width * BigInt(i) + parts) / (2n * parts),
  );
  return { method: "swept", values: [...new Set(values)], why: linearity.why };
}
