import type { Certificate } from "../model/certificate.js";
import { jsonBody } from "./bodies.js";
import { type JobEvent, jobEventsOf } from "./events.js";
import { type Pending, pending } from "./following.js";
import { type Streaming, type SubmitOptions, submission } from "./submitting.js";
import { type Table, tableOf } from "./tables.js";
import type { CallOptions, Transport } from "./transport.js";
import type {
  Assignment,
  Explained,
  PackageRow,
  Plan,
  PlanRequest,
  Simulation,
  SimulationRequest,
  Terms,
  Unrouted,
} from "./types.js";

/** `/v1/plans`. Ids are those of plans; whatever is asked of a plan that is not done yet ends with NOT_READY. */
export class Plans {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Asks for a plan. Orders may be a list, the name of an uploaded set, or come one by one.
   *
   * @returns the plan as far as it is; `wait()` on it waits for its end
   * @throws ProblemError where the input cannot be used: at once, or while it was waited for
   */
  async create(request: Streaming<PlanRequest>, options?: SubmitOptions): Promise<Pending<Plan>> {
    return this.#pending(await this.#transport.json(submission("/v1/plans", request, options)));
  }

  async get(id: string, options: CallOptions = {}): Promise<Pending<Plan>> {
    return this.#pending(await this.#transport.json({ ...options, method: "GET", path: pathOf(id) }));
  }

  /** Stops the search and keeps the best plan so far; a plan that waits is cancelled, one that has ended stays as it is. */
  async stop(id: string, options: CallOptions = {}): Promise<Pending<Plan>> {
    return this.#pending(await this.#transport.json({ ...options, method: "DELETE", path: pathOf(id) }));
  }

  /** What happens to it, to its end. Who is cut off begins again: `wait()` does so by itself. */
  events(id: string, options: CallOptions = {}): AsyncGenerator<JobEvent> {
    const accept = "text/event-stream";
    return jobEventsOf(
      this.#transport.stream({ ...options, method: "GET", path: `${pathOf(id)}/events`, accept }),
    );
  }

  /** Who goes where, in submission sequence within a channel. */
  assignments(id: string): Table<Assignment> {
    return tableOf(this.#transport, `${pathOf(id)}/assignments`);
  }

  /** The packages, channel by channel. */
  packages(id: string): Table<PackageRow> {
    return tableOf(this.#transport, `${pathOf(id)}/packages`);
  }

  /** Orders on no channel, with the reason. */
  unrouted(id: string): Table<Unrouted> {
    return tableOf(this.#transport, `${pathOf(id)}/unrouted`);
  }

  /** What proves the bound. */
  certificate(id: string, options: CallOptions = {}): Promise<Certificate> {
    return this.#transport.json({ ...options, method: "GET", path: `${pathOf(id)}/certificate` });
  }

  /** The report page, as HTML. */
  report(id: string, options: CallOptions = {}): Promise<string> {
    const accept = "text/html";
    return this.#transport.text({ ...options, method: "GET", path: `${pathOf(id)}/report`, accept });
  }

  /** Why an order is where it is. */
  explanation(id: string, order: string, options: CallOptions = {}): Promise<Explained> {
    const path = `${pathOf(id)}/explanations/${encodeURIComponent(order)}`;
    return this.#transport.json({ ...options, method: "GET", path });
  }

  /** The numbers of its contract, which a simulation can change. */
  terms(id: string, options: CallOptions = {}): Promise<Terms> {
    return this.#transport.json({ ...options, method: "GET", path: `${pathOf(id)}/terms` });
  }

  /**
   * What a change of its contract would come to: the figures of a plan that has been checked, and a bound that is proven, within
   * about a second; the first question about a plan takes longer. Nothing is kept.
   */
  simulate(id: string, question: SimulationRequest, options: CallOptions = {}): Promise<Simulation> {
    const path = `${pathOf(id)}/simulations`;
    // Nothing is heard while it searches: that time is its own, and not silence.
    const wait = (question.within ?? 0) / 1_000;
    return this.#transport.json({ ...options, method: "POST", path, wait, body: jsonBody(question) });
  }

  #pending(plan: Plan): Pending<Plan> {
    return pending(plan, {
      get: (options) => this.get(plan.id, options),
      events: (options) => this.events(plan.id, options),
    });
  }
}

function pathOf(id: string): string {
  return `/v1/plans/${encodeURIComponent(id)}`;
}
