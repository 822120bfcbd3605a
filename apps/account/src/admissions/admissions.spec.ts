import {
  type Admission,
  AdmissionDecided,
  DirectoryWentLive,
  SignedIn,
  type SignedInData,
  UserDeprovisioned,
  UserProvisioned,
} from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountFixture,
  type AccountFixture,
  activeMember,
  directoryUser,
  operator,
  signIn,
  tenant,
  type Tenant,
  unique,
} from '../account.fixture.js';

let fixture: AccountFixture;
beforeAll(async () => {
  fixture = await accountFixture();
});
afterAll(() => fixture.close());

async function answersTo({ signInId }: SignedInData): Promise<Admission[]> {
  const all = await fixture.published<Admission>(AdmissionDecided.topic);
  return all.filter(({ key }) => key === signInId).map(({ data }) => data);
}

async function admit(data: SignedInData): Promise<Admission> {
  await fixture.deliver(SignedIn, data);
  const [answer, ...more] = await answersTo(data);
  expect(more).toEqual([]);
  return answer!;
}

const goLive = ({ id, directoryId }: Tenant, status: 'live' | 'disabled' = 'live') =>
  fixture.deliver(DirectoryWentLive, {
    id: directoryId,
    version: 1,
    accountId: id,
    name: 'Okta',
    dialect: 'lenient',
    status,
  });

describe('a first sign-in', () => {
  it('makes a member while no directory is live', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@${account.domain}`;
    const answer = await admit(signIn(account, email));
    const member = await fixture.memberBy(account.id, email);
    expect(member).toMatchObject({ role: 'member', status: 'active', managedBy: 'sso', name: 'Mia Member' });
    expect(answer).toMatchObject({
      admitted: true,
      userId: member!.userId,
      membershipId: member!.id,
      reason: null,
    });
  });

  it('makes none once a directory is live', async () => {
    const account = await tenant(fixture);
    await goLive(account);
    const answer = await admit(signIn(account, `${unique()}@${account.domain}`));
    expect(answer).toMatchObject({ admitted: false, userId: null, reason: 'not_a_member' });
  });

  it('makes none for somebody whom the directory created inactive, in whichever order it is heard', async () => {
    const account = await tenant(fixture);
    const inactive = (of: typeof account, email: string, version: number) =>
      directoryUser(of, { email, version, active: false, reason: 'created_inactive' });
    const first = `${unique()}@${account.domain}`;
    // The user is heard of before the directory: only a live one publishes users.
    await fixture.deliver(UserDeprovisioned, inactive(account, first, Date.now()));
    expect(await admit(signIn(account, first))).toMatchObject({ admitted: false, reason: 'not_a_member' });

    const other = await tenant(fixture);
    const raced = `${unique()}@${other.domain}`;
    expect(await admit(signIn(other, raced))).toMatchObject({ admitted: true });
    await fixture.deliver(UserDeprovisioned, inactive(other, raced, Date.now() - 1000));
    expect(await fixture.memberBy(other.id, raced)).toMatchObject({ status: 'deprovisioned' });

    // The directory had ended before: who came since came rightly.
    const third = await tenant(fixture);
    const came = `${unique()}@${third.domain}`;
    await goLive(third, 'disabled');
    expect(await admit(signIn(third, came))).toMatchObject({ admitted: true });
    await fixture.deliver(UserDeprovisioned, inactive(third, came, Date.now() - 1000));
    expect(await fixture.memberBy(third.id, came)).toMatchObject({ status: 'active', managedBy: 'sso' });
  });

  it('makes none where the policy says so', async () => {
    const account = await tenant(fixture);
    const policy = { enforcement: 'required', exempt: 'owners', jitProvisioning: false } as const;
    await fixture.accounts.changePolicy(operator, account.id, policy);
    const answer = await admit(signIn(account, `${unique()}@${account.domain}`));
    expect(answer).toMatchObject({ admitted: false, reason: 'not_a_member' });
  });

  it('from a domain that is another account’s is refused', async () => {
    const [account, other] = [await tenant(fixture), await tenant(fixture)];
    const answer = await admit(signIn(account, `${unique()}@${other.domain}`));
    expect(answer).toMatchObject({ admitted: false, userId: null, reason: 'domain_not_enabled' });
    expect(await fixture.membersOf(account.id)).toHaveLength(1);
  });

  it('finds the member of the address', async () => {
    const account = await tenant(fixture);
    const member = await activeMember(fixture, account, 'admin');
    const answer = await admit(signIn(account, member.email));
    expect(answer).toMatchObject({ admitted: true, userId: member.userId, membershipId: member.id });
    expect(await fixture.memberBy(account.id, member.email)).toMatchObject({
      role: 'admin',
      managedBy: 'local',
    });
  });

  it('joins a person of another account by the domain, and leaves them there as they are', async () => {
    const [account, other] = [await tenant(fixture), await tenant(fixture)];
    const person = await activeMember(fixture, other, 'member', `${unique()}@${account.domain}`);
    const answer = await admit(signIn(account, person.email, { name: 'Mallory' }));
    expect(answer).toMatchObject({ admitted: true, userId: person.userId });
    expect(await fixture.memberBy(other.id, person.email)).toMatchObject({ name: 'Mia Member' });
  });

  it('is the accepting of an invitation', async () => {
    const account = await tenant(fixture);
    const email = `${unique()}@${account.domain}`;
    const { id } = await fixture.members.invite(operator, account.id, { email, role: 'admin' });
    expect(await admit(signIn(account, email))).toMatchObject({ admitted: true, membershipId: id });
    expect(await fixture.memberBy(account.id, email)).toMatchObject({ status: 'active', role: 'admin' });
  });
});

describe('a sign-in of somebody', () => {
  it('whom an admin removed does not make them a member again', async () => {
    const account = await tenant(fixture);
    const member = await activeMember(fixture, account, 'member');
    await fixture.members.remove(operator, account.id, member.id);
    expect(await admit(signIn(account, member.email))).toMatchObject({
      admitted: false,
      reason: 'not_a_member',
    });
    const known = signIn(account, member.email, { userId: member.userId });
    expect(await admit(known)).toMatchObject({ admitted: false, reason: 'not_a_member' });
  });

  it('whom the directory deprovisioned is refused', async () => {
    const account = await tenant(fixture);
    const user = directoryUser(account, { email: `${unique()}@${account.domain}`, version: Date.now() });
    await fixture.deliver(UserProvisioned, user);
    await fixture.deliver(UserDeprovisioned, { ...user, version: user.version + 1, active: false });
    expect(await admit(signIn(account, user.email))).toMatchObject({
      admitted: false,
      reason: 'deprovisioned',
    });
  });

  it('of a closed account is refused', async () => {
    const account = await tenant(fixture);
    await fixture.accounts.close(operator, account.id);
    expect(await admit(signIn(account, account.ownerEmail))).toMatchObject({ reason: 'account_closed' });
  });

  it('is answered once, however often it is heard', async () => {
    const account = await tenant(fixture);
    const data = signIn(account, `${unique()}@${account.domain}`);
    await fixture.deliver(SignedIn, data, 'evt_same');
    await fixture.deliver(SignedIn, data, 'evt_same');
    expect(await answersTo(data)).toHaveLength(1);
  });
});

describe('at once', () => {
  it('two first sign-ins make one person', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await tenant(fixture);
      const email = `${unique()}@${account.domain}`;
      const signIns = [signIn(account, email), signIn(account, email), signIn(account, email)];
      await Promise.all(signIns.map((data) => fixture.deliver(SignedIn, data)));
      const answers = (await Promise.all(signIns.map(answersTo))).flat();
      expect(answers.map(({ admitted }) => admitted)).toEqual([true, true, true]);
      expect(new Set(answers.map(({ userId }) => userId)).size).toBe(1);
      expect(await fixture.membersOf(account.id)).toHaveLength(2);
    }
  });

  it('a first sign-in and a SCIM create make one person, whom the directory manages', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await tenant(fixture);
      const email = `${unique()}@${account.domain}`;
      const user = directoryUser(account, { email, version: Date.now() });
      const data = signIn(account, email);
      await Promise.all([fixture.deliver(SignedIn, data), fixture.deliver(UserProvisioned, user)]);
      const member = await fixture.memberBy(account.id, email);
      expect(member).toMatchObject({ status: 'active', managedBy: 'directory', directoryUserId: user.id });
      expect(await answersTo(data)).toEqual([
        expect.objectContaining({ admitted: true, userId: member!.userId }),
      ]);
      expect(await fixture.membersOf(account.id)).toHaveLength(2);
    }
  });
});
