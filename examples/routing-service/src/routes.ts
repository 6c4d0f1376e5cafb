import type { Batch } from "./batch.js";
import type { Batches } from "./batches.js";
import type { Callbacks } from "./callbacks.js";
import type { Answer, Route } from "./http.js";
import { readOrders } from "./orders.js";

/** Names of folders, too. */
const ID = "([A-Za-z0-9][A-Za-z0-9._-]{0,63})";

export function routesOf(batches: Batches, callbacks: Callbacks): Route[] {
  const of = (id: string, show: (batch: Batch) => Answer | Promise<Answer>) => {
    const batch = batches.get(id);
    return batch === undefined ? { status: 404, body: { message: `There is no batch ${id}.` } } : show(batch);
  };
  return [
    {
      // PUT with an id of the sender's: whoever is not sure whether it arrived sends it again.
      method: "PUT",
      path: new RegExp(`^/batches/${ID}$`),
      async handle({ parts: [id = ""], text }) {
        const { problems } = readOrders(text);
        if (problems.length > 0)
          return { status: 422, body: { problems: problems.slice(0, 100), total: problems.length } };
        const received = await batches.receive(id, text);
        if (received.kind === "another file")
          return { status: 409, body: { message: `Batch ${id} came before with another content.` } };
        return { status: received.kind === "taken" ? 202 : 200, body: shown(received.batch, batches) };
      },
    },
    {
      method: "GET",
      path: new RegExp(`^/batches/${ID}$`),
      handle: ({ parts: [id = ""] }) => of(id, (batch) => ({ status: 200, body: shown(batch, batches) })),
    },
    {
      method: "GET",
      path: new RegExp(`^/batches/${ID}/report$`),
      handle: ({ parts: [id = ""] }) =>
        of(id, async (batch) =>
          batch.isReconciled
            ? { status: 200, body: await batch.report() }
            : { status: 409, body: { message: `Batch ${id} is ${batch.stage}.` } },
        ),
    },
    {
      method: "GET",
      path: new RegExp(`^/batches/${ID}/orders/([^/]+)$`),
      handle: ({ parts: [id = "", order = ""] }) =>
        of(id, (batch) =>
          batch.orders.has(order)
            ? { status: 200, body: { order, ...batch.state(order) } }
            : { status: 404, body: { message: `There is no order ${order}.` } },
        ),
    },
    {
      method: "POST",
      path: new RegExp(`^/callbacks/${ID}/([^/]+)$`),
      handle({ parts: [id = "", name = ""] }) {
        callbacks.called(id, name);
        return { status: 200, body: {} };
      },
    },
    { method: "GET", path: /^\/healthz$/, handle: () => ({ status: 200, body: { status: "ok" } }) },
  ];
}

function shown(batch: Batch, batches: Batches) {
  const orders = { in: batch.orders.size, open: 0, settled: 0, failed: 0, refused: 0, deferred: 0 };
  for (const id of batch.orders.keys()) orders[batch.state(id).end ?? "open"]++;
  return {
    id: batch.id,
    stage: batch.stage,
    isReconciled: batch.isReconciled,
    trouble: batches.trouble(batch.id),
    plan: batch.plan?.id ?? null,
    problems: batch.problems,
    orders,
  };
}
