import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '@gatehouse/database';
import { BrowserCookies, type WithHeaders } from '../browser/cookies.js';
import { digest, newSecret } from '../browser/tokens.js';

export const LIFETIME_SECONDS = 600;

export interface NewRequest {
  id: string;
  connectionId: string;
  accountId: string;
  protocol: 'saml' | 'oidc';
  testId: string | null;
  configVersion: number;
  returnTo: string;
  nonce?: string;
  codeVerifier?: string;
}

export interface StoredRequest extends Record<string, unknown> {
  id: string;
  connectionId: string;
  testId: string | null;
  configVersion: number;
  returnTo: string;
  nonce: string | null;
  codeVerifier: string | null;
  browserHash: string;
  createdAt: Date;
}

export type StoredTest = StoredRequest & { testId: string };

export function isTest(stored: StoredRequest | null): stored is StoredTest {
  return stored !== null && stored.testId !== null;
}

const columns = `id, connection_id as "connectionId", test_id as "testId", config_version::float8 as "configVersion",
  return_to as "returnTo", nonce, code_verifier as "codeVerifier", browser_hash as "browserHash", created_at as "createdAt"`;
const open = 'id = $1 and connection_id = $2 and expires_at > clock_timestamp()';

/** The rows of sign-ins under way. Each is used once, by one browser, for one connection. */
@Injectable()
export class SignInRequests {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
  ) {}

  /** Stores a request; answers the `Set-Cookie` values that bind it to this browser. */
  async store(request: WithHeaders, made: NewRequest): Promise<string[]> {
    // A cookie that is there already is kept: two tabs may sign in at once.
    const binding = this.cookies.bindings(request).find((it) => /^[\w-]{43}$/.test(it)) ?? newSecret();
    await this.database.query(
      `insert into sign_in_requests
         (id, connection_id, account_id, protocol, browser_hash, test_id, config_version, return_to, nonce, code_verifier, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp() + make_interval(secs => $11))`,
      [
        made.id,
        made.connectionId,
        made.accountId,
        made.protocol,
        digest(binding),
        made.testId,
        made.configVersion,
        made.returnTo,
        made.nonce ?? null,
        made.codeVerifier ?? null,
        LIFETIME_SECONDS,
      ],
    );
    return this.cookies.bind(binding, LIFETIME_SECONDS);
  }

  /** Looks one up and leaves it. */
  async find(id: string, connectionId: string): Promise<StoredRequest | null> {
    const [found] = await this.database.query<StoredRequest>(
      `select ${columns} from sign_in_requests where ${open}`,
      [id, connectionId],
    );
    return found ?? null;
  }

  /** Uses one up: of several callers one gets it. */
  async take(
    id: string,
    connectionId: string,
    reader: Pick<Tx, 'query'> = this.database,
  ): Promise<StoredRequest | null> {
    const [taken] = await reader.query<StoredRequest>(
      `delete from sign_in_requests where ${open} returning ${columns}`,
      [id, connectionId],
    );
    return taken ?? null;
  }

  isSameBrowser(request: WithHeaders, stored: StoredRequest): boolean {
    return this.cookies.bindings(request).some((it) => digest(it) === stored.browserHash);
  }
}
