import { createSafeFetch } from '@gatehouse/safe-fetch';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { KeySets } from './key-sets.js';
import type { OidcConnectionOptions } from './options.js';

/** What a test may bend of one sign-in. */
export interface Answers {
  claims: Record<string, unknown>;
  header: Record<string, unknown>;
  /** Signed as it is, instead of the claims. */
  payload?: string;
  /** Replaces the signed token. */
  idToken?: (token: string) => string;
  /** Replaces the body of the token response. */
  tokenBody?: string;
  tokenStatus: number;
  userinfo: unknown;
  signingKey?: CryptoKey | Uint8Array;
}

/** An OpenID provider of our own making, with keys of this run, that can be made to misbehave. */
export async function startTestProvider() {
  let keys = [await newKey('first')];
  let answers: Answers;
  const requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetch = createSafeFetch({ allowedPrivateOrigins: [issuer] });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    requests.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const send = (status: number, body: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    if (path === '/jwks') return void send(200, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
    if (path === '/userinfo') return void send(200, JSON.stringify(answers.userinfo));
    send(
      answers.tokenStatus,
      answers.tokenBody ??
        JSON.stringify({ access_token: 'at', token_type: 'Bearer', id_token: await idToken() }),
    );
  }

  async function idToken(): Promise<string> {
    const claims = Object.fromEntries(
      Object.entries(answers.claims).filter(([, value]) => value !== undefined),
    );
    const header = { alg: 'RS256', kid: keys[0]!.jwk.kid, ...answers.header } as { alg: string };
    const key = answers.signingKey ?? keys[0]!.privateKey;
    const token =
      answers.payload === undefined
        ? await new SignJWT(claims).setProtectedHeader(header).sign(key)
        : await new CompactSign(Buffer.from(answers.payload)).setProtectedHeader(header).sign(key);
    return answers.idToken?.(token) ?? token;
  }

  return {
    issuer,
    requests,
    fetch,
    /** Sets what the next sign-in gets: a good one, bent by `change`. */
    answer(nonce: string, change: (good: Answers) => void = () => undefined): void {
      const now = Math.floor(Date.now() / 1000);
      answers = {
        claims: {
          iss: issuer,
          aud: 'client',
          sub: 'ada',
          exp: now + 300,
          iat: now,
          nonce,
          email: 'Ada@acme.test',
          email_verified: true,
          given_name: 'Ada',
          at_hash: createHash('sha256').update('at').digest().subarray(0, 16).toString('base64url'),
        },
        header: {},
        tokenStatus: 200,
        userinfo: { sub: 'ada', email: 'ada@acme.test' },
      };
      change(answers);
    },
    publicKeyPem: () => JSON.stringify(keys[0]!.jwk),
    async rotate(): Promise<void> {
      keys = [await newKey(`next-${keys.length}-${Date.now()}`)];
    },
    async addKeyWithoutIds(): Promise<void> {
      keys = [keys[0]!, await newKey('other')].map(({ jwk, privateKey }) => ({
        jwk: { ...jwk, kid: undefined },
        privateKey,
      }));
    },
    connection(change: Partial<OidcConnectionOptions> = {}, now?: () => number): OidcConnectionOptions {
      return {
        issuer,
        clientId: 'client',
        tokenAuthMethod: 'client_secret_basic',
        secret: 's3cret:/+',
        scopes: ['openid', 'email', 'profile'],
        authorizationEndpoint: `${issuer}/authorize?tenant=1`,
        tokenEndpoint: `${issuer}/token`,
        jwksUri: `${issuer}/jwks`,
        userinfoEndpoint: `${issuer}/userinfo`,
        issParameterSupported: false,
        idTokenSigningAlgs: ['RS256'],
        redirectUri: 'https://sso.example.com/oidc/conn/callback',
        fetch,
        keys: new KeySets(fetch, now),
        ...change,
      };
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function newKey(kid: string): Promise<{ jwk: JWK; privateKey: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }, privateKey };
}
