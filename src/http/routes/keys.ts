import { z } from "zod";
import type { ApiKey } from "../../store/keyStore.js";
import type { App } from "../app.js";
import { HttpProblem } from "../httpProblem.js";
import { apiKeyPage, type apiKeySchema, madeKeySchema } from "../schemas/answers.js";
import { keyId, problems } from "../schemas/common.js";
import { newKeyRequest } from "../schemas/requests.js";
import type { Service } from "../service.js";

/** Keys of callers; only their hashes are kept. */
export function keyRoutes(app: App, { store: { keys } }: Pick<Service, "store">): void {
  app.post(
    "/v1/keys",
    {
      config: { scope: "admin", jsonBody: true },
      schema: {
        tags: ["keys"],
        summary: "Make a key",
        description: "Its text is told this once, so that a request with an `Idempotency-Key` is refused.",
        body: newKeyRequest,
        response: { 201: madeKeySchema, ...problems },
      },
    },
    async (request, reply) => {
      if (request.headers["idempotency-key"] !== undefined)
        throw new HttpProblem(400, "WRONG_IDEMPOTENCY_KEY", "The making of a key cannot be repeated.", {
          detail: "Make another one, and revoke the one that was lost.",
        });
      const { expiresInDays, ...more } = request.body;
      const { key, text } = await keys.create({ ...more, expiresAt: dayFromNow(expiresInDays) });
      void reply.code(201).header("location", `/v1/keys/${key.id}`);
      return { key: shown(key), text };
    },
  );

  app.get(
    "/v1/keys",
    {
      config: { scope: "admin" },
      schema: {
        tags: ["keys"],
        summary: "All keys, without their texts",
        response: { 200: apiKeyPage, ...problems },
      },
    },
    async () => ({ keys: (await keys.list()).map(shown) }),
  );

  app.delete(
    "/v1/keys/:id",
    {
      config: { scope: "admin" },
      schema: {
        tags: ["keys"],
        summary: "Revoke a key, from its next request on",
        params: z.object({ id: keyId }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await keys.revoke(id))) throw HttpProblem.notFound(`key ${id} in force`);
      void reply.code(204);
      return null;
    },
  );
}

function dayFromNow(days: number | undefined): Date | null {
  return days === undefined ? null : new Date(Date.now() + days * 86_400_000);
}

function shown({ createdAt, expiresAt, revokedAt, ...key }: ApiKey): z.output<typeof apiKeySchema> {
  return {
    ...key,
    scopes: [...key.scopes],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
