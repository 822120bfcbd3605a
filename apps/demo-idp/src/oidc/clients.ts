import { randomBytes } from 'node:crypto';

export interface OidcClient {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

export function newClient(redirectUri: string): OidcClient {
  return {
    clientId: `gatehouse-${randomBytes(6).toString('hex')}`,
    clientSecret: randomBytes(32).toString('base64url'),
    redirectUri,
  };
}
