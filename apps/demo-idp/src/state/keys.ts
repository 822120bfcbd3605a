import { createPrivateKey, generateKeyPair, randomBytes, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { selfSignedCertificate } from './certificate.js';

/** Made at the first start, one set an installation. */
export interface ProviderKeys {
  saml: { privateKey: string; certificate: string };
  oidc: { jwk: JsonWebKey; cookieKey: string };
}

export async function generateKeys(): Promise<ProviderKeys> {
  const [saml, oidc] = await Promise.all([rsaKey(), rsaKey()]);
  return {
    saml: { privateKey: saml, certificate: selfSignedCertificate(saml, 'Gatehouse demo identity provider') },
    oidc: {
      jwk: { ...createPrivateKey(oidc).export({ format: 'jwk' }), use: 'sig', alg: 'RS256' },
      cookieKey: randomBytes(32).toString('base64url'),
    },
  };
}

async function rsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}
