import { serviceAudience, type Caller, type ServiceName } from '@gatehouse/contracts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands where the gateway stands for the other services: it makes callers' tokens and publishes their keys. */
export interface CallerIssuer {
  /** For GATEWAY_JWKS_URL. */
  jwksUrl: string;
  /** For PUBLIC_URL: the issuer of the tokens. */
  publicUrl: string;
  /** An Authorization header for a request to `service` from `caller`. */
  authorization(service: ServiceName, caller: Caller): Promise<string>;
  close(): Promise<void>;
}

export async function callerIssuer(publicUrl = 'http://localhost:8080'): Promise<CallerIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test', use: 'sig' }],
  });
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(jwks),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    publicUrl,
    authorization: async (service, caller) => {
      const token = await new SignJWT({ caller })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
        .setIssuer(publicUrl)
        .setAudience(serviceAudience(service))
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(privateKey);
      return `Bearer ${token}`;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
