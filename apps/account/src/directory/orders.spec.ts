import { type DirectoryUserState, UserDeprovisioned, UserProvisioned } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountFixture,
  type AccountFixture,
  directoryUser,
  permutations,
  tenant,
  type Tenant,
  unique,
} from '../account.fixture.js';

let fixture: AccountFixture;
beforeAll(async () => {
  fixture = await accountFixture();
});
afterAll(() => fixture.close());

const base = Date.now();

async function deliverAll(states: DirectoryUserState[]): Promise<void> {
  for (const state of states)
    await fixture.deliver(state.active ? UserProvisioned : UserDeprovisioned, state);
}

/** Each order of the events a scenario makes, on people of their own. */
async function inEveryOrder(
  scenario: (account: Tenant, email: string) => DirectoryUserState[],
  check: (account: Tenant, email: string, order: string) => Promise<void>,
): Promise<void> {
  const account = await tenant(fixture);
  const orders = permutations(scenario(account, 'x@x.test').map((_, index) => index));
  for (const order of orders) {
    const email = `${unique()}@${account.domain}`;
    const states = scenario(account, email);
    await deliverAll(order.map((index) => states[index]!));
    await check(account, email, order.join(' '));
  }
}

describe('whatever the order in which directory events are heard', () => {
  it('deactivate and re-activate end active', () =>
    inEveryOrder(
      (account, email) => {
        const user = directoryUser(account, { email, version: base });
        return [
          user,
          { ...user, version: base + 1, active: false, reason: 'deactivated' },
          { ...user, version: base + 2 },
        ];
      },
      async (account, email, order) => {
        expect(await fixture.memberBy(account.id, email), order).toMatchObject({
          status: 'active',
          managedBy: 'directory',
        });
      },
    ));

  it('activate and deactivate end without access', () =>
    inEveryOrder(
      (account, email) => {
        const user = directoryUser(account, { email, version: base });
        return [
          user,
          { ...user, version: base + 1, displayName: 'Mia M.' },
          { ...user, version: base + 2, active: false, reason: 'deactivated' },
        ];
      },
      async (account, email, order) => {
        expect((await fixture.memberBy(account.id, email))?.status, order).not.toBe('active');
      },
    ));

  it('a DELETE and a new POST of one person end active, under the new directory user', () =>
    inEveryOrder(
      (account, email) => {
        const old = directoryUser(account, { email, version: base });
        return [
          old,
          { ...old, version: base + 1, active: false, status: 'removed', reason: 'deleted' },
          { ...directoryUser(account, { email, version: base + 2 }), id: `${old.id.slice(0, -1)}z` },
        ];
      },
      async (account, email, order) => {
        const member = await fixture.memberBy(account.id, email);
        expect(member, order).toMatchObject({ status: 'active', managedBy: 'directory' });
        expect(member?.directoryUserId, order).toMatch(/z$/);
      },
    ));

  it('a DELETE, a new POST and a deactivation of that end without access', () =>
    inEveryOrder(
      (account, email) => {
        const old = directoryUser(account, { email, version: base });
        const fresh = directoryUser(account, { email, version: base + 2 });
        return [
          old,
          { ...old, version: base + 1, active: false, status: 'removed', reason: 'deleted' },
          fresh,
          { ...fresh, version: base + 3, active: false, reason: 'deactivated' },
        ];
      },
      async (account, email, order) => {
        expect((await fixture.memberBy(account.id, email))?.status, order).not.toBe('active');
      },
    ));

  it('an address that is given to another person does not give them the first one’s membership', () =>
    inEveryOrder(
      (account, email) => {
        const first = directoryUser(account, { email, version: base });
        return [
          first,
          { ...first, version: base + 1, email: `new-${email}` },
          directoryUser(account, { email, version: base + 2, externalId: 'second' }),
        ];
      },
      async (account, email, order) => {
        const second = await fixture.memberBy(account.id, email);
        const first = await fixture.memberBy(account.id, `new-${email}`);
        expect([first?.status, second?.status], order).toEqual(['active', 'active']);
        expect(first?.userId, order).not.toBe(second?.userId);
        expect(first?.directoryUserId, order).not.toBe(second?.directoryUserId);
      },
    ));
});

it('an event that is heard twice publishes nothing the second time', async () => {
  const account = await tenant(fixture);
  const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: base });
  await deliverAll([user]);
  const once = await fixture.memberBy(account.id, user.email);
  await deliverAll([user]);
  expect((await fixture.memberBy(account.id, user.email))?.version).toBe(once?.version);
});
