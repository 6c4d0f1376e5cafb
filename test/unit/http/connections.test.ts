import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { closeAsTheyIdle } from "../../../src/http/connections.js";

it("keeps no connection that was answered after the server's end had begun", async () => {
  const server = createServer({ keepAliveTimeout: 600_000 }, async (_request, response) => {
    const closed = once(server, "close");
    closeAsTheyIdle(server);
    server.close();
    await setTimeout(50);
    response.end("late");
    await closed;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const closed = once(server, "close").then(() => "closed");
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("late");
  expect(await Promise.race([closed, setTimeout(10_000, "open")])).toBe("closed");
});
