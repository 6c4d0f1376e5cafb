import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import rateLimit from "@fastify/rate-limit";
import fastifySwagger from "@fastify/swagger";
import Fastify, { type FastifyBaseLogger, type FastifyRequest, LogController } from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { z } from "zod";
import { InputError, ISSUE_LIMIT, type Issue, quoteValue } from "../model/issue.js";
import { issuesOf } from "../model/zodIssues.js";
import type { App } from "./app.js";
import { readJsonBody, readNdjsonBody, readSmallJson } from "./bodies.js";
import { callerHook } from "./callers.js";
import { answerClientError, endUnread, idleCloser, limitConnections, TIMEOUTS } from "./connections.js";
import { sendProblem } from "./errors.js";
import { SECURITY_HEADERS } from "./headers.js";
import { HttpProblem } from "./httpProblem.js";
import { idempotencyHook } from "./idempotent.js";
import { timeProblems } from "./limits.js";
import { noteMethods } from "./methods.js";
import { describeRoutes } from "./openapi.js";
import { channelsRoutes } from "./routes/channels.js";
import { docsRoutes } from "./routes/docs.js";
import { exampleRoutes } from "./routes/examples.js";
import { healthRoutes } from "./routes/health.js";
import { jobRoutes } from "./routes/jobs.js";
import { keyRoutes } from "./routes/keys.js";
import { orderSetRoutes } from "./routes/orderSets.js";
import { pageRoutes } from "./routes/page.js";
import { planRoutes } from "./routes/plans.js";
import { simulationRoutes } from "./routes/simulations.js";
import { studyRoutes } from "./routes/studies.js";
import type { Service } from "./service.js";

/** Makes the HTTP server of a service; whoever made it listens and closes. */
export async function makeServer(service: Service, logger: FastifyBaseLogger): Promise<App> {
  const { store, limits, metrics, tracing } = service;
  const app = Fastify({
    loggerInstance: logger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    http: TIMEOUTS,
    requestTimeout: TIMEOUTS.requestTimeout,
    keepAliveTimeout: TIMEOUTS.keepAliveTimeout,
    connectionTimeout: 0,
    forceCloseConnections: "idle",
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, request, reply) =>
      sendProblem(
        new HttpProblem(400, "BAD_REQUEST", "The address is not one that can be read."),
        request,
        reply.headers(SECURITY_HEADERS) as never,
      ),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000 },
  }).withTypeProvider<ZodTypeProvider>();
  limitConnections(app.server);
  const closeAsTheyIdle = idleCloser(app.server);
  const answerOtherMethods = noteMethods(app);

  app.decorateRequest("caller");
  app.decorateRequest("jobBody");
  app.decorateRequest("idempotency", null);
  app.decorateRequest("span");
  app.decorateRequest("traceparent", "");
  app.decorateRequest("validatedPart", null);

  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value: unknown) => {
    const part = httpPart ?? "body";
    if (part === "body" && value == null) return { error: new PartError(part, [NO_BODY], 1) };
    const result = schema.safeParse(value);
    const found = [
      ...(result.success ? [] : issuesOf(result.error, value, () => ({}))),
      ...(part === "body" ? timeProblems(value, limits) : []),
    ];
    if (found.length > 0 || !result.success)
      return { error: new PartError(part, found.slice(0, ISSUE_LIMIT), found.length) };
    return { value: result.data };
  });
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof PartError)) return sendProblem(error, request, reply);
    request.validatedPart = error.part;
    return sendProblem(notThere(error, request) ?? error, request, reply);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      HttpProblem.notFound(`${request.method} ${request.url.split("?")[0]!.slice(0, 200)}`),
      request,
      reply,
    ),
  );

  app.addHook("onRequest", async (request, reply) => {
    const { traceparent: from } = request.headers;
    const { method, routeOptions } = request;
    request.span = tracing.begin(
      `${method} ${routeOptions.url ?? "unknown"}`,
      typeof from === "string" ? from : null,
      {
        "http.request.method": method,
        "http.route": routeOptions.url ?? "unknown",
      },
    );
    request.traceparent = request.span.traceparent;
    void reply
      .headers(SECURITY_HEADERS)
      .header("traceparent", request.traceparent)
      .header("x-request-id", request.id);
  });
  app.addHook("onRequest", callerHook(service));
  await app.register(rateLimit, {
    global: true,
    allowList: ({ caller }) => caller?.perMinute == null,
    max: ({ caller }) => caller.perMinute!,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: ({ caller }) => caller.key!,
    errorResponseBuilder: (_request, { after }) =>
      new HttpProblem(429, "TOO_MANY_REQUESTS", "This key has made too many requests.", {
        detail: `Try again in ${after}.`,
      }),
  });
  const beginIdempotent = idempotencyHook(store.idempotency);
  app.addHook("preParsing", async (request, reply) => {
    const { jobBody, idempotent } = request.routeOptions.config;
    if (jobBody || idempotent) await beginIdempotent(request, reply);
  });
  app.addHook("onResponse", endUnread);
  app.addHook("onResponse", async (request, reply) => {
    const { url = "unknown" } = request.routeOptions;
    request.span?.set({ "http.response.status_code": reply.statusCode });
    request.span?.end();
    metrics.requested(request.method, url, reply.statusCode, reply.elapsedTime / 1_000);
    request.log.info(
      {
        method: request.method,
        route: url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        key: request.caller?.key ?? null,
        traceparent: request.traceparent,
      },
      "request",
    );
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_TYPE, async (request: FastifyRequest, payload: IncomingMessage) => {
    const { jobBody, jsonBody } = request.routeOptions.config;
    if (jsonBody) return readSmallJson(payload);
    if (!jobBody) return undefined;
    request.jobBody = await readJsonBody(payload, store.blobs, limits);
    return request.jobBody.envelope;
  });
  app.addContentTypeParser(NDJSON_TYPE, async (request: FastifyRequest, payload: IncomingMessage) => {
    if (!request.routeOptions.config.jobBody) return readElsewhere(request);
    request.jobBody = await readNdjsonBody(payload, store.blobs, limits);
    return request.jobBody.envelope;
  });
  app.addContentTypeParser("*", async (request: FastifyRequest) => readElsewhere(request));

  const document = describeRoutes(app);
  await app.register(fastifySwagger, {
    openapi: { openapi: "3.1.0" },
    transform: ({ schema, url }) => ({ schema: { ...schema, hide: true }, url }),
    transformObject: () => document(),
  });
  await app.register(docsRoutes);
  await app.register(async (scope) => {
    const routes = scope.withTypeProvider<ZodTypeProvider>();
    planRoutes(routes, service);
    studyRoutes(routes, service);
    orderSetRoutes(routes, service);
    channelsRoutes(routes, service);
    jobRoutes(routes, service);
    keyRoutes(routes, service);
    healthRoutes(routes, service);
    exampleRoutes(routes);
    simulationRoutes(routes, service);
    routes.get(
      "/openapi.json",
      { config: { scope: null }, schema: { hide: true } },
      async (_request, reply) => reply.serializer(JSON.stringify).type("application/json").send(document()),
    );
  });
  await app.register(pageRoutes);
  // Whoever waits would keep the server from closing.
  app.addHook("preClose", async () => {
    closeAsTheyIdle();
    service.watch.close();
  });
  answerOtherMethods();
  return app;
}

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const NDJSON_TYPE = /^application\/x-ndjson\s*(;|$)/i;

/** Routes that read their bodies themselves say which types they take; what is not there takes no body of any. */
function readElsewhere({ is404, routeOptions: { config } }: FastifyRequest): undefined {
  if (is404 || config.rawBody) return undefined;
  throw new HttpProblem(415, "UNKNOWN_FORMAT", "This content type is not taken here.", {
    detail: "Send application/json, or application/x-ndjson where there are many orders.",
  });
}

const NO_BODY: Issue = {
  code: "MISSING_FIELD",
  path: "body",
  message: "is missing",
  hint: "Send a JSON object as /openapi.json describes it.",
};

/** What no plan or job can be called there is none of; null where something else is wrong. */
function notThere({ part, issues }: PartError, { params, routeOptions: { url = "" } }: FastifyRequest) {
  const kind = /^\/v1\/(plan|job)s\/:id/.exec(url)?.[1];
  if (part !== "params" || kind === undefined || !issues.some(({ path }) => path === "id")) return null;
  return HttpProblem.notFound(`${kind} ${quoteValue((params as { id: string }).id)}`);
}

/** Problems of one part of a request. */
class PartError extends InputError {
  constructor(
    readonly part: string,
    issues: InputError["issues"],
    total: number,
  ) {
    super(issues, total);
  }
}
