import {
  DirectoryDisabled,
  type DirectoryState,
  DirectoryUpdated,
  directoryUsersTopic,
  DirectoryWentLive,
  DomainEnabled,
  newId,
  UserDeprovisioned,
  UserProvisioned,
  UserUpdated,
} from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
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

const base = Date.now() + 10_000;

const directoryState = (
  account: Tenant,
  status: DirectoryState['status'],
  version: number,
  id = account.directoryId,
) => ({
  id,
  version,
  accountId: account.id,
  name: 'Okta',
  dialect: 'lenient' as const,
  status,
});

describe('adoption', () => {
  it('takes over the member of the address, who keeps person and role', async () => {
    const account = await tenant(fixture);
    const admin = await activeMember(fixture, account, 'admin');
    const user = directoryUser(account, { email: admin.email, version: base });
    await fixture.deliver(UserProvisioned, user);
    expect(await fixture.memberBy(account.id, admin.email)).toMatchObject({
      id: admin.id,
      userId: admin.userId,
      role: 'admin',
      managedBy: 'directory',
      directoryUserId: user.id,
    });
  });

  it.each([
    ['another externalId', 'emp-1', 'emp-2', 'member'],
    ['the same externalId', 'emp-1', 'emp-1', 'admin'],
  ])('of somebody who had lost access, under %s', async (_, before, after, role) => {
    const account = await tenant(fixture);
    const email = `${unique()}@${account.domain}`;
    const old = directoryUser(account, { email, version: base, externalId: before });
    await fixture.deliver(UserProvisioned, old);
    const member = await fixture.memberBy(account.id, email);
    await fixture.members.changeRole(operator, account.id, member!.id, 'admin');
    await fixture.deliver(UserDeprovisioned, { ...old, version: base + 1, active: false, reason: 'deleted' });
    await fixture.deliver(
      UserProvisioned,
      directoryUser(account, { email, version: base + 2, externalId: after }),
    );
    expect(await fixture.memberBy(account.id, email)).toMatchObject({
      id: member!.id,
      status: 'active',
      role,
    });
  });

  it('revokes an open invitation', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@${account.domain}`;
    const { id } = await fixture.members.invite(operator, account.id, { email, role: 'member' });
    await fixture.deliver(UserProvisioned, directoryUser(account, { email, version: base }));
    const [link] = await fixture.database.query(`SELECT status FROM invitations WHERE membership_id = $1`, [
      id,
    ]);
    expect(link).toEqual({ status: 'revoked' });
  });
});

describe('deprovisioning', () => {
  it('keeps the member with the role, and re-activation brings both back', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@${account.domain}`;
    const user = directoryUser(account, { email, version: base });
    await fixture.deliver(UserProvisioned, user);
    const member = await fixture.memberBy(account.id, email);
    await fixture.members.changeRole(operator, account.id, member!.id, 'admin');
    await fixture.deliver(UserDeprovisioned, {
      ...user,
      version: base + 1,
      active: false,
      reason: 'deactivated',
    });
    expect(await fixture.memberBy(account.id, email)).toMatchObject({
      status: 'deprovisioned',
      role: 'admin',
    });
    await fixture.deliver(UserProvisioned, { ...user, version: base + 2 });
    expect(await fixture.memberBy(account.id, email)).toMatchObject({
      id: member!.id,
      status: 'active',
      role: 'admin',
    });
    const ofDirectory = ['member.provisioned', 'member.deprovisioned', 'member.reactivated'];
    const audited = await fixture.auditedActions(account.id);
    expect(audited.filter((action) => ofDirectory.includes(action))).toEqual(ofDirectory);
  });

  it('a role change that comes late does not reopen access', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@${account.domain}`;
    const user = directoryUser(account, { email, version: base });
    await fixture.deliver(UserProvisioned, user);
    const member = await fixture.memberBy(account.id, email);
    await fixture.deliver(UserDeprovisioned, {
      ...user,
      version: base + 1,
      active: false,
      reason: 'deactivated',
    });
    await fixture.members.changeRole(operator, account.id, member!.id, 'admin');
    expect(await fixture.memberBy(account.id, email)).toMatchObject({
      status: 'deprovisioned',
      role: 'admin',
    });
  });

  it('never takes the last owner; once there is another and they are one no more, they leave', async () => {
    const account = await tenant(fixture);
    const user = directoryUser(account, { email: account.ownerEmail, version: base });
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(UserDeprovisioned, {
      ...user,
      version: base + 1,
      active: false,
      reason: 'deleted',
    });
    expect(await fixture.memberBy(account.id, account.ownerEmail)).toMatchObject({
      status: 'active',
      role: 'owner',
    });
    expect(await fixture.auditedActions(account.id)).toContain('member.last_owner_kept');
    await activeMember(fixture, account, 'owner', `${unique()}@guest.test`);
    await fixture.members.changeRole(operator, account.id, account.ownerId, 'member');
    expect(await fixture.memberBy(account.id, account.ownerEmail)).toMatchObject({ status: 'deprovisioned' });
  });

  it('of one owner of two happens', async () => {
    const account = await tenant(fixture);
    const other = await activeMember(fixture, account, 'owner');
    const user = directoryUser(account, { email: other.email, version: base });
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(UserDeprovisioned, {
      ...user,
      version: base + 1,
      active: false,
      reason: 'deleted',
    });
    expect(await fixture.memberBy(account.id, other.email)).toMatchObject({ status: 'deprovisioned' });
  });

  it('follows from a tombstone too', async () => {
    const account = await tenant(fixture);
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: base });
    await fixture.deliver(UserProvisioned, user);
    await fixture.forget(directoryUsersTopic, user.id);
    expect(await fixture.memberBy(account.id, user.email)).toMatchObject({ status: 'deprovisioned' });
  });
});

describe('a rename', () => {
  it('changes the person’s address and name', async () => {
    const account = await tenant(fixture);
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: base });
    await fixture.deliver(UserProvisioned, user);
    const before = await fixture.memberBy(account.id, user.email);
    const email = `${unique()}@${account.domain}`;
    await fixture.deliver(UserUpdated, { ...user, version: base + 1, email, displayName: 'Mia Married' });
    expect(await fixture.memberBy(account.id, email)).toMatchObject({
      userId: before!.userId,
      name: 'Mia Married',
    });
  });

  it('onto another person’s address never merges: the membership stays, the conflict is shown and audited', async () => {
    const account = await tenant(fixture);
    const other = await activeMember(fixture, account, 'member');
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: base });
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(UserUpdated, { ...user, version: base + 1, email: other.email });
    expect(await fixture.memberBy(account.id, user.email)).toMatchObject({ status: 'active' });
    const { items } = await fixture.members.list(account.id, { limit: 50 });
    expect(items.find((item) => item.email === user.email)).toMatchObject({ emailConflict: true });
    expect(await fixture.auditedActions(account.id)).toContain('member.email_conflict');
  });

  it('of somebody who is in another account too does not happen', async () => {
    const [account, elsewhere] = [await tenant(fixture), await tenant(fixture)];
    const email = `${unique()}@${account.domain}`;
    await activeMember(fixture, elsewhere, 'member', email);
    const user = directoryUser(account, { email, version: base });
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(UserUpdated, {
      ...user,
      version: base + 1,
      email: `x${email}`,
      displayName: 'Mallory',
    });
    expect(await fixture.memberBy(account.id, email)).toMatchObject({
      status: 'active',
      directoryUserId: user.id,
    });
    expect(await fixture.memberBy(elsewhere.id, email)).toMatchObject({
      name: 'Mia Member',
      status: 'active',
    });
  });
});

describe('a person of another account', () => {
  it('is joined by the directory of the domain’s account, and by no other', async () => {
    const [account, elsewhere] = [await tenant(fixture), await tenant(fixture)];
    const foreign = await activeMember(fixture, elsewhere, 'member', `${unique()}@${elsewhere.domain}`);
    await fixture.deliver(UserProvisioned, directoryUser(account, { email: foreign.email, version: base }));
    expect(await fixture.memberBy(account.id, foreign.email)).toBeUndefined();

    const own = await activeMember(fixture, elsewhere, 'member', `${unique()}@${account.domain}`);
    await fixture.deliver(UserProvisioned, directoryUser(account, { email: own.email, version: base }));
    expect(await fixture.memberBy(account.id, own.email)).toMatchObject({
      userId: own.userId,
      status: 'active',
    });
  });

  it('is joined once the domain is heard of, where the directory was heard first', async () => {
    const [account, elsewhere] = [await tenant(fixture), await tenant(fixture)];
    const name = `${unique()}.test`;
    const person = await activeMember(fixture, elsewhere, 'member', `${unique()}@${name}`);
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base));
    await fixture.deliver(UserProvisioned, directoryUser(account, { email: person.email, version: base }));
    expect(await fixture.memberBy(account.id, person.email)).toBeUndefined();
    await fixture.deliver(DomainEnabled, {
      name,
      version: 1,
      domainId: newId('dom'),
      accountId: account.id,
      status: 'enabled',
    });
    expect(await fixture.memberBy(account.id, person.email)).toMatchObject({ userId: person.userId });
  });
});

describe('a directory', () => {
  it('that is disabled leaves its members access, locally managed; re-enabled it has them again', async () => {
    const account = await tenant(fixture);
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: base });
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base));
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(DirectoryDisabled, directoryState(account, 'disabled', base + 5));
    expect(await fixture.memberBy(account.id, user.email)).toMatchObject({
      status: 'active',
      managedBy: 'local',
      directoryId: null,
      directoryUserId: null,
    });
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base + 6));
    expect(await fixture.memberBy(account.id, user.email)).toMatchObject({
      managedBy: 'directory',
      directoryUserId: user.id,
    });
  });

  it('whose last word was a leave is heard, though it was disabled meanwhile', async () => {
    const account = await tenant(fixture);
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: base });
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base));
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(DirectoryDisabled, directoryState(account, 'disabled', base + 5));
    await fixture.deliver(UserDeprovisioned, {
      ...user,
      version: base + 4,
      active: false,
      reason: 'deactivated',
    });
    expect(await fixture.memberBy(account.id, user.email)).toMatchObject({ status: 'deprovisioned' });
  });

  it.each(['disabled', 'removed', 'suspended'] as const)(
    'whose end is heard before its last words leaves everybody as it last said (%s)',
    async (status) => {
      const account = await tenant(fixture);
      const named = (version: number, externalId: string | null = null) =>
        directoryUser(account, { email: `${unique()}@${account.domain}`, version, externalId });
      const [left, back, fresh, late] = [named(base), named(base), named(base + 4), named(base)];
      const old = named(base, 'emp-1');
      const again = { ...old, id: newId('duser'), version: base + 4 };
      const off = { active: false, reason: 'deactivated' } as const;
      await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base));
      for (const user of [left, back, late, old]) await fixture.deliver(UserProvisioned, user);
      await fixture.deliver(UserDeprovisioned, { ...back, ...off, version: base + 1 });
      const local = await activeMember(fixture, account, 'member', `${unique()}@guest.test`);
      await fixture.deliver(DirectoryUpdated, directoryState(account, status, base + 5));

      await fixture.deliver(UserDeprovisioned, { ...left, ...off, version: base + 2 });
      await fixture.deliver(UserProvisioned, { ...back, version: base + 2 });
      await fixture.deliver(UserProvisioned, fresh);
      await fixture.deliver(UserDeprovisioned, { ...old, ...off, status: 'removed', version: base + 3 });
      await fixture.deliver(UserProvisioned, again);
      // Accepted while the directory was being ended: its version is the later one by a moment.
      await fixture.deliver(UserDeprovisioned, { ...late, ...off, version: base + 6 });

      const statusOf = async (email: string) => {
        const member = await fixture.memberBy(account.id, email);
        return [member?.status, member?.managedBy, member?.directoryUserId ?? null];
      };
      expect(await statusOf(left.email)).toEqual(['deprovisioned', 'local', null]);
      expect(await statusOf(back.email)).toEqual(['active', 'local', null]);
      expect(await statusOf(fresh.email)).toEqual(['active', 'local', null]);
      expect(await statusOf(old.email)).toEqual(['active', 'local', null]);
      expect(await statusOf(late.email)).toEqual(['deprovisioned', 'local', null]);
      expect(await statusOf(local.email)).toEqual(['active', 'local', null]);
    },
  );

  it('that has ended says nothing of people whom an admin removed or invited since', async () => {
    const account = await tenant(fixture);
    const email = () => `${unique()}@${account.domain}`;
    const [removed, invited] = [
      directoryUser(account, { email: email(), version: base }),
      directoryUser(account, { email: email(), version: base }),
    ];
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base));
    for (const user of [removed, invited]) await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(DirectoryDisabled, directoryState(account, 'disabled', base + 5));
    for (const user of [removed, invited]) {
      const member = await fixture.memberBy(account.id, user.email);
      await fixture.members.remove(operator, account.id, member!.id);
    }
    await fixture.members.invite(operator, account.id, { email: invited.email, role: 'member' });
    await fixture.deliver(UserUpdated, { ...removed, version: base + 2, displayName: 'Mia M.' });
    const off = { active: false, reason: 'deactivated', version: base + 2 } as const;
    await fixture.deliver(UserDeprovisioned, { ...invited, ...off });
    expect(await fixture.memberBy(account.id, removed.email)).toMatchObject({ status: 'removed' });
    expect(await fixture.memberBy(account.id, invited.email)).toMatchObject({ status: 'invited' });
  });

  it('beside a live one makes nobody a member until that one is gone', async () => {
    const account = await tenant(fixture);
    const second = { ...account, directoryId: newId('dir') };
    const user = directoryUser(second, { email: `${unique()}@${account.domain}`, version: base });
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base));
    await fixture.deliver(UserProvisioned, user);
    expect(await fixture.memberBy(account.id, user.email)).toBeUndefined();
    await fixture.deliver(DirectoryDisabled, directoryState(account, 'disabled', base + 1));
    await fixture.deliver(DirectoryWentLive, directoryState(account, 'live', base + 2, second.directoryId));
    expect(await fixture.memberBy(account.id, user.email)).toMatchObject({ status: 'active' });
  });
});
