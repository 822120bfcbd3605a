import { allTopics, type Caller, type EventDefinition, serviceAudience } from '@gatehouse/contracts';
import { openDatabase } from '@gatehouse/database';
import { eventingEntities, eventingMigrations, Outbox, startEventing } from '@gatehouse/eventing';
import { createEmbeddedBus } from '@gatehouse/eventing-embedded';
import { startService } from '@gatehouse/service-host';
import { testDatabase } from '@gatehouse/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { service as definition } from './index.js';

const issuer = 'http://localhost:8080';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** The running service on an embedded bus, beside a stand-in for directory-sync that publishes through its own outbox. */
export async function serviceFixture() {
  const schemas = [
    { name: 'bus', schema: 'bus', entities: [], migrations: [] },
    definition,
    {
      name: 'neighbour',
      schema: 'directory_sync',
      entities: eventingEntities,
      migrations: eventingMigrations,
    },
  ];
  const own = await testDatabase(...schemas);
  const keys = await gatewayKeys();
  const env = {
    PUBLIC_URL: issuer,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'error',
    DATABASE_URL: own.urls['account'],
    BUS_DATABASE_URL: own.urls['bus'],
    GATEWAY_JWKS_URL: keys.url,
  };
  const service = await startService(definition, { env, embedded: true });
  const neighbour = await startNeighbour(own.urls['directory_sync']!, own.urls['bus']!);
  return {
    service,
    publish: neighbour.publish,
    as: (caller: Caller | null) => clientOf(service.url, caller && (() => keys.sign(caller))),
    close: async () => {
      await service.close();
      await neighbour.close();
      await keys.close();
      await own.drop();
    },
  };
}
export type ServiceFixture = Awaited<ReturnType<typeof serviceFixture>>;

async function startNeighbour(url: string, busUrl: string) {
  const database = await openDatabase({
    url,
    schema: 'directory_sync',
    entities: eventingEntities,
    migrations: eventingMigrations,
  });
  const outbox = new Outbox(database);
  const bus = await createEmbeddedBus({
    service: 'directory-sync',
    database,
    topics: allTopics,
    databaseUrl: busUrl,
  });
  const eventing = startEventing({ service: 'directory-sync', database, outbox, bus });
  return {
    /** In one transaction. */
    publish: <T>(event: EventDefinition<T>, ...data: T[]) =>
      database.inTransaction(async (tx) => {
        for (const each of data) outbox.append(tx, event, each);
      }),
    close: async () => {
      await eventing.stop();
      await bus.close();
      await database.close();
    },
  };
}

function clientOf(url: string, tokenOf: (() => Promise<string>) | null) {
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(tokenOf ? { authorization: `Bearer ${await tokenOf()}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  };
}

/** The gateway's key set, and callers as it would sign them. */
async function gatewayKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' };
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sign: (caller: Caller) =>
      new SignJWT({ caller })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
        .setIssuer(issuer)
        .setAudience(serviceAudience('account'))
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
