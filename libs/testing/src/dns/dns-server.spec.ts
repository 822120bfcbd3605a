import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dnsServer, type DnsServer } from './dns-server.js';

describe('dnsServer', () => {
  let server: DnsServer;
  const resolver = new Resolver({ timeout: 500, tries: 1 });

  beforeAll(async () => {
    server = await dnsServer({ 'acme.test': { TXT: ['one', ['two ', 'parts']], A: ['192.0.2.7'] } });
    resolver.setServers([server.address]);
  });
  afterAll(() => server.close());

  it('answers TXT records, those of several strings too', async () => {
    expect(await resolver.resolveTxt('Acme.test')).toEqual([['one'], ['two ', 'parts']]);
  });

  it('answers A records', async () => {
    expect(await resolver.resolve4('acme.test')).toEqual(['192.0.2.7']);
  });

  it('answers a record that is longer than a datagram', async () => {
    const long = Array.from({ length: 12 }, (_, part) => String(part).padEnd(200, '.'));
    server.set('long.test', { TXT: [long] });
    expect(await resolver.resolveTxt('long.test')).toEqual([long]);
  });

  it('tells an unknown name from a name without records', async () => {
    server.set('empty.test', {});
    await expect(resolver.resolveTxt('unknown.test')).rejects.toThrow('ENOTFOUND');
    await expect(resolver.resolveTxt('empty.test')).rejects.toThrow('ENODATA');
  });

  it('fails or stays silent on demand', async () => {
    server.behave('servfail');
    await expect(resolver.resolveTxt('acme.test')).rejects.toThrow('ESERVFAIL');
    server.behave('silent');
    await expect(resolver.resolveTxt('acme.test')).rejects.toThrow('ETIMEOUT');
    server.behave('answer');
    expect(await resolver.resolveTxt('acme.test')).toHaveLength(2);
  });
});
