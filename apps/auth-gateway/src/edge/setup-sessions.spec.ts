import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Caller, MembershipChanged, newId } from '@gatehouse/contracts';
import { Browser, memberOf } from '../gateway.fixture.js';
import { admin, callerOf, forget, gateway, seen, setup, startEdge, stopEdge } from './edge.fixture.js';

beforeAll(startEdge);
afterAll(stopEdge);
beforeEach(forget);

describe('a set-up session', () => {
  async function holder() {
    const { account, domain } = await admin();
    const caller: Caller = {
      kind: 'setup',
      linkId: newId('link'),
      setupSessionId: newId('setup'),
      domainIds: [],
      purposes: ['sso'],
      mayActivate: true,
      accountId: account.id,
      plan: 'enterprise',
    };
    setup.session = { caller, csrfToken: 'csrf-of-the-set-up-session' };
    const browser = new Browser(gateway.url);
    browser.take('gh_setup=gh_setup_secret');
    browser.csrfToken = setup.session.csrfToken;
    return { account, caller, browser, domain };
  }

  it('is told as what sso-config says it is, and its cookie goes to sso-config alone', async () => {
    const { account, caller, browser } = await holder();
    const { headers } = await browser.fetch('/api/v1/setup');
    expect(await callerOf(seen[0]!)).toEqual(caller);
    expect(seen[0]!.headers.cookie).toBe('gh_setup=gh_setup_secret');
    expect(headers.get('set-cookie')).toContain('gh_setup=new');
    browser.take('gh_setup=gh_setup_secret');
    await browser.fetch(`/api/v1/accounts/${account.id}/directories`, {
      method: 'POST',
      body: { name: 'Okta' },
    });
    expect(await callerOf(seen[1]!)).toEqual(caller);
    expect(seen[1]!.headers).not.toHaveProperty('cookie');
  });

  it('needs its own token for writes, and reaches no other account', async () => {
    const { account, browser } = await holder();
    const other = await admin();
    const path = `/api/v1/accounts/${account.id}/connections`;
    expect(
      (await browser.fetch(path, { method: 'POST', body: {}, headers: { 'x-csrf-token': 'no' } })).code,
    ).toBe('csrf_invalid');
    expect((await browser.fetch(path, { method: 'POST', body: {} })).status).toBe(200);
    expect((await browser.fetch(`/api/v1/accounts/${other.account.id}/connections`)).code).toBe('not_found');
  });

  it('ends with its link', async () => {
    const { account, browser } = await holder();
    setup.session = undefined;
    expect((await browser.fetch('/api/v1/setup')).code).toBe('link_revoked');
    expect((await browser.fetch(`/api/v1/accounts/${account.id}/connections`)).code).toBe('link_revoked');
    expect(seen).toEqual([]);
  });

  it('does not stand in the way of opening another link', async () => {
    const { browser } = await holder();
    browser.csrfToken = '';
    expect(
      (await browser.fetch('/api/v1/setup/exchange', { method: 'POST', body: { token: 't' } })).status,
    ).toBe(200);
    expect(await callerOf(seen[0]!)).toEqual({ kind: 'anonymous' });
    expect(
      (
        await browser.fetch('/api/v1/setup/exchange', {
          method: 'POST',
          body: { token: 't' },
          headers: { origin: 'https://evil.example' },
        })
      ).code,
    ).toBe('csrf_invalid');
  });

  it('speaks for a browser in which a mere member is signed in too; an admin goes first', async () => {
    const { account, caller, browser, domain } = await holder();
    const member = memberOf(account, `guest@elsewhere-${domain}`);
    await gateway.publish(MembershipChanged, member);
    browser.take((await gateway.signIn(member)).cookie);
    await browser.fetch(`/api/v1/accounts/${account.id}/connections`);
    expect(await callerOf(seen[0]!)).toEqual(caller);
    const owner = memberOf(account, `owner@${domain}`, { role: 'owner' });
    await gateway.publish(MembershipChanged, owner);
    browser.take((await gateway.signIn(owner)).cookie);
    await browser.fetch(`/api/v1/accounts/${account.id}/connections`);
    expect(await callerOf(seen[1]!)).toMatchObject({ kind: 'user', userId: owner.userId });
  });
});
