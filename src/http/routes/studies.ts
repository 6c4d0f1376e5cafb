import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { csvText } from "../../io/csvText.js";
import type { JobKind } from "../../model/job.js";
import type { App } from "../app.js";
import { HttpProblem } from "../httpProblem.js";
import { type AskedInputs, inputsOf, type JobInput, type JobInputs, keep, planFolder } from "../inputs.js";
import { resourceOf } from "../presenting.js";
import { jobResource } from "../schemas/answers.js";
import { preferHeader, problems } from "../schemas/common.js";
import {
  breakEvenRequest,
  evaluateRequest,
  frontierRequest,
  verifyRequest,
  whatIfRequest,
} from "../schemas/requests.js";
import type { Service } from "../service.js";
import { submit } from "../submit.js";

/** Everything that is worked out beside plans: each becomes a job, whose result is files. */
export function studyRoutes(app: App, service: Service): void {
  const { store } = service;
  const route = (tag: string, summary: string) => ({
    config: { scope: "plan", jobBody: true } as const,
    schema: {
      tags: [tag],
      summary,
      headers: preferHeader,
      response: { 200: jobResource, 202: jobResource, ...problems },
    },
  });

  app.post(
    "/v1/what-if",
    withBody(route("studies", "What scenarios would cost"), whatIfRequest),
    async (request, reply) => {
      const { options, webhook, scenarios: _, ...asked } = request.body;
      return run(request, reply, "what-if", options, webhook, asked, async () => {
        const { bytes = "{}", linesBefore = 0 } = request.jobBody.members.get("scenarios") ?? {};
        const file = await keep(store.blobs, "scenarios.json", bytes);
        return [{ ...file, place: { path: "scenarios", linesBefore } }];
      });
    },
  );

  app.post(
    "/v1/break-even",
    withBody(route("studies", "At which values of a number the plan changes"), breakEvenRequest),
    async (request, reply) => {
      const { options, webhook, ...asked } = request.body;
      return run(request, reply, "break-even", options, webhook, asked);
    },
  );

  app.post(
    "/v1/frontier",
    withBody(route("studies", "What an earlier finish or fewer packages would cost"), frontierRequest),
    async (request, reply) => {
      const { options, webhook, ...asked } = request.body;
      return run(request, reply, "frontier", options, webhook, asked);
    },
  );

  app.post(
    "/v1/evaluate",
    withBody(
      route("checks", "What somebody else's assignments cost, and which rules they break"),
      evaluateRequest,
    ),
    async (request, reply) => {
      const { options, webhook, assignments, ...asked } = request.body;
      return run(request, reply, "evaluate", options, webhook, asked, async () => [
        await keep(
          store.blobs,
          "assignments.csv",
          typeof assignments === "string" ? assignments : tableOf(assignments),
        ),
        ...(asked.plan === undefined ? [] : await planFolder(service, asked.plan)),
      ]);
    },
  );

  app.post(
    "/v1/verify",
    withBody(
      route("checks", "Work a plan out again from its inputs alone, and its bound from the certificate"),
      verifyRequest,
    ),
    async (request, reply) => {
      const { files, webhook, ...asked } = request.body;
      return run(request, reply, "verify", {}, webhook, asked, async () => {
        if (files === undefined && asked.plan !== undefined) return planFolder(service, asked.plan);
        if (files === undefined)
          throw new HttpProblem(422, "MISSING_FIELD", "There is no plan to verify.", {
            detail: "Give the id of a plan, or the files of one.",
          });
        return Promise.all(
          Object.entries(files).map(([name, content]) => keep(store.blobs, `plan/${name}`, content)),
        );
      });
    },
  );

  async function run(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: JobKind,
    options: object | undefined,
    webhook: string | undefined,
    asked: AskedInputs,
    more: () => Promise<readonly JobInput[]> = async () => [],
  ) {
    const inputs = async (): Promise<JobInputs> => {
      const found = await inputsOf(service, asked, request.jobBody);
      return { ...found, files: [...found.files, ...(await more())] };
    };
    const job = await submit(service, request, reply, { kind, options: { ...options }, inputs, webhook });
    void reply.header("location", `/v1/jobs/${job.id}`);
    return resourceOf(store, job);
  }
}

function withBody<Route extends { readonly schema: object }, Body extends z.ZodType>(
  route: Route,
  body: Body,
) {
  return { ...route, schema: { ...route.schema, body } };
}

const ASSIGNED = ["order", "channel", "package", "sequence"] as const;

function tableOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return csvText([ASSIGNED, ...rows.map((row) => ASSIGNED.map((column) => String(row[column] ?? "")))]);
}
