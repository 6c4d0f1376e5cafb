import { Readable } from "node:stream";
import { z } from "zod";
import type { countParquet } from "../../app/countOrders.js";
import type { OrderSet } from "../../store/orderSetStore.js";
import type { App } from "../app.js";
import type { Content } from "../content.js";
import { countedOrders, mustBeFew, mustBeShort } from "../countedOrders.js";
import { sendFile } from "../files.js";
import { HttpProblem } from "../httpProblem.js";
import { type CountedFormat, rowCounter } from "../rowCounter.js";
import { orderSetPage, orderSetSchema } from "../schemas/answers.js";
import { pageQuery, problems, storedName, streamOf } from "../schemas/common.js";
import { ORDERS_CSV_EXAMPLE, ORDERS_EXAMPLE, ORDERS_NDJSON_EXAMPLE } from "../schemas/examples.js";
import { orderSchema } from "../schemas/requests.js";
import type { Service } from "../service.js";
import { unpacked } from "../unpacked.js";

/** Formats of orders by media type. */
export const ORDER_TYPES: Readonly<Record<string, CountedFormat | "parquet">> = {
  "text/csv": "csv",
  "application/x-ndjson": "ndjson",
  "application/json": "json",
  "application/vnd.apache.parquet": "parquet",
};

const CONTENT: Content = {
  "text/csv": { schema: z.string(), example: ORDERS_CSV_EXAMPLE },
  "application/x-ndjson": { schema: z.string(), example: ORDERS_NDJSON_EXAMPLE },
  "application/json": { schema: z.array(orderSchema), example: ORDERS_EXAMPLE },
  "application/vnd.apache.parquet": {},
};

/** Orders that are uploaded once and planned by reference. */
export function orderSetRoutes(app: App, { store, queries, limits }: Service): void {
  const params = z.object({ id: storedName });
  const errors = problems;

  app.put(
    "/v1/order-sets/:id",
    {
      config: { scope: "plan", rawBody: true, content: CONTENT },
      schema: {
        tags: ["order sets"],
        summary: "Upload orders",
        description:
          "CSV, NDJSON, a JSON array or Parquet, as the content type says; the first three may be packed with gzip.",
        params,
        response: { 200: orderSetSchema, 201: orderSetSchema, ...errors },
      },
    },
    async (request, reply) => {
      const type = (request.headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
      const format = ORDER_TYPES[type];
      if (format === undefined)
        throw new HttpProblem(
          415,
          "UNKNOWN_FORMAT",
          `Orders are not taken as ${JSON.stringify(type.slice(0, 60))}.`,
          {
            detail: `Send them as ${Object.keys(ORDER_TYPES).join(", ")}.`,
          },
        );
      const body = unpacked(request.raw, { most: limits.bodyBytes });
      const counter = format === "parquet" ? null : rowCounter(format);
      const counted = counter === null ? body : countedOrders(body, counter, limits);
      const {
        id: blob,
        bytes,
        sha256,
      } = await store.blobs.put(Readable.from(counted, { objectMode: false }));
      if (bytes === 0) throw new HttpProblem(422, "EMPTY_FILE", "The body is empty.");
      const orders = counter === null ? await fewRowsOf(blob) : counter.rows;
      const { id } = request.params;
      const set = { id, format, blob, orders };
      const { isNew, createdAt } = await store.orderSets.put(set, request.caller.key);
      void reply.code(isNew ? 201 : 200).header("location", `/v1/order-sets/${id}`);
      // Not what is there by now: another upload may have replaced it.
      return shown({ ...set, bytes, sha256, createdAt });
    },
  );

  app.get(
    "/v1/order-sets",
    {
      config: { scope: "read" },
      schema: {
        tags: ["order sets"],
        summary: "Order sets, by id",
        querystring: z.object({ ...pageQuery, after: storedName.optional() }),
        response: { 200: orderSetPage, ...errors },
      },
    },
    async ({ query: { limit, after } }) => {
      const sets = await store.orderSets.list(limit, after);
      return { orderSets: sets.map(shown), next: sets.length < limit ? null : sets.at(-1)!.id };
    },
  );

  app.get(
    "/v1/order-sets/:id",
    {
      config: { scope: "read" },
      schema: {
        tags: ["order sets"],
        summary: "What an order set is",
        params,
        response: { 200: orderSetSchema, ...errors },
      },
    },
    async ({ params: { id } }) => shown(await find(id)),
  );

  app.get(
    "/v1/order-sets/:id/content",
    {
      config: { scope: "read" },
      schema: {
        tags: ["order sets"],
        summary: "The orders, as they came",
        params,
        response: { ...streamOf(...Object.keys(ORDER_TYPES)), ...errors },
      },
    },
    async (request, reply) => {
      const set = await find(request.params.id);
      const type = Object.keys(ORDER_TYPES).find((each) => ORDER_TYPES[each] === set.format)!;
      return sendFile(store.blobs, request, reply, type, set);
    },
  );

  app.delete(
    "/v1/order-sets/:id",
    {
      config: { scope: "plan" },
      schema: {
        tags: ["order sets"],
        summary: "Forget an order set; plans of it keep theirs",
        params,
        response: { 204: z.null(), ...errors },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await store.orderSets.remove(id))) throw HttpProblem.notFound(`order set ${id}`);
      void reply.code(204);
      return null;
    },
  );

  /** @throws HttpProblem where a Parquet file holds more than other formats may, however small it is itself */
  async function fewRowsOf(blob: string): Promise<number> {
    const asked = { mostRows: limits.orders };
    const counted = await queries.ask("count", asked, [{ name: "orders.parquet", blob }]);
    const { rows, texts } = counted as Awaited<ReturnType<typeof countParquet>>;
    mustBeFew(rows, limits);
    mustBeShort(texts!.longest);
    if (texts!.bytes > limits.bodyBytes)
      throw new HttpProblem(413, "BODY_TOO_LARGE", `Its texts are larger than ${limits.bodyBytes} bytes.`, {
        detail: "Plan fewer at a time, or start the service with a larger --max-body.",
      });
    return rows;
  }

  async function find(id: string): Promise<OrderSet> {
    const set = await store.orderSets.get(id);
    if (set === null) throw HttpProblem.notFound(`order set ${id}`);
    return set;
  }
}

function shown({ id, format, bytes, orders, sha256, createdAt }: OrderSet): z.output<typeof orderSetSchema> {
  return { id, format, bytes, orders, sha256, createdAt: createdAt.toISOString() };
}
