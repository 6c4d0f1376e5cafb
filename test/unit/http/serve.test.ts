import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/http/limits.js";
import { serve } from "../../../src/http/serve.js";
import { makeLogger } from "../../../src/jobs/logger.js";
import { openWork } from "../../../src/jobs/opening.js";
import { makeJob } from "../../support/store.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it("takes no job where its address is taken", async () => {
  const data = mkdtempSync(join(tmpdir(), "packwright-serve-"));
  closing.push(() => rmSync(data, { recursive: true, force: true }));
  const open = () => openWork({ data }, { onTrouble: () => {} });
  const work = await open();
  const job = await makeJob(work.store);
  await work.store.database.transaction((within) => work.queue.send(within, job));
  await work.close();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  closing.push(() => other.close());
  const { port } = other.address() as { port: number };

  const options = {
    place: { data },
    host: "127.0.0.1",
    port,
    requireKeys: false,
    worker: { slots: 1, smallSlots: 1, threads: 1 },
    webhooks: { allowed: [], secrets: [] },
    limits: DEFAULT_LIMITS,
    keepSeconds: 60,
    graceSeconds: 0,
    logger: makeLogger("silent"),
  };
  await expect(serve(options)).rejects.toMatchObject({
    issues: [expect.objectContaining({ code: "ADDRESS_REFUSED", path: "port", value: String(port) })],
  });
  const after = await open();
  expect(await after.store.jobs.get(job.id)).toMatchObject({ state: "queued", attempt: 0 });
  await after.close();
});
