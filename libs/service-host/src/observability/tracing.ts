import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Traces by W3C Trace Context. They are exported where `OTEL_EXPORTER_OTLP_ENDPOINT` is set; ids are made all the same,
 * so that log lines of one flow can be found together, through the outbox and the bus, to the last consumer.
 */
export async function startTracing(
  service: string,
  processors?: SpanProcessor[],
): Promise<NodeTracerProvider> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `gatehouse-${service}` }),
    spanProcessors: processors ?? (await exporters()),
  });
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return provider;
}

/** Loaded only where it is used: it costs 10 MB. */
async function exporters(): Promise<SpanProcessor[]> {
  if (!process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) return [];
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return [new BatchSpanProcessor(new OTLPTraceExporter())];
}

const spans = new WeakMap<FastifyRequest, Span>();

/** One server span a request, below the caller's where it sent a `traceparent`. `quiet` paths get none. */
export function traceRequests(fastify: FastifyInstance, quiet: (path: string) => boolean): void {
  const tracer = trace.getTracer('gatehouse');
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (quiet(request.url)) return done();
    const parent = propagation.extract(context.active(), request.headers);
    const span = tracer.startSpan(
      `${request.method} ${request.routeOptions.url ?? 'unknown'}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': request.method, 'http.route': request.routeOptions.url ?? '' },
      },
      parent,
    );
    spans.set(request, span);
    context.with(trace.setSpan(parent, span), done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
