import type { FastifyRequest } from "fastify";
import { MOST_ORDERS } from "../../jobs/simulations.js";
import type { Job } from "../../store/jobStore.js";
import type { App } from "../app.js";
import { HttpProblem } from "../httpProblem.js";
import { earlierJob, settled, settleKey, sha256Of } from "../idempotent.js";
import { planFolder, planInputs } from "../inputs.js";
import { onClose } from "../onClose.js";
import { simulationAnswer, termsSchema } from "../schemas/answers.js";
import { idempotencyHeader, idParams, problems } from "../schemas/common.js";
import { simulationRequest } from "../schemas/requests.js";
import type { Service } from "../service.js";

/** Plans under changed contracts, answered in a moment. */
export function simulationRoutes(app: App, service: Service): void {
  const { store, queries, simulations } = service;

  app.get(
    "/v1/plans/:id/terms",
    {
      config: { scope: "read" },
      schema: {
        tags: ["simulations"],
        summary: "The numbers of a plan's contract that scenarios can change",
        params: idParams,
        response: { 200: termsSchema, ...problems },
      },
    },
    async ({ params: { id } }) => {
      const { channels } = await planInputs(service, id);
      return termsSchema.parse(await queries.ask("terms", {}, [channels.file]));
    },
  );

  app.post(
    "/v1/plans/:id/simulations",
    {
      config: { scope: "plan", jsonBody: true, idempotent: true },
      schema: {
        tags: ["simulations"],
        summary: "What a change of the contract would come to, within about a second",
        description:
          "The figures of a plan that has been found and checked under the changed contract, and a bound that its certificate proves; nothing is kept, so that the same question with the same `Idempotency-Key` is answered anew. The first question about a plan opens it, which takes some seconds. Hang up to give a question up.",
        headers: idempotencyHeader,
        params: idParams,
        body: simulationRequest,
        response: { 200: simulationAnswer, ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { moved, within, gap, ...question } = request.body;
      const job = await store.jobs.get(id);
      if (job === null || job.kind !== "plan") throw HttpProblem.notFound(`plan ${id}`);
      mustHaveFewOrders(job);
      const settle = idempotency(request);
      const gone = new AbortController();
      onClose(reply, () => gone.abort());
      // Where the plan is open already its files are not looked for.
      const files = async () => {
        const [{ channels, orders }, folder] = await Promise.all([
          planInputs(service, id),
          planFolder(service, id),
        ]);
        return [channels.file, orders.file, ...folder];
      };
      try {
        const answer = simulationAnswer.parse(
          await simulations.ask(id, files, question, { name: moved, within, gap, signal: gone.signal }),
        );
        await settle(id);
        return answer;
      } catch (error) {
        if (gone.signal.aborted) throw new HttpProblem(408, "GIVEN_UP", "The caller has hung up.");
        throw error;
      }
    },
  );

  /**
   * A question changes nothing, so that all that is held of its key is which question of which plan it came with.
   *
   * @returns what holds it, once there is an answer
   * @throws HttpProblem where it came with another request before
   */
  function idempotency({ idempotency: found, url, body }: FastifyRequest): (plan: string) => Promise<void> {
    const sha256 = sha256Of(`POST ${url} ${JSON.stringify(body)}`);
    earlierJob(found, sha256);
    return async (plan) => {
      if (found === null) return;
      await store.database.transaction((within) => settleKey(store.idempotency, within, found, sha256, plan));
      settled(found);
    };
  }
}

/** @throws HttpProblem where a plan has too many orders to be asked about */
export function mustHaveFewOrders({ result }: Pick<Job, "result">): void {
  const { counts } = (result ?? {}) as { readonly counts?: { readonly orders: number } };
  if (counts === undefined || counts.orders <= MOST_ORDERS) return;
  throw new HttpProblem(
    422,
    "TOO_MANY_ORDERS",
    `Plans of more than ${MOST_ORDERS} orders are not asked about.`,
    { detail: "POST /v1/what-if takes as many orders as plans do." },
  );
}
