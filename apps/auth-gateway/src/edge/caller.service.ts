import { Inject, Injectable } from '@nestjs/common';
import type { Caller, Plan } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Problem, SETTINGS } from '@gatehouse/service-host';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Access } from '../access/access.service.js';
import { refusal } from '../access/authorize.js';
import type { Principal } from '../access/principal.js';
import { BrowserCookies } from '../browser/cookies.js';
import { isWrite, requireCsrf } from '../browser/csrf.js';
import { csrfTokenOf, sameSecret } from '../browser/tokens.js';
import type { GatewaySettings } from '../settings.js';
import { SetupSessions } from './setup-sessions.service.js';

const NEW_ACCOUNT_MS = 1_500;

/** Which account a request is about, and whether it is about a set-up session. */
export interface Scope {
  accountId: string | undefined;
  setup: boolean;
}

/**
 * Who a request is from: an operator, an API key, a signed-in browser or a set-up session. The same decision as at
 * `/authorize` stands before an account's own API. Throws the problem that tells why not; nobody is `anonymous`.
 */
@Injectable()
export class Callers {
  constructor(
    @Inject(Access) private readonly access: Access,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(SetupSessions) private readonly setupSessions: SetupSessions,
    @Inject(Database) private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  async of(request: IncomingMessage, scope: Scope): Promise<Caller> {
    const bearer = bearerOf(request);
    if (bearer !== undefined) return this.ofBearer(bearer, scope.accountId);
    const setupToken = this.cookies.setup(request);
    if (scope.setup)
      return setupToken === undefined ? { kind: 'anonymous' } : this.ofSetup(setupToken, request, undefined);
    const sessionToken = this.cookies.session(request);
    if (setupToken === undefined)
      return sessionToken === undefined
        ? { kind: 'anonymous' }
        : this.ofSession(sessionToken, request, scope.accountId);
    return this.ofBoth(sessionToken, setupToken, request, scope.accountId);
  }

  /**
   * A browser may hold a session and a set-up session at once. An admin's session goes first, for it may do more; one that
   * may not enter as an admin, or whose page did not send this request, leaves the word to the set-up session.
   */
  private async ofBoth(
    sessionToken: string | undefined,
    setupToken: string,
    request: IncomingMessage,
    accountId: string | undefined,
  ): Promise<Caller> {
    const session =
      sessionToken === undefined ? undefined : await settle(this.ofSession(sessionToken, request, accountId));
    if (session?.caller?.kind === 'user' && session.caller.role !== 'member') return session.caller;
    const setup = await settle(this.ofSetup(setupToken, request, accountId));
    if (setup.caller) return setup.caller;
    return unsettle(session ?? setup);
  }

  private async ofBearer(bearer: string, accountId: string | undefined): Promise<Caller> {
    const { OPERATOR_TOKEN } = this.settings;
    if (OPERATOR_TOKEN !== undefined && sameSecret(bearer, OPERATOR_TOKEN)) return this.operator(accountId);
    if (!bearer.startsWith('gh_key_'))
      throw new Problem(
        'token_invalid',
        "Send an API key of an account (gh_key_…) or the operator's token as bearer.",
      );
    const principal = await this.access.principalOfApiKey(bearer);
    if (principal.kind === 'refused') throw refusal(principal.code);
    return this.ofPrincipal(
      principal,
      accountId ?? (principal.kind === 'api-key' ? principal.accountId : ''),
    );
  }

  private async ofSession(
    token: string,
    request: IncomingMessage,
    accountId: string | undefined,
  ): Promise<Caller> {
    const principal = await this.access.principalOfSession(token);
    if (principal.kind === 'refused') throw refusal(principal.code);
    if (isWrite(request.method)) requireCsrf(request, this.settings.PUBLIC_URL, csrfTokenOf(token));
    // A person has a role only in an account; what is about none of them is the operator's.
    if (accountId === undefined) throw new Problem('forbidden', "This is for the operator's token.");
    return this.ofPrincipal(principal, accountId);
  }

  private async ofPrincipal(principal: Principal, accountId: string): Promise<Caller> {
    if (!this.access.isFreshEnough()) throw refusal('access_unknown');
    const grant = await this.access.grant(principal, accountId);
    if (!grant || grant.accountId !== accountId || grant.membershipId === null) throw notFound();
    if (!grant.decision.allowed)
      throw grant.decision.code === 'not_a_member' ? notFound() : refusal(grant.decision.code);
    if (grant.role === null || grant.plan === null) throw refusal('access_unknown');
    const scope = {
      accountId,
      plan: grant.plan,
      role: grant.role,
      membershipId: grant.membershipId,
      userId: principal.userId,
    };
    if (principal.kind === 'api-key') return { kind: 'api-key', keyId: principal.keyId, ...scope };
    return { kind: 'user', sessionId: principal.sessionId, email: grant.email, ...scope };
  }

  private async operator(accountId: string | undefined): Promise<Caller> {
    if (accountId === undefined) return { kind: 'operator', accountId: null, plan: null };
    return { kind: 'operator', accountId, plan: await this.planOf(accountId) };
  }

  /** The operator names accounts that were made a moment ago: their event gets the time it usually needs. */
  private async planOf(accountId: string): Promise<Plan | null> {
    const until = performance.now() + NEW_ACCOUNT_MS;
    for (;;) {
      const [account] = await this.database.query<{ plan: Plan }>('select plan from accounts where id = $1', [
        accountId,
      ]);
      if (account || performance.now() > until) return account?.plan ?? null;
      await delay(50);
    }
  }

  private async ofSetup(
    token: string,
    request: IncomingMessage,
    accountId: string | undefined,
  ): Promise<Caller> {
    const session = await this.setupSessions.resolve(token);
    if (isWrite(request.method)) requireCsrf(request, this.settings.PUBLIC_URL, session.csrfToken);
    if (accountId !== undefined && session.caller.accountId !== accountId) throw notFound();
    return session.caller;
  }
}

type Settled = { caller: Caller; error?: undefined } | { caller?: undefined; error: unknown };

async function settle(work: Promise<Caller>): Promise<Settled> {
  try {
    return { caller: await work };
  } catch (error) {
    return { error };
  }
}

function unsettle(settled: Settled): Caller {
  if (settled.caller) return settled.caller;
  throw settled.error;
}

function bearerOf(request: IncomingMessage): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const token = /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new Problem('token_invalid', 'The Authorization header must be "Bearer" and a token.');
  return token;
}

/** To outsiders an account that exists looks like one that does not. */
function notFound(): Problem {
  return new Problem('not_found', 'There is nothing at this address.');
}
