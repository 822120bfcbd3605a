import { trace } from '@opentelemetry/api';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream } from 'pino';
import pretty from 'pino-pretty';

/** Structured log; inject it by this class. The first argument holds fields, `err` an error, the second says what happened. */
export abstract class Logger {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
}

export interface LogOptions {
  service: string;
  level: string;
  format: 'json' | 'pretty';
  destination?: DestinationStream;
}

/** Members that never reach the log, wherever they stand at the first two levels. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'clientSecret',
  'authorization',
  'cookie',
  'key',
  'sealedSecret',
];

export function createLogger(options: LogOptions): Logger {
  const destination =
    options.destination ??
    (options.format === 'pretty'
      ? pretty({ colorize: process.stdout.isTTY, ignore: 'pid,hostname', sync: true })
      : undefined);
  const settings = {
    level: options.level,
    base: { service: options.service },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceFields,
  };
  return destination ? pino(settings, destination) : pino(settings);
}

function traceFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}

/** Nest's own messages: its start-up chatter is debug, its warnings and errors are ours. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(
      message instanceof Error ? { err: message } : { detail: rest.map(String).join(' ') },
      message instanceof Error ? message.message : String(message),
    );
  }
}
