import { Inject, Injectable } from '@nestjs/common';
import { canonicalEmail } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Logger, Problem, SETTINGS } from '@gatehouse/service-host';
import { digest, newSecret } from '../browser/tokens.js';
import type { StartedSession } from '../sessions/sessions.service.js';
import type { GatewaySettings } from '../settings.js';
import { type BrowserRequest, Credentials, managed } from './credentials.service.js';
import { Mailer } from './mailer.js';
import { isManaged, lockForPassword } from './managed.js';
import { hashPassword } from './password-hash.js';
import { requireAcceptable } from './password-policy.js';
import { personOf } from './people.js';
import { limits, RateLimits } from './rate-limits.service.js';

interface Reset extends Record<string, unknown> {
  user_id: string;
  email: string | null;
  expired: boolean;
}

@Injectable()
export class PasswordResets {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Credentials) private readonly credentials: Credentials,
    @Inject(RateLimits) private readonly rateLimits: RateLimits,
    @Inject(Mailer) private readonly mailer: Mailer,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /** Answers before anything is looked up: neither the answer nor its time tells who is known here. */
  async request(givenEmail: string, request: BrowserRequest): Promise<void> {
    // What is no address belongs to nobody, and is answered like an unknown one.
    const email = canonicalEmail(givenEmail) ?? givenEmail;
    await this.rateLimits.take(limits.resetByAddress, request.ip);
    await this.rateLimits.take(limits.resetByPerson, email);
    if (!this.mailer.isConfigured) {
      this.logger.warn(
        {},
        'a password reset was asked for, but SMTP_URL is not set: an administrator or the operator can make a link',
      );
      return;
    }
    void this.sendLink(email).catch((error: unknown) =>
      this.logger.error({ err: error }, 'the mail with a reset link could not be sent'),
    );
  }

  private async sendLink(email: string): Promise<void> {
    const userId = await personOf(this.database, email);
    if (userId === undefined) return;
    const token = newSecret();
    const made = await this.database.inTransaction(async (tx) => {
      if (await isManaged(tx, userId)) return false;
      await tx.query(
        "insert into password_resets (token_hash, user_id, expires_at) values ($1, $2, clock_timestamp() + interval '1 hour')",
        [digest(token), userId],
      );
      return true;
    });
    const text = made
      ? `Somebody asked for a new password for this address. To choose one, open within an hour:\n\n${this.settings.PUBLIC_URL}/reset#${token}\n\nIf it was not you, do nothing.\n`
      : `Somebody asked for a new password for this address. It has none: sign in through your organisation.\n\n${this.settings.PUBLIC_URL}/sign-in\n`;
    await this.mailer.send(email, 'Choose a new password', text);
  }

  async reset(token: string, password: string, request: BrowserRequest): Promise<StartedSession> {
    await this.rateLimits.take(limits.acceptByAddress, request.ip);
    const tokenHash = digest(token);
    const { user_id: userId, email } = await this.find(tokenHash);
    requireAcceptable(password, email ?? '');
    const passwordHash = await hashPassword(password);
    return this.database.inTransaction(async (tx) => {
      await lockForPassword(tx);
      if (await isManaged(tx, userId)) throw managed();
      const used = await tx.query(
        'delete from password_resets where token_hash = $1 and expires_at > clock_timestamp() returning user_id',
        [tokenHash],
      );
      if (used.length === 0) throw invalid();
      // The link came to the mailbox: whoever chose the password, it is the person's own now.
      await this.credentials.store(tx, userId, passwordHash, null);
      return this.credentials.startSession(tx, userId, email ?? '', request);
    });
  }

  private async find(tokenHash: string): Promise<Reset> {
    const [reset] = await this.database.query<Reset>(
      `select r.user_id, r.expires_at <= clock_timestamp() as expired,
         (select email from memberships m where m.user_id = r.user_id and m.status <> 'erased' order by version desc limit 1) as email
       from password_resets r where r.token_hash = $1`,
      [tokenHash],
    );
    if (!reset) throw invalid();
    if (reset.expired) throw new Problem('link_expired', 'Ask for a new link to choose a password.');
    return reset;
  }

  async prune(): Promise<void> {
    await this.database.query(
      "delete from password_resets where expires_at < clock_timestamp() - interval '1 day'",
    );
  }
}

function invalid(): Problem {
  return new Problem(
    'link_invalid',
    'The link was used, replaced by a newer one, or never made here. Ask for a new one.',
  );
}
