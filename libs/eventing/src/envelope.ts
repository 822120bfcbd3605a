import { context, isSpanContextValid, trace, type Context } from '@opentelemetry/api';

/** CloudEvents 1.0, Kafka protocol binding 3.2 (binary mode): attributes as headers, data as the value. */
export interface Envelope {
  id: string;
  type: string | null;
  time: Date;
  subject: string;
  source: string;
  traceparent?: string | null;
}

export function toHeaders({
  id,
  type,
  time,
  subject,
  source,
  traceparent,
}: Envelope): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ...(type === null ? {} : { ce_type: type, 'content-type': 'application/json' }),
    ce_time: time.toISOString(),
    ce_subject: subject,
    ...(traceparent ? { traceparent } : {}),
  };
}

/** W3C Trace Context level 1 (section 3.2) of the active span, or undefined outside one. */
export function currentTraceparent(): string | undefined {
  const span = trace.getSpanContext(context.active());
  if (!span || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
}

/** The context below the span that a traceparent names; the active one where it is missing or malformed. */
export function contextOf(traceparent: string | undefined): Context {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  const [, traceId, spanId, flags] = match ?? [];
  if (!traceId || !spanId || !flags) return context.active();
  return trace.setSpanContext(context.active(), {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}
