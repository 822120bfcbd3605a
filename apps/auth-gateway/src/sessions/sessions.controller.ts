import { Controller, Inject } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Handles, Input, type InputOf, Problem, SETTINGS } from '@gatehouse/service-host';
import { Access } from '../access/access.service.js';
import { refusal } from '../access/authorize.js';
import type { Grant } from '../access/principal.js';
import { BrowserCookies } from '../browser/cookies.js';
import { hasOwnOrigin, requireCsrf } from '../browser/csrf.js';
import { csrfTokenOf } from '../browser/tokens.js';
import type { GatewaySettings } from '../settings.js';
import { endSession, getSession, listSessions, signOut } from './sessions.operations.js';
import { IDLE_SECONDS, Sessions } from './sessions.service.js';

interface SessionListRow extends Record<string, unknown> {
  id: string;
  user_id: string;
  email: string;
  name: string;
  created_at: Date;
  last_seen_at: Date;
  address: string;
  user_agent: string;
  authentications: unknown[];
}

@Controller()
export class SessionsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Access) private readonly access: Access,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Handles(getSession)
  async current(@Input() { request }: InputOf<typeof getSession>): Promise<unknown> {
    const token = this.cookies.session(request);
    if (token === undefined) throw refusal('not_signed_in');
    const principal = await this.access.principalOfSession(token);
    if (principal.kind === 'refused') throw refusal(principal.code);
    const grants = await this.access.grantsOf(principal);
    const named = grants.find((grant) => grant.email !== '');
    return {
      user: { id: principal.userId, email: named?.email ?? '', name: named?.name ?? '' },
      authentications: principal.authentications,
      accounts: grants.map(viewOf),
      csrfToken: csrfTokenOf(token),
    };
  }

  @Handles(signOut)
  async signOut(@Input() { request, reply }: InputOf<typeof signOut>): Promise<void> {
    const token = this.cookies.session(request);
    if (token !== undefined) {
      const principal = await this.access.principalOfSession(token);
      if (principal.kind === 'session') requireCsrf(request, this.settings.PUBLIC_URL, csrfTokenOf(token));
      await this.database.inTransaction((tx) => this.sessions.endByToken(tx, token));
    } else if (!hasOwnOrigin(request, this.settings.PUBLIC_URL)) {
      throw new Problem('csrf_invalid', `Send the request from ${this.settings.PUBLIC_URL}.`);
    }
    void reply.header('set-cookie', this.cookies.endSession());
  }

  @Handles(listSessions)
  async list(@Input() { params, query }: InputOf<typeof listSessions>): Promise<unknown> {
    const rows = await this.database.query<SessionListRow>(
      `select s.id, s.user_id, m.email, m.name, s.created_at, s.last_seen_at, s.address, s.user_agent,
         coalesce((
           select json_agg(json_build_object('method', t.method, 'connectionId', case when t.account_id = $1 then t.connection_id end,
             'at', to_char(t.authenticated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
           from session_authentications t where t.session_id = s.id and (t.account_id = $1 or t.account_id is null)), '[]'::json) as authentications
       from memberships m join sessions s on s.user_id = m.user_id
       where m.account_id = $1 and m.status = 'active' and s.ended_at is null and s.expires_at > clock_timestamp()
         and s.last_seen_at > clock_timestamp() - make_interval(secs => $2) and ($3::text is null or s.id < $3)
       order by s.id desc limit $4`,
      [params.accountId, IDLE_SECONDS, query.cursor ?? null, query.limit + 1],
    );
    const page = rows.slice(0, query.limit);
    return {
      items: page.map(itemOf),
      nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  @Handles(endSession)
  async end(@Input() { caller, params }: InputOf<typeof endSession>): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const ended = await this.sessions.endOfAccount(tx, params.accountId, params.sessionId);
      if (!ended)
        throw new Problem('not_found', 'There is no such live session of a member of this account.');
      audit(tx, this.outbox, {
        accountId: params.accountId,
        caller,
        action: 'session.ended',
        target: { type: 'session', id: params.sessionId },
        details: {},
      });
    });
  }
}

function viewOf(grant: Grant): unknown {
  const { decision } = grant;
  const access = decision.allowed ? { allowed: true } : { allowed: false, reason: decision.code };
  return { id: grant.accountId, slug: grant.slug, name: grant.accountName, role: grant.role, access };
}

function itemOf(row: SessionListRow): unknown {
  return {
    id: row.id,
    userId: row.user_id,
    email: row.email,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    address: row.address,
    userAgent: row.user_agent,
    authentications: row.authentications,
  };
}
