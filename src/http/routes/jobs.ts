import { z } from "zod";
import { allows } from "../../model/apiKey.js";
import { isEnded } from "../../model/job.js";
import type { Job } from "../../store/jobStore.js";
import type { App } from "../app.js";
import { sendEvents } from "../events.js";
import { sendFile } from "../files.js";
import { HttpProblem } from "../httpProblem.js";
import { earlierJob, settled, settleKey, sha256Of } from "../idempotent.js";
import { resourceOf, summaryOf } from "../presenting.js";
import { jobPage, jobResource } from "../schemas/answers.js";
import {
  idempotencyHeader,
  idParams,
  jobId,
  jobKind,
  jobState,
  pageQuery,
  problems,
  streamOf,
} from "../schemas/common.js";
import type { Service } from "../service.js";

/** Media types by the ending of a file's name. */
const TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  yaml: "application/yaml",
  ndjson: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
};

/** All jobs, of whatever kind. */
export function jobRoutes(app: App, service: Service): void {
  const { store, queue } = service;
  const errors = problems;

  app.get(
    "/v1/jobs",
    {
      config: { scope: "read" },
      schema: {
        tags: ["jobs"],
        summary: "Jobs, newest first",
        querystring: z.object({
          ...pageQuery,
          kind: jobKind.optional(),
          state: jobState.optional(),
          after: jobId.optional().describe("The last job of the page before"),
        }),
        response: { 200: jobPage, ...errors },
      },
    },
    async ({ query: { limit, kind, state, after } }) => {
      const jobs = await store.jobs.list({
        limit,
        ...(kind ? { kind } : {}),
        ...(state ? { state } : {}),
        ...(after ? { after } : {}),
      });
      // After one that is gone there would be none at all, as at the end.
      if (after !== undefined && jobs.length === 0 && (await store.jobs.get(after)) === null)
        throw new HttpProblem(400, "WRONG_CURSOR", `There is no job ${after} any more to go on after.`, {
          detail: "It has been thrown away meanwhile: begin again with the first page.",
        });
      return { jobs: jobs.map(summaryOf), next: jobs.length < limit ? null : jobs.at(-1)!.id };
    },
  );

  app.get(
    "/v1/jobs/:id",
    {
      config: { scope: "read" },
      schema: {
        tags: ["jobs"],
        summary: "A job and its files",
        params: idParams,
        response: { 200: jobResource, ...errors },
      },
    },
    async ({ params }) => resourceOf(store, await find(params.id)),
  );

  app.get(
    "/v1/jobs/:id/events",
    {
      config: { scope: "read" },
      schema: {
        tags: ["jobs"],
        summary: "Follow a job",
        description: "As the events of a plan.",
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

  for (const role of ["files", "inputs"] as const)
    app.get(
      `/v1/jobs/:id/${role}/*`,
      {
        config: { scope: "read" },
        schema: {
          tags: ["jobs"],
          summary:
            role === "files" ? "A file that came of it" : "A file that it was made from, byte for byte",
          params: idParams.extend({ "*": z.string().max(500).describe("Name of the file") }),
          response: { ...streamOf(...Object.values(TYPES), "application/octet-stream"), ...errors },
        },
      },
      async (request, reply) => {
        const { id, "*": name } = request.params as { id: string; "*": string };
        await find(id);
        const files = await store.jobs.files(id, role === "files" ? "output" : "input");
        const file = files.find((each) => each.name === name);
        if (file === undefined) throw HttpProblem.notFound(`file of that name in job ${id}`);
        const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
        return sendFile(store.blobs, request, reply, type, file);
      },
    );

  app.delete(
    "/v1/jobs/:id",
    {
      config: { scope: "plan" },
      schema: {
        tags: ["jobs"],
        summary:
          "Cancel a job, with nothing kept; throw away one that has ended, which needs the scope admin",
        params: idParams,
        response: { 202: jobResource, 204: z.null(), ...errors },
      },
    },
    async (request, reply) => {
      const { id, state } = await find(request.params.id);
      if (isEnded(state)) {
        if (!allows(request.caller.scopes, "admin"))
          throw new HttpProblem(403, "FORBIDDEN", "To throw away what has ended needs the scope admin.");
        if (!(await store.jobs.remove(id)))
          throw new HttpProblem(409, "NOT_ENDED", `Job ${id} has been begun again.`);
        void reply.code(204);
        return null;
      }
      const job = await store.jobs.stop(id, "discard", service.keepSeconds);
      service.watch.look();
      void reply.code(202);
      return resourceOf(store, job ?? gone(id));
    },
  );

  app.post(
    "/v1/jobs/:id/retry",
    {
      config: { scope: "plan", idempotent: true },
      schema: {
        tags: ["jobs"],
        summary: "Try a job again that failed or was cancelled",
        headers: idempotencyHeader,
        params: idParams,
        response: { 202: jobResource, ...errors },
      },
    },
    async (request, reply) => {
      const { id, state } = await find(request.params.id);
      void reply.code(202);
      const sha256 = sha256Of(`POST /v1/jobs/${id}/retry`);
      const earlier = earlierJob(request.idempotency, sha256);
      if (earlier !== null) return resourceOf(store, await find(earlier));
      const job = await store.database.transaction(async (within) => {
        await settleKey(store.idempotency, within, request.idempotency, sha256, id);
        const again = await store.jobs.retry(within, id);
        if (again === null)
          throw new HttpProblem(
            409,
            "NOT_ENDED_BADLY",
            `Job ${id} is ${state}: only what failed or was cancelled is tried again.`,
          );
        await queue.send(within, again);
        return again;
      });
      settled(request.idempotency);
      service.nudge();
      return resourceOf(store, job);
    },
  );

  async function find(id: string): Promise<Job> {
    return (await store.jobs.get(id)) ?? gone(id);
  }
}

function gone(id: string): never {
  throw HttpProblem.notFound(`job ${id}`);
}
