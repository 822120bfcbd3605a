import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AccountCreated,
  allTopics,
  newId,
  serviceAudience,
  TestSignInCompleted,
  type AccountState,
  type Caller,
  type EventData,
  type EventDefinition,
  type Plan,
} from '@gatehouse/contracts';
import { openDatabase } from '@gatehouse/database';
import { eventingEntities, eventingMigrations } from '@gatehouse/eventing';
import { createEmbeddedBus } from '@gatehouse/eventing-embedded';
import { startService } from '@gatehouse/service-host';
import { dnsServer, eventually, testDatabase } from '@gatehouse/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { service as definition } from './index.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

const issuer = 'http://localhost:8080';

/** A running sso-config on a database, a DNS and an embedded bus of its own. What other services would tell it comes by the bus. */
export async function startFixture() {
  const database = await testDatabase({ schema: 'bus', entities: [], migrations: [] }, peers, definition);
  const keys = await gatewayKeys();
  const dns = await dnsServer();
  const idp = await site();
  const service = await startService(definition, {
    embedded: true,
    env: {
      PUBLIC_URL: issuer,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      DATABASE_URL: database.urls[definition.schema],
      BUS_DATABASE_URL: database.urls['bus'],
      GATEWAY_JWKS_URL: keys.url,
      SEALING_KEYS: sealingKeys,
      DNS_SERVERS: dns.address,
      ALLOWED_PRIVATE_ORIGINS: idp.origin,
    },
  });
  const bus = new pg.Pool({ connectionString: database.urls['bus'], options: '-c search_path=bus', max: 1 });

  const as = (caller: Caller | null): Client =>
    clientOf(service.url, async () => caller && keys.sign(caller));
  const admin = (accountId: string, plan: Plan = 'enterprise') => as(userOf(accountId, 'admin', plan));

  const peer = await openPeer(database.urls);
  /** Publishes as another service would, and waits until it was handled here. */
  const deliver = async <T>(event: EventDefinition<T>, data: T): Promise<void> => {
    await peer.publish(event, data);
    await eventually(async () => {
      const { rows } = await bus.query(
        `select 1 from positions where group_name = 'sso-config' and topic = $1
         and position >= (select max(position) from events where topic = $1)`,
        [event.topic.name],
      );
      if (rows.length === 0) throw new Error(`${event.type} was not handled`);
    });
    const parked = await service.database.query<{ error: string }>('select error from parked_events');
    if (parked.length > 0) throw new Error(JSON.stringify(parked));
  };

  let version = Date.now();
  const account = async (change: Partial<AccountState> = {}): Promise<string> => {
    const id = change.id ?? newId('acct');
    const state: AccountState = {
      id,
      version: (version += 1),
      name: 'Acme',
      slug: id.replace('_', '-'),
      plan: 'enterprise',
      enterpriseEndedAt: null,
      policy: { enforcement: 'required', exempt: 'owners_and_admins', jitProvisioning: true },
      status: 'active',
      ...change,
    };
    await deliver(AccountCreated, state);
    return id;
  };

  const testSucceeded = async (
    accountId: string,
    connectionId: string,
    configVersion: number,
    status: 'succeeded' | 'failed' = 'succeeded',
  ) => {
    const data: EventData<typeof TestSignInCompleted> = {
      testId: newId('test'),
      at: new Date().toISOString(),
      accountId,
      connectionId,
      configVersion,
      status,
      code: status === 'succeeded' ? null : 'audience_mismatch',
    };
    await deliver(TestSignInCompleted, data);
  };

  /** What the topic holds of a key, once `count` records are there. */
  const published = async <T = Record<string, unknown>>(topic: string, key: string, count: number) =>
    eventually(async () => {
      const { rows } = await bus.query<{ value: string | null; headers: Record<string, string> }>(
        'select value, headers from events where topic = $1 and key = $2 order by position',
        [topic, key],
      );
      if (rows.length < count) throw new Error(`${rows.length} of ${count} records: ${JSON.stringify(rows)}`);
      return rows.map(({ value, headers }) => ({
        type: headers['ce_type'],
        data: value === null ? null : (JSON.parse(value) as T),
      }));
    });

  /** A domain of the account, proved and enabled. */
  const enabledDomain = async (accountId: string, name = `${randomBytes(5).toString('hex')}.test`) => {
    const client = admin(accountId);
    const base = `/api/v1/accounts/${accountId}/domains`;
    const claimed = await client.post(base, { name });
    const proof = claimed.body['proof'] as { name: string; value: string };
    dns.set(proof.name, { TXT: [proof.value] });
    const id = String(claimed.body['id']);
    await client.post(`${base}/${id}/verify`);
    const enabled = await client.post(`${base}/${id}/enable`);
    if (enabled.status !== 200) throw new Error(JSON.stringify(enabled));
    return { id, name, path: `${base}/${id}`, proof };
  };

  return {
    ...{ service, dns, idp, as, admin, account, testSucceeded, published, enabledDomain },
    query: service.database.query.bind(service.database),
    /** The set-up session of a link, as the gateway resolves it. */
    setupCaller: async (cookie: string): Promise<Answer> =>
      as({ kind: 'gateway' }).post('/internal/setup-sessions/resolve', { token: cookie }),
    close: async () => {
      await service.close();
      await peer.close();
      await bus.end();
      await Promise.all([keys.close(), dns.close(), idp.close()]);
      await database.drop();
    },
  };
}

/** The other services: one database and one sender for all of them. */
const peers = { schema: 'peers', entities: eventingEntities, migrations: eventingMigrations };

async function openPeer(urls: Record<string, string>) {
  const database = await openDatabase({ ...peers, url: urls['peers'] ?? '', poolSize: 2 });
  const bus = await createEmbeddedBus({
    service: 'peers',
    database,
    databaseUrl: urls['bus'] ?? '',
    topics: allTopics,
  });
  const session = await bus.publisher.open();
  return {
    publish: async <T>(event: EventDefinition<T>, data: T): Promise<void> => {
      const key = event.key(data);
      const headers = {
        ce_specversion: '1.0',
        ce_id: newId('evt'),
        ce_source: 'peers',
        ce_type: event.type,
        ce_time: new Date().toISOString(),
        ce_subject: key,
        'content-type': 'application/json',
      };
      await session.send([{ topic: event.topic.name, key, value: JSON.stringify(data), headers }]);
    },
    close: async () => {
      await session.close();
      await bus.close();
      await database.close();
    },
  };
}

export const sealingKeys = randomBytes(32).toString('base64url');

export function userOf(accountId: string, role: 'owner' | 'admin' | 'member', plan: Plan): Caller {
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

function clientOf(url: string, tokenOf: () => Promise<string | null>): Client {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const token = await tokenOf();
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
  };
}

/** A web server that an operator allows though it is private: the identity provider. */
async function site() {
  const current: { handle: RequestListener } = {
    handle: (_, response) => void response.writeHead(404).end(),
  };
  const server = createServer((request, response) => current.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    /** Documents by path; anything else is 404. */
    serve: (documents: Record<string, string | object>) => {
      current.handle = (request, response) => {
        const document = documents[request.url ?? ''];
        if (document === undefined) response.writeHead(404).end('not here');
        else response.end(typeof document === 'string' ? document : JSON.stringify(document));
      };
    },
    redirect: (location: string) => {
      current.handle = (_, response) => response.writeHead(302, { location }).end();
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** The gateway's key set, and callers as it would sign them. */
async function gatewayKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' }],
  });
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(jwks),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sign: (caller: Caller) =>
      new SignJWT({ caller })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
        .setIssuer(issuer)
        .setAudience(serviceAudience('sso-config'))
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
