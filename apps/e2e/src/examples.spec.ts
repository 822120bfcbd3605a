import { eventually, freePort, hasKafka, hasNginx, nginxPath } from '@gatehouse/testing';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from './deployment/program.js';
import { startDeployment, startSeparateForSpec } from './deployment/start.js';
import type { Deployment, SeparateDeployment } from './deployment/deployment.js';
import { type OwnAccount, ownAccount, runExample, send } from './examples.fixture.js';

const run = promisify(execFile);

describe.skipIf(!hasKafka())('examples/membership-consumer', () => {
  let deployment: SeparateDeployment;
  let account: OwnAccount;
  let consumer: ReturnType<typeof runExample>;

  beforeAll(async () => {
    deployment = await startSeparateForSpec();
    account = await ownAccount(deployment);
    await account.join('member');
    const env = { KAFKA_BROKERS: deployment.brokers.join(','), PORT: '0' };
    consumer = runExample('membership-consumer', process.execPath, ['index.mjs'], env);
  });
  afterAll(async () => {
    await consumer.stop();
    await deployment.close();
  });

  async function known(): Promise<string[]> {
    const { port } = (await heard({ event: 'listening' })) as { port: number };
    const answer = await send(`http://127.0.0.1:${port}/members?account=${account.id}`);
    return (answer.body['members'] as { id: string }[]).map(({ id }) => id);
  }

  function heard(event: Record<string, unknown>): Promise<Record<string, unknown>> {
    return eventually(
      () => {
        const found = consumer
          .events()
          .find((each) => Object.entries(event).every(([name, value]) => each[name] === value));
        if (!found) throw new Error(`Not heard of ${JSON.stringify(event)} in ${consumer.lines.join('\n')}`);
        return Promise.resolve(found);
      },
      { timeoutMs: 30_000 },
    );
  }

  it('knows everybody who was there before it started', async () => {
    await heard({ event: 'current', members: 2 });
    expect(await known()).toContain(account.owner.memberId);
  });

  it('hears of those who come and go', async () => {
    const mia = await account.join('admin');
    await heard({ event: 'changed', id: mia.memberId, status: 'active', role: 'admin' });
    expect(await known()).toContain(mia.memberId);
    await account.call('DELETE', `/members/${mia.memberId}`);
    await heard({ event: 'changed', id: mia.memberId, status: 'removed', was: 'active' });
    expect(await known()).not.toContain(mia.memberId);
  });

  it('forgets what a tombstone names', async () => {
    const mia = await account.join('member');
    await heard({ event: 'changed', id: mia.memberId, status: 'active' });
    await produce(deployment.brokers, mia.memberId);
    await heard({ event: 'forgotten', id: mia.memberId });
    expect(await known()).not.toContain(mia.memberId);
  });

  async function produce(brokers: string[], key: string): Promise<void> {
    const script = `
      import { Kafka } from 'kafkajs';
      const producer = new Kafka({ brokers: ${JSON.stringify(brokers)} }).producer();
      await producer.connect();
      await producer.send({ topic: 'account.memberships.v1', messages: [{ key: ${JSON.stringify(key)}, value: null }] });
      await producer.disconnect();`;
    await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: repository });
  }
});

describe.skipIf(!hasNginx())('examples/nginx', () => {
  let deployment: Deployment;
  let account: OwnAccount;
  let folder: string;
  let site: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    deployment = await startDeployment();
    account = await ownAccount(deployment);
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-nginx-'));
    const [port, appPort] = [await freePort(), await freePort()];
    const shipped = await readFile(join(repository, 'examples/nginx/nginx.conf'), 'utf8');
    const conf = shipped
      .replace('127.0.0.1:8080', `127.0.0.1:${new URL(deployment.url).port}`)
      .replace('127.0.0.1:8091', `127.0.0.1:${appPort}`)
      .replace('listen 127.0.0.1:8088', `listen 127.0.0.1:${port}`)
      .replace('X-Gatehouse-Account acme', `X-Gatehouse-Account ${account.slug}`);
    await writeFile(join(folder, 'nginx.conf'), conf);
    const app = runExample('nginx', process.execPath, ['app.mjs'], { PORT: String(appPort) });
    const nginx = runExample('nginx', nginxPath(), ['-p', folder, '-c', join(folder, 'nginx.conf')]);
    site = `http://localhost:${port}`;
    close = async () => {
      await nginx.stop();
      await app.stop();
    };
    await eventually(() => send(`${site}/health/ready`).then(({ status }) => expect(status).toBe(200)));
    await eventually(() => expect(Promise.resolve(app.lines)).resolves.not.toEqual([]));
  });
  afterAll(async () => {
    await close();
    await deployment.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('tells programs 401, and sends browsers to sign in and back', async () => {
    const program = await send(`${site}/app/reports?q=1`);
    expect(program.status).toBe(401);
    expect(program.headers.get('www-authenticate')).toContain('Bearer');
    const browser = await send(`${site}/app/reports?q=1`, { headers: { accept: 'text/html' } });
    expect(browser.status).toBe(302);
    const signIn = new URL(String(browser.headers.get('location')));
    expect([signIn.pathname, signIn.searchParams.get('returnTo')]).toEqual(['/sign-in', '/app/reports?q=1']);
  });

  it('tells the application who it is, whatever the client claims', async () => {
    const forged = {
      'x-gatehouse-user': 'user_evil',
      'x-gatehouse-email': 'evil@evil.test',
      'x-gatehouse-role': 'admin',
      'x-gatehouse-account': 'acct_evil',
      'x-gatehouse-token': 'evil',
    };
    const answer = await send(`${site}/app/`, { headers: { cookie: account.owner.cookie, ...forged } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        hello: account.owner.email,
        headers: { 'x-gatehouse-role': 'owner', 'x-gatehouse-account': account.id },
      },
    });
    const { headers } = answer.body as { headers: Record<string, string> };
    expect(headers['x-gatehouse-user']).toMatch(/^user_/);
    expect(headers['x-gatehouse-token']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(JSON.stringify(answer.body)).not.toContain('evil');
  });

  it('without a session lets no forged header through', async () => {
    const answer = await send(`${site}/app/`, {
      headers: { 'x-gatehouse-user': 'user_evil', 'x-gatehouse-role': 'owner' },
    });
    expect(answer.status).toBe(401);
  });

  it('refuses a member who was removed, at the next request', async () => {
    const mia = await account.join('member');
    const ask = () => send(`${site}/app/`, { headers: { cookie: mia.cookie } });
    await eventually(async () => expect((await ask()).status).toBe(200));
    await account.call('DELETE', `/members/${mia.memberId}`);
    await eventually(async () => expect([401, 403]).toContain((await ask()).status));
  });

  it('keeps the question itself from clients', async () => {
    const answer = await send(`${site}/_gatehouse/authorize`, { headers: { cookie: account.owner.cookie } });
    expect(answer.status).toBe(404);
  });
});
