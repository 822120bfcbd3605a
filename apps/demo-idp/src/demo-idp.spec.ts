import { stat, writeFile } from 'node:fs/promises';
import { Resolver } from 'node:dns/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, testIdp, type TestIdp } from './demo-idp.fixture.js';
import { startDemoIdp } from './start.js';

describe('demo identity provider', () => {
  let idp: TestIdp;
  beforeAll(async () => {
    idp = await testIdp();
  });
  afterAll(() => idp.remove());

  it('shows everything on one page, escaped', async () => {
    await idp.call('POST', '/api/people', {
      email: 'x@acme.test',
      firstName: '<script>',
      lastName: '"O\'Hara"',
    });
    const page = await (await fetch(idp.url)).text();
    expect(page).toContain('ada@acme.test');
    expect(page).toContain('&lt;script&gt; &quot;O&#39;Hara&quot;');
    expect(page).not.toContain('<script>');
  });

  it('does by form what the control API does', async () => {
    const { people } = (await idp.call('GET', '/api/people')).body as {
      people: { id: string; email: string }[];
    };
    const edsger = people.find(({ email }) => email === 'edsger@acme.test');
    const answer = await post(`${idp.url}/people/${edsger?.id}/assign`, {}, { origin: idp.url });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('assign: edsger@acme.test. Nothing was pushed.');
    expect((await idp.call('GET', `/api/people/${edsger?.id}`)).body).toMatchObject({ assigned: true });
  });

  it('refuses a form of another site', async () => {
    const answer = await post(
      `${idp.url}/dns`,
      { name: 'a.acme.test', value: 'x' },
      { origin: 'https://attacker.test' },
    );
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('This form was not sent from our own page.');
  });

  it('refuses a host name that is not its own', async () => {
    const status = (host: string) =>
      new Promise((resolve) =>
        request(`${idp.url}/api/people`, { headers: { host } }, (answer) => resolve(answer.statusCode)).end(),
      );
    expect(await status('rebound.test')).toBe(403);
    expect(await status(new URL(idp.url).host)).toBe(200);
  });

  it.each([
    ['POST', '/api/people/nobody/assign', undefined, 404, 'There is no person nobody.'],
    ['POST', '/api/people/nobody/promote', undefined, 400, 'Invalid option'],
    [
      'POST',
      '/api/people',
      { email: 'ADA@acme.test', firstName: 'A', lastName: 'B' },
      409,
      'is somebody else',
    ],
    [
      'POST',
      '/api/people',
      { email: 'new@acme.test', firstName: 'A', lastName: 'B', admin: true },
      400,
      'Unrecognized key',
    ],
    ['POST', '/api/scim', { baseUrl: 'ftp://x', token: 't' }, 400, 'baseUrl: must be an http or https URL'],
    ['POST', '/api/dns', { name: 'example.com', value: 'x' }, 400, 'name: must be a name under .test'],
    ['GET', '/api/nothing', undefined, 404, 'There is no GET /api/nothing here.'],
  ])('%s %s with %j answers %i', async (method, path, body, status, detail) => {
    const answer = await idp.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(detail);
  });

  it('answers the TXT records that were set, until they are removed', async () => {
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([idp.dnsAddress]);
    const name = '_gatehouse.acme.test';
    await expect(resolver.resolveTxt(name)).rejects.toThrow('ENOTFOUND');
    const long = 'v'.repeat(300);
    for (const value of ['gatehouse-proof=1', long])
      await idp.call('POST', '/api/dns', { name: `${name}.`, type: 'TXT', value });
    const found = await resolver.resolveTxt(name);
    expect(found.map((strings) => strings.join(''))).toEqual(['gatehouse-proof=1', long]);
    await expect(resolver.resolveTxt('acme.test')).rejects.toThrow('ENODATA');
    await idp.call('DELETE', '/api/dns', { name });
    await expect(resolver.resolveTxt(name)).rejects.toThrow('ENOTFOUND');
  });

  it('remembers people, keys and applications over a restart', async () => {
    const first = await testIdp();
    await first.call('POST', '/api/people', { email: 'new@acme.test', firstName: 'New', lastName: 'Person' });
    const client = (
      await first.call('POST', '/api/oidc/clients', { redirectUri: 'http://localhost/callback' })
    ).body;
    const keysOf = async ({ url }: { url: string }) => (await fetch(`${url}/oidc/jwks`)).text();
    const keys = await keysOf(first);
    const second = await first.again();
    expect(await keysOf(second)).toBe(keys);
    expect(JSON.stringify((await second.call('GET', '/api/people')).body)).toContain('new@acme.test');
    expect(await (await fetch(second.url)).text()).toContain(String(client.clientId));
    await second.remove();
  });

  it('keeps its file private, and does not overwrite a damaged one', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-demo-idp-'));
    const path = join(dataDir, 'demo-idp.json');
    const options = { port: 0, dnsPort: 0, dataDir };
    await (await startDemoIdp(options)).close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await writeFile(path, '{');
    await expect(startDemoIdp(options)).rejects.toThrow(`${path} is damaged: it is not JSON.`);
    await rm(dataDir, { recursive: true });
  });

  it('says which port is taken, and lets go of the other', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-demo-idp-'));
    const taken = Number(new URL(idp.url).port);
    await expect(startDemoIdp({ port: taken, dnsPort: 0, dataDir })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await rm(dataDir, { recursive: true });
  });
});
