import { expect } from "vitest";
import { answerJudge, type GivenAnswer, type OpenApi } from "../support/openapi.js";

/** Asks a service over HTTP as a caller would, and holds every answer against its own document. */

export interface Told extends GivenAnswer {
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what it must be is what the tests say
  readonly json: any;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes as they are; anything else as JSON. */
  readonly body?: unknown;
}

export type Ask = (method: string, path: string, asked?: Asked) => Promise<Told>;

export async function openApiOf(url: string): Promise<OpenApi> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
}

/** @returns what asks, and fails a test where an answer is not as described */
export function asking(url: string, document: OpenApi, common: Readonly<Record<string, string>> = {}): Ask {
  const judge = answerJudge(document);
  return async (method, path, { headers = {}, body } = {}) => {
    const isPlain = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(url + path, {
      method,
      headers: { ...common, ...(isPlain ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined
        ? {}
        : { body: isPlain ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get("content-type");
    const answer = { method, path, status: response.status, type, text };
    // What is refused for its method or address alone belongs to no operation.
    if (response.status !== 405 && method !== "HEAD" && path.startsWith("/v1/"))
      expect(judge(answer)).toBeNull();
    const isJson = /json\b/.test(type ?? "") && !/ndjson/.test(type ?? "");
    return { ...answer, headers: response.headers, json: isJson && text !== "" ? JSON.parse(text) : null };
  };
}
