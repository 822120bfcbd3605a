import { eventually } from '@gatehouse/testing';
import type { Deployment } from '../deployment/deployment.js';
import { ownAccount, type OwnAccount, type SignedIn } from '../examples.fixture.js';
import { claimedDomain, demoDns, directoryOf, enabledDomain, expectStatus } from './account-of.js';
import { type Call, inBrowser, inSetup, withToken } from './person.js';

/** One of everything that an account can have, and everybody who can call for it. */
export interface FurnishedAccount extends OwnAccount {
  domain: { id: string; name: string };
  pending: { id: string };
  member: SignedIn;
  directory: { id: string; baseUrl: string; token: string };
  /** By the names of path parameters. */
  ids: Record<string, string>;
  byBrowser: Call;
  byKey: Call;
  /** The operator. */
  byOperator: Call;
  inSetup: Call;
  key: string;
}

export async function furnishedAccount(deployment: Deployment): Promise<FurnishedAccount> {
  const { url, demo } = deployment;
  const account = await ownAccount(deployment);
  const base = `/api/v1/accounts/${account.id}`;
  const made = async (path: string, body?: unknown) => expectStatus(account.call('POST', path, body), 201);

  const domain = await enabledDomain(account, demoDns(demo.idp.url), `${account.slug}.test`);
  const pending = await claimedDomain(account, `pending.${account.slug}.test`);
  const member = await account.join('member');
  const connection = await made('/connections', {
    ...{ protocol: 'saml', provider: 'saml', name: 'Connection', domainIds: [domain.id] },
  });
  const link = await made('/setup-links', { domainIds: [domain.id], purposes: ['sso', 'directory'] });
  const opened = await inSetup(url, String(link['url']));
  const directory = await directoryOf(account);

  const byBrowser = await inBrowser(url, account.owner.cookie);
  const key = await eventually(() =>
    expectStatus(byBrowser('POST', `${base}/api-keys`, { name: 'Scripts', role: 'owner' }), 201),
  );
  const sessions = await eventually(async () => {
    const { items } = (await expectStatus(byBrowser('GET', `${base}/sessions?limit=200`), 200)) as {
      items: { id: string; userId: string }[];
    };
    if (items.length < 2) throw new Error('The sessions are not listed yet');
    return items;
  });
  const ids = {
    accountId: account.id,
    domainId: pending.id,
    memberId: member.memberId,
    connectionId: String(connection['id']),
    linkId: String(link['id']),
    directoryId: directory.id,
    tokenId: directory.tokenId,
    keyId: String(key['id']),
    sessionId: sessions[0]?.id ?? '',
  };
  return {
    ...account,
    ...{ domain, pending, member, directory, ids, byBrowser, inSetup: opened.call },
    byKey: withToken(url, String(key['key'])),
    key: String(key['key']),
    byOperator: withToken(url, demo.operatorToken),
  };
}
