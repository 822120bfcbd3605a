import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './observability/logger.js';
import { Problem } from './problem.js';

/** Turns whatever was thrown into problem+json; what we did not foresee is logged whole and told as `internal_error` only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(exception);
    if (problem.status >= 500) {
      this.logger.error(
        { err: exception, requestId: request.id, method: request.method, path: pathOf(request) },
        'request failed',
      );
    }
    sendProblem(reply, problem);
  }
}

/** Answers with a problem document; 401 carries WWW-Authenticate (RFC 9110 §11.6.1). */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (reply.sent) return;
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="gatehouse"');
  for (const [name, value] of Object.entries(problem.headers)) void reply.header(name, value);
  void reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem.toDocument()));
}

/** Database errors that mean "not reachable now", not "wrong": connection exceptions, shutdown, too many clients. */
const UNAVAILABLE = /^(08|57P0|53300)/;

export function toProblem(exception: unknown): Problem {
  if (exception instanceof Problem) return exception;
  const code = codeOf(exception);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem('body_too_large', 'The body is larger than this address accepts. Send less at once.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem('unsupported_media_type', 'Send the body as application/json.');
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return new Problem('invalid_request', 'The body is empty though its type is JSON. Send a JSON object.');
  if (code === 'FST_ERR_BAD_URL')
    return new Problem('invalid_request', 'The address holds an escape (%) that means nothing.');
  if (exception instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY')
    return new Problem('invalid_request', 'The body is not valid JSON.');
  const status = statusOf(exception);
  if (status === 404) return new Problem('not_found', 'There is nothing at this address.');
  if (status === 405) return new Problem('method_not_allowed');
  if (status === 413) return new Problem('body_too_large');
  if (status === 415) return new Problem('unsupported_media_type', 'Send the body as application/json.');
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem('invalid_request', 'The request could not be read. Check its body and headers.');
  if (code !== undefined && (UNAVAILABLE.test(code) || code === 'ECONNREFUSED')) {
    return new Problem('unavailable', 'Try again in a few seconds.', {}, { 'retry-after': '2' });
  }
  return new Problem('internal_error');
}

function codeOf(exception: unknown): string | undefined {
  const code =
    (exception as { code?: unknown } | null)?.code ??
    (exception as { driverError?: { code?: unknown } } | null)?.driverError?.code;
  return typeof code === 'string' ? code : undefined;
}

function statusOf(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  const status = (exception as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
