import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { PackageResult } from "../channel.js";
import { type Route, serve } from "../http.js";
import { money } from "../money.js";
import { Lanes } from "../waiting.js";
import { fails, faultRoute, isDue, makeFaults, taken, told, withFaults } from "./faults.js";
import { type Debit, Keys, Ledger } from "./ledger.js";

/** Plays a batch channel: takes packages, works them off on its lanes, and tells the results of their orders later. */

const { values } = parseArgs({
  options: {
    id: { type: "string", default: "union-batch" },
    port: { type: "string", default: "8091" },
    lanes: { type: "string", default: "2" },
    "seconds-per-package": { type: "string", default: "20" },
    "seconds-per-order": { type: "string", default: "0.05" },
    /** How many times faster than that; for those who cannot wait. */
    speed: { type: "string", default: "1" },
  },
});

/** Its own price list: a channel does not look into the contract of its customer. */
const PACKAGE_FEE = money("5.00");
const FEE = money("0.30");
const FAILURE_FEE = money("0.05");

interface Package {
  readonly batch: string;
  readonly package: string;
  readonly debits: readonly Debit[];
  readonly callback: string;
}

const faults = makeFaults();
const ledger = new Ledger();
const lanes = new Lanes(Number(values.lanes));
const packages = new Keys<{ result: PackageResult }>();

function take(key: string, sent: Package) {
  // Where to call back may have changed since: it is no part of what is asked for.
  const { callback: _, ...asked } = sent;
  const request = JSON.stringify(asked);
  const known = packages.find(key, request);
  if (known === null) return { status: 409, body: { message: "This key came with another package." } };
  const kept = known ?? accept(key, request, sent);
  const { result } = kept;
  return result.state === "refused" ? { status: 422, body: result } : { status: 202, body: {} };
}

function accept(key: string, request: string, sent: Package): { result: PackageResult } {
  const kept: { result: PackageResult } = { result: { state: "working" } };
  packages.keep(key, request, kept);
  if (isDue(faults, "refusePackages")) {
    kept.result = { state: "refused", reason: "FILE_CHECK_FAILED" };
    return kept;
  }
  lanes.run(() => workOff(sent, kept)).catch(fault);
  return kept;
}

function shown(result: PackageResult): object {
  return result.state === "done" ? { ...result, results: told(result.results, faults) } : result;
}

async function workOff({ batch, package: name, debits, callback }: Package, kept: { result: PackageResult }) {
  const seconds = Number(values["seconds-per-package"]) + Number(values["seconds-per-order"]) * debits.length;
  await sleep((seconds * 1_000) / Number(values.speed));
  ledger.chargePackage(batch, name, PACKAGE_FEE);
  const results = debits.map((debit) => {
    const failure = fails(values.id, debit.order, faults);
    return ledger.debit(batch, taken(debit, faults), failure === null ? FEE : FAILURE_FEE, failure);
  });
  kept.result = { state: "done", results };
  // Once, and if nobody is there then nobody is: whoever wants to know can ask.
  await fetch(callback, { method: "POST", signal: AbortSignal.timeout(5_000) }).catch(() => {});
}

function fault(error: unknown): never {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}

const routes: Route[] = [
  {
    method: "POST",
    path: /^\/packages$/,
    handle: ({ headers, text }) => take(String(headers["idempotency-key"]), JSON.parse(text) as Package),
  },
  {
    method: "GET",
    path: /^\/packages\/([^/]+)$/,
    handle({ parts: [key = ""] }) {
      const kept = packages.get(key);
      return kept === undefined
        ? { status: 404, body: { message: "There is no such package." } }
        : { status: 200, body: shown(kept.result) };
    },
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
  fault,
);
process.stdout.write(`${values.id} answers at ${url}\n`);
