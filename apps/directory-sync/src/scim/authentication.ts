import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { ScimError } from '@gatehouse/scim';
import { Logger, SETTINGS } from '@gatehouse/service-host';
import { isEntitled } from '../accounts/grace.js';
import { type DirectoryContext, DirectoryContexts } from '../directories/directory-contexts.js';
import { parseToken, sameHash } from '../directories/token.js';
import type { Settings } from '../settings.js';
import { RateLimiter } from './rate-limiter.js';

const LAST_USED_EVERY = 60_000;

/** Who a SCIM request is from: a directory, by one of its tokens. */
@Injectable()
export class ScimAuthentication {
  private readonly limiter: RateLimiter;
  /** When the use of a token was last written, by our own clock. */
  private readonly lastWritten = new Map<string, number>();

  constructor(
    private readonly contexts: DirectoryContexts,
    private readonly database: Database,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.limiter = new RateLimiter(settings.SCIM_RATE_LIMIT);
  }

  /**
   * The directory that the token stands for. Without `fresh` it may be a cached one, whose revision the caller must
   * compare in the statement that does the work.
   * @throws ScimError 401, 403, 429 or 503
   */
  async authenticate(
    authorization: string | undefined,
    directoryId: string,
    { fresh, counted }: { fresh: boolean; counted: boolean },
  ): Promise<DirectoryContext> {
    const token = bearerToken(authorization);
    const parsed = token === undefined ? undefined : parseToken(token);
    if (!parsed) throw unauthorized(token === undefined ? 'Send a token: Authorization: Bearer …' : INVALID);
    const holds = (context: DirectoryContext | undefined): context is DirectoryContext =>
      context?.tokens.some(
        ({ id, secretHash }) => id === parsed.id && sameHash(secretHash, parsed.secretHash),
      ) === true;
    const cached = fresh ? undefined : this.contexts.peek(directoryId);
    // A cached context never refuses: the token may have been made, or the plan come back, since it was read.
    const isUsable = holds(cached) && refusalOf(cached, this.settings.PLAN_GRACE_DAYS) === undefined;
    const context = isUsable ? cached : await this.contexts.read(directoryId);
    if (!holds(context)) throw unauthorized(INVALID);
    if (counted) this.count(parsed.id, directoryId);
    const refusal = refusalOf(context, this.settings.PLAN_GRACE_DAYS);
    if (refusal) throw refusal;
    return context;
  }

  private count(tokenId: string, directoryId: string): void {
    const wait = this.limiter.take(tokenId);
    if (wait > 0) {
      throw new ScimError(429, `This token makes too many requests. Try again in ${wait} s.`, undefined, {
        'retry-after': String(wait),
      });
    }
    const now = performance.now();
    const last = this.lastWritten.get(tokenId);
    if (last !== undefined && now - last < LAST_USED_EVERY) return;
    this.lastWritten.set(tokenId, now);
    // Beside the request: when it was used is told to people, and decides nothing.
    void this.writeUse(tokenId, directoryId);
  }

  private async writeUse(tokenId: string, directoryId: string): Promise<void> {
    try {
      await this.database.query(
        `with used as (update directory_token set last_used_at = now() where id = $1)
         update directory set last_request_at = now() where id = $2`,
        [tokenId, directoryId],
      );
    } catch (error) {
      this.lastWritten.delete(tokenId);
      this.logger.warn({ err: error, directoryId }, 'could not write when a directory token was last used');
    }
  }
}

const INVALID = 'The token is not valid for this directory. Make a new one on the SSO page.';

function bearerToken(authorization: string | undefined): string | undefined {
  const [scheme, token, ...rest] = (authorization ?? '').trim().split(/ +/);
  return scheme?.toLowerCase() === 'bearer' && token && rest.length === 0 ? token : undefined;
}

function unauthorized(detail: string): ScimError {
  return new ScimError(401, detail, undefined, { 'www-authenticate': 'Bearer realm="scim"' });
}

function refusalOf(context: DirectoryContext, graceDays: number): ScimError | undefined {
  const { account } = context;
  if (!account) {
    return new ScimError(
      503,
      'The account of this directory is not known here yet. Try again in a few seconds.',
      undefined,
      {
        'retry-after': '5',
      },
    );
  }
  if (account.status === 'closed') return new ScimError(403, 'The account of this directory is closed.');
  if (!isEntitled(account, graceDays)) {
    return new ScimError(
      403,
      'Directory sync is suspended: the account is no longer on the Enterprise plan.',
    );
  }
  if (context.status === 'disabled') {
    return new ScimError(
      403,
      'This directory is disabled. Make a new one on the SSO page and use its address and token.',
    );
  }
  return undefined;
}
