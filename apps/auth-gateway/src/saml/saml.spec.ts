import { logoutForm, logoutQuery, logoutXml } from '@gatehouse/saml/testing';
import {
  type AccountState,
  MembershipChanged,
  nextVersion,
  PolicyChanged,
  type SsoPolicy,
} from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway, PUBLIC_URL } from '../gateway.fixture.js';
import { Tenant, Visitor } from '../sign-in/sign-in.fixture.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.close());

describe('a first sign-in', () => {
  it('asks the account service, links the identity and starts a session', async () => {
    const tenant = await Tenant.create(gateway);
    const visitor = new Visitor(gateway.url);
    const member = tenant.member('ada');
    const [page, signedIn] = await Promise.all([
      tenant.signIn(visitor, member.email),
      tenant.admit(member.email, { member }),
    ]);
    expect(page).toMatchObject({ status: 303, location: '/' });
    expect(signedIn).toMatchObject({
      subject: member.email,
      userId: null,
      protocol: 'saml',
      name: 'Ada Lovelace',
    });
    expect(await visitor.authorize(tenant.account.id)).toBe('200');
    const links = await gateway.database.query('select * from identity_links where connection_id = $1', [
      tenant.connection.id,
    ]);
    expect(links).toMatchObject([{ subject: member.email, user_id: member.userId, subject_is_email: true }]);
  });

  it('tells a person who is no member why, and makes no session', async () => {
    const tenant = await Tenant.create(gateway);
    const visitor = new Visitor(gateway.url);
    const email = `nobody@${tenant.domain}`;
    const [page] = await Promise.all([
      tenant.signIn(visitor, email),
      tenant.admit(email, { reason: 'not_a_member' }),
    ]);
    expect(page.status).toBe(403);
    expect(page.text).toContain('You are not a member of this account');
    expect(visitor.hasSession).toBe(false);
    expect(await tenant.refusals()).toEqual(['not_a_member']);
  });

  it('of two at once makes one link and two sessions', async () => {
    const tenant = await Tenant.create(gateway);
    const member = tenant.member('ada');
    const visitors = [new Visitor(gateway.url), new Visitor(gateway.url)];
    const pages = Promise.all(visitors.map((visitor) => tenant.signIn(visitor, member.email)));
    await tenant.admit(member.email, { member }, 2);
    expect((await pages).map(({ status }) => status)).toEqual([303, 303]);
    expect(
      await gateway.database.query('select user_id from identity_links where connection_id = $1', [
        tenant.connection.id,
      ]),
    ).toEqual([{ user_id: member.userId }]);
  });
});

describe('a sign-in of a linked member', () => {
  it('needs nobody else, and goes back to where it came from', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    const id = await tenant.start(
      visitor,
      `/auth/sso?email=${member.email}&returnTo=${encodeURIComponent('/reports?a=1')}`,
    );
    const page = await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(member.email, id) });
    expect(page).toMatchObject({ status: 303, location: '/reports?a=1' });
    expect(await visitor.authorize(tenant.account.id)).toBe('200');
  });

  it.each(['//evil.test', 'https://evil.test', '/\\evil.test', 'https:evil.test'])(
    'never goes back to %s',
    async (returnTo) => {
      const tenant = await Tenant.create(gateway);
      const member = await tenant.linked('ada');
      const visitor = new Visitor(gateway.url);
      const id = await tenant.start(
        visitor,
        `/auth/sso/${tenant.connection.id}?returnTo=${encodeURIComponent(returnTo)}`,
      );
      const page = await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(member.email, id) });
      expect(page.location).toBe('/');
    },
  );

  it('is possible once with each response, also when it is posted 20 times at once', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    const id = await tenant.start(visitor);
    const form = { SAMLResponse: tenant.response(member.email, id) };
    const pages = await Promise.all(Array.from({ length: 20 }, () => visitor.visit(tenant.acs, form)));
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(pages.filter(({ status }) => status === 403)).toHaveLength(19);
    const codes = new Set(await tenant.refusals());
    expect([...codes].every((code) => code === 'replayed' || code === 'in_response_to_unknown')).toBe(true);
    expect((await visitor.visit(tenant.acs, form)).status).toBe(403);
  });

  it('is refused in another browser, and then still possible in the first', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const victim = new Visitor(gateway.url);
    const own = new Visitor(gateway.url);
    const id = await tenant.start(own);
    const form = { SAMLResponse: tenant.response(member.email, id) };
    expect((await victim.visit(tenant.acs, form)).status).toBe(403);
    expect(victim.hasSession).toBe(false);
    expect(await tenant.refusals()).toEqual(['browser_mismatch']);
    expect((await own.visit(tenant.acs, form)).status).toBe(303);
  });

  it('goes on in two tabs of one browser', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    const first = await tenant.start(visitor);
    const second = await tenant.start(visitor);
    for (const id of [first, second]) {
      expect(
        (await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(member.email, id) })).status,
      ).toBe(303);
    }
  });

  it('is refused for a request of another connection, also of the same account', async () => {
    const [tenant, other] = [await Tenant.create(gateway), await Tenant.create(gateway)];
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    const id = await other.start(visitor);
    expect(
      (await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(member.email, id) })).status,
    ).toBe(403);
    expect(await tenant.refusals()).toEqual(['in_response_to_unknown']);
  });

  it("is refused when another tenant's provider names the person", async () => {
    const [tenant, attacker] = [await Tenant.create(gateway), await Tenant.create(gateway)];
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    expect((await attacker.signIn(visitor, member.email)).status).toBe(403);
    expect(await attacker.refusals()).toEqual(['email_domain_not_enabled']);
    expect(visitor.hasSession).toBe(false);
  });

  it('shows one page for every kind of bad response, with a reference', async () => {
    const tenant = await Tenant.create(gateway);
    const visitor = new Visitor(gateway.url);
    const bad = await tenant.signIn(visitor, `ada@${tenant.domain}`, {
      tampered: (xml) => xml.replace('Lovelace', 'Byron'),
    });
    const malformed = await visitor.visit(tenant.acs, { SAMLResponse: '<script>alert(1)</script>' });
    const without = (text: string) => text.replace(/signin_\w+/, '').replace(/nonce(=|-)"?[\w+/=]+/g, '');
    expect([bad.status, malformed.status]).toEqual([403, 403]);
    expect(without(bad.text)).toBe(without(malformed.text));
    expect(await tenant.refusals()).toEqual(['signature_invalid', 'base64_invalid']);
  });
});

describe('what changes between start and callback', () => {
  it('disables the connection: refused, and so is the next start', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    const id = await tenant.start(visitor);
    const form = { SAMLResponse: tenant.response(member.email, id) };
    await tenant.change({ status: 'disabled' });
    expect((await visitor.visit(tenant.acs, form)).status).toBe(403);
    expect((await visitor.visit(`/auth/sso/${tenant.connection.id}`)).status).toBe(403);
    expect(await tenant.refusals()).toEqual(['connection_inactive', 'connection_inactive']);
    await tenant.change({ status: 'active' });
    expect((await tenant.signIn(visitor, member.email)).status).toBe(303);
  });

  it('begins to require single sign-on: who comes back from the provider is in, who had a password is out', async () => {
    const tenant = await Tenant.create(gateway);
    const { account } = tenant;
    const off = changedPolicy(account, 'off');
    await gateway.publish(PolicyChanged, off);
    const member = await tenant.linked('ada');
    const passwordBrowser = await gateway.signIn(member);
    expect(await passwordBrowser.authorize(account.id)).toBe('200');
    const visitor = new Visitor(gateway.url);
    const id = await tenant.start(visitor);
    await gateway.publish(PolicyChanged, changedPolicy(off, 'required'));
    const form = { SAMLResponse: tenant.response(member.email, id) };
    expect((await visitor.visit(tenant.acs, form)).status).toBe(303);
    expect(await visitor.authorize(account.id)).toBe('200');
    expect(await passwordBrowser.authorize(account.id)).toBe('401 session_revoked');
  });

  it('loses the domain: refused', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    const id = await tenant.start(visitor);
    await gateway.domain(tenant.domain, tenant.account.id, 'lost');
    expect(
      (await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(member.email, id) })).status,
    ).toBe(403);
    expect(await tenant.refusals()).toEqual(['email_domain_not_enabled']);
  });
});

describe('an unsolicited response', () => {
  it('is refused by default, and where it is allowed lets in only who is linked', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    expect(
      (await visitor.visit(tenant.acs, { SAMLResponse: tenant.response(member.email, null) })).status,
    ).toBe(403);
    const live = {
      ...tenant.connection.live!,
      saml: { ...tenant.connection.live!.saml!, allowUnsolicited: true },
    };
    await tenant.change({ live });
    const stranger = tenant.response(`eve@${tenant.domain}`, null);
    expect((await visitor.visit(tenant.acs, { SAMLResponse: stranger })).status).toBe(403);
    expect(await tenant.refusals()).toEqual(['unsolicited', 'unsolicited']);
    const form = { SAMLResponse: tenant.response(member.email, null) };
    expect((await visitor.visit(tenant.acs, form)).status).toBe(303);
    expect((await visitor.visit(tenant.acs, form)).status).toBe(403);
    expect((await tenant.refusals()).at(-1)).toBe('replayed');
  });
});

describe('an identity link by address', () => {
  it('ends when the person is renamed: the next bearer of the address is somebody else', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    await gateway.publish(MembershipChanged, {
      ...member,
      email: `countess@${tenant.domain}`,
      version: nextVersion(member.version),
    });
    expect(
      await gateway.database.query('select * from identity_links where user_id = $1', [member.userId]),
    ).toEqual([]);
    const next = tenant.member('ada');
    const visitor = new Visitor(gateway.url);
    const before = (await gateway.published('SignedIn')).length;
    const page = tenant.signIn(visitor, next.email);
    await expect.poll(async () => (await gateway.published('SignedIn')).length).toBeGreaterThan(before);
    await tenant.admit(next.email, { member: next });
    expect((await page).status).toBe(303);
    const [session] = await gateway.database.query(
      'select user_id from sessions order by created_at desc limit 1',
    );
    expect(session).toEqual({ user_id: next.userId });
  });
});

describe('logout by the identity provider', () => {
  const partsOf = (tenant: Tenant, nameId: string) => ({
    sloUrl: `${PUBLIC_URL}/saml/${tenant.connection.id}/slo`,
    nameId,
  });

  it('ends the authentication, by either binding', async () => {
    for (const binding of ['redirect', 'post']) {
      const tenant = await Tenant.create(gateway);
      const member = await tenant.linked('ada');
      const visitor = new Visitor(gateway.url);
      await tenant.signIn(visitor, member.email);
      expect(await visitor.authorize(tenant.account.id)).toBe('200');
      const parts = partsOf(tenant, member.email);
      const slo = `/saml/${tenant.connection.id}/slo`;
      const page =
        binding === 'redirect'
          ? await visitor.visit(`${slo}?${logoutQuery(tenant.idp, parts)}`)
          : await visitor.visit(slo, { SAMLRequest: logoutForm(tenant.idp, parts) });
      expect(page).toMatchObject({
        status: 303,
        location: expect.stringContaining('https://idp.example/slo?SAMLResponse=') as string,
      });
      await expect.poll(() => visitor.authorize(tenant.account.id)).toBe('401 session_revoked');
    }
  });

  it('is refused unsigned, and ends nothing', async () => {
    const tenant = await Tenant.create(gateway);
    const member = await tenant.linked('ada');
    const visitor = new Visitor(gateway.url);
    await tenant.signIn(visitor, member.email);
    const parts = partsOf(tenant, member.email);
    const slo = `/saml/${tenant.connection.id}/slo`;
    const query = logoutQuery(tenant.idp, parts).replace(/&SigAlg=.*/, '');
    expect((await visitor.visit(`${slo}?${query}`)).status).toBe(403);
    const form = Buffer.from(logoutXml(tenant.idp, parts)).toString('base64');
    expect((await visitor.visit(slo, { SAMLRequest: form })).status).toBe(403);
    expect(await tenant.refusals()).toEqual(['logout_unsigned', 'logout_unsigned']);
    expect(await visitor.authorize(tenant.account.id)).toBe('200');
  });
});

it('our metadata are those of the connection; an unknown one has none', async () => {
  const tenant = await Tenant.create(gateway);
  const page = await new Visitor(gateway.url).visit(`/saml/${tenant.connection.id}/metadata`);
  expect(page.text).toContain(`Location="${PUBLIC_URL}${tenant.acs}"`);
  expect((await new Visitor(gateway.url).visit('/saml/conn_unknown/metadata')).status).toBe(404);
});

function changedPolicy(account: AccountState, enforcement: SsoPolicy['enforcement']): AccountState {
  return { ...account, version: nextVersion(account.version), policy: { ...account.policy, enforcement } };
}
