import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { SafeFetchReason } from './error.js';
import { createSafeFetch } from './safe-fetch.js';
import { expectRefusal, refusalOf, secret } from './refusal.fixture.js';
import { listen, startSite } from './server.fixture.js';

const site = await startSite();
afterAll(() => site.close());

const hello: RequestListener = (_, response) => response.end('hello');

describe('safe-fetch: redirects', () => {
  const { fetch } = site.fetching();
  const redirectTo =
    (location: string, status = 302): RequestListener =>
    (request, response) => {
      if (request.url === '/start') response.writeHead(status, { location }).end(secret);
      else response.end(`${request.method} ${request.headers.authorization ?? ''}`);
    };

  it('refuses any by default, follows where allowed', async () => {
    site.handle = redirectTo('/metadata');
    await expectRefusal(fetch('https://idp.example/start'), 'redirect_refused');
    const answer = await fetch('https://idp.example/start', { redirects: 1 });
    expect(answer.url).toBe('https://idp.example/metadata');
  });

  it.each<[string, SafeFetchReason]>([
    ['https://169.254.169.254/latest/meta-data/', 'address_refused'],
    ['http://169.254.169.254/latest/meta-data/', 'scheme_refused'],
    ['https://internal.example/', 'address_refused'],
    ['//127.0.0.1/', 'address_refused'],
    ['https://[::ffff:10.0.0.1]/', 'address_refused'],
    ['http://idp.example/metadata', 'scheme_refused'],
    ['https://idp.example:8443/', 'port_refused'],
    ['https://a:b@idp.example/', 'credentials_in_url'],
    ['https://', 'redirect_refused'],
  ])('checks a 307 to %s again: %s', async (location, reason) => {
    site.handle = redirectTo(location, 307);
    await expectRefusal(fetch('https://idp.example/start', { redirects: 3 }), reason);
    site.handle = redirectTo('https://other.example/metadata', 307);
    expect((await fetch('https://idp.example/start', { redirects: 3 })).status).toBe(200);
  });

  it('stops a loop', async () => {
    site.handle = redirectTo('/start');
    await expectRefusal(fetch('https://idp.example/start', { redirects: 3 }), 'too_many_redirects');
  });

  it('gives no credentials to another origin', async () => {
    const request = { redirects: 1, headers: { Authorization: 'Bearer x' } };
    site.handle = redirectTo('https://other.example/');
    expect((await fetch('https://idp.example/start', request)).text()).toBe('GET ');
    site.handle = redirectTo('/there');
    expect((await fetch('https://idp.example/start', request)).text()).toBe('GET Bearer x');
  });

  it('sends no body to another origin', async () => {
    const request = { redirects: 1, method: 'POST', body: 'client_secret=x' } as const;
    site.handle = redirectTo('https://other.example/', 307);
    await expectRefusal(fetch('https://idp.example/start', request), 'redirect_refused');
    site.handle = redirectTo('/there', 307);
    expect((await fetch('https://idp.example/start', request)).text()).toBe('POST ');
    site.handle = redirectTo('https://other.example/', 303);
    expect((await fetch('https://idp.example/start', request)).text()).toBe('GET ');
  });
});

describe('safe-fetch: limits', () => {
  const { fetch } = site.fetching();

  it('refuses one byte more than allowed', async () => {
    site.handle = (_, response) => response.end('x'.repeat(1001));
    await expectRefusal(fetch('https://idp.example/', { maxBytes: 1000 }), 'too_large');
    expect((await fetch('https://idp.example/', { maxBytes: 1001 })).body.length).toBe(1001);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('unpacks %s, and stops a bomb', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(50_000_000));
    let sent = bomb;
    site.handle = (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(sent);
    const before = process.memoryUsage().arrayBuffers;
    await expectRefusal(fetch('https://idp.example/'), 'too_large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    sent = compress(Buffer.from('honest'));
    expect((await fetch('https://idp.example/')).text()).toBe('honest');
  });

  it('refuses layers of compression and unknown ones', async () => {
    let encoding = 'gzip, gzip';
    site.handle = (_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(gzipSync('nested')));
    await expectRefusal(fetch('https://idp.example/'), 'encoding_refused');
    encoding = 'constructor';
    await expectRefusal(fetch('https://idp.example/'), 'encoding_refused');
    encoding = 'identity';
    expect((await fetch('https://idp.example/')).status).toBe(200);
  });

  it('refuses compressed data that is damaged', async () => {
    let sent = Buffer.from(`not gzip ${secret}`);
    site.handle = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(sent);
    await expectRefusal(fetch('https://idp.example/'), 'response_malformed');
    sent = gzipSync('cut off in the middle').subarray(0, 20);
    await expectRefusal(fetch('https://idp.example/'), 'response_malformed');
    sent = gzipSync('whole');
    expect((await fetch('https://idp.example/')).text()).toBe('whole');
  });

  it('ends a body that drips, a server that is silent, and a resolver that hangs', async () => {
    site.handle = (_, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    };
    await expectRefusal(fetch('https://idp.example/', { timeoutMs: 300 }), 'timed_out');
    site.handle = () => undefined;
    await expectRefusal(fetch('https://idp.example/', { timeoutMs: 200 }), 'timed_out');
    const hanging = site.fetching({ resolve: () => new Promise(() => undefined) });
    await expectRefusal(hanging.fetch('https://idp.example/', { timeoutMs: 50 }), 'timed_out');
    site.handle = (_, response) => void setTimeout(() => response.end('late'), 50);
    expect((await fetch('https://idp.example/', { timeoutMs: 5000 })).text()).toBe('late');
  });

  it('refuses endless headers', async () => {
    let length = 40_000;
    site.handle = (_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(length) }).end();
    await expectRefusal(fetch('https://idp.example/'), 'too_large');
    length = 4_000;
    expect((await fetch('https://idp.example/')).status).toBe(200);
  });
});

describe('safe-fetch: the request and its answer', () => {
  const { fetch } = site.fetching();

  it('sends method, headers and body, and the Host of the URL', async () => {
    site.handle = (request, response) => {
      const { host, accept, authorization } = request.headers;
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () =>
        response.end(
          JSON.stringify({ method: request.method, url: request.url, host, accept, authorization, body }),
        ),
      );
    };
    const answer = await fetch('https://idp.example/token?a=b', {
      method: 'POST',
      headers: { Authorization: 'Basic x', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=authorization_code',
      accept: 'application/json',
    });
    expect(answer.json()).toEqual({
      method: 'POST',
      url: '/token?a=b',
      host: 'idp.example',
      accept: 'application/json',
      authorization: 'Basic x',
      body: 'grant_type=authorization_code',
    });
  });

  it('refuses headers that say where a request goes', async () => {
    site.handle = hello;
    await expect(fetch('https://idp.example/', { headers: { Host: 'internal' } })).rejects.toThrow(TypeError);
    await expect(fetch('https://idp.example/', { headers: { 'X-Host': 'internal' } })).resolves.toBeDefined();
  });

  it('does not quote a body that is not JSON', async () => {
    site.handle = (_, response) => response.end(secret);
    const answer = await fetch('https://idp.example/');
    expect((await refusalOf(Promise.resolve().then(() => answer.json()))).reason).toBe('not_json');
    site.handle = (_, response) => response.end('{"a":1}');
    expect((await fetch('https://idp.example/')).json()).toEqual({ a: 1 });
  });

  it('hands back an error status as an answer', async () => {
    site.handle = (_, response) => response.writeHead(500).end('broken');
    expect((await fetch('https://idp.example/')).status).toBe(500);
  });

  it('keeps no connection open', async () => {
    let open = 0;
    const counted = await listen(
      createHttpServer(hello).on('connection', (socket) => {
        open += 1;
        socket.on('close', () => (open -= 1));
      }),
    );
    const origin = `http://127.0.0.1:${counted.port}`;
    await createSafeFetch({ allowedPrivateOrigins: [origin] })(`${origin}/`);
    // A connection of our own, opened and closed after it: the server has then seen the end of the first.
    const probe = connect(counted.port, '127.0.0.1').end();
    await once(probe.resume(), 'close');
    expect(open).toBeLessThanOrEqual(1);
    counted.close();
  });
});
