import { Queries } from "../jobs/queries.js";
import { Simulations } from "../jobs/simulations.js";
import type { WebhookSettings } from "../jobs/webhooks/sender.js";
import { openWorkplace, type WorkplaceOptions } from "../jobs/workplace.js";
import { InputError } from "../model/issue.js";
import type { Store } from "../store/index.js";
import { JobWatch } from "./jobWatch.js";
import type { Limits } from "./limits.js";
import { Metrics } from "./metrics.js";
import { makeServer } from "./server.js";

export interface ServeOptions extends WorkplaceOptions {
  readonly host: string;
  /** Whether callers need a key on loopback, too, as behind a proxy. */
  readonly requireKeys: boolean;
  /** 0 for one that is free. */
  readonly port: number;
  readonly limits: Limits;
  readonly webhooks: WebhookSettings;
}

/** A service that runs. */
export interface Serving {
  /** Where it answers: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Rejects where it cannot go on: its data were taken by another process. Then nothing is to be written, not even to stop. */
  readonly failed: Promise<never>;
  /** Takes no more requests, ends or gives back what runs, and closes what it keeps. */
  stop(): Promise<void>;
}

/**
 * Serves the HTTP API, and works on its jobs. A database that does not answer yet is waited for before anything is served.
 *
 * @throws InputError where the data are in use or newer, or the address cannot be served
 * @throws the signal's reason where it is aborted meanwhile
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { host, port, logger, limits, keepSeconds, webhooks } = options;
  const workplace = await openWorkplace(options);
  const { store, queue, tracing, scratch, failed } = workplace;
  const closing: (() => Promise<unknown>)[] = [workplace.close];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    if (!store.isShared) await store.idempotency.forgetHeld();
    const needsKeys = options.requireKeys || !isLoopback(host);
    if (needsKeys) await mustHaveKeys(store, options);
    const metrics = new Metrics(store.jobs);
    const watch = new JobWatch(store.jobs, (error) => logger.error({ err: error }, "trouble"));
    closing.push(async () => watch.close());
    const queries = new Queries(store, scratch);
    queries.warm();
    closing.push(() => queries.close());
    const simulations = new Simulations(store, scratch, {
      maxChannels: limits.channels,
      maxOrders: limits.orders,
    });
    closing.push(() => simulations.close());
    const app = await makeServer(
      {
        store,
        queue,
        queries,
        simulations,
        watch,
        limits,
        metrics,
        tracing,
        nudge: () => {
          workplace.nudge();
          watch.look();
        },
        keepSeconds,
        webhookHosts: webhooks.allowed,
        needsKeys,
      },
      logger,
    );
    closing.push(() => app.close());
    const url = await app.listen({ host, port }).catch((error: unknown) => {
      throw asBadAddress(error, options);
    });
    // Only now: where the address is taken, nothing was begun that would have to be given back.
    workplace.start((kind, state, seconds) => {
      metrics.ended(kind, state, seconds);
      watch.look();
    });
    return { url, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the system says of an address that it does not let us answer on, and which option says otherwise. */
const REFUSED: Readonly<Record<string, readonly ["port" | "host", string]>> = {
  EADDRINUSE: ["port", "is used by another process"],
  EACCES: ["port", "may not be used by this user"],
  EADDRNOTAVAIL: ["host", "is no address of this machine"],
  ENOTFOUND: ["host", "is no name that is known here"],
};

function asBadAddress(error: unknown, asked: Pick<ServeOptions, "host" | "port">): unknown {
  const refused = REFUSED[(error as NodeJS.ErrnoException).code ?? ""];
  if (refused === undefined) return error;
  const [path, message] = refused;
  const hint =
    path === "port" ? "Another port; 0 is one that is free." : "127.0.0.1 is always there, 0.0.0.0 is all.";
  return new InputError([{ code: "ADDRESS_REFUSED", path, value: String(asked[path]), message, hint }]);
}

/** Nobody could ask anything. @throws InputError where there is no key in force */
async function mustHaveKeys({ keys }: Store, { host, requireKeys, place }: ServeOptions): Promise<void> {
  const now = Date.now();
  const inForce = (await keys.list()).filter(
    ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
  );
  if (inForce.length > 0) return;
  // The address of a database may hold a password.
  const where = "data" in place ? `--data ${place.data}` : "--database-url URL";
  throw new InputError([
    {
      code: "NO_KEYS",
      ...(requireKeys ? { path: "require-keys" } : { path: "host", value: host }),
      message: `callers need a key to be served on ${host}, and there is none`,
      hint: `Make one first: \`packwright keys create --name ops --scope admin ${where}\`; in a container, run the same image once with these arguments and the same volume.`,
    },
  ]);
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
}
