import {
  AccountCreated,
  type AccountState,
  allTopics,
  type Caller,
  type DirectoryState,
  type DirectoryUserState,
  DomainEnabled,
  type DomainState,
  type EventDefinition,
  newId,
  type Plan,
  serviceAudience,
} from '@gatehouse/contracts';
import type { PublishSession } from '@gatehouse/eventing';
import { createEmbeddedBus } from '@gatehouse/eventing-embedded';
import { type RunningService, startService } from '@gatehouse/service-host';
import { eventually, testDatabase } from '@gatehouse/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { service as definition } from './index.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

interface Sent {
  body?: unknown;
  raw?: string;
  headers?: Record<string, string | undefined>;
}

export interface Published<T> {
  type: string;
  data: T;
}

type Send = (method: string, path: string, sent?: Sent) => Promise<Answer>;

export interface Client {
  send: Send;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface ScimClient extends Client {
  accountId: string;
  directoryId: string;
  baseUrl: string;
  token: string;
  tokenId: string;
}

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

const issuer = 'http://localhost:8080';

/**
 * A running directory-sync on a database and an embedded bus of its own, on which the specs speak for the other
 * services and read what it publishes.
 */
export async function startFixture(env: Record<string, string> = {}) {
  const database = await testDatabase(definition, { schema: 'bus', entities: [], migrations: [] });
  const busUrl = String(database.urls['bus']);
  const keys = await gatewayKeys();
  const service = await startService(definition, {
    embedded: true,
    env: {
      PUBLIC_URL: issuer,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      DATABASE_URL: database.urls[definition.schema],
      BUS_DATABASE_URL: busUrl,
      GATEWAY_JWKS_URL: keys.url,
      SCIM_RATE_LIMIT: '10000',
      ...env,
    },
  });
  const bus = await createEmbeddedBus({
    service: 'spec',
    database: service.database,
    topics: allTopics,
    databaseUrl: busUrl,
  });
  const session = await bus.publisher.open();
  const log = new pg.Client({ connectionString: busUrl, options: '-c search_path=bus' });
  await log.connect();
  const state = statesOf(service, session, log);

  const api = (caller: Caller | null): Client =>
    clientOf(async (method, path, sent = {}) => {
      const authorization = caller && `Bearer ${await keys.sign(caller)}`;
      return send(
        service.url + path,
        method,
        sent,
        { ...(authorization ? { authorization } : {}) },
        'application/json',
      );
    });
  // The newest account owns acme.test: a domain has one owner.
  const enterpriseAccount = async (): Promise<string> => {
    const accountId = newId('acct');
    await state.account(accountId, { plan: 'enterprise' });
    await state.domain(accountId, 'acme.test', 'enabled');
    return accountId;
  };
  const admin = (accountId: string, plan: Plan = 'enterprise') => api(userOf(accountId, 'admin', plan));
  const token = async (accountId: string, directoryId: string): Promise<ScimClient> => {
    const made = await admin(accountId).post(
      `/api/v1/accounts/${accountId}/directories/${directoryId}/tokens`,
    );
    const secret = String(made.body['token']);
    const client = clientOf((method, path, sent = {}) =>
      send(
        `${service.url}/scim/v2/${directoryId}${path}`,
        method,
        sent,
        { authorization: `Bearer ${secret}` },
        'application/scim+json',
      ),
    );
    const baseUrl = `${issuer}/scim/v2/${directoryId}`;
    return { ...client, accountId, directoryId, baseUrl, token: secret, tokenId: String(made.body['id']) };
  };
  const directory = async (accountId: string): Promise<ScimClient> => {
    const made = await admin(accountId).post(`/api/v1/accounts/${accountId}/directories`, {
      name: 'Directory',
    });
    return token(accountId, String(made.body['id']));
  };

  return {
    url: service.url,
    publicUrl: issuer,
    app: service.app,
    eventually,
    ...state,
    enterpriseAccount,
    admin,
    member: (accountId: string) => api(userOf(accountId, 'member', 'enterprise')),
    setup: (accountId: string, purposes: ('sso' | 'directory')[]) =>
      api({
        kind: 'setup',
        accountId,
        plan: 'enterprise',
        linkId: newId('link'),
        setupSessionId: newId('setup'),
        domainIds: [],
        purposes,
        mayActivate: true,
      }),
    anonymous: () => api(null),
    directory,
    /** A directory of an Enterprise account with the enabled domain acme.test; live from its first user on. */
    liveDirectory: async () => directory(await enterpriseAccount()),
    token: (of: ScimClient) => token(of.accountId, of.directoryId),
    revoke: (of: ScimClient) =>
      admin(of.accountId).delete(
        `/api/v1/accounts/${of.accountId}/directories/${of.directoryId}/tokens/${of.tokenId}`,
      ),
    close: async () => {
      await log.end();
      await session.close();
      await bus.close();
      await service.close();
      await keys.close();
      await database.drop();
    },
  };
}

function statesOf({ database }: RunningService, session: PublishSession, log: pg.Client) {
  let version = Date.now();
  /** Publishes as another service would, and waits until it is applied. */
  const publish = async <T extends { version: number }>(
    event: EventDefinition<T>,
    data: T,
    table: 'account' | 'domain',
    column: 'id' | 'name',
  ) => {
    const key = event.key(data);
    const headers = {
      ce_specversion: '1.0',
      ce_id: newId('evt'),
      ce_source: 'spec',
      ce_type: event.type,
      ce_time: new Date().toISOString(),
      ce_subject: key,
    };
    await session.send([{ topic: event.topic.name, key, value: JSON.stringify(data), headers }]);
    await eventually(async () => {
      const [row] = await database.query<{ version: number }>(
        `select version from ${table} where ${column} = $1`,
        [key],
      );
      if (row?.version !== data.version) throw new Error(`${event.type} of ${key} is not applied`);
    });
  };
  /** What the service published of a key: all of it has left the outbox. */
  const published = async <T>(key: string, topic: string): Promise<Published<T>[]> => {
    await eventually(async () => {
      const waiting = await database.query('select 1 from outbox where key = $1', [key]);
      if (waiting.length > 0) throw new Error(`events of ${key} wait to be sent`);
    });
    const { rows } = await log.query<Published<T>>(
      `select headers->>'ce_type' as type, value::json as data from events where key = $1 and topic = $2 order by position`,
      [key, topic],
    );
    return rows;
  };
  return {
    account: (
      id: string,
      change: { plan: Plan; enterpriseEndedAt?: Date; status?: AccountState['status'] },
    ) =>
      publish(
        AccountCreated,
        {
          id,
          version: (version += 1),
          name: 'Acme',
          slug: id.replace('_', '-'),
          plan: change.plan,
          enterpriseEndedAt: change.enterpriseEndedAt?.toISOString() ?? null,
          policy: { enforcement: 'required', exempt: 'owners_and_admins', jitProvisioning: true },
          status: change.status ?? 'active',
        },
        'account',
        'id',
      ),
    domain: (accountId: string, name: string, status: DomainState['status']) =>
      publish(
        DomainEnabled,
        { name, version: (version += 1), domainId: newId('dom'), accountId, status },
        'domain',
        'name',
      ),
    userEvents: (id: string) => published<DirectoryUserState>(id, 'directory.users.v1'),
    directoryEvents: (id: string) => published<DirectoryState>(id, 'directory.directories.v1'),
    auditActions: async (accountId: string): Promise<string[]> => {
      const entries = await published<{ action: string }>(accountId, 'audit.entries.v1');
      return entries.map(({ data }) => data.action);
    },
    /** How many users hold an attribute of this name. */
    stored: async (attribute: string): Promise<number> => {
      const rows = await database.query('select 1 from scim_user where document ? $1', [attribute]);
      return rows.length;
    },
  };
}

function userOf(accountId: string, role: 'admin' | 'member', plan: Plan): Caller {
  return {
    kind: 'user',
    userId: newId('user'),
    sessionId: newId('sess'),
    membershipId: newId('mem'),
    email: 'admin@acme.test',
    role,
    accountId,
    plan,
  };
}

function clientOf(request: Send): Client {
  return {
    send: request,
    get: (path, headers) => request('GET', path, { headers }),
    post: (path, body) => request('POST', path, { body }),
    put: (path, body, headers) => request('PUT', path, { body, headers }),
    patch: (path, body, headers) => request('PATCH', path, { body, headers }),
    delete: (path, headers) => request('DELETE', path, { headers }),
  };
}

async function send(
  url: string,
  method: string,
  sent: Sent,
  credentials: Record<string, string>,
  type: string,
): Promise<Answer> {
  const body = sent.raw ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
  const headers = new Headers(credentials);
  if (body !== undefined) headers.set('content-type', type);
  for (const [name, value] of Object.entries(sent.headers ?? {})) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** The gateway's key set, and callers as it would sign them. */
async function gatewayKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' }],
  });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(jwks);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    sign: (caller: Caller) =>
      new SignJWT({ caller })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
        .setIssuer(issuer)
        .setAudience(serviceAudience('directory-sync'))
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
