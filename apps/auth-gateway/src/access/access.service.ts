import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { Logger } from '@gatehouse/service-host';
import { digest, sameSecret } from '../browser/tokens.js';
import { IDLE_SECONDS } from '../sessions/sessions.service.js';
import { AccessCache } from './access-cache.js';
import { decideAccess } from './decide.js';
import {
  API_KEY,
  type ApiKeyRow,
  type AccountFacts,
  FACTS_OF_ACCOUNT,
  FACTS_OF_USER,
  type FactsRow,
  factsFor,
  SESSION,
  type SessionRow,
  toFacts,
} from './facts.js';
import { accountKey, apiKeyKey, type InvalidationKey, sessionKey, userKey } from './invalidation-keys.js';
import { Invalidations } from './invalidations.js';
import { type Grant, lowerRole, type Principal, type Refusal, type SessionPrincipal } from './principal.js';
import { Staleness } from './staleness.js';

/**
 * An entry is read again after this long, whatever happened. It bounds what a replica that dies between its commit and
 * its NOTIFY can cost the others.
 */
const ENTRY_MS = 10_000;
const TOUCH_MS = 60_000;
const API_KEY_FORM = /^gh_(key_[0-7][0-9a-hjkmnp-tv-z]{25})_[A-Za-z0-9_-]{43}$/;

/** Who a credential stands for, and whether they may enter an account: from memory where that is safe, else from Postgres. */
@Injectable()
export class Access implements OnModuleInit {
  private readonly cache = new AccessCache<Principal, Grant>();
  /** How often the database was asked: what the cache is there to keep low. */
  reads = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Invalidations) private readonly invalidations: Invalidations,
    @Inject(Staleness) private readonly staleness: Staleness,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.invalidations.subscribe({
      invalidate: (keys: Iterable<InvalidationKey>) => this.cache.invalidate(keys),
      clear: () => this.cache.clear(),
      beat: async () => {
        if (await this.staleness.measure()) this.cache.clear();
      },
    });
  }

  /** False where a view that is older than ACCESS_MAX_STALENESS must decide nothing. */
  isFreshEnough(): boolean {
    return this.staleness.isFreshEnough();
  }

  /** The answer that is in memory, if one is and may be trusted. Never waits. */
  cached(
    tokenDigest: string,
    account: string,
    now: number,
  ): { principal: Principal; grant: Grant } | undefined {
    if (!this.invalidations.hears(now)) return undefined;
    const principal = this.cache.get(tokenDigest, now);
    const known = principal?.grants.get(account);
    if (principal === undefined || known === undefined) return undefined;
    this.touch(principal, now);
    return { principal, grant: known.grant };
  }

  async principalOfSession(token: string): Promise<SessionPrincipal | Refusal> {
    const tokenDigest = digest(token);
    const found = this.fromMemory(tokenDigest);
    if (found?.kind === 'session') return found;
    const fence = this.cache.fence();
    this.reads += 1;
    const [row] = await this.database.query<SessionRow>(SESSION, [tokenDigest, IDLE_SECONDS]);
    const refusal = refusalOf(row);
    if (refusal || !row) return { kind: 'refused', code: refusal ?? 'not_signed_in' };
    const lives = [
      ENTRY_MS,
      row.remaining_ms,
      ...row.authentications.flatMap((one) => one.remainingMs ?? []),
    ];
    const now = performance.now();
    const principal: SessionPrincipal = {
      kind: 'session',
      digest: tokenDigest,
      userId: row.user_id,
      sessionId: row.id,
      authentications: row.authentications,
      keys: [sessionKey(row.id), userKey(row.user_id)],
      expiresAt: now + Math.min(...lives),
      grants: new Map(),
      touchAt: now + TOUCH_MS - row.unseen_ms,
    };
    this.touch(principal, now);
    this.store(principal, fence);
    return principal;
  }

  async principalOfApiKey(key: string): Promise<Principal | Refusal> {
    const keyId = API_KEY_FORM.exec(key)?.[1];
    if (keyId === undefined) return { kind: 'refused', code: 'api_key_invalid' };
    const keyDigest = digest(key);
    const found = this.fromMemory(keyDigest);
    if (found) return found;
    const fence = this.cache.fence();
    this.reads += 1;
    const [row] = await this.database.query<ApiKeyRow>(API_KEY, [keyId]);
    if (
      !row ||
      !sameSecret(row.secret_hash, keyDigest) ||
      (row.remaining_ms !== null && row.remaining_ms <= 0)
    ) {
      return { kind: 'refused', code: 'api_key_invalid' };
    }
    const now = performance.now();
    const principal: Principal = {
      kind: 'api-key',
      digest: keyDigest,
      userId: row.user_id,
      keyId: row.id,
      accountId: row.account_id,
      role: row.role,
      keys: [apiKeyKey(row.id), userKey(row.user_id)],
      expiresAt: now + Math.min(ENTRY_MS, row.remaining_ms ?? ENTRY_MS),
      grants: new Map(),
      touchAt: now + TOUCH_MS - row.unseen_ms,
    };
    this.touch(principal, now);
    this.store(principal, fence);
    return principal;
  }

  /** May this principal enter the account (id or slug)? Undefined where there is no such account and membership. */
  async grant(principal: Principal, account: string): Promise<Grant | undefined> {
    const known = principal.grants.get(account);
    if (known && this.fromMemory(principal.digest) === principal) return known.grant;
    const fence = this.cache.fence();
    this.reads += 1;
    const [row] = await this.database.query<FactsRow>(FACTS_OF_ACCOUNT, [principal.userId, account]);
    if (!row) return undefined;
    const grant = grantOf(principal, toFacts(row));
    this.cache.storeGrant(
      principal.digest,
      principal,
      account,
      { key: accountKey(grant.accountId), grant },
      fence,
    );
    return grant;
  }

  /** All accounts of the person, decided anew: for the page that shows them. */
  async grantsOf(principal: SessionPrincipal): Promise<(Grant & { name: string })[]> {
    const rows = await this.database.query<FactsRow>(FACTS_OF_USER, [principal.userId]);
    return rows.map((row) => ({ ...grantOf(principal, toFacts(row)), name: row.name ?? '' }));
  }

  private fromMemory(tokenDigest: string): Principal | undefined {
    const now = performance.now();
    if (!this.invalidations.hears(now)) return undefined;
    const principal = this.cache.get(tokenDigest, now);
    if (principal) this.touch(principal, now);
    return principal;
  }

  private store(principal: Principal, fence: number): void {
    if (this.invalidations.hears(performance.now())) this.cache.store(principal.digest, principal, fence);
  }

  /** Writes down the use of a session or key, at most once a minute, and lets nobody wait for it. */
  private touch(principal: Principal, now: number): void {
    if (now < principal.touchAt) return;
    principal.touchAt = now + TOUCH_MS;
    const [sql, id] =
      principal.kind === 'session'
        ? [
            "update sessions set last_seen_at = clock_timestamp() where id = $1 and last_seen_at < clock_timestamp() - interval '50 seconds'",
            principal.sessionId,
          ]
        : [
            "update api_keys set last_used_at = clock_timestamp() where id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '50 seconds')",
            principal.keyId,
          ];
    this.database
      .query(sql, [id])
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'could not write when a session was last seen'),
      );
  }
}

function refusalOf(row: SessionRow | undefined): Refusal['code'] | undefined {
  if (!row) return 'not_signed_in';
  if (row.ended)
    return row.end_reason === 'signed_out' || row.end_reason === 'replaced'
      ? 'not_signed_in'
      : 'session_revoked';
  return row.remaining_ms <= 0 || row.authentications.length === 0 ? 'session_expired' : undefined;
}

function grantOf(principal: Principal, facts: AccountFacts): Grant {
  const foreign = principal.kind === 'api-key' && principal.accountId !== facts.accountId;
  const credential = principal.kind === 'api-key' ? { kind: 'api-key' as const } : principal;
  const decision = foreign
    ? ({ allowed: false, status: 403, code: 'not_a_member' } as const)
    : decideAccess(factsFor(facts, credential));
  const memberRole = facts.membership?.role ?? null;
  return {
    decision,
    accountId: facts.accountId,
    slug: facts.slug,
    accountName: facts.accountName,
    plan: facts.account?.plan ?? null,
    membershipId: facts.membershipId,
    role:
      memberRole !== null && principal.kind === 'api-key'
        ? lowerRole(memberRole, principal.role)
        : memberRole,
    email: facts.email,
    versions: facts.versions,
    authorized: undefined,
  };
}
