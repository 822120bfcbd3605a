import { eventually, freePort, freePorts } from '@gatehouse/testing';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoFile } from './deployment/deployment.js';
import { send } from './examples.fixture.js';
import { dataDirectory, isAlive, postgresOf, StandaloneProcess } from './support/standalone-process.js';

const isStandalone = process.env.DEPLOYMENT !== 'separate';

describe.skipIf(!isStandalone)('standalone', () => {
  let directory: Awaited<ReturnType<typeof dataDirectory>>;
  let env: Record<string, string>;
  let running: StandaloneProcess;
  let firstAccount: string;

  beforeAll(async () => {
    directory = await dataDirectory();
    const [port, idpPort, metricsPort] = await freePorts(3);
    env = {
      ...{ DATA_DIR: directory.path, PORT: String(port), DEMO: '1' },
      ...{ DEMO_IDP_PORT: String(idpPort), METRICS_PORT: String(metricsPort) },
    };
  });
  afterAll(async () => {
    await running?.signal('SIGKILL');
    await directory.remove();
  });

  const demo = async () => JSON.parse(await readFile(join(directory.path, 'demo.json'), 'utf8')) as DemoFile;

  async function start(...args: string[]): Promise<number> {
    running = StandaloneProcess.start(env, ...args);
    return running.ready();
  }

  async function accountAnswers(): Promise<string> {
    const { url, accounts } = await demo();
    const { id = '', apiKey } = accounts[0] ?? {};
    const headers = { authorization: `Bearer ${apiKey}` };
    const answer = await send(`${url}/api/v1/accounts/${id}`, { headers });
    expect([answer.status, answer.body['slug']]).toEqual([200, 'acme']);
    return id;
  }

  it('starts on an empty directory, sets the demo up, and says how to go in', async () => {
    await start();
    expect(running.output).toContain(`Gatehouse is ready at http://localhost:${env['PORT']}`);
    const { accounts } = await demo();
    expect(running.output).toContain(accounts[0]?.owner.password);
    for (const file of ['demo.json', 'secrets.json'])
      expect((await stat(join(directory.path, file))).mode & 0o777, file).toBe(0o600);
    firstAccount = await accountAnswers();
  });

  it('writes no token or key where it logs', async () => {
    const { operatorToken, accounts, directory: scim } = await demo();
    const secrets = JSON.parse(await readFile(join(directory.path, 'secrets.json'), 'utf8')) as object;
    for (const secret of [operatorToken, accounts[0]?.apiKey, scim?.token, ...Object.values(secrets)])
      expect(running.output).not.toContain(secret);
  });

  it('refuses a second process on the same data, and goes on', async () => {
    const [port, idpPort] = await freePorts(2);
    const second = StandaloneProcess.start({ ...env, PORT: String(port), DEMO_IDP_PORT: String(idpPort) });
    await expectRefusal(second, /already runs on .*process \d+.*DATA_DIR/);
    expect(await accountAnswers()).toBe(firstAccount);
  });

  it('ends in order on SIGTERM, and PostgreSQL with it', async () => {
    const postgres = await postgresOf(directory.path);
    expect(await running.signal('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(isAlive(postgres)).toBe(false);
  });

  it('finds its data at the next start', async () => {
    const seconds = await start();
    console.log(`standalone with data: ready in ${seconds.toFixed(1)} s`);
    expect(await accountAnswers()).toBe(firstAccount);
  });

  it('leaves no PostgreSQL behind after kill -9, and starts again on its data', async () => {
    const postgres = await postgresOf(directory.path);
    expect(await running.signal('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await start();
    expect(await accountAnswers()).toBe(firstAccount);
    await eventually(() => expect(isAlive(postgres)).toBe(false), { timeoutMs: 20_000 });
    expect(await postgresOf(directory.path)).not.toBe(postgres);
  });

  it('begins anew by --reset', async () => {
    await running.signal('SIGTERM');
    await start('--reset');
    expect(await accountAnswers()).not.toBe(firstAccount);
    expect(await running.signal('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('says what is damaged: its keys', async () => {
    const file = join(directory.path, 'secrets.json');
    const kept = await readFile(file);
    await writeFile(file, '{"operatorToken":');
    await expectRefusal(StandaloneProcess.start(env), /secrets\.json is damaged.*Restore it.*--reset/);
    await writeFile(file, kept);
  });

  it('says what is damaged: its database', async () => {
    await truncate(join(directory.path, 'postgres/global/pg_control'), 10);
    await expectRefusal(
      StandaloneProcess.start(env),
      /PostgreSQL did not start on .*postgres.*damaged.*--reset/,
    );
  });

  it('is whole again by --reset', async () => {
    await start('--reset');
    await accountAnswers();
    expect(await running.signal('SIGINT')).toEqual({ code: 0, signal: null });
  });
});

describe.skipIf(!isStandalone)('standalone does not start, and says why,', () => {
  let directory: Awaited<ReturnType<typeof dataDirectory>>;
  let taken: Server;
  let takenPort: string;
  let nowhere: number;

  beforeAll(async () => {
    directory = await dataDirectory();
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    takenPort = String((taken.address() as { port: number }).port);
    nowhere = await freePort();
  });
  afterAll(async () => {
    await new Promise((resolve) => taken.close(resolve));
    await directory.remove();
  });

  const cases: [string, () => Record<string, string>, RegExp][] = [
    ['where its port is taken', () => ({ PORT: takenPort }), /port \d+.*(taken|in use)/i],
    [
      'where the port of the demo identity provider is taken',
      () => ({ DEMO: '1', DEMO_IDP_PORT: takenPort }),
      /Port \d+.*demo identity provider.*DEMO_IDP_PORT/,
    ],
    [
      'where the database does not answer',
      () => ({ DATABASE_URL: `postgres://someone:s3cret-word@127.0.0.1:${nowhere}/gatehouse` }),
      /database.*127\.0\.0\.1:\d+/i,
    ],
    [
      'where Kafka does not answer',
      () => ({ KAFKA_BROKERS: `127.0.0.1:${nowhere}` }),
      /Kafka.*127\.0\.0\.1:\d+/,
    ],
    [
      'with all that is wrong in its settings at once',
      () => ({ PORT: 'eighty', PUBLIC_URL: 'nowhere', DEMO: 'yes' }),
      /DEMO[\s\S]*PORT[\s\S]*PUBLIC_URL/,
    ],
    [
      'with the demo on a public address',
      () => ({ DEMO: '1', PUBLIC_URL: 'https://sso.example.com' }),
      /DEMO is 1, which is for localhost only.*DEMO=0/,
    ],
    [
      'on a public address without https',
      () => ({ PUBLIC_URL: 'http://sso.example.com' }),
      /PUBLIC_URL.*https/,
    ],
    [
      'on a data directory that is a file',
      () => ({ DATA_DIR: join(directory.path, 'file') }),
      /data directory.*DATA_DIR/,
    ],
  ];

  it.each(cases)('%s', async (_, settings, message) => {
    await writeFile(join(directory.path, 'file'), '');
    const [port, idpPort, metricsPort] = await freePorts(3);
    const started = StandaloneProcess.start({
      ...{ DATA_DIR: join(directory.path, 'data'), PORT: String(port) },
      ...{ DEMO_IDP_PORT: String(idpPort), METRICS_PORT: String(metricsPort) },
      ...settings(),
    });
    await expectRefusal(started, message);
    expect(started.output).not.toContain('s3cret-word');
    const postgres = await postgresOf(join(directory.path, 'data')).catch(() => 0);
    expect(postgres !== 0 && isAlive(postgres)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)('as root on a folder that PostgreSQL’s user may not enter', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'gatehouse-closed-'));
    const started = StandaloneProcess.start({ DATA_DIR: closed, PORT: String(nowhere) });
    await expectRefusal(started, /the user "postgres".*may not enter .*gatehouse-closed-.*DATABASE_URL/);
    await rm(closed, { recursive: true });
  });

  it('with an option that it does not know', async () => {
    const started = StandaloneProcess.start({ DATA_DIR: directory.path }, '--rest');
    await expectRefusal(started, /no option --rest.*--reset/);
  });
});

/** It ends by itself, not with success, and with one message for people. */
async function expectRefusal(started: StandaloneProcess, message: RegExp): Promise<void> {
  const { code } = await started.end();
  expect(started.output).toMatch(message);
  expect(started.output, 'a stack trace is no message').not.toMatch(/\n\s+at .*:\d+/);
  expect(code).toBe(1);
}
