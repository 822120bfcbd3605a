import { Inject, Injectable } from '@nestjs/common';
import { type Caller, caller as callerSchema } from '@gatehouse/contracts';
import { Problem } from '@gatehouse/service-host';
import { z } from 'zod';
import { Upstreams } from './upstreams.js';

export type SetupCaller = Extract<Caller, { kind: 'setup' }>;

const resolved = z.object({
  caller: callerSchema.refine((one): one is SetupCaller => one.kind === 'setup', 'must be a set-up session'),
  csrfToken: z.string().min(1),
});

const refused = z.object({
  code: z.enum(['link_invalid', 'link_used', 'link_expired', 'link_revoked']),
  detail: z.string().optional(),
});

/**
 * Asks sso-config on every request, uncached, what a set-up cookie stands for: a link that was revoked a moment ago
 * must open nothing. It is the one synchronous call between services.
 */
@Injectable()
export class SetupSessions {
  constructor(@Inject(Upstreams) private readonly upstreams: Upstreams) {}

  /** Throws the problem that sso-config tells: `link_expired`, `link_revoked`. */
  async resolve(token: string): Promise<{ caller: SetupCaller; csrfToken: string }> {
    const answer = await this.upstreams.call('sso-config', '/internal/setup-sessions/resolve', { token });
    if (answer.status === 200) {
      const { caller, csrfToken } = resolved.parse(answer.body);
      return { caller: caller, csrfToken };
    }
    const told = refused.safeParse(answer.body);
    if (answer.status < 500 && told.success) throw new Problem(told.data.code, told.data.detail);
    throw new Problem(
      'unavailable',
      'The set-up session could not be looked up. Try again in a few seconds.',
      {},
      { 'retry-after': '2' },
    );
  }
}
