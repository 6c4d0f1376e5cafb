import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { realistic } from "../../test/conformance/instances.mjs";
import { PatientCaller, type ToldJob } from "../../test/support/killing.js";
import { startService } from "../../test/support/service.js";
import { count, duration, memory } from "../format.js";
import { filesIn } from "../instances.js";
import type { BenchOptions, Section } from "../section.js";
import { residentOf, residentTree } from "./residentTree.js";

const SEARCH_SECONDS = 10;
const SAMPLE_MS = 50;

/** What a service needs for plans of several sizes: time beside the search, memory, room on disk. */
export async function sizing({ quick, dir, say }: BenchOptions): Promise<Section> {
  const sizes = quick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000];
  const rows: string[][] = [];
  let idle = 0;
  let making = 0;
  for (const orders of sizes) {
    say(`${count(orders)} orders`);
    const own = join(dir, String(orders));
    realistic(own, { N: orders, B: 60, C: 8, seed: 5 });
    const data = join(own, "data");
    const start = () => startService(["--data", data, "--log-level", "warn"]);
    // It makes its database at the first start, which takes memory that later ones do not.
    const first = await start();
    making = Math.max(making, residentTree(first.pid));
    await first.end();
    const service = await start();
    try {
      const caller = new PatientCaller(() => service.said);
      await setTimeout(2_000);
      idle = Math.max(idle, residentTree(service.pid));
      const files = filesIn(own);
      const peak = { service: 0, runners: 0 };
      const sampler = setInterval(() => {
        const [service_, all] = [residentOf(service.pid), residentTree(service.pid)];
        peak.service = Math.max(peak.service, service_);
        peak.runners = Math.max(peak.runners, all - service_);
      }, SAMPLE_MS);
      const before = bytesIn(data);
      const uploading = performance.now();
      await caller.put("/v1/order-sets/night", "text/csv", readFileSync(files.orders));
      const uploadMs = performance.now() - uploading;
      const uploaded = bytesIn(data);
      const channels = JSON.parse(readFileSync(files.channels, "utf8")) as object;
      const id = await caller.submit("/v1/plans", {
        channels,
        orders: { set: "night" },
        options: { timeLimit: SEARCH_SECONDS },
      });
      const job = await caller.ended(id);
      clearInterval(sampler);
      if (job.state !== "done") throw new Error(`It ended as ${job.state}: ${JSON.stringify(job.problem)}`);
      rows.push([
        count(orders),
        duration(uploadMs),
        duration(msOf(job)),
        memory(peak.service),
        memory(peak.runners),
        memory(uploaded - before),
        memory(bytesIn(data) - uploaded),
      ]);
    } finally {
      await service.end();
    }
  }
  return {
    tables: [
      {
        caption:
          `Plans by reference with ${SEARCH_SECONDS} s of search, 8 channels, on one process with its data in a folder, default settings. ` +
          `Memory is the most that was resident; with nothing to do it is ${memory(idle)} over all processes, ${memory(making)} after the first start in an empty folder.`,
        columns: [
          "orders",
          "upload",
          "plan, begun to kept",
          "service",
          "runners",
          "set on disk",
          "plan on disk",
        ],
        rows,
      },
    ],
    targets: [],
  };
}

function msOf({ startedAt, finishedAt }: ToldJob): number {
  return Date.parse(finishedAt!) - Date.parse(startedAt!);
}

/** Of all files in a folder. */
function bytesIn(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, { parentPath, name }) => bytes + statSync(join(parentPath, name)).size, 0);
}
