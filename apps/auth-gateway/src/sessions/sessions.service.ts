import { Inject, Injectable } from '@nestjs/common';
import { emailDomain, newId, SessionRevoked } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { Invalidations } from '../access/invalidations.js';
import { sessionKey } from '../access/invalidation-keys.js';
import { BrowserCookies, type WithHeaders } from '../browser/cookies.js';
import { csrfTokenOf, digest, newSecret } from '../browser/tokens.js';

/** Unused for this long, a session ends. */
export const IDLE_SECONDS = 12 * 3600;
/** However much it is used, a session ends after this long. */
export const ABSOLUTE_SECONDS = 7 * 24 * 3600;

export type EndReason =
  | 'signed_out'
  | 'replaced'
  | 'revoked_by_admin'
  | 'deprovisioned'
  | 'removed'
  | 'connection_disabled'
  | 'domain_lost'
  | 'policy_changed'
  | 'password_changed'
  | 'provider_logout'
  | 'account_closed';

export interface NewAuthentication {
  method: 'password' | 'saml' | 'oidc';
  /** Both null for a password, which belongs to the person and to no account. */
  connectionId: string | null;
  accountId: string | null;
  /** The address that was vouched for; its domain ends the authentication when it is lost. */
  email: string;
  at: Date | string;
  /** SessionNotOnOrAfter of the assertion. */
  notOnOrAfter?: Date | string | null;
}

export interface NewSession {
  userId: string;
  authentication: NewAuthentication;
  request: WithHeaders & { ip: string };
}

export interface StartedSession {
  id: string;
  /** Value of the `Set-Cookie` header. */
  setCookie: string;
  csrfToken: string;
}

interface Ended extends Record<string, unknown> {
  id: string;
  user_id: string;
}

/** Which authentications a change ends. */
export type Authentications =
  | { connectionId: string }
  | { domain: string; accountId?: string; exceptAccountId?: string }
  | { userIds: readonly string[]; accountId: string }
  | { accountId: string }
  | { userIds: readonly string[]; method: 'password' };

@Injectable()
export class Sessions {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Invalidations) private readonly invalidations: Invalidations,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
  ) {}

  /**
   * A new session with a new cookie at every sign-in (session fixation). What the browser's session of the same person
   * still proves is carried over, so that somebody may be signed in to two accounts that each require their own provider.
   */
  async create(tx: Tx, { userId, authentication, request }: NewSession): Promise<StartedSession> {
    const id = newId('sess');
    const token = newSecret();
    await tx.query(
      `insert into sessions (id, token_hash, user_id, expires_at, address, user_agent)
       values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4), $5, $6)`,
      [
        id,
        digest(token),
        userId,
        ABSOLUTE_SECONDS,
        request.ip,
        (request.headers['user-agent'] ?? '').slice(0, 300),
      ],
    );
    await this.carryOver(tx, this.cookies.session(request), id, userId, authentication);
    await tx.query(
      `insert into session_authentications (id, session_id, user_id, method, connection_id, account_id, domain, authenticated_at, not_on_or_after)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        newId('auth'),
        id,
        userId,
        authentication.method,
        authentication.connectionId,
        authentication.accountId,
        emailDomain(authentication.email),
        authentication.at,
        authentication.notOnOrAfter ?? null,
      ],
    );
    return { id, setCookie: this.cookies.startSession(token), csrfToken: csrfTokenOf(token) };
  }

  private async carryOver(
    tx: Tx,
    oldToken: string | undefined,
    id: string,
    userId: string,
    next: NewAuthentication,
  ): Promise<void> {
    if (!oldToken) return;
    const [old] = await tx.query<{ id: string; user_id: string; expires_at: Date; usable: boolean }>(
      `select id, user_id, expires_at, expires_at > clock_timestamp() and last_seen_at > clock_timestamp() - make_interval(secs => $2) as usable
       from sessions where token_hash = $1 and ended_at is null for update`,
      [digest(oldToken), IDLE_SECONDS],
    );
    if (!old) return;
    if (old.user_id === userId && old.usable) {
      // Each ends when the session that it began in would have: signing in elsewhere renews nothing.
      await tx.query(
        `update session_authentications set session_id = $2, not_on_or_after = least(not_on_or_after, $5)
         where session_id = $1 and (method, connection_id) is distinct from ($3::text, $4::text)`,
        [old.id, id, next.method, next.connectionId, old.expires_at],
      );
    }
    await this.end(tx, 'id = any($1)', [[old.id]], 'replaced');
  }

  /** Ends one session of the account, or answers false where there is none. */
  async endOfAccount(tx: Tx, accountId: string, sessionId: string): Promise<boolean> {
    const ended = await this.end(
      tx,
      `id = $1 and user_id in (select user_id from memberships where account_id = $2 and status = 'active')`,
      [sessionId, accountId],
      'revoked_by_admin',
    );
    return ended.length > 0;
  }

  async endByToken(tx: Tx, token: string): Promise<void> {
    await this.end(tx, 'token_hash = $1', [digest(token)], 'signed_out');
  }

  /** All of a person's, or all but one. */
  async endAllOf(tx: Tx, userId: string, reason: EndReason, exceptId = ''): Promise<void> {
    await this.end(tx, 'user_id = $1 and id <> $2', [userId, exceptId], reason);
  }

  /** Deletes authentications, and ends the sessions that nothing admits any more. */
  async endAuthentications(tx: Tx, which: Authentications, reason: EndReason): Promise<void> {
    const { where, params } = conditionOf(which);
    const touched = await tx.query<{ session_id: string }>(
      `delete from session_authentications where ${where} returning session_id`,
      params,
    );
    const ids = [...new Set(touched.map((row) => row.session_id))];
    if (ids.length === 0) return;
    for (const id of ids) this.invalidations.add(tx, sessionKey(id));
    await this.end(
      tx,
      'id = any($1) and not exists (select from session_authentications a where a.session_id = sessions.id)',
      [ids],
      reason,
    );
  }

  /** Ends the sessions of people who are no member of anything any more. */
  async endOfNonMembers(tx: Tx, userIds: readonly string[], reason: EndReason): Promise<void> {
    await this.end(
      tx,
      `user_id = any($1) and not exists (
         select from memberships m where m.user_id = sessions.user_id and m.status in ('active', 'invited'))`,
      [userIds],
      reason,
    );
  }

  private async end(tx: Tx, where: string, params: unknown[], reason: EndReason): Promise<Ended[]> {
    const ended = await tx.query<Ended>(
      `update sessions set ended_at = clock_timestamp(), end_reason = $${params.length + 1}
       where ended_at is null and ${where} returning id, user_id`,
      [...params, reason],
    );
    const at = new Date().toISOString();
    for (const session of ended) {
      this.invalidations.add(tx, sessionKey(session.id));
      if (reason === 'replaced') continue;
      this.outbox.append(tx, SessionRevoked, { sessionId: session.id, at, userId: session.user_id, reason });
    }
    return ended;
  }
}

function conditionOf(which: Authentications): { where: string; params: unknown[] } {
  if ('connectionId' in which) return { where: 'connection_id = $1', params: [which.connectionId] };
  if ('domain' in which) {
    return {
      where:
        'domain = $1 and account_id is not null and ($2::text is null or account_id = $2) and ($3::text is null or account_id <> $3)',
      params: [which.domain, which.accountId ?? null, which.exceptAccountId ?? null],
    };
  }
  if ('method' in which)
    return { where: 'user_id = any($1) and method = $2', params: [which.userIds, which.method] };
  if ('userIds' in which)
    return { where: 'user_id = any($1) and account_id = $2', params: [which.userIds, which.accountId] };
  return { where: 'account_id = $1', params: [which.accountId] };
}
