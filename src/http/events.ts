import type { FastifyReply } from "fastify";
import { isEnded } from "../model/job.js";
import type { Job } from "../store/jobStore.js";
import { onClose } from "./onClose.js";
import type { Service } from "./service.js";

/** So often something is sent, so that nobody between takes the stream for dead. */
const ALIVE_MS = 15_000;
/** Who does not read what is sent is not listening. */
const UNREAD_BYTES = 2 ** 20;

/** Sends what happens to a job as server-sent events, to its end or that of the service. */
export function sendEvents({ watch }: Pick<Service, "watch">, reply: FastifyReply, id: string): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const write = (text: string) => {
    raw.write(text);
    if (raw.writableLength > UNREAD_BYTES) raw.destroy();
  };
  let last = "";
  const send = (event: string, data: object) => {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    if (text === last) return;
    last = text;
    write(text);
  };
  const alive = setInterval(() => write(": alive\n\n"), ALIVE_MS);
  const unwatch = watch.watch(id, {
    tell(job: Job | null) {
      if (job === null) {
        raw.end();
        return;
      }
      // What was told last of a job that has ended is older than its end: its gap, say, is not that of its plan.
      if (!isEnded(job.state)) {
        send("progress", { state: job.state, ...job.progress });
        return;
      }
      send("end", { state: job.state, summary: job.result, problem: job.problem });
      raw.end();
    },
    close: () => raw.end(),
  });
  onClose(reply, () => {
    clearInterval(alive);
    unwatch();
  });
  return reply;
}
