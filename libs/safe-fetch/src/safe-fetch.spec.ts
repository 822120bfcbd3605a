import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import type { SafeFetchReason } from './error.js';
import { createAddressCheck, createSafeFetch } from './safe-fetch.js';
import { expectRefusal, refusalOf } from './refusal.fixture.js';
import { listen, otherPublicAddress, publicAddress, startSite } from './server.fixture.js';

const site = await startSite();
afterAll(() => site.close());

const hello: RequestListener = (_, response) => response.end('hello');

describe('safe-fetch: which addresses may be asked', () => {
  const { fetch } = site.fetching();

  it('asks an https host at a public address', async () => {
    site.handle = hello;
    const answer = await fetch('https://idp.example/metadata');
    expect(answer.status).toBe(200);
    expect(answer.text()).toBe('hello');
  });

  it.each<[string, SafeFetchReason]>([
    ['http://idp.example/', 'scheme_refused'],
    ['ftp://idp.example/', 'scheme_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['gopher://idp.example/_x', 'scheme_refused'],
    ['data:text/plain,x', 'scheme_refused'],
    ['javascript:alert(1)', 'scheme_refused'],
    ['idp.example', 'url_invalid'],
    ['https://', 'url_invalid'],
    ['https://user@idp.example/', 'credentials_in_url'],
    ['https://user:pass@idp.example/', 'credentials_in_url'],
    ['https://:pass@idp.example/', 'credentials_in_url'],
    ['https://idp.example:8443/', 'port_refused'],
    ['https://idp.example:22/', 'port_refused'],
    ['https://missing.example/', 'unresolvable'],
    ['https://internal.example/', 'address_refused'],
    ['https://2130706433/', 'address_refused'],
    ['https://127.1/', 'address_refused'],
    ['https://0177.0.0.1/', 'address_refused'],
    ['https://017700000001/', 'address_refused'],
    ['https://0x7f000001/', 'address_refused'],
    ['https://0x7f.0.0.1/', 'address_refused'],
    ['https://①②⑦.0.0.1/', 'address_refused'],
    ['https://127.0.0.1/', 'address_refused'],
    ['https://127.0.0.1./', 'address_refused'],
    ['https://[::1]/', 'address_refused'],
    ['https://[::]/', 'address_refused'],
    ['https://[::ffff:127.0.0.1]/', 'address_refused'],
    ['https://[::ffff:7f00:1]/', 'address_refused'],
    ['https://[64:ff9b::7f00:1]/', 'address_refused'],
    ['https://[2002:7f00:1::]/', 'address_refused'],
    ['https://localhost/', 'address_refused'],
    ['https://localhost./', 'address_refused'],
    ['https://LOCALHOST/', 'address_refused'],
    ['https://app.localhost/', 'address_refused'],
    ['https://169.254.169.254/latest/meta-data/', 'address_refused'],
    ['https://[fd00:ec2::254]/', 'address_refused'],
    ['https://100.100.100.200/', 'address_refused'],
    ['https://0/', 'address_refused'],
  ])('refuses %s: %s', async (url, reason) => {
    await expectRefusal(fetch(url), reason);
  });

  it.each([
    'https://1572394766/',
    'https://0x5db8d70e/',
    'https://0135.0270.0327.016/',
    'https://93.184.215.14/',
  ])('reads %s as the public address that it is, and asks for its certificate', async (url) => {
    site.handle = hello;
    const { fetch: own, dialled } = site.fetching();
    await expectRefusal(own(url), 'tls_failed'); // the certificate names idp.example, not an address
    expect(dialled).toEqual([publicAddress]);
  });

  it('treats a trailing dot as the same name', async () => {
    site.handle = hello;
    expect((await fetch('https://idp.example./')).status).toBe(200);
  });

  it('asks a further port where a deployment allows it', async () => {
    site.handle = hello;
    const { fetch: wide } = site.fetching({ ports: [443, 8443] });
    expect((await wide('https://idp.example:8443/')).status).toBe(200);
    await expectRefusal(wide('https://idp.example:8444/'), 'port_refused');
  });

  it('refuses a name with one private address among public ones', async () => {
    site.handle = hello;
    const mixed = site.fetching({ names: { 'idp.example': [publicAddress, '192.168.1.1'] } });
    await expectRefusal(mixed.fetch('https://idp.example/'), 'address_refused');
    expect(mixed.dialled).toEqual([]);
    const both = site.fetching({ names: { 'idp.example': [publicAddress, otherPublicAddress] } });
    expect((await both.fetch('https://idp.example/')).status).toBe(200);
  });

  it('refuses what a resolver answers that is no address', async () => {
    const { fetch: own } = site.fetching({ names: { 'idp.example': ['localhost'], 'other.example': [] } });
    await expectRefusal(own('https://idp.example/'), 'unresolvable');
    await expectRefusal(own('https://other.example/'), 'unresolvable');
  });

  it('never names the resolved address', async () => {
    const error = await refusalOf(fetch('https://internal.example/'));
    expect(error.message).toContain('internal.example');
    expect(error.message).not.toContain('10.0.0.7');
  });
});

describe('createAddressCheck', () => {
  const resolve = async (name: string) => [name === 'idp.example' ? publicAddress : '10.0.0.7'];
  const check = createAddressCheck({ resolve });

  it('checks an address that is asked later', async () => {
    await expect(check('https://idp.example/token')).resolves.toBeUndefined();
    await expectRefusal(check('https://internal.example/token'), 'address_refused');
    await expectRefusal(check('http://idp.example/token'), 'scheme_refused');
  });
});

describe('safe-fetch: the connection', () => {
  it('connects to the address that was checked, whatever the resolver says later', async () => {
    site.handle = hello;
    let lookups = 0;
    const rebinding = site.fetching({
      resolve: async () => ((lookups += 1) === 1 ? [publicAddress] : ['127.0.0.1']),
    });
    expect((await rebinding.fetch('https://idp.example/')).text()).toBe('hello');
    expect(rebinding.dialled).toEqual([publicAddress]);
    expect(lookups).toBe(1);
    await expectRefusal(rebinding.fetch('https://idp.example/'), 'address_refused');
    expect(rebinding.dialled).toEqual([publicAddress]);
  });

  it('tries the next checked address where one does not answer', async () => {
    site.handle = hello;
    const dead = await listen(createHttpServer());
    dead.close();
    const dialled: string[] = [];
    const { fetch } = site.fetching({
      names: { 'idp.example': [otherPublicAddress, publicAddress] },
      dial: (address) => {
        dialled.push(address);
        return { address: '127.0.0.1', port: address === publicAddress ? site.https.port : dead.port };
      },
    });
    expect((await fetch('https://idp.example/')).text()).toBe('hello');
    expect(dialled).toEqual([otherPublicAddress, publicAddress]);
  });

  it('says connection_failed where nothing listens', async () => {
    const dead = await listen(createHttpServer());
    dead.close();
    const { fetch } = site.fetching({ dial: () => ({ address: '127.0.0.1', port: dead.port }) });
    await expectRefusal(fetch('https://idp.example/'), 'connection_failed');
  });

  it('refuses a certificate that is unknown, or of another name', async () => {
    site.handle = hello;
    await expectRefusal(site.fetching({ ca: [] }).fetch('https://idp.example/'), 'tls_failed');
    const { fetch } = site.fetching({ names: { 'third.example': [publicAddress] } });
    await expectRefusal(fetch('https://third.example/'), 'tls_failed');
    expect((await fetch('https://other.example/')).status).toBe(200);
  });

  it('says tls_failed where the port speaks plain http', async () => {
    site.handle = hello;
    const { fetch } = site.fetching({ dial: () => ({ address: '127.0.0.1', port: site.http.port }) });
    await expectRefusal(fetch('https://idp.example/'), 'tls_failed');
  });
});

describe('safe-fetch: allowed private origins', () => {
  it('reaches exactly the origin that is allowed', async () => {
    site.handle = hello;
    const origin = `http://127.0.0.1:${site.http.port}`;
    const fetch = createSafeFetch({ allowedPrivateOrigins: [origin] });
    expect((await fetch(`${origin}/metadata?a=1`)).text()).toBe('hello');
    await expectRefusal(fetch(`http://127.0.0.2:${site.http.port}/`), 'scheme_refused');
    await expectRefusal(fetch(`https://127.0.0.1:${site.http.port}/`), 'port_refused');
    await expectRefusal(fetch('http://127.0.0.1/'), 'scheme_refused');
    await expectRefusal(fetch(`http://localhost:${site.http.port}/`), 'scheme_refused');
    await expectRefusal(fetch(`http://user@127.0.0.1:${site.http.port}/`), 'credentials_in_url');
  });

  it('resolves an allowed name by the system', async () => {
    site.handle = hello;
    const fetch = createSafeFetch({ allowedPrivateOrigins: [`http://localhost:${site.http.port}`] });
    expect((await fetch(`http://localhost:${site.http.port}/`)).status).toBe(200);
    await expectRefusal(fetch(`http://localhost.:${site.http.port}/`), 'scheme_refused');
  });

  it('refuses a setting that is not an origin', () => {
    expect(() => createSafeFetch({ allowedPrivateOrigins: ['127.0.0.1:8081'] })).toThrow(TypeError);
    expect(() => createSafeFetch({ allowedPrivateOrigins: ['http://127.0.0.1:8081/path'] })).toThrow(
      TypeError,
    );
    expect(() => createSafeFetch({ allowedPrivateOrigins: ['http://127.0.0.1:8081/'] })).not.toThrow();
  });
});
