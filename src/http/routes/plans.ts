import { Readable } from "node:stream";
import { z } from "zod";
import { csvText } from "../../io/csvText.js";
import { asNdjson, readPage } from "../../io/tables.js";
import { InputError } from "../../model/issue.js";
import { ASSIGNMENT_COLUMNS, PACKAGE_COLUMNS, UNROUTED_COLUMNS } from "../../model/planFile.js";
import type { Job } from "../../store/jobStore.js";
import { preferredType } from "../accept.js";
import type { App } from "../app.js";
import { byteOf, cursorAt } from "../cursor.js";
import { sendEvents } from "../events.js";
import { sendFile } from "../files.js";
import { HttpProblem } from "../httpProblem.js";
import { inputsOf, keep, notReady, planFolder } from "../inputs.js";
import { planOf } from "../presenting.js";
import {
  assignmentSchema,
  explanationSchema,
  packageSchema,
  pageOf,
  planResource,
  unroutedSchema,
} from "../schemas/answers.js";
import { idParams, pageQuery, preferHeader, problems, streamOf } from "../schemas/common.js";
import { planRequest } from "../schemas/requests.js";
import type { Service } from "../service.js";
import { stream } from "../stream.js";
import { submit } from "../submit.js";

/** Plans: asked for, looked at, followed, stopped. */
export function planRoutes(app: App, service: Service): void {
  const { store } = service;
  const errors = problems;

  app.post(
    "/v1/plans",
    {
      config: { scope: "plan", jobBody: true },
      schema: {
        tags: ["plans"],
        summary: "Plan a batch of orders",
        description:
          "As `application/json`, or as `application/x-ndjson` for many orders: the request without orders on the first line, an order on every other one. Either may be packed with gzip.",
        headers: preferHeader,
        body: planRequest,
        response: { 200: planResource, 202: planResource, ...errors },
      },
    },
    async (request, reply) => {
      const { from, options = {}, webhook, ...asked } = request.body;
      const job = await submit(service, request, reply, {
        kind: "plan",
        options: { ...options, ...(from?.moveCost === undefined ? {} : { moveCost: from.moveCost }) },
        webhook,
        inputs: async () => {
          const inputs = await inputsOf(service, { ...asked, plan: from?.plan }, request.jobBody);
          if (from === undefined) return inputs;
          const sent =
            from.sent === undefined
              ? []
              : [
                  await keep(
                    store.blobs,
                    "sent.csv",
                    csvText([["package"], ...from.sent.map((name) => [name])]),
                  ),
                ];
          return { ...inputs, files: [...inputs.files, ...(await planFolder(service, from.plan)), ...sent] };
        },
      });
      void reply.header("location", `/v1/plans/${job.id}`);
      return planOf(store, job);
    },
  );

  app.get(
    "/v1/plans/:id",
    {
      config: { scope: "read" },
      schema: {
        tags: ["plans"],
        summary: "A plan, or how far it is",
        params: idParams,
        response: { 200: planResource, ...errors },
      },
    },
    async (request) => planOf(store, await find(request.params.id)),
  );

  app.delete(
    "/v1/plans/:id",
    {
      config: { scope: "plan" },
      schema: {
        tags: ["plans"],
        summary: "Stop and keep the best plan so far",
        description: "One that waits is cancelled. One that has ended stays as it is.",
        params: idParams,
        response: { 200: planResource, 202: planResource, ...errors },
      },
    },
    async (request, reply) => {
      const { id } = await find(request.params.id);
      const job = (await store.jobs.stop(id, "keep", service.keepSeconds)) ?? gone(id);
      service.watch.look();
      void reply.code(job.state === "running" ? 202 : 200);
      return planOf(store, job);
    },
  );

  app.get(
    "/v1/plans/:id/events",
    {
      config: { scope: "read" },
      schema: {
        tags: ["plans"],
        summary: "Follow a plan while it is made",
        description:
          "Server-sent events: `progress` with phase, incumbent, bound and gap; `end` with the state. The stream ends with the plan.",
        params: idParams,
        response: { ...streamOf("text/event-stream"), ...errors },
      },
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      await find(request.params.id);
      return sendEvents(service, reply, request.params.id);
    },
  );

  table(
    "assignments",
    ASSIGNMENT_COLUMNS,
    assignmentSchema,
    "Who goes where, in submission sequence within a channel",
  );
  table("packages", PACKAGE_COLUMNS, packageSchema, "The packages, channel by channel");
  table("unrouted", UNROUTED_COLUMNS, unroutedSchema, "Orders on no channel, with the reason");
  file("certificate", "certificate.json", "application/json", "What proves the bound (docs/certificate.md)");
  file("report", "report.html", "text/html; charset=utf-8", "The report page");

  app.get(
    "/v1/plans/:id/explanations/:order",
    {
      config: { scope: "read" },
      schema: {
        tags: ["plans"],
        summary: "Why an order is where it is",
        params: idParams.extend({ order: z.string().min(1).max(1000) }),
        response: { 200: explanationSchema, ...errors },
      },
    },
    async (request) => {
      const { id, order } = request.params;
      await find(id);
      const [inputs, folder] = await Promise.all([store.jobs.files(id, "input"), planFolder(service, id)]);
      const own = inputs.filter(({ name }) => /^(channels|orders)\./.test(name));
      try {
        const told = await service.queries.ask("explain", { ids: [order] }, [...own, ...folder]);
        return told as z.output<typeof explanationSchema>;
      } catch (error) {
        // The order is part of the address here.
        if (error instanceof InputError && error.issues[0]?.code === "UNKNOWN_ORDER")
          throw new HttpProblem(404, "UNKNOWN_ORDER", "The plan has no order of this id.", {
            problems: error.issues,
            total: error.total,
          });
        throw error;
      }
    },
  );

  async function find(id: string): Promise<Job> {
    const job = await store.jobs.get(id);
    return job?.kind === "plan" ? job : gone(id);
  }

  async function output(id: string, name: string) {
    const job = await find(id);
    const files = await store.jobs.files(id, "output");
    const found = files.find((each) => each.name === name);
    if (found !== undefined) return found;
    if (files.length === 0) throw notReady(job);
    // Tables are written as one or the other.
    throw new HttpProblem(406, "NOT_ACCEPTABLE", "This plan has its tables in another form.", {
      detail: `It has ${files.map((each) => each.name).join(", ")}.`,
    });
  }

  function table(name: string, columns: readonly string[], row: z.ZodType, summary: string): void {
    app.get(
      `/v1/plans/:id/${name}`,
      {
        config: { scope: "read" },
        schema: {
          tags: ["plans"],
          summary,
          description:
            "`Accept: application/json` for pages, `application/x-ndjson` or `text/csv` for all of it as a stream. A plan whose `format` is parquet has them as `application/vnd.apache.parquet` alone.",
          params: idParams,
          querystring: z.object({
            ...pageQuery,
            cursor: z.string().max(40).optional().describe("`next` of the page before"),
          }),
          response: {
            200: {
              description: "A page, or all of it",
              content: {
                "application/json": { schema: pageOf(row) },
                "application/x-ndjson": { schema: row },
                "text/csv": { schema: z.string() },
                "application/vnd.apache.parquet": { schema: z.string() },
              },
            },
            304: z.null(),
            ...errors,
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params as { id: string };
        const { limit, cursor } = request.query as { limit: number; cursor?: string };
        const type = preferredType(request.headers.accept, TABLE_TYPES);
        void reply.header("vary", "accept");
        if (type === "application/vnd.apache.parquet")
          return sendFile(store.blobs, request, reply, type, await output(id, `${name}.parquet`));
        const file = await output(id, `${name}.csv`);
        if (type === "text/csv")
          return sendFile(store.blobs, request, reply, "text/csv; charset=utf-8", file);
        const open = (from: number) => store.blobs.read(file.blob, from);
        if (type === "application/x-ndjson")
          return stream(reply, type, Readable.from(asNdjson(await open(0), columns)));
        const from = cursor === undefined ? 0 : byteOf(file.blob, cursor);
        const { rows, next } = await readPage(open, columns, { from, limit });
        return { rows, next: next === null ? null : cursorAt(file.blob, next) } as never;
      },
    );
  }

  function file(name: string, fileName: string, type: string, summary: string): void {
    app.get(
      `/v1/plans/:id/${name}`,
      {
        config: { scope: "read" },
        schema: {
          tags: ["plans"],
          summary,
          params: idParams,
          response: { ...streamOf(type), ...errors },
        },
      },
      async (request, reply) => {
        const found = await output((request.params as { id: string }).id, fileName);
        return sendFile(store.blobs, request, reply, type, found);
      },
    );
  }
}

const TABLE_TYPES = [
  "application/json",
  "application/x-ndjson",
  "text/csv",
  "application/vnd.apache.parquet",
] as const;

function gone(id: string): never {
  throw HttpProblem.notFound(`plan ${id}`);
}
