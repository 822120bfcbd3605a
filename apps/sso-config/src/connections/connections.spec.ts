import type { ConnectionState } from '@gatehouse/contracts';
import { newId } from '@gatehouse/contracts';
import { makeCertificate } from '@gatehouse/safe-fetch/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFixture, userOf, type Client, type Fixture } from '../sso-config.fixture.js';
import { SuspensionService } from './suspension.service.js';

let fixture: Fixture;
const { cert } = makeCertificate(['idp'], { rsaBits: 2048 });
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const byHand = {
  entityId: 'https://idp.example/entity',
  ssoUrl: 'https://idp.example/sso',
  certificates: [cert],
};

interface Made {
  accountId: string;
  domain: Awaited<ReturnType<Fixture['enabledDomain']>>;
  client: Client;
  base: string;
  id: string;
  path: string;
}

async function connection(accountId?: string, domain?: Made['domain']): Promise<Made> {
  const account = accountId ?? (await fixture.account());
  const own = domain ?? (await fixture.enabledDomain(account));
  const client = fixture.admin(account);
  const base = `/api/v1/accounts/${account}/connections`;
  const made = await client.post(base, {
    protocol: 'saml',
    provider: 'okta',
    name: 'Okta',
    domainIds: [own.id],
  });
  expect(made.status).toBe(201);
  const id = String(made.body['id']);
  return { accountId: account, domain: own, client, base, id, path: `${base}/${id}` };
}

/** Configured, and tested at its present version. */
async function tested(made: Made): Promise<number> {
  const configured = await made.client.put(`${made.path}/saml`, byHand);
  expect(configured.status).toBe(200);
  const version = Number(configured.body['configVersion']);
  await fixture.testSucceeded(made.accountId, made.id, version);
  return version;
}

async function active(accountId?: string, domain?: Made['domain']): Promise<Made> {
  const made = await connection(accountId, domain);
  await tested(made);
  expect((await made.client.post(`${made.path}/activate`)).body).toMatchObject({ status: 'active' });
  return made;
}

const events = (id: string, count: number) =>
  fixture.published<ConnectionState>('sso.connections.v1', id, count);

describe('connections', () => {
  it('go from draft through tested and active to disabled, and tell what they are', async () => {
    const made = await connection();
    expect((await made.client.get(made.path)).body).toMatchObject({
      status: 'draft',
      serviceProvider: {
        entityId: `http://localhost:8080/saml/${made.id}/metadata`,
        metadataUrl: `http://localhost:8080/saml/${made.id}/metadata`,
        acsUrl: `http://localhost:8080/saml/${made.id}/acs`,
      },
      relyingParty: null,
      saml: null,
      domains: [{ id: made.domain.id, name: made.domain.name }],
    });
    const version = await tested(made);
    expect((await made.client.get(made.path)).body).toMatchObject({
      status: 'tested',
      testedVersion: version,
      liveVersion: null,
    });
    expect((await made.client.post(`${made.path}/activate`)).body).toMatchObject({
      status: 'active',
      liveVersion: version,
    });
    expect((await made.client.post(`${made.path}/activate`)).body).toMatchObject({ status: 'active' });
    expect((await made.client.post(`${made.path}/disable`)).body).toMatchObject({ status: 'disabled' });
    expect((await made.client.post(`${made.path}/activate`)).body).toMatchObject({ status: 'active' });
    expect((await made.client.delete(made.path)).status).toBe(204);
    expect((await made.client.get(made.path)).status).toBe(404);

    const records = await events(made.id, 8);
    expect(
      records.map(({ type, data }) => [
        type,
        data?.status,
        data?.live?.configVersion,
        data?.draft?.configVersion,
      ]),
    ).toEqual([
      ['ConnectionDrafted', 'draft', undefined, undefined],
      ['ConnectionDrafted', 'draft', undefined, 1],
      ['ConnectionUpdated', 'tested', undefined, 1],
      ['ConnectionActivated', 'active', 1, 1],
      ['ConnectionDisabled', 'disabled', 1, 1],
      ['ConnectionActivated', 'active', 1, 1],
      ['ConnectionRemoved', 'removed', undefined, undefined],
      [undefined, undefined, undefined, undefined],
    ]);
    const versions = records.slice(0, 7).map(({ data }) => data?.version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    const audited = await fixture.published<{ action: string }>('audit.entries.v1', made.accountId, 9);
    expect(audited.map(({ data }) => data?.action).slice(3)).toEqual([
      'connection.created',
      'connection.configured',
      'connection.activated',
      'connection.disabled',
      'connection.activated',
      'connection.removed',
    ]);
  });

  it('are not activated without a configuration, or without a success of the present one', async () => {
    const made = await connection();
    const activate = () => made.client.post(`${made.path}/activate`);
    expect(await activate()).toMatchObject({ status: 409, body: { code: 'connection_incomplete' } });
    await made.client.put(`${made.path}/saml`, byHand);
    expect(await activate()).toMatchObject({
      status: 409,
      body: { code: 'connection_untested', testedVersion: null },
    });
    await fixture.testSucceeded(made.accountId, made.id, 1, 'failed');
    expect(await activate()).toMatchObject({ status: 409, body: { code: 'connection_untested' } });
    // Neither another account's test of this id nor a test of another version counts.
    await fixture.testSucceeded(newId('acct'), made.id, 1);
    await fixture.testSucceeded(made.accountId, made.id, 2);
    expect(await activate()).toMatchObject({ status: 409, body: { code: 'connection_untested' } });
    await fixture.testSucceeded(made.accountId, made.id, 1);
    expect(await activate()).toMatchObject({ status: 200, body: { status: 'active' } });
  });

  it('need another test after an edit between test and activation', async () => {
    const made = await connection();
    await tested(made);
    const edited = await made.client.put(`${made.path}/saml`, {
      ...byHand,
      ssoUrl: 'https://idp.example/other',
    });
    expect(edited.body).toMatchObject({ status: 'draft', configVersion: 2, testedVersion: 1 });
    expect(await made.client.post(`${made.path}/activate`)).toMatchObject({
      status: 409,
      body: { code: 'connection_untested', configVersion: 2, testedVersion: 1 },
    });
    // A late success of the version before changes nothing.
    await fixture.testSucceeded(made.accountId, made.id, 1);
    expect((await made.client.post(`${made.path}/activate`)).status).toBe(409);
    await fixture.testSucceeded(made.accountId, made.id, 2);
    expect((await made.client.post(`${made.path}/activate`)).status).toBe(200);
  });

  it('keep signing members in by the live configuration until the edited one is tested and activated', async () => {
    const made = await active();
    const edited = await made.client.put(`${made.path}/saml`, {
      ...byHand,
      ssoUrl: 'https://idp.example/new',
    });
    expect(edited.body).toMatchObject({
      status: 'active',
      configVersion: 2,
      liveVersion: 1,
      saml: { ssoUrl: 'https://idp.example/new' },
    });
    const drafted = (await events(made.id, 5)).at(-1);
    expect(drafted).toMatchObject({
      type: 'ConnectionUpdated',
      data: {
        status: 'active',
        live: { configVersion: 1, saml: { ssoUrl: byHand.ssoUrl } },
        draft: { configVersion: 2 },
      },
    });
    expect((await made.client.post(`${made.path}/activate`)).status).toBe(409);
    await fixture.testSucceeded(made.accountId, made.id, 2);
    expect((await made.client.post(`${made.path}/activate`)).body).toMatchObject({ liveVersion: 2 });
    expect((await events(made.id, 7)).at(-1)).toMatchObject({
      type: 'ConnectionActivated',
      data: { live: { configVersion: 2, saml: { ssoUrl: 'https://idp.example/new' } } },
    });
  });

  it('are not activated by two edits at once: one of them is told', async () => {
    const made = await connection();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        made.client.put(`${made.path}/saml`, { ...byHand, ssoUrl: `https://idp.example/${n}` }),
      ),
    );
    const done = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect((await made.client.get(made.path)).body).toMatchObject({ configVersion: done });
  });

  it('have proved domains of the account, one active connection each, enabled ones to be active', async () => {
    const first = await active();
    const second = await connection(first.accountId, first.domain);
    await tested(second);
    expect(await second.client.post(`${second.path}/activate`)).toMatchObject({
      status: 409,
      body: { code: 'domain_in_use', connectionId: first.id },
    });
    const other = await fixture.enabledDomain(first.accountId);
    expect((await second.client.patch(second.path, { domainIds: [other.id] })).status).toBe(200);
    await second.client.post(`${other.path}/disable`);
    expect(await second.client.post(`${second.path}/activate`)).toMatchObject({
      status: 409,
      body: { code: 'domain_not_enabled' },
    });
    await second.client.post(`${other.path}/enable`);
    expect((await second.client.post(`${second.path}/activate`)).status).toBe(200);
    expect(await second.client.patch(second.path, { domainIds: [first.domain.id] })).toMatchObject({
      status: 409,
      body: { code: 'domain_in_use' },
    });

    expect(await first.client.delete(first.domain.path)).toMatchObject({
      status: 409,
      body: { code: 'domain_in_use', connectionIds: [first.id] },
    });
    const foreign = await fixture.enabledDomain(await fixture.account());
    expect(await first.client.patch(first.path, { domainIds: [foreign.id] })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/domainIds/0' }] },
    });
    const pending = await first.client.post(`/api/v1/accounts/${first.accountId}/domains`, {
      name: 'pending-acme.test',
    });
    expect(await first.client.patch(first.path, { domainIds: [pending.body['id']] })).toMatchObject({
      status: 409,
      body: { code: 'domain_not_verified' },
    });
  });

  it('belong to an account, an admin and the Enterprise plan', async () => {
    const made = await connection();
    const stranger = await fixture.account();
    expect((await fixture.admin(stranger).get(made.path)).status).toBe(404);
    expect((await fixture.admin(stranger).get(made.path.replace(made.accountId, stranger))).status).toBe(404);
    expect((await fixture.as(userOf(made.accountId, 'member', 'enterprise')).get(made.path)).status).toBe(
      403,
    );
    const poor = fixture.admin(made.accountId, 'personal');
    expect((await poor.get(made.path)).status).toBe(200);
    for (const answer of [
      await poor.patch(made.path, { name: 'x' }),
      await poor.put(`${made.path}/saml`, byHand),
      await poor.post(`${made.path}/activate`),
      await poor.delete(made.path),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'plan_required' } });
    }
  });

  it('are suspended when the grace after the plan is over, and restored by an upgrade', async () => {
    const made = await active();
    const ended = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const suspension = fixture.service.app.get(SuspensionService);
    await fixture.account({ id: made.accountId, plan: 'pro', enterpriseEndedAt: ended(29) });
    await suspension.suspendOverdue();
    expect((await made.client.get(made.path)).body).toMatchObject({ status: 'active' });
    await fixture.account({ id: made.accountId, plan: 'pro', enterpriseEndedAt: ended(31) });
    await suspension.suspendOverdue();
    expect((await made.client.get(made.path)).body).toMatchObject({ status: 'suspended' });
    await fixture.account({ id: made.accountId, plan: 'enterprise' });
    expect((await made.client.get(made.path)).body).toMatchObject({ status: 'active' });
    expect((await events(made.id, 6)).map(({ type, data }) => [type, data?.status]).slice(3)).toEqual([
      ['ConnectionActivated', 'active'],
      ['ConnectionDisabled', 'suspended'],
      ['ConnectionActivated', 'active'],
    ]);
  });

  it('end with their account, whose domains are free again', async () => {
    const made = await active();
    await fixture.account({ id: made.accountId, status: 'closed' });
    expect((await events(made.id, 5)).at(-1)).toMatchObject({
      type: 'ConnectionDisabled',
      data: { status: 'suspended' },
    });
    const heir = await fixture.enabledDomain(await fixture.account(), made.domain.name);
    expect((await fixture.published('sso.domains.v1', heir.name, 5)).map(({ type }) => type)).toEqual([
      'DomainVerified',
      'DomainEnabled',
      'DomainLost',
      'DomainVerified',
      'DomainEnabled',
    ]);
  });
});

describe('a SAML configuration by hand', () => {
  it('answers what was understood', async () => {
    const made = await connection();
    const bare = cert.replace(/-----[^-]+-----|\s/g, '');
    const answer = await made.client.put(`${made.path}/saml`, {
      ...byHand,
      certificates: [bare],
      sloUrl: 'https://idp.example/slo',
      attributeMapping: { email: 'mail' },
      wantResponseSigned: false,
    });
    expect(answer.body['saml']).toEqual({
      entityId: byHand.entityId,
      ssoUrl: byHand.ssoUrl,
      ssoBinding: 'redirect',
      sloUrl: 'https://idp.example/slo',
      certificates: [
        {
          subject: 'CN=gatehouse test',
          fingerprintSha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
          notBefore: expect.any(String),
          notAfter: expect.any(String),
        },
      ],
      attributeMapping: { email: 'mail' },
      wantResponseSigned: false,
      allowUnsolicited: false,
      metadataUrl: null,
    });
  });

  it.each<[string, object, string]>([
    ['another scheme', { ssoUrl: 'javascript:alert(1)' }, '/ssoUrl'],
    ['plain http', { ssoUrl: 'http://idp.example/sso' }, '/ssoUrl'],
    ['a user in the address', { ssoUrl: 'https://user@idp.example/sso' }, '/ssoUrl'],
    ['no address', { sloUrl: 'idp.example' }, '/sloUrl'],
    ['no certificate', { certificates: ['MIIB'] }, '/certificates/0'],
    ['two certificates in one', { certificates: [cert, cert + cert] }, '/certificates/1'],
    ['an elliptic key', { certificates: [makeCertificate(['idp']).cert] }, '/certificates/0'],
    ['a short key', { certificates: [makeCertificate(['idp'], { rsaBits: 1024 }).cert] }, '/certificates/0'],
    ['a missing member', { ssoUrl: undefined }, '/ssoUrl'],
    ['two ways at once', { metadataXml: '<x/>' }, ''],
    ['an unknown member', { idpCert: cert }, '/idpCert'],
    ['an unknown attribute', { attributeMapping: { nameID: 'x' } }, '/attributeMapping/nameID'],
  ])('refuses %s', async (_, change, pointer) => {
    const made = await connection();
    expect(await made.client.put(`${made.path}/saml`, { ...byHand, ...change })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    });
    expect((await made.client.put(`${made.path}/saml`, byHand)).status).toBe(200);
  });

  it('is not for a connection by OpenID Connect', async () => {
    const made = await connection();
    const oidc = await made.client.post(made.base, {
      protocol: 'oidc',
      provider: 'oidc',
      name: 'O',
      domainIds: [made.domain.id],
    });
    expect(oidc.body).toMatchObject({
      serviceProvider: null,
      relyingParty: { redirectUri: `http://localhost:8080/oidc/${String(oidc.body['id'])}/callback` },
    });
    expect(await made.client.put(`${made.base}/${String(oidc.body['id'])}/saml`, byHand)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });
});
