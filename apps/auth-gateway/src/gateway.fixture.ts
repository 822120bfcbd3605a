import pg from 'pg';
import { randomBytes, generateKeyPairSync } from 'node:crypto';
import {
  AccountCreated,
  type AccountState,
  allTopics,
  ConnectionActivated,
  ConnectionDisabled,
  DomainEnabled,
  DomainLost,
  DomainVerified,
  type EventDefinition,
  InvitationIssued,
  type InvitationState,
  type MembershipState,
  newId,
  nextVersion,
} from '@gatehouse/contracts';
import type { Database } from '@gatehouse/database';
import { createEmbeddedBus } from '@gatehouse/eventing-embedded';
import { type RunningService, startService } from '@gatehouse/service-host';
import { eventually, testDatabase, type TestDatabase } from '@gatehouse/testing';
import { digest, newSecret } from './browser/tokens.js';
import { service } from './index.js';
import { Sessions } from './sessions/sessions.service.js';

export const OPERATOR_TOKEN = 'operator-token-of-the-tests-only';
export const PUBLIC_URL = 'http://localhost:8080';

const projections: Record<string, [table: string, key: string]> = {
  'account.accounts.v1': ['accounts', 'id'],
  'account.memberships.v1': ['memberships', 'id'],
  'account.invitations.v1': ['invitations', 'id'],
  'directory.directories.v1': ['directories', 'id'],
  'directory.users.v1': ['directory_users', 'id'],
  'sso.domains.v1': ['domains', 'name'],
  'eventing.heartbeats.v1': ['heartbeats', 'service'],
  'sso.connections.v1': ['connections', 'id'],
};

/** One replica of the gateway, or several on one database, with a bus on which the specs speak for the other services. */
export class Gateway {
  private constructor(
    readonly running: RunningService,
    private readonly testDatabase: TestDatabase,
    private readonly env: Record<string, string>,
    private readonly bus: Awaited<ReturnType<typeof createEmbeddedBus>>,
  ) {}

  static async start(extra: Record<string, string> = {}): Promise<Gateway> {
    const own = { entities: [], migrations: [] };
    const database = await testDatabase({ schema: service.schema, ...own }, { schema: 'bus', ...own });
    const { privateKey } = generateKeyPairSync('ed25519');
    const env = {
      HOST: '127.0.0.1',
      PORT: '0',
      PUBLIC_URL,
      DATABASE_URL: database.urls[service.schema]!,
      BUS_DATABASE_URL: database.urls['bus']!,
      LOG_LEVEL: 'error',
      LOG_FORMAT: 'json',
      METRICS_PORT: '0',
      OPERATOR_TOKEN,
      SIGNING_KEYS: JSON.stringify([privateKey.export({ format: 'jwk' })]),
      SEALING_KEYS: randomBytes(32).toString('base64url'),
      ...extra,
    };
    const running = await startService(service, { env, embedded: true });
    const bus = await createEmbeddedBus({
      service: 'spec',
      database: running.database,
      topics: allTopics,
      databaseUrl: env.BUS_DATABASE_URL,
    });
    return new Gateway(running, database, env, bus);
  }

  get url(): string {
    return this.running.url;
  }

  get database(): Database {
    return this.running.database;
  }

  get<T>(type: new (...args: never[]) => T): T {
    return this.running.app.get(type, { strict: false });
  }

  setting(name: string): string {
    return this.env[name]!;
  }

  get databaseUrl(): string {
    return this.env['DATABASE_URL']!;
  }

  async replica(extra: Record<string, string> = {}): Promise<RunningService> {
    return startService(service, { env: { ...this.env, ...extra }, embedded: true });
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.running.close();
    await this.testDatabase.drop();
  }

  /** Publishes as another service would, and waits until this gateway has applied it. */
  async publish<T extends { version: number }>(event: EventDefinition<T>, data: T): Promise<void> {
    await this.send(event, data);
    const key = event.key(data);
    const [table, column] = projections[event.topic.name]!;
    await eventually(async () => {
      const [row] = await this.database.query<{ version: number }>(
        `select version from ${table} where ${column} = $1`,
        [key],
      );
      if (!row || row.version < data.version) throw new Error(`${event.type} of ${key} is not applied`);
    });
  }

  /** Publishes as another service would. */
  async send<T>(event: EventDefinition<T>, data: T): Promise<void> {
    const key = event.key(data);
    const session = await this.bus.publisher.open();
    const headers = {
      ce_specversion: '1.0',
      ce_id: newId('evt'),
      ce_source: 'spec',
      ce_type: event.type,
      ce_time: new Date().toISOString(),
      ce_subject: key,
      'content-type': 'application/json',
    };
    await session.send([{ topic: event.topic.name, key, value: JSON.stringify(data), headers }]);
    await session.close();
  }

  async domain(name: string, accountId: string, status: 'verified' | 'enabled' | 'lost'): Promise<void> {
    const [known] = await this.database.query<{ version: number }>(
      'select version from domains where name = $1',
      [name],
    );
    const event = { verified: DomainVerified, enabled: DomainEnabled, lost: DomainLost }[status];
    await this.publish(event, {
      name,
      version: nextVersion(known?.version),
      domainId: newId('dom'),
      accountId,
      status,
    });
  }

  async connection(id: string, accountId: string, status: 'active' | 'disabled'): Promise<void> {
    const [known] = await this.database.query<{ version: number }>(
      'select version from connections where id = $1',
      [id],
    );
    await this.publish(status === 'active' ? ConnectionActivated : ConnectionDisabled, {
      id,
      version: nextVersion(known?.version),
      accountId,
      protocol: 'saml',
      provider: 'saml',
      name: 'The identity provider',
      status,
      domains: [],
      live: null,
      draft: null,
      activatedAt: null,
    });
  }

  /** An account with the policy `required`, a domain enabled and a connection active. */
  async enterprise(
    slug: string,
    domain: string,
    change: Partial<AccountState> = {},
  ): Promise<{ account: AccountState; connectionId: string }> {
    const account = accountOf(slug, change);
    const connectionId = newId('conn');
    await this.publish(AccountCreated, account);
    await this.domain(domain, account.id, 'enabled');
    await this.connection(connectionId, account.id, 'active');
    return { account, connectionId };
  }

  /** A session as a sign-in makes it; its browser. */
  async signIn(
    member: Pick<MembershipState, 'userId' | 'email'>,
    through?: { accountId: string; connectionId: string },
  ): Promise<Browser> {
    const browser = new Browser(this.url);
    const session = await this.database.inTransaction((tx) =>
      this.get(Sessions).create(tx, {
        userId: member.userId,
        authentication: {
          method: through ? 'saml' : 'password',
          connectionId: through?.connectionId ?? null,
          accountId: through?.accountId ?? null,
          email: member.email,
          at: new Date(),
        },
        request: { headers: {}, ip: '127.0.0.1' },
      }),
    );
    browser.take(session.setCookie);
    browser.csrfToken = session.csrfToken;
    return browser;
  }

  /** An invitation as the account service issues it; answers the token of its link. */
  async invite(
    member: MembershipState,
    change: Partial<InvitationState> = {},
  ): Promise<{ token: string; invitation: InvitationState }> {
    const token = newSecret();
    const invitation: InvitationState = {
      id: newId('inv'),
      version: nextVersion(null),
      kind: 'invitation',
      accountId: member.accountId,
      membershipId: member.id,
      userId: member.userId,
      email: member.email,
      tokenHash: digest(token),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      status: 'pending',
      ...change,
    };
    await this.publish(InvitationIssued, invitation);
    return { token, invitation };
  }

  /** What the gateway has published so far, of one type. */
  async published(type: string): Promise<Record<string, unknown>[]> {
    return this.busRows(type);
  }

  private async busRows(type: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({
      connectionString: this.env['BUS_DATABASE_URL'],
      options: '-c search_path=bus',
    });
    await client.connect();
    try {
      const { rows } = await client.query<{ value: string }>(
        "select value from events where headers->>'ce_type' = $1 order by position",
        [type],
      );
      return rows.map((row) => JSON.parse(row.value) as Record<string, unknown>);
    } finally {
      await client.end();
    }
  }
}

/** Keeps cookies and sends what a page of ours would. */
export class Browser {
  csrfToken = '';
  private readonly cookies = new Map<string, string>();

  constructor(private readonly base: string) {}

  take(setCookie: string): void {
    const [pair = ''] = setCookie.split(';', 1);
    const at = pair.indexOf('=');
    if (/max-age=0/i.test(setCookie)) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async fetch(
    path: string,
    init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { method = 'GET', body, headers = {} } = init;
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(method === 'GET' ? {} : { origin: PUBLIC_URL, 'x-csrf-token': this.csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) this.take(cookie);
    const text = await response.text();
    const json = text === '' ? {} : (JSON.parse(text) as Record<string, never>);
    if (typeof json['csrfToken'] === 'string') this.csrfToken = json['csrfToken'];
    return { status: response.status, code: json['code'], headers: response.headers, body: json };
  }

  async authorize(account: string): Promise<string> {
    const { status, code } = await this.fetch('/authorize', { headers: { 'x-gatehouse-account': account } });
    return code === undefined ? String(status) : `${status} ${code}`;
  }
}

export interface Answer {
  status: number;
  code: string | undefined;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is in it is what a spec asserts
  body: any;
}

export function accountOf(slug: string, change: Partial<AccountState> = {}): AccountState {
  return {
    id: newId('acct'),
    version: nextVersion(null),
    name: slug,
    slug,
    plan: 'enterprise',
    enterpriseEndedAt: null,
    policy: { enforcement: 'required', exempt: 'owners_and_admins', jitProvisioning: true },
    status: 'active',
    ...change,
  };
}

export function memberOf(
  account: AccountState,
  email: string,
  change: Partial<MembershipState> = {},
): MembershipState {
  return {
    id: newId('mem'),
    version: nextVersion(null),
    accountId: account.id,
    userId: newId('user'),
    email,
    name: email,
    role: 'member',
    status: 'active',
    managedBy: 'local',
    directoryId: null,
    directoryUserId: null,
    ...change,
  };
}

/** The next state of an aggregate. */
export function changed<T extends { version: number }>(state: T, change: Partial<T>): T {
  return { ...state, ...change, version: nextVersion(state.version) };
}
