import { randomBytes } from 'node:crypto';
import { newId, type Caller, type Plan } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { findConnections, viewOf as connectionViewOf } from '../connections/connection-rows.js';
import { maySee } from '../connections/connection-scope.js';
import type { Reader } from '../domains/domain-rows.js';
import type { SsoConfigSettings } from '../settings.js';
import { findLinks, refusalOf, type SetupLink } from './link-rows.js';
import type { SetupProgress } from './setup-link.entity.js';
import type { SetupView } from './setup-links.operations.js';
import { hashOf, newToken, sessionTokenPrefix } from './setup-tokens.js';

export interface ResolvedSession {
  caller: Extract<Caller, { kind: 'setup' }>;
  csrfToken: string;
  expiresAt: string;
}

interface Session {
  id: string;
  linkId: string;
  csrfToken: string;
  expiresAt: Date;
}

/** The link holder's side: a link is burned for a session, which then stands for exactly what the link says. */
@Injectable()
export class SetupSessionsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: SsoConfigSettings,
  ) {}

  /**
   * Burns a link, atomically: of any number of attempts at once, one gets the session. It lasts as long as the link
   * would have, at least four hours, so that a link opened at the last minute is still of use.
   * @throws Problem `link_invalid`, `link_used`, `link_expired` or `link_revoked`
   */
  async exchange(linkToken: string): Promise<{ token: string; expiresAt: Date; view: SetupView }> {
    const token = newToken(sessionTokenPrefix);
    return this.database.inTransaction(async (tx) => {
      const [burned] = await tx.query<{ id: string; accountId: string }>(
        `update setup_links set status = 'opened', opened_at = now()
         where token_hash = $1 and status = 'pending' and expires_at > now()
           and exists (select from domains d where d.account_id = setup_links.account_id and d.id = any(domain_ids)
                       and d.status in ('verified', 'enabled'))
         returning id, account_id as "accountId"`,
        [hashOf(linkToken)],
      );
      if (burned === undefined)
        throw refusalOf((await findLinks(tx, 'l.token_hash = $1', [hashOf(linkToken)]))[0]);
      const [session] = await tx.query<Session>(
        `insert into setup_sessions (id, link_id, token_hash, csrf_token, created_at, expires_at)
         select $1, l.id, $2, $3, now(), greatest(l.expires_at, now() + interval '4 hours') from setup_links l where l.id = $4
         returning ${sessionColumns}`,
        [newId('setup'), hashOf(token), randomBytes(32).toString('base64url'), burned.id],
      );
      if (session === undefined) throw new Error(`setup link ${burned.id} vanished inside its transaction`);
      audit(tx, this.outbox, {
        accountId: burned.accountId,
        actor: { kind: 'setup', id: burned.id },
        action: 'setup_link.opened',
        target: { type: 'setup_link', id: burned.id },
        details: { setupSessionId: session.id },
      });
      return { token, expiresAt: session.expiresAt, view: await this.view(tx, session) };
    });
  }

  /**
   * Whom a session's cookie stands for, now: asked by the gateway at every request, so that a revoked link and a lost
   * domain take effect at once.
   */
  async resolve(token: string): Promise<ResolvedSession> {
    const session = await findSession(
      this.database,
      's.token_hash = $1 and s.expires_at > now()',
      hashOf(token),
    );
    const link = await standingLink(this.database, session);
    const [account] = await this.database.query<{ plan: Plan; status: string }>(
      'select plan, status from accounts where id = $1',
      [link.accountId],
    );
    if (account?.status === 'closed') throw new Problem('link_revoked', 'The account was closed.');
    return {
      caller: {
        kind: 'setup',
        setupSessionId: session.id,
        linkId: link.id,
        accountId: link.accountId,
        // Links can only be made on the Enterprise plan: an account that is not known here yet is on it.
        plan: account?.plan ?? 'enterprise',
        domainIds: link.domains.map(({ id }) => id),
        purposes: link.purposes,
        mayActivate: link.mayActivate,
      },
      csrfToken: session.csrfToken,
      expiresAt: session.expiresAt.toISOString(),
    };
  }

  async read(caller: Caller): Promise<SetupView> {
    return this.view(this.database, await this.sessionOf(caller));
  }

  async saveProgress(caller: Caller, progress: SetupProgress): Promise<SetupView> {
    const session = await this.sessionOf(caller);
    await this.database.query('update setup_links set progress = $2 where id = $1', [
      session.linkId,
      JSON.stringify(progress),
    ]);
    return this.view(this.database, session);
  }

  async complete(caller: Caller): Promise<SetupView> {
    const session = await this.sessionOf(caller);
    return this.database.inTransaction(async (tx) => {
      const [completed] = await tx.query<{ accountId: string }>(
        `update setup_links set status = 'completed', completed_at = now() where id = $1 and status = 'opened'
         returning account_id as "accountId"`,
        [session.linkId],
      );
      if (completed !== undefined) {
        const target = { type: 'setup_link', id: session.linkId };
        audit(tx, this.outbox, {
          accountId: completed.accountId,
          caller,
          action: 'setup_link.completed',
          target,
          details: {},
        });
      }
      return this.view(tx, session);
    });
  }

  private async sessionOf(caller: Caller): Promise<Session> {
    if (caller.kind !== 'setup')
      throw new Problem('forbidden', 'Only a set-up session can do this: open a setup link.');
    return findSession(this.database, 's.id = $1', caller.setupSessionId);
  }

  private async view(reader: Reader | Tx, session: Session): Promise<SetupView> {
    const link = await standingLink(reader, session);
    const [account] = await reader.query<{ name: string }>('select name from accounts where id = $1', [
      link.accountId,
    ]);
    const scope = { kind: 'setup', domainIds: link.domains.map(({ id }) => id) } as Extract<
      Caller,
      { kind: 'setup' }
    >;
    const connections = await findConnections(reader, 'c.account_id = $1 order by c.id limit 1000', [
      link.accountId,
    ]);
    return {
      linkId: link.id,
      account: { id: link.accountId, name: account?.name ?? '' },
      domains: link.domains,
      purposes: link.purposes,
      mayActivate: link.mayActivate,
      status: link.status === 'completed' ? 'completed' : 'opened',
      connections: connections
        .filter((connection) => link.purposes.includes('sso') && maySee(scope, connection))
        .map((connection) => connectionViewOf(connection, this.settings.PUBLIC_URL)),
      progress: link.progress,
      csrfToken: session.csrfToken,
      expiresAt: session.expiresAt.toISOString(),
    };
  }
}

const sessionColumns = 'id, link_id as "linkId", csrf_token as "csrfToken", expires_at as "expiresAt"';

async function findSession(reader: Reader, where: string, value: string): Promise<Session> {
  const [session] = await reader.query<Session>(
    `select ${sessionColumns} from setup_sessions s where ${where}`,
    [value],
  );
  if (session !== undefined) return session;
  throw new Problem('link_expired', 'This set-up session has ended. Ask for a new link.');
}

/** The session's link, unless it was revoked or lost its last domain. Its own expiry is the session's affair. */
async function standingLink(reader: Reader, session: Session): Promise<SetupLink> {
  const [link] = await findLinks(reader, 'l.id = $1', [session.linkId]);
  if (link === undefined || link.status === 'revoked' || link.domains.length === 0) {
    throw new Problem('link_revoked', 'This link was revoked. Ask the person who sent it for a new one.');
  }
  return link;
}
