import { type DnsServer, dnsServer, eventually, hasKafka } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from './deployment/deployment.js';
import { startFor } from './support/start-for.js';
import { ownAccount, type OwnAccount, type SignedIn } from './examples.fixture.js';
import { directoryOf, enabledDomain, expectStatus, membersOf } from './support/account-of.js';
import { authorize, type Call, inBrowser, withToken } from './support/person.js';
import { ScimClient } from './support/scim-client.js';

describe.skipIf(process.env.DEPLOYMENT === 'separate' && !hasKafka())(
  'a member whom the directory deactivates',
  () => {
    let dns: DnsServer;
    let deployment: Deployment;
    let account: OwnAccount;
    let member: SignedIn;
    let browser: Call;
    let key: string;
    let scim: ScimClient;

    const allowed = () => authorize(deployment.url, account.id, { cookie: member.cookie });
    const byKey = () => authorize(deployment.url, account.id, { authorization: `Bearer ${key}` });
    const ownPath = () => `/api/v1/accounts/${account.id}`;

    beforeAll(async () => {
      dns = await dnsServer();
      deployment = await startFor({ DNS_SERVERS: dns.address, DEMO: '0' });
      account = await ownAccount(deployment);
      const publish = ({ name, value }: { name: string; value: string }) => dns.set(name, { TXT: [value] });
      await enabledDomain(account, publish, `${account.slug}.test`);
      member = await account.join('admin');
      browser = await inBrowser(deployment.url, member.cookie);
      const made = await eventually(() =>
        expectStatus(browser('POST', `${ownPath()}/api-keys`, { name: 'Nightly', role: 'admin' }), 201),
      );
      key = String(made['key']);
      const { baseUrl, token } = await directoryOf(account);
      scim = new ScimClient(baseUrl, token);
      await scim.create({ userName: member.email, title: 'Mia', active: true });
      await isManaged('active');
    });
    afterAll(async () => {
      await deployment?.close();
      await dns?.close();
    });

    async function isManaged(status: string): Promise<void> {
      await eventually(async () => {
        const found = (await membersOf(account)).find(({ email }) => email === member.email);
        expect(found).toMatchObject({ id: member.memberId, managedBy: 'directory', status });
      });
    }

    it('was admitted by browser, by API key, and by the API, before', async () => {
      await eventually(async () => expect((await allowed()).status).toBe(200));
      expect((await byKey()).status).toBe(200);
      expect((await browser('GET', ownPath())).status).toBe(200);
      expect((await withToken(deployment.url, key)('GET', ownPath())).status).toBe(200);
    });

    it('is refused everywhere, afterwards, and is still there', async () => {
      await scim.update(member.email, [{ op: 'replace', path: 'active', value: false }]);
      // By the directory's word first; once the membership has followed, the session itself is gone.
      const refusals = ['403 deprovisioned', '401 session_revoked'];
      await eventually(async () => {
        const answer = await allowed();
        expect(refusals).toContain(`${answer.status} ${String(answer.body['code'])}`);
      });
      const refusedKey = await byKey();
      expect([401, 403]).toContain(refusedKey.status);
      expect(['api_key_invalid', 'deprovisioned']).toContain(refusedKey.body['code']);
      expect([401, 403, 404]).toContain((await browser('GET', ownPath())).status);
      expect([401, 403]).toContain((await withToken(deployment.url, key)('GET', ownPath())).status);
      await isManaged('deprovisioned');
    });

    it('is the same member again once the directory says so', async () => {
      await scim.update(member.email, [{ op: 'replace', path: 'active', value: true }]);
      await isManaged('active');
    });
  },
);
