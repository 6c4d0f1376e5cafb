import { type Bytes, chunksOf, type Sending, streamOf } from "./bodies.js";
import { PackwrightError, ProblemError, problemOf, UnreachableError } from "./errors.js";
import { DEFAULT_RETRIES, isPassing, pause, type Retries, sleep } from "./retries.js";
import { Silence } from "./silence.js";

export interface ClientOptions {
  /** Where the service answers: `http://127.0.0.1:8080`, or with a path where it stands behind another server. */
  readonly url: string;
  /** API key; none is needed on loopback. */
  readonly key?: string;
  /** Default that of the runtime. */
  readonly fetch?: typeof fetch;
  /** Seconds without anything heard after which a call ends; default 30. What the caller would wait for (`wait`) is added. */
  readonly timeout?: number;
  /** How what may be repeated is: 429, 502, 503 and 504, and where there was no whole answer. */
  readonly retries?: Partial<Retries>;
  /** Ends all calls. */
  readonly signal?: AbortSignal;
  /** Sent with every call; `traceparent`, say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of a single call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Instead of the client's. */
  readonly timeout?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Call extends CallOptions {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** From `/v1` on, its parts encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly accept?: string;
  readonly body?: Sending;
  /** Seconds that the service is asked to wait before it answers. */
  readonly wait?: number;
}

/** Sends calls, repeats what may be repeated, and reads what comes. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #base: string;
  readonly #retries: Retries;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = new URL(options.url).href.replace(/\/+$/, "");
    this.#retries = { ...DEFAULT_RETRIES, ...options.retries };
  }

  /** A JSON answer. */
  json<T>(call: Call): Promise<T> {
    return this.#tried(call, async (response, silence) => {
      const text = await textOf(response, silence);
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw foreign(response, cause);
      }
    });
  }

  text(call: Call): Promise<string> {
    return this.#tried(call, textOf);
  }

  /** An answer that says nothing, or something where there is something to say. */
  async done(call: Call): Promise<void> {
    await this.#tried(call, textOf);
  }

  /** The bytes of an answer as they come. It is asked for when the first one is wanted; what breaks off is not tried again. */
  async *stream(call: Call): AsyncGenerator<Uint8Array> {
    const { response, silence } = await this.#tried(call, async (response, silence) => ({
      response,
      silence: silence.kept(),
    }));
    try {
      yield* heard(response, silence);
    } catch (error) {
      throw this.#told(error, silence, call);
    } finally {
      silence.close();
    }
  }

  async #tried<T>(call: Call, read: (response: Response, silence: CallSilence) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(call, read);
      } catch (error) {
        const isWorthIt = isPassing(error) && tries <= this.#retries.times;
        if (!isWorthIt || call.body?.isRepeatable === false) throw error;
        await sleep(pause(error, tries, this.#retries, Math.random()), this.#signals(call.signal));
      }
    }
  }

  async #once<T>(call: Call, read: (response: Response, silence: CallSilence) => Promise<T>): Promise<T> {
    const { timeout = 30, fetch: ask = fetch } = this.#options;
    const seconds = (call.timeout ?? timeout) + (call.wait ?? 0);
    const silence = new CallSilence(seconds, this.#signals(call.signal));
    try {
      silence.signal.throwIfAborted();
      const response = await ask(this.#address(call), await this.#request(call, silence));
      silence.begin();
      if (!response.ok) throw await problemOf(response);
      return await read(response, silence);
    } catch (error) {
      throw this.#told(error, silence, call);
    } finally {
      silence.closeUnlessKept();
    }
  }

  #address({ path, query = {} }: Call): string {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) asked.set(name, String(value));
    return `${this.#base}${path}${asked.size === 0 ? "" : `?${asked}`}`;
  }

  async #request(call: Call, silence: CallSilence): Promise<RequestInit> {
    const { method, accept = "application/json", body } = call;
    const { key, headers } = this.#options;
    const opened = await body?.open();
    const streams = typeof opened === "object" && !(opened instanceof Blob);
    return {
      method,
      headers: {
        accept,
        ...body?.headers,
        ...headers,
        ...call.headers,
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      signal: silence.signal,
      // What is known of a key must not go anywhere else.
      redirect: "error",
      ...(opened === undefined
        ? {}
        : streams
          ? { body: streamOf(opened, silence.begin, silence.sendingFailed), duplex: "half" }
          : { body: opened }),
    } as RequestInit;
  }

  #signals(own: AbortSignal | undefined): AbortSignal | undefined {
    const { signal } = this.#options;
    return own === undefined ? signal : signal === undefined ? own : AbortSignal.any([own, signal]);
  }

  /** What a failed call ends with. */
  #told(error: unknown, silence: CallSilence, { method, path }: Call): unknown {
    if (silence.signal.aborted) return silence.signal.reason;
    if (silence.fault !== undefined) return silence.fault.error;
    if (error instanceof PackwrightError) return error;
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : null;
    return new UnreachableError("NETWORK", `${method} ${path}: ${reason?.message ?? String(error)}`, {
      cause: error,
    });
  }
}

/** What is watched during a call. */
class CallSilence extends Silence {
  #isKept = false;
  /** What went wrong with what was being sent. */
  fault: { readonly error: unknown } | undefined;

  readonly sendingFailed = (error: unknown): void => {
    this.fault = { error };
  };

  /** Goes on after the call that it began with. */
  kept(): this {
    this.#isKept = true;
    return this;
  }

  closeUnlessKept(): void {
    if (!this.#isKept) this.close();
  }
}

async function textOf(response: Response, silence: Silence): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of heard(response, silence)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The pieces of an answer. The caller's own time between them is not silence. */
async function* heard({ body }: Response, silence: Silence): AsyncGenerator<Bytes> {
  if (body === null) return;
  silence.begin();
  for await (const chunk of chunksOf(body)) {
    silence.pause();
    yield chunk;
    silence.begin();
  }
}

function foreign({ status }: Response, cause: unknown): ProblemError {
  const title = "The answer is no JSON, and not packwright's.";
  const error = new ProblemError({ type: "about:blank", title, status, code: "FOREIGN_ANSWER" });
  error.cause = cause;
  return error;
}
