import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { OidcConnectionOptions } from './options.js';

export interface ClientAuthentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

type Options = Pick<
  OidcConnectionOptions,
  'tokenAuthMethod' | 'clientId' | 'secret' | 'tokenEndpoint' | 'issuer'
>;

/** How we prove at the token endpoint that we are the client (OpenID Connect Core 1.0 §9). */
export async function authenticateClient(options: Options): Promise<ClientAuthentication> {
  const { tokenAuthMethod, clientId, secret } = options;
  switch (tokenAuthMethod) {
    case 'client_secret_basic':
      return {
        headers: {
          authorization: `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(secret)}`).toString('base64')}`,
        },
        fields: {},
      };
    case 'client_secret_post':
      return { headers: {}, fields: { client_id: clientId, client_secret: secret } };
    case 'private_key_jwt':
      return {
        headers: {},
        fields: {
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await clientAssertion(options),
        },
      };
  }
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function formEncode(value: string): string {
  return new URLSearchParams({ v: value }).toString().slice(2);
}

/** RFC 7523 §3; the audience is the token endpoint, as OpenID Connect Core 1.0 §9 has it. */
async function clientAssertion({ clientId, secret, tokenEndpoint }: Options): Promise<string> {
  const key = createPrivateKey(secret);
  return new SignJWT()
    .setProtectedHeader({ alg: algorithmOf(key) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenEndpoint)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key);
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType !== 'ec') return 'RS256';
  const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  return curves[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'ES256';
}
