import { randomBytes } from 'node:crypto';

export interface KeycloakUser {
  email: string;
  password: string;
  firstName?: string;
  lastName?: string;
}

export interface KeycloakRealm {
  name: string;
  /** For OpenID Connect. */
  issuer: string;
  samlMetadataUrl: string;
  addUser(user: KeycloakUser): Promise<{ id: string }>;
  /** A confidential client with the authorization code flow and PKCE S256. */
  addOidcClient(client: { redirectUri: string }): Promise<{ clientId: string; clientSecret: string }>;
  /** A service provider that gets signed assertions, email as NameID, and `email`, `firstName`, `lastName` attributes. */
  addSamlClient(client: { entityId: string; acsUrl: string }): Promise<void>;
  remove(): Promise<void>;
}

export interface KeycloakAdmin {
  url: string;
  realm(): Promise<KeycloakRealm>;
}

type Credentials = { url: string; user: string; password: string };

/** What tests set up in Keycloak, by its admin REST API. */
export function keycloakAdmin(credentials: Credentials): KeycloakAdmin {
  return { url: credentials.url, realm: () => createRealm(credentials) };
}

async function createRealm(credentials: Credentials): Promise<KeycloakRealm> {
  const name = `realm-${randomBytes(5).toString('hex')}`;
  const call = caller(credentials);
  await call('POST', '/admin/realms', { realm: name, enabled: true, sslRequired: 'none' });
  const inRealm = `/admin/realms/${name}`;
  return {
    name,
    issuer: `${credentials.url}/realms/${name}`,
    samlMetadataUrl: `${credentials.url}/realms/${name}/protocol/saml/descriptor`,
    addUser: async ({ email, password, firstName = 'Test', lastName = 'Person' }) => {
      const location = await call('POST', `${inRealm}/users`, {
        ...{ username: email, email, emailVerified: true, enabled: true, firstName, lastName },
        credentials: [{ type: 'password', value: password, temporary: false }],
      });
      return { id: location.split('/').at(-1) ?? '' };
    },
    addOidcClient: async ({ redirectUri }) => {
      const client = {
        clientId: `client-${randomBytes(4).toString('hex')}`,
        clientSecret: randomBytes(24).toString('hex'),
      };
      await call('POST', `${inRealm}/clients`, {
        ...{
          clientId: client.clientId,
          secret: client.clientSecret,
          protocol: 'openid-connect',
          enabled: true,
        },
        ...{ publicClient: false, standardFlowEnabled: true, directAccessGrantsEnabled: false },
        redirectUris: [redirectUri],
        attributes: { 'pkce.code.challenge.method': 'S256' },
      });
      return client;
    },
    addSamlClient: async ({ entityId, acsUrl }) =>
      void (await call('POST', `${inRealm}/clients`, samlClient(entityId, acsUrl))),
    remove: async () => void (await call('DELETE', inRealm)),
  };
}

/** Keycloak signs the document by default and not the assertion, and requires signed requests: both are turned round. */
function samlClient(entityId: string, acsUrl: string): unknown {
  return {
    ...{ clientId: entityId, protocol: 'saml', enabled: true, redirectUris: [acsUrl], adminUrl: acsUrl },
    attributes: {
      'saml.assertion.signature': 'true',
      'saml.server.signature': 'true',
      'saml.signature.algorithm': 'RSA_SHA256',
      'saml.client.signature': 'false',
      'saml.force.post.binding': 'true',
      'saml.authnstatement': 'true',
      saml_name_id_format: 'email',
      saml_force_name_id_format: 'true',
      saml_assertion_consumer_url_post: acsUrl,
    },
    protocolMappers: ['email', 'firstName', 'lastName'].map(propertyMapper),
  };
}

function propertyMapper(property: string): unknown {
  return {
    ...{ name: property, protocol: 'saml', protocolMapper: 'saml-user-property-mapper' },
    config: { 'user.attribute': property, 'attribute.name': property, 'attribute.nameformat': 'Basic' },
  };
}

type Call = (method: string, path: string, body?: unknown) => Promise<string>;

/** Each call gets a token of its own: they live a minute, less than a slow run. Answers the `Location` header. */
function caller({ url, user, password }: Credentials): Call {
  return async (method, path, body) => {
    const token = await accessToken(url, user, password);
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`Keycloak answered ${response.status} to ${method} ${path}: ${await response.text()}`);
    }
    return response.headers.get('location') ?? '';
  };
}

async function accessToken(url: string, username: string, password: string): Promise<string> {
  const response = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password }),
  });
  if (!response.ok)
    throw new Error(
      `Keycloak's administrator could not sign in: ${response.status} ${await response.text()}`,
    );
  return ((await response.json()) as { access_token: string }).access_token;
}
