import {
  type Caller,
  DirectoryWentLive,
  newId,
  type Role,
  UserDeprovisioned,
  UserProvisioned,
} from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptInvitation,
  accountFixture,
  type AccountFixture,
  activeMember,
  directoryUser,
  operator,
  tenant,
  type Tenant,
  unique,
} from '../account.fixture.js';

let fixture: AccountFixture;
beforeAll(async () => {
  fixture = await accountFixture();
});
afterAll(() => fixture.close());

function as(role: Role, { id }: Tenant): Caller {
  return {
    kind: 'user',
    userId: newId('user'),
    sessionId: newId('sess'),
    email: 'me@x.test',
    membershipId: newId('mem'),
    role,
    accountId: id,
    plan: 'enterprise',
  };
}

const refused = (code: string): unknown => expect.objectContaining({ code });

describe('an invitation', () => {
  it('makes an invited member, who becomes active with a name on accepting', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@guest.test`;
    const member = await fixture.members.invite(as('admin', account), account.id, { email, role: 'member' });
    expect(member).toMatchObject({ email, status: 'invited', managedBy: 'local' });
    expect(member.invitationUrl).toMatch(/^http:\/\/localhost:8080\/invitation#[\w-]{43}$/);
    await acceptInvitation(fixture, member.id, 'Gus Guest');
    expect(await fixture.memberBy(account.id, email)).toMatchObject({ status: 'active', name: 'Gus Guest' });
  });

  it('of an owner needs an owner', async () => {
    const account = await tenant(fixture);
    const wanted = { email: `${unique()}@guest.test`, role: 'owner' } as const;
    await expect(fixture.members.invite(as('admin', account), account.id, wanted)).rejects.toEqual(
      refused('forbidden'),
    );
    await expect(fixture.members.invite(as('owner', account), account.id, wanted)).resolves.toMatchObject(
      wanted,
    );
  });

  it('of a member is refused; of a removed one brings the same membership back', async () => {
    const account = await tenant(fixture);
    const member = await activeMember(fixture, account, 'member');
    const wanted = { email: member.email, role: 'admin' } as const;
    await expect(fixture.members.invite(operator, account.id, wanted)).rejects.toEqual(
      refused('already_a_member'),
    );
    await fixture.members.remove(operator, account.id, member.id);
    await expect(fixture.members.invite(operator, account.id, wanted)).resolves.toMatchObject({
      id: member.id,
      role: 'admin',
      status: 'invited',
    });
  });

  it('is the directory’s for people of the enabled domain once it is live; guests are invited still', async () => {
    const account = await tenant(fixture);
    const wanted = { email: `${unique()}@${account.domain}`, role: 'member' } as const;
    await fixture.deliver(DirectoryWentLive, {
      id: account.directoryId,
      version: 1,
      accountId: account.id,
      name: 'Okta',
      dialect: 'lenient',
      status: 'live',
    });
    await expect(fixture.members.invite(operator, account.id, wanted)).rejects.toEqual(
      refused('directory_managed'),
    );
    const guest = { ...wanted, email: `${unique()}@guest.test` };
    await expect(fixture.members.invite(operator, account.id, guest)).resolves.toMatchObject({
      notInDirectory: true,
    });
  });

  it('that was revoked by removing the member lets nobody in', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@guest.test`;
    const member = await fixture.members.invite(operator, account.id, { email, role: 'member' });
    await fixture.members.remove(operator, account.id, member.id);
    await acceptInvitation(fixture, member.id, 'Gus');
    expect(await fixture.memberBy(account.id, email)).toMatchObject({ status: 'removed' });
  });
});

describe('a directory-managed member', () => {
  async function managed(account: Tenant) {
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: Date.now() });
    await fixture.deliver(UserProvisioned, user);
    return (await fixture.memberBy(account.id, user.email))!;
  }

  it('is not removed by hand', async () => {
    const account = await tenant(fixture);
    const member = await managed(account);
    const removal = fixture.members.remove(as('owner', account), account.id, member.id);
    await expect(removal).rejects.toEqual(refused('directory_managed'));
  });

  it('gets another role from an owner, and not from an admin', async () => {
    const account = await tenant(fixture);
    const { id } = await managed(account);
    await expect(fixture.members.changeRole(as('admin', account), account.id, id, 'admin')).rejects.toEqual(
      refused('directory_managed'),
    );
    await expect(
      fixture.members.changeRole(as('owner', account), account.id, id, 'admin'),
    ).resolves.toMatchObject({
      role: 'admin',
    });
  });
});

describe('an owner', () => {
  it('is made, demoted and removed by owners only', async () => {
    const account = await tenant(fixture);
    const { id } = await activeMember(fixture, account, 'member');
    const asAdmin = as('admin', account);
    const asOwner = as('owner', account);
    await expect(fixture.members.changeRole(asAdmin, account.id, id, 'owner')).rejects.toEqual(
      refused('forbidden'),
    );
    await fixture.members.changeRole(asOwner, account.id, id, 'owner');
    await expect(fixture.members.changeRole(asAdmin, account.id, id, 'admin')).rejects.toEqual(
      refused('forbidden'),
    );
    await expect(fixture.members.remove(asAdmin, account.id, id)).rejects.toEqual(refused('forbidden'));
    await fixture.members.remove(asOwner, account.id, id);
  });

  it('who is the last is neither demoted nor removed', async () => {
    const account = await tenant(fixture);
    const demotion = fixture.members.changeRole(operator, account.id, account.ownerId, 'admin');
    await expect(demotion).rejects.toEqual(refused('last_owner'));
    const removal = fixture.members.remove(operator, account.id, account.ownerId);
    await expect(removal).rejects.toEqual(refused('last_owner'));
  });

  it('who has not accepted yet does not stand in for the last', async () => {
    const account = await tenant(fixture);
    await fixture.members.invite(operator, account.id, { email: `${unique()}@guest.test`, role: 'owner' });
    const demotion = fixture.members.changeRole(operator, account.id, account.ownerId, 'admin');
    await expect(demotion).rejects.toEqual(refused('last_owner'));
  });

  it('stays, of two who are demoted at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await tenant(fixture);
      const { id } = await activeMember(fixture, account, 'owner');
      const results = await Promise.allSettled(
        [id, account.ownerId].map((each) => fixture.members.changeRole(operator, account.id, each, 'member')),
      );
      expect(results.filter(({ status }) => status === 'rejected')).toEqual([
        expect.objectContaining({ reason: refused('last_owner') }),
      ]);
    }
  });

  it('stays, of one who is demoted while the directory lets the other go', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await tenant(fixture);
      const other = await activeMember(fixture, account, 'owner');
      const user = directoryUser(account, { email: other.email, version: Date.now() });
      await fixture.deliver(UserProvisioned, user);
      await Promise.allSettled([
        fixture.members.changeRole(operator, account.id, account.ownerId, 'member'),
        fixture.deliver(UserDeprovisioned, {
          ...user,
          version: user.version + 1,
          active: false,
          reason: 'deleted',
        }),
      ]);
      const owners = (await fixture.membersOf(account.id)).filter(
        ({ role, status }) => role === 'owner' && status === 'active',
      );
      expect(owners).toHaveLength(1);
    }
  });
});

describe('a list of members', () => {
  it('comes in pages, without those who were removed', async () => {
    const account = await tenant(fixture);
    const made: Awaited<ReturnType<typeof activeMember>>[] = [];
    for (let index = 0; index < 4; index += 1) made.push(await activeMember(fixture, account, 'member'));
    await fixture.members.remove(operator, account.id, made[1]!.id);
    const first = await fixture.members.list(account.id, { limit: 3 });
    const second = await fixture.members.list(account.id, { limit: 3, cursor: first.nextCursor! });
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 1, null]);
    const seen = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(seen)).toEqual(
      new Set([account.ownerId, ...made.map(({ id }) => id)].filter((id) => id !== made[1]!.id)),
    );
  });

  it('refuses a cursor that it did not give', async () => {
    const account = await tenant(fixture);
    await expect(fixture.members.list(account.id, { limit: 3, cursor: "';--" })).rejects.toEqual(
      refused('invalid_request'),
    );
  });

  it('names members of other accounts nowhere', async () => {
    const [account, other] = [await tenant(fixture), await tenant(fixture)];
    const member = await activeMember(fixture, other, 'member');
    await expect(fixture.members.changeRole(operator, account.id, member.id, 'admin')).rejects.toEqual(
      refused('not_found'),
    );
    await expect(fixture.members.remove(operator, account.id, member.id)).rejects.toEqual(
      refused('not_found'),
    );
  });
});
