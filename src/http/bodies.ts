import { createHash, type Hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { encodingIssue, otherEncoding } from "../io/encoding.js";
import type { BodyPlace } from "../model/bodyPlace.js";
import { InputError } from "../model/issue.js";
import type { Blobs } from "../store/blobs.js";
import { countedOrders, mustBeFew, mustBeShort } from "./countedOrders.js";
import { HttpProblem } from "./httpProblem.js";
import { keyFaultIn } from "./keyFault.js";
import type { Limits } from "./limits.js";
import { rowCounter } from "./rowCounter.js";
import { notJson, type Slice, sliceMembers } from "./slices.js";
import { unpacked } from "./unpacked.js";

/** Orders that came with a request, kept. */
export interface SentOrders {
  readonly blob: string;
  readonly name: "orders.json" | "orders.ndjson";
  readonly place: BodyPlace;
  readonly bytes: number;
}

/** The body of a request: what is to be looked at now, and the orders, which are not. */
export interface Body {
  /** The request; in place of orders within it an empty list. */
  readonly envelope: unknown;
  /** Members as they came, orders aside. */
  readonly members: ReadonlyMap<string, Slice>;
  readonly orders: SentOrders | null;
  /** SHA-256 in hex of the body, unpacked. */
  readonly sha256: string;
}

/** What is read into memory must have come by then, so that nobody keeps its share of it from others. */
const HELD_MS = 120_000;
/** Bytes of bodies that are being read into memory, over all requests. */
let heldBytes = 0;

/**
 * Reads a JSON body. Its orders are kept outside of memory.
 *
 * @throws HttpProblem where it is larger than allowed, or too much is being read at this time
 * @throws InputError where it is not JSON
 */
export async function readJsonBody(payload: IncomingMessage, blobs: Blobs, limits: Limits): Promise<Body> {
  const hash = createHash("sha256");
  const held = new Held(limits.heldBytes);
  try {
    const hint = "Send orders as NDJSON, or upload them: PUT /v1/order-sets/{id}.";
    const most = Math.min(limits.jsonBytes, limits.bodyBytes);
    for await (const piece of unpacked(payload, { most, hint, withinMs: HELD_MS })) {
      hash.update(piece);
      held.add(piece);
    }
    const body = held.all();
    mustBeUtf8(body);
    const members = sliceMembers(body);
    const orders = members.get("orders");
    const isList = orders?.bytes[0] === 0x5b;
    if (isList) members.delete("orders");
    return {
      envelope: { ...envelopeOf(members), ...(isList ? { orders: [] } : {}) },
      members: copied(members),
      orders: isList ? await keepOrders(orders!, blobs, limits) : null,
      sha256: hash.digest("hex"),
    };
  } finally {
    held.release();
  }
}

/** Apart from the body, which would stay in memory with them for as long as the request. */
function copied(members: ReadonlyMap<string, Slice>): ReadonlyMap<string, Slice> {
  return new Map(
    [...members].map(([key, { bytes, ...slice }]) => [key, { bytes: Buffer.from(bytes), ...slice }]),
  );
}

/** Pieces of a body that are in memory. */
class Held {
  #pieces: Buffer[] = [];
  bytes = 0;

  /** @param most bytes of all requests together */
  constructor(readonly most: number) {}

  add(piece: Buffer): void {
    if (heldBytes + piece.length > this.most)
      throw HttpProblem.busy("Too many large requests are being read at this time.");
    heldBytes += piece.length;
    this.bytes += piece.length;
    this.#pieces.push(piece);
  }

  all(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  release(): void {
    heldBytes -= this.bytes;
    this.bytes = 0;
    this.#pieces = [];
  }
}

const SMALL_BYTES = 2 ** 20;

/** Reads a JSON body that holds no orders. @throws as {@link readJsonBody} */
export async function readSmallJson(payload: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  const hint = "Nothing that is sent here is as large.";
  for await (const piece of unpacked(payload, { most: SMALL_BYTES, hint, withinMs: HELD_MS }))
    pieces.push(piece);
  const body = Buffer.concat(pieces);
  mustBeUtf8(body);
  return envelopeOf(sliceMembers(body));
}

async function keepOrders(
  { bytes, entries, longest, linesBefore }: Slice,
  blobs: Blobs,
  limits: Limits,
): Promise<SentOrders> {
  mustBeFew(entries, limits);
  mustBeShort(longest);
  const { id } = await blobs.put(Readable.from([bytes]));
  return { blob: id, name: "orders.json", place: { path: "orders", linesBefore }, bytes: bytes.length };
}

/**
 * Reads an NDJSON body: the request without orders on the first line, an order on every other one.
 *
 * @throws HttpProblem where it is larger than allowed
 * @throws InputError where the first line is not JSON
 */
export async function readNdjsonBody(payload: IncomingMessage, blobs: Blobs, limits: Limits): Promise<Body> {
  const hash = createHash("sha256");
  const pieces = hashed(unpacked(payload, { most: limits.bodyBytes }), hash);
  try {
    const { first, rest } = await firstLine(pieces, limits);
    mustBeUtf8(first);
    const members = sliceMembers(first);
    if (members.has("orders"))
      throw notJson("has orders on its first line; they stand on lines of their own here");
    const lines = linesAfter(rest, pieces);
    const counter = rowCounter("ndjson");
    const { id, bytes } = await blobs.put(
      Readable.from(countedOrders(lines, counter, limits), { objectMode: false }),
    );
    if (counter.rows === 0) throw noOrders();
    return {
      envelope: { ...envelopeOf(members), orders: [] },
      members,
      orders: { blob: id, name: "orders.ndjson", place: { path: "", linesBefore: 0 }, bytes },
      sha256: hash.digest("hex"),
    };
  } finally {
    await pieces.return(undefined);
  }
}

/** A list that is empty and one that was forgotten look the same here: neither is guessed. */
function noOrders(): InputError {
  return new InputError([
    {
      code: "MISSING_FIELD",
      path: "orders",
      message: "no order follows the first line",
      hint: 'Send application/json: with "orders": [] where there are none, without where they are those of a plan or a set.',
    },
  ]);
}

/** A blank line in place of the first, so that the lines of what is wrong are those of the body, and all others. */
async function* linesAfter(rest: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from("\n");
  yield rest;
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return;
    yield value;
  }
}

async function* hashed(source: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const piece of source) {
    hash.update(piece);
    yield piece;
  }
}

/** @returns the first line, and what came with its end */
async function firstLine(pieces: AsyncIterator<Buffer>, { jsonBytes, heldBytes }: Limits) {
  const held = new Held(heldBytes);
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return { first: held.all(), rest: Buffer.alloc(0) };
      const end = value.indexOf(10);
      held.add(end < 0 ? value : value.subarray(0, end));
      if (end >= 0) return { first: held.all(), rest: value.subarray(end + 1) };
      if (held.bytes > jsonBytes)
        throw new HttpProblem(413, "BODY_TOO_LARGE", `Its first line is larger than ${jsonBytes} bytes.`, {
          detail: "The first line is the request, without orders.",
        });
    }
  } finally {
    held.release();
  }
}

/** @throws InputError where bytes of JSON are in another encoding: what they stand for would be guessed */
function mustBeUtf8(body: Buffer): void {
  const encoding = otherEncoding(body);
  if (encoding === null) return;
  const { file: _, ...issue } = encodingIssue("body", body, encoding);
  throw new InputError([{ ...issue, path: "body", hint: "JSON is sent as UTF-8: convert it before." }]);
}

function envelopeOf(members: ReadonlyMap<string, Slice>): Record<string, unknown> {
  return Object.fromEntries([...members].map(([key, { bytes }]) => [key, parsed(key, bytes)]));
}

function parsed(member: string, bytes: Buffer): unknown {
  const fault = keyFaultIn(bytes);
  if (fault !== null) throw new InputError([{ ...fault, path: member }]);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw notJson(`has something else than JSON as its member "${member.slice(0, 60)}"`);
  }
}
