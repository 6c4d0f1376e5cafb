import { Readable } from "node:stream";
import type { BodyPlace } from "../model/bodyPlace.js";
import { suggest } from "../model/issue.js";
import { isEnded } from "../model/job.js";
import type { Job, JobFile, NamedBlob } from "../store/jobStore.js";
import type { Body } from "./bodies.js";
import { HttpProblem } from "./httpProblem.js";
import { CHANNELS_BYTES } from "./limits.js";
import type { Service } from "./service.js";

/** Where the channels, orders and plans of requests come from. */

/** A file of a job. */
export interface JobInput extends NamedBlob {
  /** Where it stood in the request, if it was a part of that. */
  readonly place?: BodyPlace;
}

export interface JobInputs {
  readonly files: readonly JobInput[];
  /** Of the orders. */
  readonly bytes: number;
  /** The stored contract among them. */
  readonly channels: { readonly name: string; readonly version: number } | null;
}

/** What a request may say about channels, orders and a plan that has them. */
export interface AskedInputs {
  readonly channels?:
    | string
    | { readonly name: string; readonly version?: number | undefined }
    | object
    | undefined;
  readonly orders?: readonly unknown[] | { readonly set: string } | undefined;
  readonly plan?: string | undefined;
}

/**
 * Finds or keeps the channels and orders of a request.
 *
 * @throws HttpProblem where there is nothing of the name, or nothing is named
 */
export async function inputsOf(service: Service, asked: AskedInputs, body: Body): Promise<JobInputs> {
  const plan = asked.plan === undefined ? null : await planInputs(service, asked.plan);
  const channels = (await channelsOf(service, asked, body)) ?? plan?.channels;
  const orders = (await ordersOf(service, asked, body)) ?? plan?.orders;
  if (channels === undefined) throw missing("channels", "Give channels, or a plan to take them from.");
  if (orders === undefined)
    throw missing("orders", "Give orders, the name of a set, or a plan to take them from.");
  return {
    files: [channels.file, orders.file],
    bytes: orders.bytes,
    channels: channels.version,
  };
}

interface FoundChannels {
  readonly file: JobInput;
  readonly version: JobInputs["channels"];
}

interface FoundOrders {
  readonly file: JobInput;
  readonly bytes: number;
}

async function channelsOf(
  { store }: Service,
  { channels }: AskedInputs,
  { members }: Body,
): Promise<FoundChannels | undefined> {
  if (channels === undefined) return undefined;
  if (typeof channels === "string" || "name" in channels) {
    const { name, version } =
      typeof channels === "string"
        ? { name: channels, version: undefined }
        : (channels as { name: string; version?: number });
    const found = await store.channels.get(name, version);
    if (found === null) throw await noChannels(store, name, version);
    return {
      file: { name: `channels.${found.format}`, blob: found.blob },
      version: { name, version: found.version },
    };
  }
  if (!("channels" in channels)) {
    const { format, text } = channels as { format: string; text: string };
    return { file: await keepChannels(store.blobs, format, Buffer.from(text)), version: null };
  }
  const { bytes, linesBefore } = members.get("channels")!;
  const file = await keepChannels(store.blobs, "json", bytes);
  return { file: { ...file, place: { path: "channels", linesBefore } }, version: null };
}

/** Names the stored contract that may have been meant. */
export async function noChannels(
  { channels }: Pick<Service["store"], "channels">,
  name: string,
  version: number | undefined,
): Promise<HttpProblem> {
  const newest = await channels.get(name);
  if (newest !== null && version !== undefined)
    return HttpProblem.notFound(
      `version ${version} of the stored channel contract ${name}`,
      `Its newest version is ${newest.version}.`,
    );
  const names = (await channels.list(NAMES)).map((each) => each.name);
  return HttpProblem.notFound(
    `stored channel contract ${name}`,
    suggest(name, names) || "PUT /v1/channels/{name} stores one; GET /v1/channels lists them.",
  );
}

/** Of stored contracts, among which the one that was meant is looked for. */
const NAMES = 1_000;

/** @throws HttpProblem where a stored contract could not be as large */
function keepChannels(blobs: Service["store"]["blobs"], format: string, content: Buffer): Promise<NamedBlob> {
  if (content.length > CHANNELS_BYTES)
    throw new HttpProblem(413, "BODY_TOO_LARGE", `The channels are larger than ${CHANNELS_BYTES} bytes.`, {
      detail: "Is it a channels file?",
    });
  return keep(blobs, `channels.${format}`, content);
}

async function ordersOf(
  { store }: Service,
  { orders }: AskedInputs,
  body: Body,
): Promise<FoundOrders | undefined> {
  if (body.orders !== null) {
    const { bytes, ...file } = body.orders;
    return { file, bytes };
  }
  if (orders === undefined || !("set" in orders)) return undefined;
  const set = await store.orderSets.get(orders.set);
  if (set === null) throw HttpProblem.notFound(`order set ${orders.set}`);
  return { file: { name: `orders.${set.format}`, blob: set.blob }, bytes: set.bytes };
}

/** The inputs of a plan. @throws HttpProblem where there is no such plan */
export async function planInputs(
  { store }: Service,
  id: string,
): Promise<{ readonly channels: FoundChannels; readonly orders: FoundOrders }> {
  const job = await store.jobs.get(id);
  if (job === null || job.kind !== "plan") throw HttpProblem.notFound(`plan ${id}`);
  const files = await store.jobs.files(id, "input");
  const of = (start: string) => {
    const file = files.find(({ name }) => name.startsWith(`${start}.`));
    // It may have been thrown away just now.
    if (file === undefined) throw HttpProblem.notFound(`plan ${id}`);
    return file;
  };
  const { channels = null } = job.request as { channels?: JobInputs["channels"] };
  return {
    channels: { file: of("channels"), version: channels },
    orders: { file: of("orders"), bytes: of("orders").bytes },
  };
}

/** The files of a plan, as a folder within a job's. @throws HttpProblem where there is no such plan, or none yet */
export async function planFolder({ store }: Pick<Service, "store">, id: string): Promise<NamedBlob[]> {
  const job = await store.jobs.get(id);
  if (job === null || job.kind !== "plan") throw HttpProblem.notFound(`plan ${id}`);
  const files: JobFile[] = await store.jobs.files(id, "output");
  if (files.length === 0) throw notReady(job);
  return files.map(({ name, blob }) => ({ name: `plan/${name}`, blob }));
}

export function notReady({ id, state }: Job): HttpProblem {
  const over = isEnded(state);
  return new HttpProblem(
    409,
    over ? "NO_RESULT" : "NOT_READY",
    over ? `Job ${id} ended as ${state}, without a result.` : `Job ${id} has no result yet: it is ${state}.`,
  );
}

export async function keep(
  blobs: Service["store"]["blobs"],
  name: string,
  content: Buffer | string,
): Promise<NamedBlob> {
  const { id } = await blobs.put(Readable.from([Buffer.from(content)]));
  return { name, blob: id };
}

function missing(path: string, hint: string): HttpProblem {
  return new HttpProblem(422, "MISSING_FIELD", `${path} is missing`, {
    problems: [{ code: "MISSING_FIELD", path, message: "is missing", hint }],
    total: 1,
  });
}
