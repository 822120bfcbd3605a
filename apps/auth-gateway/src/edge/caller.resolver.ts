import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@gatehouse/contracts';
import type { CallerResolver, Operation } from '@gatehouse/service-host';
import type { FastifyRequest } from 'fastify';
import { Callers } from './caller.service.js';

/** For the gateway's own operations: what the other services learn from a token, it establishes itself. */
@Injectable()
export class GatewayCallerResolver implements CallerResolver {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  async resolve(request: FastifyRequest, operation: Operation): Promise<Caller> {
    if (operation.access.includes('public')) return { kind: 'anonymous' };
    const params = request.params as Record<string, string> | undefined;
    return this.callers.of(request.raw, { accountId: params?.['accountId'], setup: false });
  }
}
