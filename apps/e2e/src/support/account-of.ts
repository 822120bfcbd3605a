import { expect } from 'vitest';
import { send, type Answer, type OwnAccount } from '../examples.fixture.js';

export interface Member {
  id: string;
  email: string;
  name: string;
  status: string;
  managedBy: string;
}

/** All members of an account, through every page. */
export async function membersOf(account: Pick<OwnAccount, 'call'>): Promise<Member[]> {
  const all: Member[] = [];
  for (let cursor = ''; ;) {
    const page = await account.call(
      'GET',
      `/members?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    expect(page.status, JSON.stringify(page.body)).toBe(200);
    all.push(...(page.body['items'] as Member[]));
    if (page.body['nextCursor'] === null) return all;
    cursor = page.body['nextCursor'] as string;
  }
}

/** A directory of the account, and a token for it. */
export async function directoryOf(
  account: Pick<OwnAccount, 'call'>,
): Promise<{ id: string; baseUrl: string; token: string; tokenId: string }> {
  const made = await expectStatus(account.call('POST', '/directories', { name: 'Directory' }), 201);
  const token = await expectStatus(account.call('POST', `/directories/${String(made['id'])}/tokens`), 201);
  return {
    id: String(made['id']),
    baseUrl: String(made['baseUrl']),
    token: String(token['token']),
    tokenId: String(token['id']),
  };
}

/** A domain that is proved by a record in DNS, and enabled. */
export async function enabledDomain(
  account: Pick<OwnAccount, 'call'>,
  publish: (record: { name: string; value: string }) => Promise<void> | void,
  name: string,
): Promise<{ id: string; name: string }> {
  const domain = await claimedDomain(account, name);
  await publish(domain.proof);
  await expectStatus(account.call('POST', `/domains/${domain.id}/verify`), 200);
  await expectStatus(account.call('POST', `/domains/${domain.id}/enable`), 200);
  return { id: domain.id, name };
}

/** Publishes a record in the DNS of the demo identity provider. */
export function demoDns(idpUrl: string): (record: { name: string; value: string }) => Promise<void> {
  return async ({ name, value }) => {
    await expectStatus(
      send(`${idpUrl}/api/dns`, { method: 'POST', body: { name, type: 'TXT', value } }),
      201,
    );
  };
}

export async function claimedDomain(
  account: Pick<OwnAccount, 'call'>,
  name: string,
): Promise<{ id: string; proof: { name: string; value: string } }> {
  const answer = await expectStatus(account.call('POST', '/domains', { name }), 201);
  return answer as { id: string; proof: { name: string; value: string } };
}

/** The body of an answer that has this status. */
export async function expectStatus(pending: Promise<Answer>, status: number): Promise<Answer['body']> {
  const answer = await pending;
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
}
