import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { DebitResult } from "../channel.js";
import { type Route, serve } from "../http.js";
import { type Money, money } from "../money.js";
import { Lanes } from "../waiting.js";
import { fails, faultRoute, makeFaults, taken, told, withFaults } from "./faults.js";
import { type Debit, Keys, Ledger } from "./ledger.js";

/** Plays a single channel: debits one order at a time on each of its lanes, and answers when it has. */

const { values } = parseArgs({
  options: {
    id: { type: "string", default: "fast-single" },
    port: { type: "string", default: "8092" },
    lanes: { type: "string", default: "8" },
    "seconds-per-order": { type: "string", default: "0.05" },
    /** How many times faster than that; for those who cannot wait. */
    speed: { type: "string", default: "1" },
  },
});

/** Its own price list: 0.2% of the amount, to the cent, from 0.80 to 10.00. */
const CENT = money("0.01");
const LEAST = money("0.80");
const MOST = money("10.00");
const FAILURE_FEE = money("0.02");

function feeOf(amount: Money): Money {
  const exact = (amount * 2n) / 1_000n;
  if (exact < LEAST) return LEAST;
  if (exact > MOST) return MOST;
  return ((exact + CENT / 2n) / CENT) * CENT;
}

const faults = makeFaults();
const ledger = new Ledger();
const lanes = new Lanes(Number(values.lanes));
const debits = new Keys<Promise<DebitResult>>();

/** Whoever asks again while the first debit is still at work gets the answer to that one. */
async function debit(key: string, text: string) {
  const known = debits.find(key, text);
  if (known === null) return { status: 409, body: { message: "This key came with another debit." } };
  const result = known ?? lanes.run(() => workOff(JSON.parse(text) as Debit & { batch: string }));
  debits.keep(key, text, result);
  return { status: 200, body: told([await result], faults)[0] as object };
}

async function workOff({ batch, ...asked }: Debit & { readonly batch: string }): Promise<DebitResult> {
  await sleep((Number(values["seconds-per-order"]) * 1_000) / Number(values.speed));
  const failure = fails(values.id, asked.order, faults);
  return ledger.debit(
    batch,
    taken(asked, faults),
    failure === null ? feeOf(money(asked.amount)) : FAILURE_FEE,
    failure,
  );
}

const routes: Route[] = [
  {
    method: "POST",
    path: /^\/debits$/,
    handle: ({ headers, text }) => debit(String(headers["idempotency-key"]), text),
  },
  {
    method: "GET",
    path: /^\/statement$/,
    handle: ({ query }) => ({ status: 200, body: ledger.statement(query.get("batch") ?? "") }),
  },
];

const { url } = await serve(
  [faultRoute(faults), ...routes.map((route) => withFaults(route, faults))],
  Number(values.port),
  (message) => process.stderr.write(`${message}\n`),
);
process.stdout.write(`${values.id} answers at ${url}\n`);
