import { linesOf } from "./lines.js";
import type { EndEvent, ProgressEvent } from "./types.js";

/** An event of a stream of server-sent events. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** What is told of a job: how far it is, at last how it ended. */
export type JobEvent =
  | ({ readonly event: "progress" } & ProgressEvent)
  | ({ readonly event: "end" } & EndEvent);

/**
 * Reads server-sent events (HTML standard, section 9.2.6). Comments only show that somebody is there; an event that the stream
 * ends within is dropped, as the standard says. `id` and `retry` are of no use here: every stream begins with all there is.
 */
export async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = "";
  let data: string[] = [];
  for await (const line of linesOf(chunks)) {
    if (line === "") {
      if (data.length > 0) yield { event: event === "" ? "message" : event, data: data.join("\n") };
      event = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const text = colon < 0 ? "" : line.slice(colon + 1);
    const value = text.startsWith(" ") ? text.slice(1) : text;
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
}

/** The events of a job; kinds that a newer service may send are passed over. */
export async function* jobEventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JobEvent> {
  for await (const { event, data } of eventsOf(chunks))
    if (event === "progress" || event === "end") yield { event, ...JSON.parse(data) } as JobEvent;
}
