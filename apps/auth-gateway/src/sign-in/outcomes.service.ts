import { Inject, Injectable } from '@nestjs/common';
import { SignInRefused } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { Logger, Metrics } from '@gatehouse/service-host';
import type { FastifyReply } from 'fastify';
import { Counter } from 'prom-client';
import { refusalPage } from './pages.js';
import { newSignInId } from './completion.service.js';

export interface Refused {
  code: string;
  detail: string;
  protocol: 'saml' | 'oidc';
  connectionId: string | null;
  accountId: string | null;
  signInId?: string;
}

/** Tells of sign-ins that came to nothing: an event, a log line, a count and the page. */
@Injectable()
export class Outcomes {
  private readonly counter: Counter<'protocol' | 'code'>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.counter = new Counter({
      name: 'sign_ins_total',
      help: 'Sign-ins through identity providers, by how they ended.',
      labelNames: ['protocol', 'code'],
      registers: [metrics.registry],
    });
  }

  succeeded(protocol: 'saml' | 'oidc'): void {
    this.counter.inc({ protocol, code: 'signed_in' });
  }

  async refused(reply: FastifyReply, refused: Refused): Promise<void> {
    const { code, detail, protocol, connectionId, accountId, signInId = newSignInId() } = refused;
    this.counter.inc({ protocol, code });
    this.logger.info({ signInId, code, detail, connectionId, accountId }, 'sign-in refused');
    await this.database.inTransaction(async (tx) => {
      const at = new Date().toISOString();
      this.outbox.append(tx, SignInRefused, {
        signInId,
        at,
        accountId,
        connectionId,
        method: protocol,
        code,
      });
    });
    refusalPage(reply, code, signInId);
  }
}
