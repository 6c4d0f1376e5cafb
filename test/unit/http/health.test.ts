import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { sendProblem } from "../../../src/http/errors.js";
import { healthRoutes } from "../../../src/http/routes/health.js";
import type { Service } from "../../../src/http/service.js";
import { StatementTimeout, Unavailable } from "../../../src/store/database.js";

/** What `/readyz` answers where the database fails so. */
async function ready(error: Error): Promise<[number, string, unknown]> {
  const app = Fastify({ exposeHeadRoutes: false });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((thrown, request, reply) => sendProblem(thrown, request, reply));
  const query = () => Promise.reject(error);
  healthRoutes(app as never, { store: { database: { query } } } as unknown as Service);
  const { statusCode, body, headers } = await app.inject("/readyz");
  return [statusCode, JSON.parse(body).code, headers["retry-after"]];
}

describe("/readyz", () => {
  it("tells a database that is away from one that is slow", async () => {
    expect(await ready(new Unavailable("gone"))).toEqual([503, "DATABASE_UNAVAILABLE", "2"]);
    expect(await ready(new StatementTimeout("slow"))).toEqual([503, "DATABASE_SLOW", "10"]);
  });
});
