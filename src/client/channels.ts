import type { NamedListOptions } from "./orderSets.js";
import { pagesFrom } from "./tables.js";
import type { CallOptions, Transport } from "./transport.js";
import type { ChannelsPage, Channels as ChannelsVersion } from "./types.js";
import { type Upload, uploadBody } from "./uploads.js";

export interface PutChannelsOptions extends CallOptions {
  /** Default by the ending of a file's name; of text `yaml`, which JSON is, too. */
  readonly format?: "yaml" | "json";
}

export interface VersionOptions extends CallOptions {
  /** Default the newest. */
  readonly version?: number;
}

/** `/v1/channels`: stored, versioned channel contracts. */
export class Channels {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Stores a channel contract under a name: a channels file, or its content as plain data. What differs from the newest version
   * becomes a version of its own.
   */
  put(name: string, channels: Upload | object, options: PutChannelsOptions = {}): Promise<ChannelsVersion> {
    const { format, ...call } = options;
    const { source, type } = sourceOf(channels, format);
    const body = uploadBody(source, { type: `application/${type}` });
    return this.#transport.json({ ...call, method: "PUT", path: pathOf(name), body });
  }

  /** The text of a contract, as it came. */
  get(name: string, { version, ...options }: VersionOptions = {}): Promise<string> {
    const path = pathOf(name);
    return this.#transport.text({ ...options, method: "GET", path, query: { version }, accept: "*/*" });
  }

  /** The newest version of each, a page of them by name. */
  list({ limit, after, ...options }: NamedListOptions = {}): Promise<ChannelsPage> {
    return this.#transport.json({ ...options, method: "GET", path: "/v1/channels", query: { limit, after } });
  }

  pages({ after, ...options }: NamedListOptions = {}): AsyncGenerator<ChannelsPage> {
    return pagesFrom(
      (from) => this.list({ ...options, ...(from === undefined ? {} : { after: from }) }),
      after,
    );
  }

  /** All versions, newest first. */
  async versions(name: string, options: CallOptions = {}): Promise<readonly ChannelsVersion[]> {
    const path = `${pathOf(name)}/versions`;
    const { versions } = await this.#transport.json<{ versions: ChannelsVersion[] }>({
      ...options,
      method: "GET",
      path,
    });
    return versions;
  }
}

function sourceOf(channels: Upload | object, format: "yaml" | "json" | undefined) {
  if (typeof channels === "object" && "currency" in channels)
    return { source: JSON.stringify(channels), type: "json" };
  const source = channels as Upload;
  const name = typeof source === "object" && "file" in source ? source.file : "";
  return { source, type: format ?? (/\.json$/i.test(name) ? "json" : "yaml") };
}

function pathOf(name: string): string {
  return `/v1/channels/${encodeURIComponent(name)}`;
}
