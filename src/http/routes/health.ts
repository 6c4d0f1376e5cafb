import { Readable } from "node:stream";
import { isAway } from "../../store/database.js";
import { VERSION } from "../../version.js";
import type { App } from "../app.js";
import { HttpProblem } from "../httpProblem.js";
import { healthSchema } from "../schemas/answers.js";
import { problems, streamOf } from "../schemas/common.js";
import type { Service } from "../service.js";
import { stream } from "../stream.js";

/** For whoever watches over the service. */
export function healthRoutes(app: App, { store, metrics }: Service): void {
  app.get(
    "/healthz",
    {
      config: { scope: null },
      schema: {
        tags: ["operations"],
        summary: "Whether the process is alive",
        response: { 200: healthSchema, ...problems },
      },
    },
    async () => ({ status: "ok" as const, version: VERSION }),
  );

  app.get(
    "/readyz",
    {
      config: { scope: null },
      schema: {
        tags: ["operations"],
        summary: "Whether it can do its work",
        response: { 200: healthSchema, ...problems },
      },
    },
    async () => {
      try {
        await store.database.query("SELECT 1");
      } catch (error) {
        // One that is there and slow is told of as it is elsewhere.
        if (!isAway(error)) throw error;
        throw new HttpProblem(503, "DATABASE_UNAVAILABLE", "The database does not answer.", {}, 2);
      }
      return { status: "ok" as const, version: VERSION };
    },
  );

  app.get(
    "/metrics",
    {
      config: { scope: "read" },
      schema: {
        tags: ["operations"],
        summary: "Figures for Prometheus",
        response: { ...streamOf("text/plain"), ...problems },
      },
    },
    async (_request, reply) => stream(reply, metrics.contentType, Readable.from([await metrics.text()])),
  );
}
