import { createServer, type Server } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { post } from "../../../../src/jobs/webhooks/post.js";
import { eventually } from "../../../support/receiver.js";

/** What receivers answer that no library of a server would, and names with addresses that this machine has none of. */

const addresses: { address: string; family: 4 | 6 }[] = [];
vi.mock("node:dns/promises", () => ({ lookup: async () => addresses }));

const servers: Server[] = [];
let open = 0;
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  addresses.length = 0;
});

/** @returns the port of who answers so, and does no more */
async function answering(text: string): Promise<number> {
  const server = createServer((socket) => {
    open++;
    socket.on("close", () => open--).on("error", () => {});
    socket.once("data", () => socket.write(text));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

const posting = { headers: {}, body: "{}", timeoutMs: 1_000 };

it("takes a change of the protocol for an answer like others, and hangs up", async () => {
  const port = await answering(
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  const url = `http://127.0.0.1:${port}/`;
  expect(await post({ ...posting, url, allowed: ["127.0.0.1"] })).toBe(101);
  await eventually(() => open === 0);
});

it("gives up on who only ever says that there is more to come", async () => {
  const port = await answering("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  const url = `http://127.0.0.1:${port}/`;
  await expect(post({ ...posting, url, allowed: ["127.0.0.1"] })).rejects.toThrow("no answer within 1 s");
});

it("says what became of each address of a name", async () => {
  addresses.push({ address: "127.0.0.1", family: 4 }, { address: "127.0.0.2", family: 4 });
  const allowed = ["hooks.example.com", "127.0.0.0/8"];
  await expect(post({ ...posting, url: "http://hooks.example.com:1/", allowed })).rejects.toThrow(
    "connect ECONNREFUSED 127.0.0.1:1; connect ECONNREFUSED 127.0.0.2:1",
  );
});

it("asks none of a name's addresses that may not be asked", async () => {
  addresses.push({ address: "169.254.169.254", family: 4 }, { address: "127.0.0.1", family: 4 });
  const port = await answering("HTTP/1.1 204 No Content\r\n\r\n");
  const allowed = ["hooks.example.com", "127.0.0.1"];
  expect(await post({ ...posting, url: `http://hooks.example.com:${port}/`, allowed })).toBe(204);
  addresses.pop();
  await expect(post({ ...posting, url: `http://hooks.example.com:${port}/`, allowed })).rejects.toThrow(
    "private address that is not in the list",
  );
});
