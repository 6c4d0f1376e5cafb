import { text } from "node:stream/consumers";
import type { z } from "zod";
import { isEnded, type JobKind } from "../model/job.js";
import { planFileSchema } from "../model/planFile.js";
import type { Store } from "../store/index.js";
import type { Job, JobFile } from "../store/jobStore.js";
import type { Webhook } from "../store/webhookStore.js";
import { HttpProblem } from "./httpProblem.js";
import type { JobInputs } from "./inputs.js";
import type { deliverySchema, jobResource, jobSummary, planResource } from "./schemas/answers.js";

/** Jobs as callers see them. */

function common(job: Job) {
  const { channels = null } = job.request as { channels?: JobInputs["channels"] };
  const { id, kind, state, attempt, traceparent } = job;
  return {
    id,
    kind,
    state,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    keepUntil: job.keepUntil?.toISOString() ?? null,
    attempt,
    channels,
    // Of what has ended the last phase that was told says nothing any more.
    progress: isEnded(state) ? null : (job.progress as Record<string, unknown> | null),
    problem: job.problem as z.output<typeof planResource>["problem"],
    traceparent,
  };
}

export function summaryOf(job: Job): z.output<typeof jobSummary> {
  return { ...common(job), summary: job.result as Record<string, unknown> | null };
}

/** The file in which a job has its result. */
const RESULTS: Readonly<Record<JobKind, string>> = {
  plan: "plan.json",
  "what-if": "what-if.json",
  "break-even": "break-even.json",
  frontier: "frontier.json",
  evaluate: "evaluation.json",
  verify: "verification.json",
};
/** A result that is larger is fetched as the file that it is. */
const RESULT_BYTES = 2 ** 20;

export async function resourceOf(
  { jobs, webhooks, blobs }: Pick<Store, "jobs" | "webhooks" | "blobs">,
  job: Job,
): Promise<z.output<typeof jobResource>> {
  const [inputs, outputs, deliveries] = await Promise.all([
    jobs.files(job.id, "input"),
    jobs.files(job.id, "output"),
    webhooks.ofJob(job.id),
  ]);
  const result = outputs.find(({ name }) => name === RESULTS[job.kind]);
  const shown =
    (role: string) =>
    ({ name, bytes, sha256 }: JobFile) => ({
      name,
      bytes,
      sha256,
      href: `/v1/jobs/${job.id}/${role}/${name}`,
    });
  return {
    ...summaryOf(job),
    result:
      result === undefined || result.bytes > RESULT_BYTES
        ? null
        : JSON.parse(await text(await blobs.read(result.blob))),
    files: outputs.map(shown("files")),
    inputs: inputs.map(shown("inputs")),
    deliveries: deliveries.map(deliveryOf),
  };
}

function deliveryOf(webhook: Webhook): z.output<typeof deliverySchema> {
  const { id, event, state, attempts, lastStatus, lastError, nextAt, finishedAt } = webhook;
  return {
    id,
    event,
    state,
    attempts,
    lastStatus,
    lastError,
    nextAt: state === "pending" ? nextAt.toISOString() : null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

export async function planOf(store: Store, job: Job): Promise<z.output<typeof planResource>> {
  const path = `/v1/plans/${job.id}`;
  const ended = isEnded(job.state);
  return {
    ...common(job),
    plan:
      job.state === "done"
        ? planFileSchema.parse(JSON.parse(await outputText(store, job, "plan.json")))
        : null,
    links: {
      self: path,
      ...(ended ? {} : { events: `${path}/events` }),
      ...(job.state === "done"
        ? {
            assignments: `${path}/assignments`,
            packages: `${path}/packages`,
            unrouted: `${path}/unrouted`,
            certificate: `${path}/certificate`,
            report: `${path}/report`,
          }
        : {}),
    },
  };
}

export async function outputText(store: Store, job: Job, name: string): Promise<string> {
  const file = (await store.jobs.files(job.id, "output")).find((each) => each.name === name);
  // It may have been thrown away just now.
  if (file === undefined) throw HttpProblem.notFound(`plan ${job.id}`);
  return text(await store.blobs.read(file.blob));
}
