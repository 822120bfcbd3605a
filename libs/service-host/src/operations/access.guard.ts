import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Caller, Plan } from '@gatehouse/contracts';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.js';
import type { Access, Operation } from './operation.js';
import { callers, OPERATION, operations } from './request-state.js';

/** Establishes who a request is from. The gateway has its own; every other service reads the gateway's JWT. */
export interface CallerResolver {
  /** Throws a Problem (401) where a credential is there but not valid; answers `anonymous` where there is none. */
  resolve(request: FastifyRequest, operation: Operation): Promise<Caller>;
}
export const CALLER_RESOLVER = Symbol('gatehouse:caller-resolver');

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(CALLER_RESOLVER) private readonly resolver: CallerResolver,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = this.reflector.get<Operation>(OPERATION, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller: Caller = await this.resolver.resolve(request, operation);
    checkAccess(operation, caller, (request.params as Record<string, string> | undefined)?.['accountId']);
    operations.set(request, operation);
    callers.set(request, caller);
    return true;
  }
}

/** Throws unless `caller` may call `operation` on the account that the path names. The order tells a stranger nothing. */
export function checkAccess(
  operation: Pick<Operation, 'access' | 'plan'>,
  caller: Caller,
  accountId: string | undefined,
): void {
  if (operation.access.includes('public')) return;
  if (caller.kind === 'anonymous')
    throw new Problem('not_signed_in', 'Send a session cookie, an API key or a token.');
  if (accountId !== undefined && caller.kind !== 'operator' && scopeOf(caller)?.accountId !== accountId) {
    throw new Problem('not_found', 'There is nothing at this address.');
  }
  if (!operation.access.some((access) => admits(access, caller))) {
    throw new Problem('forbidden', `This needs one of: ${operation.access.join(', ')}.`);
  }
  if (operation.plan && planOf(caller) !== operation.plan) {
    throw new Problem(
      'plan_required',
      'Single sign-on and directory sync are part of the Enterprise plan. Ask for an upgrade.',
    );
  }
}

function admits(access: Access, caller: Caller): boolean {
  switch (access) {
    case 'public':
      return true;
    case 'gateway':
      return caller.kind === 'gateway';
    case 'operator':
      return caller.kind === 'operator';
    case 'setup:sso':
    case 'setup:directory':
      return (
        caller.kind === 'operator' ||
        (caller.kind === 'setup' && caller.purposes.includes(access === 'setup:sso' ? 'sso' : 'directory'))
      );
    case 'member':
    case 'admin':
    case 'owner':
      return (
        caller.kind === 'operator' ||
        ((caller.kind === 'user' || caller.kind === 'api-key') && rank[caller.role] >= rank[access])
      );
  }
}

const rank = { member: 0, admin: 1, owner: 2 } as const;

function scopeOf(caller: Caller): { accountId: string; plan: Plan } | undefined {
  return 'accountId' in caller && caller.accountId !== null && caller.plan !== null
    ? { accountId: caller.accountId, plan: caller.plan }
    : undefined;
}

function planOf(caller: Caller): Plan | null {
  return scopeOf(caller)?.plan ?? null;
}
