import { jsonBody } from "./bodies.js";
import type { CallOptions, Transport } from "./transport.js";
import type { ApiKey, MadeApiKey, NewApiKey } from "./types.js";

/** `/v1/keys`: keys of callers, for whoever has one with the scope `admin`. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Makes a key. Its text is told this once: where the answer is lost so is the key, and nothing is tried again. Then make another
   * one, and revoke the one that `list` shows too many.
   */
  create(key: NewApiKey, options: CallOptions = {}): Promise<MadeApiKey> {
    const body = { ...jsonBody(key), isRepeatable: false };
    return this.#transport.json({ ...options, method: "POST", path: "/v1/keys", body });
  }

  /** All keys, without their texts. */
  async list(options: CallOptions = {}): Promise<readonly ApiKey[]> {
    const { keys } = await this.#transport.json<{ keys: ApiKey[] }>({
      ...options,
      method: "GET",
      path: "/v1/keys",
    });
    return keys;
  }

  /** Revokes a key, from its next request on. Tried again, what is revoked already is NOT_FOUND. */
  revoke(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.done({ ...options, method: "DELETE", path: `/v1/keys/${encodeURIComponent(id)}` });
  }
}
