import { z } from 'zod';
import { idOf } from './ids.js';
import { plan, role } from './events/shared.js';

const accountScope = { accountId: idOf('acct'), plan };

/**
 * Who a request is from, as the gateway established it. It travels in the short-lived JWT that the gateway makes for
 * one service; applications never get it.
 */
export const caller = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('user'),
    userId: idOf('user'),
    sessionId: idOf('sess'),
    email: z.string(),
    membershipId: idOf('mem'),
    role,
    ...accountScope,
  }),
  /** `role` is the lower of the key's and its maker's. */
  z.object({
    kind: z.literal('api-key'),
    keyId: idOf('key'),
    userId: idOf('user'),
    membershipId: idOf('mem'),
    role,
    ...accountScope,
  }),
  /** `accountId` and `plan` are there where the path names an account. */
  z.object({ kind: z.literal('operator'), accountId: idOf('acct').nullable(), plan: plan.nullable() }),
  z.object({
    kind: z.literal('setup'),
    linkId: idOf('link'),
    setupSessionId: z.string(),
    domainIds: z.array(idOf('dom')),
    purposes: z.array(z.enum(['sso', 'directory'])),
    mayActivate: z.boolean(),
    ...accountScope,
  }),
  /** The gateway itself, for the one synchronous call between services. */
  z.object({ kind: z.literal('gateway') }),
  z.object({ kind: z.literal('anonymous') }),
]);
export type Caller = z.infer<typeof caller>;

/** Audience of the JWT that the gateway makes for one of our services. */
export function serviceAudience(service: string): string {
  return `gatehouse:${service}`;
}

/** Audience of the JWT that applications get from `/authorize`; none of our services accepts it. */
export const applicationAudience = 'gatehouse:application';
