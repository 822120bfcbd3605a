import { Inject, Injectable } from '@nestjs/common';
import { canonicalEmail, newId, SignInRefused } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { Problem } from '@gatehouse/service-host';
import type { WithHeaders } from '../browser/cookies.js';
import { Sessions, type StartedSession } from '../sessions/sessions.service.js';
import { Lockouts } from './lockouts.service.js';
import { isManaged, lockForPassword } from './managed.js';
import { verifyPassword } from './password-hash.js';
import { domainRequiresSso, personOf } from './people.js';
import { limits, RateLimits } from './rate-limits.service.js';

export type BrowserRequest = WithHeaders & { ip: string };

@Injectable()
export class Credentials {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(RateLimits) private readonly rateLimits: RateLimits,
    @Inject(Lockouts) private readonly lockouts: Lockouts,
  ) {}

  /** Signs in by password. Unknown addresses, wrong passwords and people without one get the same answer in the same time. */
  async signIn(givenEmail: string, password: string, request: BrowserRequest): Promise<StartedSession> {
    // What is no address belongs to nobody, and is answered like an unknown one.
    const email = canonicalEmail(givenEmail) ?? givenEmail;
    await this.rateLimits.take(limits.passwordByAddress, request.ip);
    await this.rateLimits.take(limits.passwordByPerson, email);
    await this.lockouts.requireOpen(email);
    const userId = await personOf(this.database, email);
    const stored = await this.storedHash(userId);
    if (!(await verifyPassword(stored, password)) || userId === undefined || stored === undefined)
      throw await this.refuse(email);
    const started = await this.database.inTransaction(async (tx) => {
      await lockForPassword(tx);
      // The person may have become managed, or the password another one, while it was verified.
      const [current] = await tx.query('select from credentials where user_id = $1 and password_hash = $2', [
        userId,
        stored,
      ]);
      return current ? this.startSession(tx, userId, email, request) : undefined;
    });
    if (!started) throw await this.refuse(email);
    await this.lockouts.succeeded(email);
    return started;
  }

  async startSession(
    tx: Tx,
    userId: string,
    email: string,
    request: BrowserRequest,
  ): Promise<StartedSession> {
    const authentication = {
      method: 'password' as const,
      connectionId: null,
      accountId: null,
      email,
      at: new Date(),
    };
    return this.sessions.create(tx, { userId, authentication, request });
  }

  /** Whether the person's present password is this one; counts as an attempt. */
  async confirms(userId: string, email: string, password: string): Promise<boolean> {
    await this.rateLimits.take(limits.passwordByPerson, email);
    await this.lockouts.requireOpen(email);
    const matches = await verifyPassword(await this.storedHash(userId), password);
    if (matches) await this.lockouts.succeeded(email);
    else await this.lockouts.failed(email);
    return matches;
  }

  /**
   * Stores a new password and ends every session of the person. To be called under `lockForPassword`; refuses people
   * whom an identity provider manages, for whom none is kept.
   */
  async store(tx: Tx, userId: string, passwordHash: string, vouchedBy: string | null): Promise<void> {
    if (await isManaged(tx, userId)) throw managed();
    await tx.query(
      `insert into credentials (user_id, password_hash, vouched_by, changed_at) values ($1, $2, $3, clock_timestamp())
       on conflict (user_id) do update set password_hash = excluded.password_hash, vouched_by = excluded.vouched_by, changed_at = excluded.changed_at`,
      [userId, passwordHash, vouchedBy],
    );
    await tx.query('delete from password_resets where user_id = $1', [userId]);
    await this.sessions.endAllOf(tx, userId, 'password_changed');
  }

  private async storedHash(userId: string | undefined): Promise<string | undefined> {
    const [row] = await this.database.query<{ password_hash: string }>(
      'select password_hash from credentials where user_id = $1',
      [userId ?? ''],
    );
    return row?.password_hash;
  }

  private async refuse(email: string): Promise<Problem> {
    await this.lockouts.failed(email);
    const ssoRequired = await domainRequiresSso(this.database, email);
    const code = ssoRequired ? 'sso_required' : 'credentials_invalid';
    await this.database.inTransaction(async (tx) => {
      this.outbox.append(tx, SignInRefused, {
        signInId: newId('signin'),
        at: new Date().toISOString(),
        accountId: null,
        connectionId: null,
        method: 'password',
        code,
      });
    });
    return ssoRequired
      ? new Problem(
          'sso_required',
          'People of this domain sign in through their organisation. If you are exempt from that: email or password is wrong.',
        )
      : new Problem('credentials_invalid', 'Check both, or ask for a link to choose a new password.');
  }
}

export function managed(): Problem {
  return new Problem(
    'sso_managed',
    'No password is kept for people whom an identity provider manages. Sign in through your organisation.',
  );
}
