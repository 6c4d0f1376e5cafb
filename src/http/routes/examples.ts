import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { App } from "../app.js";
import { problems } from "../schemas/common.js";
import { stream } from "../stream.js";

const NIGHTLY = new URL("../../../examples/nightly/", import.meta.url);

/** The files of the shipped example, to try the service with. */
const FILES = {
  channels: { name: "channels.yaml", type: "application/yaml" },
  orders: { name: "orders.csv", type: "text/csv; charset=utf-8" },
} as const;

export function exampleRoutes(app: App): void {
  app.get(
    "/v1/examples/nightly/:file",
    {
      config: { scope: "read" },
      schema: {
        // Of use to the page alone.
        hide: true,
        params: z.object({ file: z.enum(["channels", "orders"]) }),
        response: problems,
      },
    },
    async (request, reply) => {
      const { name, type } = FILES[request.params.file];
      return stream(reply, type, createReadStream(fileURLToPath(new URL(name, NIGHTLY))));
    },
  );
}
