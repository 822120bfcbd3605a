import { expect } from 'vitest';
import { type Answer, send } from '../examples.fixture.js';

export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Calls as the browser of somebody who is signed in sends them: writes carry their origin and the CSRF token. */
export async function inBrowser(url: string, cookie: string): Promise<Call> {
  const session = await send(`${url}/auth/session`, { headers: { cookie } });
  expect(session.status, JSON.stringify(session.body)).toBe(200);
  const headers = { cookie, origin: url, 'x-csrf-token': String(session.body['csrfToken']) };
  return (method, path, body) => send(url + path, { method, body, headers });
}

/** Calls with a bearer token; with none, as anybody. */
export function withToken(url: string, token?: string): Call {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (method, path, body) => send(url + path, { method, body, headers });
}

/** Calls of the person who opened a set-up link: their cookie, and the CSRF token of the exchange. */
export async function inSetup(url: string, linkUrl: string): Promise<{ call: Call; cookie: string }> {
  const token = new URL(linkUrl).hash.slice(1);
  const opened = await send(`${url}/api/v1/setup/exchange`, {
    method: 'POST',
    body: { token },
    headers: { origin: url },
  });
  expect(opened.status, JSON.stringify(opened.body)).toBe(200);
  const cookie = opened.headers.getSetCookie().map((each) => each.split(';')[0])[0] as string;
  const headers = { cookie, origin: url, 'x-csrf-token': String(opened.body['csrfToken']) };
  return { call: (method, path, body) => send(url + path, { method, body, headers }), cookie };
}

/** What a reverse proxy asks before it lets a request through. */
export function authorize(url: string, account: string, headers: Record<string, string>): Promise<Answer> {
  return send(`${url}/authorize`, { headers: { 'x-gatehouse-account': account, ...headers } });
}
