import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway } from '../gateway.fixture.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

async function post(body: string): Promise<unknown[]> {
  const response = await fetch(`${gateway.url}/auth/password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { code } = (await response.json()) as { code?: string };
  return [response.status, response.headers.get('content-type'), code];
}

/** The raw routes must not take Nest's own out of its error handler. */
describe('a body that cannot be read', () => {
  const problem = 'application/problem+json; charset=utf-8';
  const credentials = { email: 'nobody@problems.test', password: 'four words of mine' };

  it.each([
    ['a whole one', JSON.stringify(credentials), 401, 'credentials_invalid'],
    ['no JSON', JSON.stringify(credentials).slice(0, -1), 400, 'invalid_request'],
    [
      'over 1 MiB',
      JSON.stringify({ ...credentials, password: 'x'.repeat(1_100_000) }),
      413,
      'body_too_large',
    ],
  ])('%s', async (_, body, status, code) => {
    expect(await post(body)).toEqual([status, problem, code]);
  });
});
