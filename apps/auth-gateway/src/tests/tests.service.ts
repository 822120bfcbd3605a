import { Inject, Injectable } from '@nestjs/common';
import { newId, TestSignInCompleted } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { SETTINGS } from '@gatehouse/service-host';
import { digest, newSecret } from '../browser/tokens.js';
import type { Connection } from '../connections/connections.service.js';
import type { GatewaySettings } from '../settings.js';
import { SignInRequests, type StoredTest } from '../sign-in/requests.service.js';

export interface Check {
  readonly code: string;
  readonly ok: boolean;
  readonly expected?: string;
  readonly received?: string;
  readonly hint?: string;
}

/** What the provider said of the person, as the admin sees it. */
export interface TestProfile {
  readonly subject: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface TestRow extends Record<string, unknown> {
  id: string;
  connectionId: string;
  status: 'pending' | 'succeeded' | 'failed' | 'expired';
  code: string | null;
  checks: Check[];
  profile: Record<string, unknown> | null;
  createdAt: Date;
}

const MINUTES = 30;
const columns = `id, connection_id as "connectionId", code, checks, profile, created_at as "createdAt",
  case when status = 'pending' and expires_at < clock_timestamp() then 'expired' else status end as status`;

type Result =
  | { ok: true; profile: TestProfile; checks: readonly Check[] }
  | { ok: false; code: string; detail: string; checks: readonly Check[] };

/** Real sign-ins that make no session: a connection is activated only after one of its present configuration. */
@Injectable()
export class Tests {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(SignInRequests) private readonly requests: SignInRequests,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** @returns the address to open in a browser; whoever has it may make this one test */
  async create({ id: connectionId, accountId, draft }: Connection): Promise<{ id: string; url: string }> {
    const id = newId('test');
    const secret = newSecret();
    await this.database.query(
      `insert into test_sign_ins (id, account_id, connection_id, config_version, token_hash, status, expires_at)
       values ($1, $2, $3, $4, $5, 'pending', clock_timestamp() + make_interval(mins => $6))`,
      [id, accountId, connectionId, draft?.configVersion ?? 0, digest(secret), MINUTES],
    );
    return { id, url: `${this.settings.PUBLIC_URL}/auth/tests/${id}?secret=${secret}` };
  }

  /** The connection of a test that is still to be made. */
  async open(id: string, secret: string): Promise<string | undefined> {
    const [test] = await this.database.query<{ connection_id: string }>(
      `select connection_id from test_sign_ins
       where id = $1 and token_hash = $2 and status = 'pending' and expires_at > clock_timestamp()`,
      [id, digest(secret)],
    );
    return test?.connection_id;
  }

  async list(connectionId: string, limit: number, cursor: string | undefined): Promise<TestRow[]> {
    return this.database.query<TestRow>(
      `select ${columns} from test_sign_ins where connection_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
      [connectionId, cursor ?? null, limit],
    );
  }

  async find(connectionId: string, id: string): Promise<TestRow | undefined> {
    const [test] = await this.database.query<TestRow>(
      `select ${columns} from test_sign_ins where connection_id = $1 and id = $2`,
      [connectionId, id],
    );
    return test;
  }

  /** Records the result, once. @returns what went wrong, or undefined */
  async complete(connection: Connection, stored: StoredTest, result: Result): Promise<string | undefined> {
    await this.database.inTransaction(async (tx) => {
      // SAML: used up here; an OpenID Connect state was taken by its verification.
      await this.requests.take(stored.id, connection.id, tx);
      const status = result.ok ? 'succeeded' : 'failed';
      const code = result.ok ? null : result.code;
      const recorded = await tx.query(
        `update test_sign_ins set status = $2, code = $3, checks = $4, profile = $5, completed_at = clock_timestamp()
         where id = $1 and status = 'pending' returning id`,
        [
          stored.testId,
          status,
          code,
          JSON.stringify(result.checks),
          result.ok ? JSON.stringify(result.profile) : null,
        ],
      );
      if (recorded.length === 0) return;
      this.outbox.append(tx, TestSignInCompleted, {
        testId: stored.testId,
        at: new Date().toISOString(),
        accountId: connection.accountId,
        connectionId: connection.id,
        configVersion: stored.configVersion,
        status,
        code,
      });
    });
    return result.ok ? undefined : result.detail;
  }
}
