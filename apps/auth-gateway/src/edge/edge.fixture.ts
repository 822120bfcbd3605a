import { type AccountState, type Caller, MembershipChanged } from '@gatehouse/contracts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { type Browser, Gateway, memberOf, PUBLIC_URL } from '../gateway.fixture.js';

export interface Seen {
  service: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Stands where the other services would, records what reaches them, and plays sso-config's one internal call. */
export const seen: Seen[] = [];
export const setup: { session?: { caller: Caller; csrfToken: string } } = {};
const servers: Server[] = [];
export let gateway: Gateway;

async function listen(service: string): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url === '/internal/setup-sessions/resolve') {
        const known = setup.session
          ? JSON.stringify({ ...setup.session, expiresAt: '2030-01-01T00:00:00Z' })
          : JSON.stringify({ code: 'link_revoked', detail: 'Gone.' });
        return response.writeHead(setup.session ? 200 : 410).end(known);
      }
      seen.push({
        service,
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      });
      return response
        .writeHead(request.url?.includes('missing') === true ? 404 : 200, {
          'content-type': 'application/json',
          'set-cookie': 'gh_setup=new; Path=/',
          'x-answer': service,
        })
        .end(JSON.stringify({ service }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function startEdge(): Promise<void> {
  gateway = await Gateway.start({
    ACCOUNT_URL: await listen('account'),
    SSO_CONFIG_URL: await listen('sso-config'),
    DIRECTORY_SYNC_URL: await listen('directory-sync'),
  });
}

export async function stopEdge(): Promise<void> {
  await gateway.close();
  for (const server of servers) server.close();
}

export function forget(): void {
  seen.length = 0;
  setup.session = undefined;
}

let count = 0;
export async function admin(): Promise<{
  account: AccountState;
  browser: Browser;
  userId: string;
  domain: string;
}> {
  count += 1;
  const { account } = await gateway.enterprise(`edge${count}`, `edge${count}.test`);
  const member = memberOf(account, `ada@edge${count}.test`, { role: 'admin' });
  await gateway.publish(MembershipChanged, member);
  return {
    account,
    domain: `edge${count}.test`,
    browser: await gateway.signIn(member),
    userId: member.userId,
  };
}

/** The caller that the service was told, by a token made for it alone. */
export async function callerOf({ service, headers }: Seen): Promise<Caller> {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', gateway.url));
  const { payload } = await jwtVerify(headers.authorization!.slice(7), keys, {
    issuer: PUBLIC_URL,
    audience: `gatehouse:${service}`,
    algorithms: ['EdDSA'],
  });
  expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(60);
  return payload['caller'] as Caller;
}
