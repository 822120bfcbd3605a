import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { applicationAudience, type ProblemCode } from '@gatehouse/contracts';
import { Logger, Metrics, Problem, SETTINGS, toProblem } from '@gatehouse/service-host';
import { Counter } from 'prom-client';
import { BrowserCookies } from '../browser/cookies.js';
import { digest } from '../browser/tokens.js';
import { SigningKeys } from '../keys/signing-keys.js';
import type { GatewaySettings } from '../settings.js';
import { Access } from './access.service.js';
import type { Grant, Principal } from './principal.js';
import { safeReturnTo } from './return-to.js';

const TOKEN_SECONDS = 60;
const TOKEN_REUSE_MS = 30_000;
const API_KEY_BEARER = /^bearer (gh_key_.*)$/i;

interface Credential {
  kind: 'session' | 'api-key';
  token: string;
}

/**
 * `/authorize`, for nginx' auth_request and its like: 200 with who it is, 401, or 403 with why not. It answers on the raw
 * request and response, and without waiting where the decision is in memory: this runs once for every request of every
 * application (`docs/performance.md`).
 */
@Injectable()
export class Authorize {
  /** Counted by hand: a labelled counter would cost a tenth of the whole check. */
  private readonly decisions = new Map<string, number>();

  constructor(
    @Inject(Access) private readonly access: Access,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    const { decisions } = this;
    new Counter({
      name: 'access_decisions_total',
      help: 'Answers of /authorize, by their reason code.',
      labelNames: ['code'],
      registers: [metrics.registry],
      collect(this: Counter<'code'>) {
        this.reset();
        for (const [code, count] of decisions) this.inc({ code }, count);
      },
    });
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'OPTIONS')
      return void response.writeHead(204, { allow: 'GET, HEAD, OPTIONS' }).end();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return this.deny(
        request,
        response,
        new Problem('method_not_allowed', 'Ask with GET or HEAD.', {}, { allow: 'GET, HEAD, OPTIONS' }),
      );
    }
    const credential = this.credentialOf(request);
    const account = request.headers['x-gatehouse-account'];
    if (credential && typeof account === 'string' && this.access.isFreshEnough()) {
      const found = this.access.cached(digest(credential.token), account, performance.now());
      if (found) return this.answer(request, response, found.principal, found.grant);
    }
    this.decide(request, response, credential, typeof account === 'string' ? account : undefined).catch(
      (error: unknown) => {
        const problem = toProblem(error);
        if (!(error instanceof Problem)) this.logger.error({ err: error }, 'an access decision failed');
        this.deny(request, response, problem);
      },
    );
  }

  private async decide(
    request: IncomingMessage,
    response: ServerResponse,
    credential: Credential | undefined,
    account: string | undefined,
  ): Promise<void> {
    if (!credential) throw refusal('not_signed_in');
    if (!this.access.isFreshEnough()) throw refusal('access_unknown');
    const principal =
      credential.kind === 'session'
        ? await this.access.principalOfSession(credential.token)
        : await this.access.principalOfApiKey(credential.token);
    if (principal.kind === 'refused') throw refusal(principal.code);
    const wanted = account ?? (principal.kind === 'api-key' ? principal.accountId : undefined);
    if (wanted === undefined || wanted === '')
      throw new Problem(
        'invalid_request',
        'Name the account in the header X-Gatehouse-Account, by its id or slug.',
      );
    const grant = await this.access.grant(principal, wanted);
    if (!grant) throw refusal('not_a_member');
    this.answer(request, response, principal, grant);
  }

  private credentialOf(request: IncomingMessage): Credential | undefined {
    const { authorization } = request.headers;
    const key = authorization === undefined ? undefined : API_KEY_BEARER.exec(authorization)?.[1];
    if (key !== undefined) return { kind: 'api-key', token: key };
    const token = this.cookies.session(request);
    return token ? { kind: 'session', token } : undefined;
  }

  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    principal: Principal,
    grant: Grant,
  ): void {
    if (!grant.decision.allowed) return this.deny(request, response, refusal(grant.decision.code));
    const now = performance.now();
    if (grant.authorized === undefined || grant.authorized.until <= now) {
      grant.authorized = { headers: this.headersOf(principal, grant), until: now + TOKEN_REUSE_MS };
    }
    this.count('allowed');
    response.writeHead(200, grant.authorized.headers).end();
  }

  /** Flat name and value pairs, which Node writes without building an object. */
  private headersOf(principal: Principal, grant: Grant): string[] {
    const token = this.keys.token(
      {
        iss: this.settings.PUBLIC_URL,
        aud: applicationAudience,
        sub: principal.userId,
        email: grant.email,
        account: grant.accountId,
        accountSlug: grant.slug,
        role: grant.role,
        ...(principal.kind === 'session' ? { sid: principal.sessionId } : { keyId: principal.keyId }),
      },
      TOKEN_SECONDS,
    );
    return [
      'X-Gatehouse-User',
      principal.userId,
      'X-Gatehouse-Email',
      // Header values are bytes (RFC 9110 §5.5): an address beyond ASCII goes as UTF-8.
      Buffer.from(grant.email, 'utf8').toString('latin1'),
      'X-Gatehouse-Account',
      grant.accountId,
      'X-Gatehouse-Role',
      grant.role ?? '',
      'X-Gatehouse-Token',
      token,
      'Cache-Control',
      'no-store',
      'Content-Length',
      '0',
    ];
  }

  private count(code: string): void {
    this.decisions.set(code, (this.decisions.get(code) ?? 0) + 1);
  }

  private deny(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
    if (response.headersSent) return;
    this.count(problem.code);
    const body = JSON.stringify(problem.toDocument());
    const headers: Record<string, string | number> = {
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...problem.headers,
    };
    if (problem.status === 401) {
      headers['www-authenticate'] = 'Bearer realm="gatehouse"';
      headers['location'] = this.signInUrl(request);
    }
    response.writeHead(problem.status, headers).end(request.method === 'HEAD' ? undefined : body);
  }

  /** Where a browser goes to sign in, and whence it comes back to the page it asked for. */
  private signInUrl(request: IncomingMessage): string {
    const asked = request.headers['x-forwarded-uri'] ?? request.headers['x-original-uri'];
    const returnTo = safeReturnTo(asked);
    return `${this.settings.PUBLIC_URL}/sign-in${returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`}`;
  }
}

const details: Partial<Record<ProblemCode, string>> = {
  not_signed_in: 'Send the session cookie of a signed-in browser, or an API key as bearer.',
  session_expired: 'The session was unused for too long, or has reached its end. Sign in again.',
  session_revoked:
    'The session was ended, for example by an administrator or by a change of access. Sign in again.',
  api_key_invalid: 'The key is unknown, expired or deleted, or its member has no access any more.',
  not_a_member: 'Ask an administrator of the account for access.',
  deprovisioned:
    'The directory of the organisation has ended this access. Its administrators can restore it.',
  sso_required: 'This account requires single sign-on: sign in through its identity provider.',
  guest_not_allowed:
    'This account requires single sign-on, which the domain of this address is not enabled for.',
  access_unknown:
    'What is known of this access is not recent or complete enough to decide. Try again shortly.',
};

/** The problem that tells why access was refused. */
export function refusal(code: ProblemCode): Problem {
  return new Problem(code, details[code]);
}
