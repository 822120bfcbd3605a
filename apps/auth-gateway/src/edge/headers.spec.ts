import { describe, expect, it } from 'vitest';
import { requestHeaders, responseHeaders } from './headers.js';

const forwarding = { address: '192.0.2.7', publicUrl: new URL('https://gatehouse.example'), requestId: 'r1' };

describe('requestHeaders', () => {
  it('drops what only the gateway may say, and what concerns one connection', () => {
    const headers = requestHeaders(
      {
        host: 'gatehouse.example',
        connection: 'keep-alive, X-Secret-Hop',
        'x-secret-hop': '1',
        'transfer-encoding': 'chunked',
        authorization: 'Bearer gh_key_1',
        cookie: '__Host-gh_session=1',
        'x-csrf-token': 't',
        'x-gatehouse-user': 'user_evil',
        'x-gatehouse-anything': '1',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'http',
        forwarded: 'for=203.0.113.9',
        'x-real-ip': '203.0.113.9',
        'content-type': 'application/json',
        traceparent: '00-1-1-01',
      },
      forwarding,
    );
    expect(headers).toEqual({
      'content-type': 'application/json',
      traceparent: '00-1-1-01',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'gatehouse.example',
      'x-forwarded-proto': 'https',
      'x-request-id': 'r1',
    });
  });

  it('keeps the authorization that a directory sends', () => {
    expect(
      requestHeaders({ authorization: 'Bearer t', cookie: 'c=1' }, forwarding, ['authorization']),
    ).toMatchObject({ authorization: 'Bearer t' });
  });
});

describe('responseHeaders', () => {
  const answer = {
    'set-cookie': ['a=1'],
    connection: 'close',
    'content-type': 'application/json',
    etag: '"1"',
  };

  it('lets a service set cookies only where it is said so', () => {
    expect(responseHeaders(answer, false)).toEqual({ 'content-type': 'application/json', etag: '"1"' });
    expect(responseHeaders(answer, true)).toHaveProperty('set-cookie', ['a=1']);
  });
});
