import { randomUUID } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { mayTell } from "../jobs/webhooks/hosts.js";
import type { BodyPlace } from "../model/bodyPlace.js";
import { isEnded, type JobKind } from "../model/job.js";
import type { Problem } from "../model/problem.js";
import type { Job } from "../store/jobStore.js";
import { HttpProblem } from "./httpProblem.js";
import { earlierJob, settled, settleKey, sha256Of } from "./idempotent.js";
import type { JobInputs } from "./inputs.js";
import { DEFAULT_TIME_LIMIT, SMALL } from "./limits.js";
import { onClose } from "./onClose.js";
import { preferred } from "./prefer.js";
import type { Service } from "./service.js";

/** A job in the making. */
export interface Submission {
  readonly kind: JobKind;
  /** As the task wants them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Finds or makes its files. */
  readonly inputs: () => Promise<JobInputs>;
  readonly webhook?: string | undefined;
}

/**
 * Makes a job of a request, or finds the one that an equal request has led to, and waits for it as long as the caller prefers.
 *
 * @returns the job, which may be ended
 * @throws HttpProblem where it failed while the caller waited, and where no more jobs are taken
 */
export async function submit(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  submission: Submission,
): Promise<Job> {
  const { watch, limits } = service;
  const { wait, isAsync } = preferred(request.headers.prefer, limits.wait);
  const id = earlierJob(request.idempotency, keyedSha(request)) ?? (await make(service, request, submission));
  const gone = new AbortController();
  onClose(reply, () => gone.abort());
  const job = await watch.ended(id, wait ?? 0, gone.signal);
  if (job === null) throw HttpProblem.notFound(`job ${id} any more`);
  const status = isEnded(job.state) ? 200 : 202;
  const applied = [
    ...(isAsync && status === 202 ? ["respond-async"] : []),
    ...(wait === null ? [] : [`wait=${wait}`]),
  ];
  if (applied.length > 0) void reply.header("preference-applied", applied.join(", "));
  if (job.state === "failed") throw problemOf(job);
  void reply.code(status);
  return job;
}

function problemOf({ problem, id }: Job): HttpProblem {
  const { status, code, title, ...more } = problem as Problem;
  return new HttpProblem(status, code, title, { ...more, job: id } as Partial<Problem>);
}

/** A body says nothing without the address that it was sent to. */
function keyedSha({ method, url, jobBody }: FastifyRequest): string {
  return sha256Of(`${method} ${url} ${jobBody.sha256}`);
}

async function make(service: Service, request: FastifyRequest, submission: Submission): Promise<string> {
  const { store, queue, limits, metrics, nudge } = service;
  const { kind, options, webhook } = submission;
  const timeLimit =
    (options.timeLimit as number | undefined) ?? Math.min(DEFAULT_TIME_LIMIT, limits.timeLimit);
  if (webhook !== undefined) mustBeAllowed(service, webhook);
  const waiting = await store.jobs.waiting();
  const queued = waiting.filter(({ state }) => state === "queued").reduce((sum, { jobs }) => sum + jobs, 0);
  if (queued >= limits.queue) throw HttpProblem.busy(`${queued} jobs wait already.`, 10);
  const { files, bytes, channels } = await submission.inputs();
  const id = randomUUID();
  const job = {
    id,
    kind,
    size: isSmall(kind, bytes, timeLimit) ? ("small" as const) : ("large" as const),
    request: {
      options: {
        ...(kind === "verify" ? {} : { ...options, timeLimit }),
        // Counted where they are read: they may come as a text, or be added by scenarios.
        maxChannels: limits.channels,
        ...(kind === "verify" ? {} : { maxOrders: limits.orders }),
      },
      channels,
      places: placesOf(files),
      ...(webhook === undefined ? {} : { webhook }),
    },
    createdBy: request.caller.key,
    traceparent: request.traceparent,
    inputs: files,
  };
  await store.database.transaction(async (within) => {
    await settleKey(store.idempotency, within, request.idempotency, keyedSha(request), id);
    await store.jobs.create(within, job);
    await queue.send(within, job);
  });
  settled(request.idempotency);
  metrics.accepted(kind);
  nudge();
  return id;
}

/** Of the files that came with the request, so that problems name what the caller has. */
function placesOf(files: JobInputs["files"]): Readonly<Record<string, BodyPlace>> {
  return Object.fromEntries(files.flatMap(({ name, place }) => (place === undefined ? [] : [[name, place]])));
}

function mustBeAllowed({ webhookHosts }: Service, webhook: string): void {
  if (mayTell(webhookHosts, webhook)) return;
  throw new HttpProblem(422, "WEBHOOK_NOT_ALLOWED", "The webhook's host is not one that may be told.", {
    detail: "Whoever runs the service lists those with --webhook-hosts; a URL holds no user and no password.",
  });
}

function isSmall(kind: JobKind, bytes: number, timeLimit: number): boolean {
  const single = kind === "plan" || kind === "evaluate" || kind === "verify";
  return single && bytes <= SMALL.bytes && timeLimit <= SMALL.seconds;
}
