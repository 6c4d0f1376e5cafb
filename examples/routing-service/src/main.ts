import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Client } from "packwright/client";
import { Batches } from "./batches.js";
import { Callbacks } from "./callbacks.js";
import { Channel } from "./channel.js";
import { type Route, serve } from "./http.js";
import { routesOf } from "./routes.js";

/**
 * The routing service. It has no way to be stopped but to be killed, and goes on where it was when it is started again: there is
 * no other path to test, and none that works only as long as nothing goes wrong.
 */

const { values } = parseArgs({
  options: {
    packwright: { type: "string", default: "http://127.0.0.1:8080" },
    contract: { type: "string", default: "example" },
    channel: { type: "string", multiple: true, default: [] },
    data: { type: "string", default: "data" },
    port: { type: "string", default: "8090" },
    poll: { type: "string", default: "5" },
    "channel-timeout": { type: "string", default: "30" },
    "time-limit": { type: "string", default: "10" },
  },
});
const log = (message: string) => process.stderr.write(`${new Date().toISOString()} ${message}\n`);

const channels = new Map(
  values.channel.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new Error(`--channel is an id and an address, union-batch=http://…, not ${text}`);
    const id = text.slice(0, at);
    return [id, new Channel(id, text.slice(at + 1), Number(values["channel-timeout"]))] as const;
  }),
);
const { PACKWRIGHT_KEY: key } = process.env;
const client = new Client({ url: values.packwright, ...(key === undefined ? {} : { key }) });

await mkdir(values.data, { recursive: true });
// Channels are told where to call back, which is known once the server answers. Until batches are taken up again it knows none.
const starting: Route = {
  method: "*",
  path: /^/,
  handle: () => ({ status: 503, body: { message: "Starting." } }),
};
const routes: Route[] = [starting];
const { url } = await serve(routes, Number(values.port), log);
const callbacks = new Callbacks(url, Number(values.poll));
const batches = new Batches(values.data, {
  client,
  contract: values.contract,
  timeLimit: Number(values["time-limit"]),
  channels,
  callbacks,
  lanes: 8,
  log,
});
await batches.resume();
routes.splice(0, 1, ...routesOf(batches, callbacks));
process.stdout.write(`routing service answers at ${url}\n`);
