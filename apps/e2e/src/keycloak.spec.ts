import { hasKafka, hasKeycloak, keycloak, type KeycloakRealm } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from './deployment/deployment.js';
import { ownAccount, send } from './examples.fixture.js';
import { demoDns, enabledDomain, expectStatus } from './support/account-of.js';
import {
  activate,
  type IdentityProvider,
  type Protocol,
  signInByEmail,
  testedConnection,
} from './support/connection.js';
import { authorize, type Call, inSetup } from './support/person.js';
import { startFor } from './support/start-for.js';

const canRun = hasKeycloak() && (process.env.DEPLOYMENT !== 'separate' || hasKafka());

describe.skipIf(!canRun)('Keycloak as the identity provider', () => {
  let deployment: Deployment;
  let realm: KeycloakRealm;

  beforeAll(async () => {
    const admin = await keycloak();
    realm = await admin.realm();
    deployment = await startFor({ ALLOWED_PRIVATE_ORIGINS: admin.url });
  }, 420_000);
  afterAll(async () => {
    await deployment?.close();
    await realm?.remove();
  });

  it.each<Protocol>(['saml', 'oidc'])('signs a member in by %s, set up through a link', async (protocol) => {
    const { url, demo } = deployment;
    const account = await ownAccount(deployment);
    const domain = await enabledDomain(account, demoDns(demo.idp.url), `${account.slug}.test`);
    const person = { email: `kim@${domain.name}`, password: 'correct horse battery' };
    await realm.addUser({ ...person, firstName: 'Kim', lastName: 'Keycloak' });

    const body = { domainIds: [domain.id], purposes: ['sso'] };
    const link = await expectStatus(account.call('POST', '/setup-links', body), 201);
    const setup = await inSetup(url, String(link['url']));
    const call: Call = (method, path, data) =>
      setup.call(method, `/api/v1/accounts/${account.id}${path}`, data);
    const connectionId = await testedConnection(call, providerOf(realm), {
      protocol,
      domainId: domain.id,
      person,
    });
    await activate(call, connectionId);

    const session = await signInByEmail(url, person);
    expect(session.method).toBe(protocol);
    const granted = await authorize(url, account.id, { cookie: session.cookie });
    expect(granted.status, JSON.stringify(granted.body)).toBe(200);
    expect(granted.headers.get('x-gatehouse-email')).toBe(person.email);
    const who = await send(`${url}/auth/session`, { headers: { cookie: session.cookie } });
    expect(who.body).toMatchObject({ user: { email: person.email, name: 'Kim Keycloak' } });
  });
});

function providerOf(realm: KeycloakRealm): IdentityProvider {
  return {
    async registerSaml(serviceProvider) {
      await realm.addSamlClient(serviceProvider);
      return { metadataUrl: realm.samlMetadataUrl, wantResponseSigned: true };
    },
    async registerOidc(relyingParty) {
      return { issuer: realm.issuer, ...(await realm.addOidcClient(relyingParty)) };
    },
  };
}
