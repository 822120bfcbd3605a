import { Inject, Injectable } from '@nestjs/common';
import type { ConnectionConfig } from '@gatehouse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Connection } from '../connections/connections.service.js';
import { type Check, type TestProfile, Tests } from '../tests/tests.service.js';
import { Completion, newSignInId, type Verified } from './completion.service.js';
import { Outcomes } from './outcomes.service.js';
import { testResultPage } from './pages.js';
import { SignInRefusal } from './refusal.js';
import { isTest, type StoredRequest, type StoredTest } from './requests.service.js';

/** What a protocol made of an answer. */
export type Verdict =
  | {
      ok: true;
      verified: Omit<Verified, 'signInId' | 'connection'>;
      profile: TestProfile;
      checks: readonly Check[];
    }
  | { ok: false; code: string; detail: string; checks: readonly Check[] };

export interface Answer {
  connection: Connection;
  /** The row that the answer names, whether or not it is this browser's; null where it names none. */
  stored: StoredRequest | null;
  verdict: Verdict;
}

/** What follows once an identity provider's answer was verified, or refused: alike for both protocols. */
@Injectable()
export class Callback {
  constructor(
    @Inject(Completion) private readonly completion: Completion,
    @Inject(Tests) private readonly tests: Tests,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {}

  /**
   * The configuration that an answer is verified by, checked anew at the callback: a connection may have been disabled
   * since the start (CVE-2026-1486, CVE-2026-3047).
   * @throws SignInRefusal
   */
  configFor(connection: Connection, stored: StoredRequest | null): ConnectionConfig | null {
    if (!isTest(stored)) {
      if (connection.usable) return connection.live;
      throw new SignInRefusal('connection_inactive', `The connection is ${connection.status}.`);
    }
    if (connection.draft?.configVersion === stored.configVersion) return connection.draft;
    throw new SignInRefusal(
      'configuration_changed',
      'The configuration was edited since the test began. Test again.',
    );
  }

  async finish(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<void> {
    const { connection, stored, verdict } = answer;
    if (isTest(stored)) return this.finishTest(reply, connection, stored, verdict);
    if (!verdict.ok) return this.refuse(reply, connection, new SignInRefusal(verdict.code, verdict.detail));
    const signInId = newSignInId();
    try {
      const session = await this.completion.complete({ ...verdict.verified, signInId, connection }, request);
      this.outcomes.succeeded(connection.protocol);
      const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
      void reply
        .headers(headers)
        .header('set-cookie', session.setCookie)
        .redirect(stored?.returnTo ?? '/', 303);
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error;
      await this.refuse(reply, connection, error, signInId);
    }
  }

  async refuse(
    reply: FastifyReply,
    connection: Connection,
    refusal: SignInRefusal,
    signInId?: string,
  ): Promise<void> {
    await this.outcomes.refused(reply, {
      code: refusal.code,
      detail: refusal.message,
      protocol: connection.protocol,
      connectionId: connection.id,
      accountId: connection.accountId,
      signInId,
    });
  }

  /** A test makes no session and links nobody. */
  private async finishTest(
    reply: FastifyReply,
    connection: Connection,
    stored: StoredTest,
    verdict: Verdict,
  ): Promise<void> {
    const failure = await this.tests.complete(connection, stored, verdict);
    testResultPage(reply, failure === undefined, failure);
  }
}
