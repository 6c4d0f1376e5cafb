import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PhaseSpans } from "../../../src/jobs/phaseSpans.js";
import { openTracing } from "../../../src/jobs/tracing.js";

const CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

describe("without an endpoint", () => {
  it("carries the caller's context on", async () => {
    const tracing = await openTracing("test", {});
    expect(tracing.begin("x", CALLER).traceparent).toBe(CALLER);
  });

  it.each([
    null,
    "nonsense",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  ])("begins one of its own, which nobody records, instead of %s", async (from) => {
    const tracing = await openTracing("test", {});
    const first = tracing.begin("x", from).traceparent;
    expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(tracing.begin("x", from).traceparent).not.toBe(first);
  });
});

interface Sent {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

describe("with an endpoint", () => {
  let collector: Server;
  const sent: Sent[] = [];

  beforeEach(async () => {
    sent.length = 0;
    collector = createServer((request, response) => {
      void json(request).then((body) => {
        const { resourceSpans } = body as { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] };
        for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) sent.push(...spans);
        response.end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(collector, "listening");
    const { port } = collector.address() as AddressInfo;
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
  });

  afterEach(() => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    collector.close();
  });

  it("sends the phases of a job as parts of the caller's trace", async () => {
    const tracing = await openTracing("test", process.env);
    const job = tracing.begin("job plan", CALLER);
    const phases = new PhaseSpans(tracing, job.traceparent);
    for (const phase of ["read", "class", "solve", "solve", "describe", "write", "check"])
      phases.heed({ phase });
    phases.end({ price: 250 });
    job.end();
    await tracing.close();
    const [trace, caller] = CALLER.split("-").slice(1);
    expect(sent.map(({ name }) => name).sort()).toEqual(
      ["check", "class", "describe", "job plan", "price", "read", "solve", "write"].sort(),
    );
    expect(new Set(sent.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
    const own = sent.find(({ name }) => name === "job plan")!;
    expect(own.parentSpanId).toBe(caller);
    expect(job.traceparent).toBe(`00-${trace}-${own.spanId}-01`);
    for (const span of sent.filter((each) => each !== own)) expect(span.parentSpanId).toBe(own.spanId);
    const price = sent.find(({ name }) => name === "price")!;
    expect(BigInt(price.endTimeUnixNano) - BigInt(price.startTimeUnixNano)).toBe(250_000_000n);
  });

  it("begins a trace where the caller has none, which is recorded", async () => {
    const tracing = await openTracing("test", process.env);
    const span = tracing.begin("POST /v1/plans", null);
    span.end();
    await tracing.close();
    expect(span.traceparent).toBe(`00-${sent[0]!.traceId}-${sent[0]!.spanId}-01`);
    expect(sent[0]!.parentSpanId ?? "").toBe("");
  });
});
