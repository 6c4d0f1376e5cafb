import { randomBytes } from "node:crypto";
import type { Context, Span as OtelSpan, Tracer, TracerProvider } from "@opentelemetry/api";

/** Something that takes time, as traces show it. */
export interface Span {
  /** W3C trace context for what happens within it. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** @param at milliseconds since 1970; default now */
  end(at?: number): void;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Tracing {
  /**
   * Begins a span.
   *
   * @param within W3C trace context that it is part of; where there is none a trace begins with it
   * @param at milliseconds since 1970; default now
   */
  begin(name: string, within: string | null, attributes?: Attributes, at?: number): Span;
  /** Sends what is still to be sent. */
  close(): Promise<void>;
}

/** Where traces go, by the variables that OpenTelemetry has for it. */
export const ENDPOINT_VARIABLES = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
] as const;

/**
 * Traces where an endpoint is named; else only carries trace contexts on. What it takes to send them is large, and loaded only
 * then.
 *
 * @param service name that traces show
 */
export async function openTracing(service: string, environment: NodeJS.ProcessEnv): Promise<Tracing> {
  if (ENDPOINT_VARIABLES.every((name) => (environment[name] ?? "") === ""))
    return { begin: carry, close: async () => {} };
  const [
    api,
    { BasicTracerProvider, BatchSpanProcessor },
    { OTLPTraceExporter },
    { resourceFromAttributes },
    { VERSION },
  ] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
    import("../version.js"),
  ]);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": environment.OTEL_SERVICE_NAME ?? service,
      "service.version": VERSION,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = (provider as TracerProvider).getTracer("packwright", VERSION);
  const contextOf = (traceparent: string | null): Context => {
    const parsed = traceparent === null ? null : TRACEPARENT.exec(traceparent);
    if (parsed === null) return api.ROOT_CONTEXT;
    const [, traceId, spanId, flags] = parsed as unknown as [string, string, string, string];
    const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
    return api.trace.setSpanContext(api.ROOT_CONTEXT, span);
  };
  return { begin: recording(tracer, contextOf), close: () => provider.shutdown() };
}

const TRACEPARENT = /^[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})$/;

function recording(tracer: Tracer, contextOf: (traceparent: string | null) => Context): Tracing["begin"] {
  return (name, within, attributes = {}, at) => {
    const span: OtelSpan = tracer.startSpan(
      name,
      { attributes, ...(at === undefined ? {} : { startTime: at }) },
      contextOf(within),
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
      set: (more) => void span.setAttributes(more),
      end: (when) => span.end(when),
    };
  };
}

/** Without anybody to tell: the caller's context goes on as it came; where there is none, one that nobody records. */
function carry(_name: string, within: string | null): Span {
  const isRight = within !== null && TRACEPARENT.test(within) && !within.startsWith("ff");
  const traceparent = isRight
    ? within
    : `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`;
  return { traceparent, set: () => {}, end: () => {} };
}
