import { beforeAll, describe, expect, it } from 'vitest';
import type { KeycloakAdmin } from './admin.js';
import { hasKeycloak, keycloak } from './keycloak.js';

describe.skipIf(!hasKeycloak())('keycloak', () => {
  let admin: KeycloakAdmin;
  beforeAll(async () => {
    admin = await keycloak();
  }, 300_000);

  it('has a realm with a person, an OpenID client and a SAML client', async () => {
    const realm = await admin.realm();
    await realm.addUser({ email: 'ada@acme.test', password: 'correct horse' });
    const client = await realm.addOidcClient({ redirectUri: 'http://localhost:8080/callback' });
    await realm.addSamlClient({ entityId: 'https://sp.test/metadata', acsUrl: 'https://sp.test/acs' });

    const discovery = await fetch(`${realm.issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer: realm.issuer });
    expect(await (await fetch(realm.samlMetadataUrl)).text()).toContain('IDPSSODescriptor');
    expect(client.clientSecret).toHaveLength(48);
    await realm.remove();
    expect((await fetch(realm.samlMetadataUrl)).status).toBe(404);
  }, 120_000);
});
