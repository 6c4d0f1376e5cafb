import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { idleCloser } from "../../../src/http/connections.js";

it("keeps no connection that was answered after the server's end had begun", async () => {
  const server = createServer({ keepAliveTimeout: 600_000 }, async (_request, response) => {
    const closed = once(server, "close");
    closeAsTheyIdle();
    server.close();
    await setTimeout(50);
    response.end("late");
    await closed;
  });
  const closeAsTheyIdle = idleCloser(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const closed = once(server, "close").then(() => "closed");
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("late");
  expect(await Promise.race([closed, setTimeout(10_000, "open")])).toBe("closed");
});

it("keeps no connection over which nothing was asked, as browsers open some beforehand", async () => {
  const server = createServer();
  const closeAsTheyIdle = idleCloser(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const silent = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
  await once(server, "connection");
  const closed = once(server, "close").then(() => "closed");
  server.close();
  closeAsTheyIdle();
  expect(await Promise.race([closed, setTimeout(3_000, "open")])).toBe("closed");
  silent.destroy();
});
