import { type JobEvent, jobEventsOf } from "./events.js";
import { type Pending, pending } from "./following.js";
import { randomKey } from "./submitting.js";
import { pagesFrom } from "./tables.js";
import type { CallOptions, Transport } from "./transport.js";
import type { Job, JobKind, JobPage, JobState } from "./types.js";

export interface JobListOptions extends CallOptions {
  readonly kind?: JobKind;
  readonly state?: JobState;
  /** Jobs of a page at most, 1 to 1,000; default 100. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/** `/v1/jobs`: everything that is worked out, plans among it. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A page of them, newest first. */
  list({ kind, state, limit, after, ...options }: JobListOptions = {}): Promise<JobPage> {
    const query = { kind, state, limit, after };
    return this.#transport.json({ ...options, method: "GET", path: "/v1/jobs", query });
  }

  pages({ after, ...options }: JobListOptions = {}): AsyncGenerator<JobPage> {
    return pagesFrom(
      (from) => this.list({ ...options, ...(from === undefined ? {} : { after: from }) }),
      after,
    );
  }

  async get(id: string, options: CallOptions = {}): Promise<Pending<Job>> {
    return this.pending(await this.#transport.json({ ...options, method: "GET", path: pathOf(id) }));
  }

  /** What happens to it, to its end. Who is cut off begins again: `wait()` does so by itself. */
  events(id: string, options: CallOptions = {}): AsyncGenerator<JobEvent> {
    const path = `${pathOf(id)}/events`;
    return jobEventsOf(
      this.#transport.stream({ ...options, method: "GET", path, accept: "text/event-stream" }),
    );
  }

  /** A file that came of it, by its name in `files`. */
  file(id: string, name: string, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    return this.#file(id, "files", name, options);
  }

  /** A file that it was made from, byte for byte, by its name in `inputs`. */
  input(id: string, name: string, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    return this.#file(id, "inputs", name, options);
  }

  /** Cancels a job, with nothing kept; throws one away that has ended. Tried again, what is gone already is NOT_FOUND. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.done({ ...options, method: "DELETE", path: pathOf(id) });
  }

  /** Has a job tried again that failed or was cancelled: once, whatever becomes of the answer. */
  async retry(id: string, { headers, ...options }: CallOptions = {}): Promise<Pending<Job>> {
    const path = `${pathOf(id)}/retry`;
    const keyed = { "idempotency-key": randomKey(), ...headers };
    return this.pending(await this.#transport.json({ ...options, method: "POST", path, headers: keyed }));
  }

  /** A job that can be waited for. */
  pending(job: Job): Pending<Job> {
    return pending(job, {
      get: (options) => this.get(job.id, options),
      events: (options) => this.events(job.id, options),
    });
  }

  #file(id: string, role: string, name: string, options: CallOptions): AsyncGenerator<Uint8Array> {
    const path = `${pathOf(id)}/${role}/${name.split("/").map(encodeURIComponent).join("/")}`;
    return this.#transport.stream({ ...options, method: "GET", path, accept: "*/*" });
  }
}

function pathOf(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`;
}
