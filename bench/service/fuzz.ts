import { join } from "node:path";
import { startService } from "../../test/support/service.js";
import { count, memory } from "../format.js";
import type { BenchOptions, Section } from "../section.js";
import { fuzz as askAll } from "./fuzzing.js";
import { residentTree } from "./residentTree.js";

const REQUESTS = 10_000;
/** More memory than the service and its runners take when they are busy with what is well meant. */
const MOST_BYTES = 4 * 2 ** 30;
const SAMPLE_MS = 1_000;

/** Requests made from the API's own document, most of them wrong: no fault, no hang, no memory without end. */
export async function fuzz({ quick, dir, say }: BenchOptions): Promise<Section> {
  const service = await startService(["--data", join(dir, "data"), "--log-level", "warn"]);
  let most = 0;
  const sampler = setInterval(() => {
    most = Math.max(most, residentTree(service.pid));
  }, SAMPLE_MS);
  try {
    const requests = quick ? 500 : REQUESTS;
    const { answers, violations, slowestMs } = await askAll({
      url: service.said,
      requests,
      seed: Date.now() % 2 ** 31,
      say,
    });
    for (const violation of violations.slice(0, 20)) say(violation);
    const rows = [...answers].sort(([a], [b]) => a - b);
    return {
      tables: [
        {
          caption: `${count(requests)} requests, eight at a time, by the status of their answers`,
          columns: ["status", "answers"],
          rows: rows.map(([status, times]) => [status === 0 ? "caller gone" : String(status), count(times)]),
        },
      ],
      targets: [
        {
          name: "Fuzzed requests answered as documented",
          asked: "as /openapi.json describes it, no 5xx but 503, no answer after more than 30 s",
          measured: `${violations.length} others; the slowest took ${(slowestMs / 1_000).toFixed(1)} s`,
          met: violations.length === 0,
        },
        {
          name: "Memory under fuzzing, all processes",
          asked: `at most ${memory(MOST_BYTES)}`,
          measured: memory(most),
          met: most <= MOST_BYTES,
        },
      ],
    };
  } finally {
    clearInterval(sampler);
    await service.end();
  }
}
