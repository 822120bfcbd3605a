import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { operations } from './request-state.js';

/** Sends only what the operation declares: a member that a handler let slip through is stripped, never leaked. */
@Injectable()
export class ResponseInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const operation = operations.get(http.getRequest<FastifyRequest>());
    void http.getResponse<FastifyReply>().header('cache-control', 'no-store');
    const schema = operation?.responses[operation.successStatus];
    return next.handle().pipe(map((result: unknown) => (schema ? schema.parse(result) : undefined)));
  }
}
