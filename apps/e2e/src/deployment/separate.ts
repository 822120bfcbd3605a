import { prepareSchemas } from '@gatehouse/database';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoFile, SeparateDeployment, ServiceName } from './deployment.js';
import { program, type Program } from './program.js';

const services: Record<ServiceName, { schema: string }> = {
  account: { schema: 'account' },
  'sso-config': { schema: 'sso_config' },
  'directory-sync': { schema: 'directory_sync' },
  'auth-gateway': { schema: 'auth_gateway' },
};

export interface Ports {
  service: Record<ServiceName, number>;
  metrics: Record<ServiceName, number>;
  idp: number;
  dns: number;
}

export interface SeparateOptions {
  /** Of a superuser, in a database for this deployment alone. */
  databaseUrl: string;
  brokers: string[];
  ports: Ports;
  dataDir: string;
  env?: Record<string, string>;
}

/** The four services and the demo identity provider, each its own process, on a real Kafka. */
export async function startSeparate(options: SeparateOptions): Promise<SeparateDeployment> {
  const { ports, dataDir, brokers } = options;
  await mkdir(dataDir, { recursive: true });
  const operatorToken = randomBytes(24).toString('base64url');
  const env = await environments(options, operatorToken);
  const log = (name: string) => join(dataDir, `${name}.log`);

  const idp = program({
    name: 'demo-idp',
    script: 'apps/demo-idp/dist/main.js',
    env: { PORT: String(ports.idp), DNS_PORT: String(ports.dns), DATA_DIR: join(dataDir, 'demo-idp') },
    readyUrl: `http://127.0.0.1:${ports.idp}/api/people`,
    logFile: log('demo-idp'),
  });
  const programs = Object.fromEntries(
    names().map((name) => [
      name,
      program({
        name,
        script: `apps/${name}/dist/main.js`,
        env: env[name],
        readyUrl: `http://127.0.0.1:${ports.service[name]}/health/ready`,
        logFile: log(name),
      }),
    ]),
  ) as Record<ServiceName, Program>;

  const close = async () => {
    await Promise.all(names().map((name) => programs[name].stop()));
    await idp.stop();
  };
  try {
    await idp.start();
    await Promise.all(names().map((name) => programs[name].start()));
  } catch (error) {
    await close();
    throw error;
  }

  const demo = await writeDemoFile(dataDir, ports, operatorToken);
  return {
    kind: 'separate',
    ...{ demo, url: demo.url, brokers, close },
    service: (name) => ({
      kill: () => programs[name].kill(),
      restart: async () => {
        await programs[name].stop();
        await programs[name].start();
      },
    }),
  };
}

const names = () => Object.keys(services) as ServiceName[];

/** Only the gateway holds signing keys; only it and sso-config hold sealing keys. */
async function environments(
  options: SeparateOptions,
  operatorToken: string,
): Promise<Record<ServiceName, Record<string, string>>> {
  const { ports, brokers, databaseUrl } = options;
  const urls = await prepareSchemas(
    databaseUrl,
    Object.values(services).map(({ schema }) => ({
      schema,
      role: `gatehouse_${schema}`,
      password: `gatehouse_${schema}`,
    })),
  );
  const sealing = { SEALING_KEYS: randomBytes(32).toString('base64url') };
  const own: Record<ServiceName, Record<string, string>> = {
    account: {},
    'directory-sync': {},
    'sso-config': sealing,
    'auth-gateway': {
      ...sealing,
      SIGNING_KEYS: JSON.stringify([generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })]),
      OPERATOR_TOKEN: operatorToken,
      ACCOUNT_URL: local(ports.service.account),
      SSO_CONFIG_URL: local(ports.service['sso-config']),
      DIRECTORY_SYNC_URL: local(ports.service['directory-sync']),
    },
  };
  const common = {
    HOST: '127.0.0.1',
    PUBLIC_URL: publicUrl(ports),
    KAFKA_BROKERS: brokers.join(','),
    GATEWAY_JWKS_URL: `${local(ports.service['auth-gateway'])}/.well-known/jwks.json`,
    SSO_CONFIG_URL: local(ports.service['sso-config']),
    DNS_SERVERS: `127.0.0.1:${ports.dns}`,
    LOG_FORMAT: 'json',
    ...options.env,
    ALLOWED_PRIVATE_ORIGINS: [`http://localhost:${ports.idp}`, options.env?.['ALLOWED_PRIVATE_ORIGINS']]
      .filter(Boolean)
      .join(','),
  };
  const entries = names().map((name) => [
    name,
    {
      ...common,
      ...own[name],
      DATABASE_URL: urls[services[name].schema] as string,
      PORT: String(ports.service[name]),
      METRICS_PORT: String(ports.metrics[name]),
    },
  ]);
  return Object.fromEntries(entries) as Record<ServiceName, Record<string, string>>;
}

async function writeDemoFile(dataDir: string, ports: Ports, operatorToken: string): Promise<DemoFile> {
  const idp = `http://localhost:${ports.idp}`;
  const { people } = (await (await fetch(`${idp}/api/people`)).json()) as {
    people: { email: string; password: string }[];
  };
  const demo: DemoFile = {
    url: publicUrl(ports),
    operatorToken,
    accounts: [],
    idp: { url: idp, users: people.map(({ email, password }) => ({ email, password })) },
  };
  await writeFile(join(dataDir, 'demo.json'), JSON.stringify(demo, null, 2), { mode: 0o600 });
  return demo;
}

const local = (port: number) => `http://127.0.0.1:${port}`;
const publicUrl = (ports: Ports) => `http://localhost:${ports.service['auth-gateway']}`;
