import { gzipSync } from "node:zlib";
import fc from "fast-check";

/** Requests as an OpenAPI document describes them, and as whoever means ill would send them. */

export interface FuzzRequest {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Share of the body after which the caller goes away; null for one that stays. */
  readonly aborted: number | null;
  /** The path of the document that it was made from; null for one that was not. */
  readonly operation: string | null;
}

/** As far as requests are made from it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: { readonly enum?: readonly string[]; readonly type?: string };
}

/** Values that are there, by the names of parameters, perhaps behind what they are of (`jobs.id`, `delete jobs.id`): without them hardly a request would come far. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Texts that have brought others down. */
const NASTY = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "\u202e",
  "😀",
  "=1+1",
  "@SUM(A1)",
  "'; DROP TABLE packwright.job; --",
  "' OR 1=1",
  "../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%00",
  "%ZZ",
  "/etc/passwd",
  "*.csv",
  "file:///etc/passwd",
  "http://169.254.169.254/",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "Infinity",
  "-1",
  "0",
  "1e309",
  "99999999999999999999",
  "null",
  "true",
  "{}",
  "[]",
  "x".repeat(5_000),
];

const nasty = fc.constantFrom(...NASTY);
const text = fc.oneof(nasty, fc.string(), fc.string({ unit: "binary" }), fc.uuid());
const leaf = fc.oneof(
  nasty,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom([], {}, [[]], [{}], { id: "x" }),
);

const HEADERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  accept: fc.oneof(
    fc.constantFrom(
      "application/json",
      "text/csv",
      "application/x-ndjson",
      "*/*",
      "image/png",
      "text/*;q=0.1",
    ),
    text,
  ),
  prefer: fc.oneof(fc.constantFrom("wait=1", "wait=0", "respond-async", "wait=-1", "wait=1e9x"), text),
  "idempotency-key": fc.oneof(fc.constantFrom("k1", "k2", "k3", "x".repeat(300)), text),
  authorization: fc.oneof(
    fc.constantFrom("Bearer x", `Bearer pw_000000000000_${"a".repeat(43)}`, "Basic eA=="),
    text,
  ),
  "content-encoding": fc.constantFrom("gzip", "identity", "br", "gzip, gzip", "x"),
  "content-type": fc.constantFrom(
    "application/json",
    "application/json; charset=utf-16",
    "application/x-ndjson",
    "text/csv",
    "application/vnd.apache.parquet",
    "application/yaml",
    "multipart/form-data; boundary=x",
    "x",
    "",
  ),
  origin: fc.constantFrom("null", "https://evil.example", "http://127.0.0.1:1"),
  traceparent: fc.oneof(
    fc.constantFrom("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "ff-x"),
    text,
  ),
  "if-none-match": fc.oneof(fc.constantFrom("*", '"x"'), text),
  "content-length": fc.constantFrom("-1", "1e3", "99999999999"),
  "transfer-encoding": fc.constantFrom("chunked", "gzip, chunked", "identity"),
};

/** Any number of requests, most of them nearly right. */
export function requests(document: ApiDocument, known: Known): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ofOperation(path, method, operation, known)),
  );
  const anything = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"),
    path: fc.oneof(
      text.map((each) => `/${encoded(each)}`),
      fc.constantFrom(
        "//",
        "/v1",
        "/v1/",
        "/v1/plans//",
        "/V1/plans",
        "/.env",
        "/docs/../../etc/passwd",
        "/%2e%2e/",
      ),
    ),
    headers: fc.constant({}),
    body: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
    aborted: fc.constant(null),
    operation: fc.constant(null),
  });
  return fc.oneof({ weight: 19, arbitrary: fc.oneof(...operations) }, { weight: 1, arbitrary: anything });
}

function ofOperation(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
  known: Known,
): fc.Arbitrary<FuzzRequest> {
  const value = (parameter: Parameter): fc.Arbitrary<string> => {
    const { name } = parameter;
    const of = `${path.split("/")[2]}.${name}`;
    const there = known[`${method} ${of}`] ?? known[of] ?? known[name] ?? [];
    const likely = [...there, ...(parameter.schema.enum ?? [])];
    const number = parameter.schema.type === "integer" ? ["1", "3", "1000"] : [];
    const all = [...likely, ...number];
    return all.length === 0
      ? text
      : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...all) }, { weight: 1, arbitrary: text });
  };
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  return fc
    .record({
      path: fc.tuple(...inPath.map(value)),
      query: fc.tuple(
        ...inQuery.map((parameter) => fc.option(value(parameter), { freq: parameter.required ? 12 : 2 })),
      ),
      strange: seldom(fc.tuple(text, text)),
      headers: headers(),
      content:
        requestBody === undefined ? fc.constant(null) : fc.option(content(requestBody.content), { freq: 12 }),
      aborted: seldom(fc.double({ min: 0, max: 1, noNaN: true })),
    })
    .map(({ path: inside, query, strange, headers: sent, content: taken, aborted }) => {
      const filled = inPath.reduce(
        (all, { name }, i) => all.replace(`{${name}}`, () => encoded(inside[i]!)),
        path,
      );
      const pairs = inQuery.flatMap(({ name }, i) => (query[i] == null ? [] : [[name, query[i]] as const]));
      const search = [...pairs, ...(strange ? [strange] : [])].map((pair) => pair.map(encoded).join("="));
      return {
        method: method.toUpperCase(),
        path: search.length === 0 ? filled : `${filled}?${search.join("&")}`,
        headers: { ...(taken?.headers ?? {}), ...sent },
        body: taken?.body ?? null,
        aborted: taken === null ? null : aborted,
        operation: path,
      };
    });
}

/** Null but once in twelve. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 11, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** A few headers, mostly none. */
function headers(): fc.Arbitrary<Record<string, string>> {
  const one = fc
    .constantFrom(...Object.keys(HEADERS))
    .chain((name) => fc.tuple(fc.constant(name), HEADERS[name]!));
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(one, { maxLength: 3 }) },
    )
    .map((pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, sendable(value)])));
}

interface SentBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A body of one of the types: an example, or what becomes of one. */
function content(types: Readonly<Record<string, { readonly example?: unknown }>>): fc.Arbitrary<SentBody> {
  const ofType = Object.entries(types).map(([type, { example }]) =>
    bytesLike(example).map((body) => ({ headers: { "content-type": type }, body })),
  );
  return fc.tuple(fc.oneof(...ofType), fc.integer({ min: 0, max: 9 })).map(([sent, packed]) =>
    packed > 1
      ? sent
      : {
          headers: { ...sent.headers, "content-encoding": "gzip" },
          body: packedLike(sent.body, packed === 0),
        },
  );
}

function packedLike(body: Buffer, isWhole: boolean): Buffer {
  const packed = gzipSync(body);
  return isWhole ? packed : packed.subarray(0, packed.length >> 1);
}

function bytesLike(example: unknown): fc.Arbitrary<Buffer> {
  const garbage = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    text.map((each) => Buffer.from(each)),
    fc.constantFrom(20_000, 200_000).map((depth) => Buffer.from("[".repeat(depth))),
    fc.constantFrom(5_000, 50_000).map((depth) => Buffer.from('{"a":'.repeat(depth))),
    fc.constant(Buffer.from(`{"orders":${"[".repeat(10_000)}${"]".repeat(10_000)},"channels":"c1"}`)),
    fc.constant(
      Buffer.from('{"__proto__":{"a":1},"constructor":{"prototype":{}},"channels":"c1","orders":[]}'),
    ),
    fc.constant(Buffer.from('{"channels":"c1","orders":[],"orders":[]}')),
  );
  if (example === undefined) return garbage;
  const good =
    typeof example === "string" ? fc.constant(Buffer.from(example)) : mutated(example).map(asBytes);
  const broken = fc.tuple(good, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  });
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 2, arbitrary: broken },
    { weight: 1, arbitrary: garbage },
  );
}

function asBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value) ?? "");
}

/** A value with up to two of its parts replaced, taken away or doubled. */
function mutated(value: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({ at: fc.nat(), how: fc.nat(9), by: leaf, name: text });
  return fc.array(change, { maxLength: 2 }).map((changes) => {
    const root: { value: unknown } = { value: structuredClone(value) };
    for (const { at, how, by, name } of changes) {
      const spots = spotsIn(root);
      if (spots.length === 0) break;
      const { holder, key } = spots[at % spots.length]!;
      if (how < 6) holder[key] = structuredClone(by);
      else if (how < 8 && !Array.isArray(holder)) delete holder[key];
      else if (Array.isArray(holder)) holder.push(holder[Number(key)]);
      else
        Object.defineProperty(holder, name, {
          value: by,
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return root.value;
  });
}

interface Spot {
  readonly holder: Record<string, unknown> | unknown[] extends infer T ? T & Record<string, unknown> : never;
  readonly key: string;
}

function spotsIn(node: object): Spot[] {
  return Object.entries(node).flatMap(([key, value]) => [
    { holder: node as Spot["holder"], key },
    ...(typeof value === "object" && value !== null ? spotsIn(value) : []),
  ]);
}

/** Percent signs of a nasty text stay, so that broken ones reach the server, too. */
function encoded(value: string): string {
  return value.startsWith("%") || value.startsWith("..")
    ? value
    : encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd"));
}

/** What Node lets out of itself as a header. */
function sendable(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, "");
}
